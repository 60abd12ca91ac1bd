"""Reads for screens, documents and exports."""
