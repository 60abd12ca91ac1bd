"""How a name becomes a key to sort by and words to search by."""

# Two blanks between last name and first names: ``peeters`` sorts before ``peeters maes`` whatever the first names are.
KEY_SEPARATOR = "  "
# Signs inside a name that part words; each becomes a blank in the folded key before it is split on blanks.
WORD_SIGNS = "-'.,/\"()"
