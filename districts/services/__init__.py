"""Writes: streets and addresses, districts, buildings and stations."""
