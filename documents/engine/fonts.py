"""The faces of every document: Source Sans 3, embedded, and whether they can write a text."""

import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
REGULAR = "SourceSans3-Regular"
SEMIBOLD = "SourceSans3-Semibold"
SOFT = str.maketrans("\u00a0\u202f\t\r\n", "     ", "\u00ad\u200b\ufeff")
"""Spaces of other kinds become a space; marks that show nothing go."""


class GlyphMissingError(Exception):
    """A text holds characters that the fonts lack. ``places`` are (where, characters): nothing is printed blank."""

    def __init__(self, places: list[tuple[str, str]]) -> None:
        self.places = places
        super().__init__("; ".join(f"{where}: {characters}" for where, characters in places))


@cache
def letters(name: str) -> frozenset[str]:
    """The characters that a face can write."""
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / f"{name}.ttf", lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def clean(text: str) -> str:
    """The text as it is measured and drawn: composed (NFC), on one line, without invisible marks."""
    return unicodedata.normalize("NFC", text).translate(SOFT) if not text.isascii() else text.translate(SOFT)


def missing(text: str, name: str = REGULAR) -> str:
    """The characters of a cleaned text that the face cannot write, each once, in order."""
    known = letters(name)
    return "".join(dict.fromkeys(character for character in text if character not in known))
