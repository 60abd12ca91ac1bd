"""Text that people type, as it is kept: it stands on lists, posters and letters, and goes into files and comes back from them."""

import re
import unicodedata


def tidy(value: str) -> str:
    """The text with composed accents, single blanks and none around it: two texts that look the same are the same."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", value)).strip()
