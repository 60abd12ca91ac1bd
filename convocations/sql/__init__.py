"""Set-based statements."""
