"""A card's code as it is scanned or typed: ``7K2M9PQ4R8TX-01``, or the token alone."""

import re

from convocations.cards.card import CODE_ALPHABET, TOKEN_LENGTH

_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_CODE = re.compile(rf"([{CODE_ALPHABET}]{{{TOKEN_LENGTH}}})(?:-?([0-9]{{2}}))?", re.ASCII)


def read_code(text: str) -> tuple[str, int | None] | None:
    """Token and issue, if it was said; ``None`` when it is no code. Small letters and letters that look alike are understood."""
    found = _CODE.fullmatch("".join(text.split()).upper().translate(_ALIKE))
    return (found[1], int(found[2]) if found[2] else None) if found else None
