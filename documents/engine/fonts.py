"""The faces of every document: Source Sans 3, embedded, and whether they can write a text."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

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
def font(name: str) -> "TTFont":
    """Return a face, registered with ReportLab under ``name``."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    face = TTFont(name, str(FOLDER / f"{name}.ttf"))
    pdfmetrics.registerFont(face)
    return face


@cache
def widths(name: str) -> dict[str, float]:
    """The advance of every character of a face, for a size of 1 point."""
    face = font(name).face
    return {chr(code): width / 1000 for code, width in face.charWidths.items() if code in face.charToGlyph}


def clean(text: str) -> str:
    """The text as it is measured and drawn: composed (NFC), on one line, without invisible marks."""
    return unicodedata.normalize("NFC", text).translate(SOFT) if not text.isascii() else text.translate(SOFT)


def missing(text: str, name: str = REGULAR) -> str:
    """The characters of a cleaned text that the face cannot write, each once, in order."""
    known = widths(name)
    return "".join(dict.fromkeys(character for character in text if character not in known))


def width(text: str, name: str, size: float) -> float:
    """How wide a cleaned text is, in points."""
    known = widths(name)
    return sum(map(known.__getitem__, text)) * size
