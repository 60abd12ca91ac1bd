"""Writes: texts of cards, print runs, what comes back from the printer and the post."""
