"""Texts of cards and their versions; print runs, their cards and files, and what becomes of every card."""
