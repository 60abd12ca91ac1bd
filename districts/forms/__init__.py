"""Forms and filters."""
