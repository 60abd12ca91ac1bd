"""The page that tells how far a printer is off: fold it twice, read the numbers at the creases. No ruler is needed.

The middle of the paper is where it folds; the middle of what was printed is where the 0 of a scale stands. The number at the crease is
what the page has to be moved, to the right and up, in millimetres.
"""

import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Final, Literal

from documents.engine.fonts import REGULAR, SEMIBOLD, clean
from documents.stream.list_file import Drawn, bind
from documents.stream.list_head import text_at
from documents.stream.list_values import MM
from documents.stream.lists import list_stationery
from documents.stream.styles import OutsideError, Style

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
REACH: Final = 15
"""Millimetres to each side of the middle that a scale shows: as far as a printer may be off."""
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the page says: name of the printer, how it is moved already (mm), and the sentences, by name."""

    printer: str
    right: Decimal
    up: Decimal
    words: Mapping[str, str]
    """``title``, ``steps`` (lines), ``right``, ``up``."""


def draw(page: Calibration) -> bytes:
    """The page as PDF, moved as the printer's cards are: once the settings are right, the creases are at 0. The same bytes each time."""
    moved = b"q 1 0 0 1 %.2f %.2f cm 0 g 0 G " % (float(page.right) * MM, float(page.up) * MM)
    drawn = chain(_words(page), _across(page.words["right"]), _along(page.words["up"]))
    content = zlib.compress(moved + b" ".join(drawn) + b" Q")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        bind(path, list_stationery(page.words["title"], language="nl"), [Drawn(page.words["title"], b"", [content])])
        return path.read_bytes()


def _words(page: Calibration) -> Iterator[bytes]:
    yield _text(25, 262, page.words["title"], SEMIBOLD, 20)
    with suppress(OutsideError):  # whose page it is can be told without its name
        yield _text(25, 254, page.printer, REGULAR, 12)
    for place, line in enumerate(page.words["steps"].split("\n")):
        yield _text(25, 92 - 6 * place, line, REGULAR, 10.5)


def _across(label: str) -> Iterator[bytes]:
    """A scale from left to right, for the crease that runs from top to bottom."""
    middle, base = WIDTH / 2, 205.0
    for tenths in range(-REACH * 10, REACH * 10 + 1, 5):
        x, whole, five = middle + tenths / 10, tenths % 10 == 0, tenths % 50 == 0
        yield _line(x, base, x, base + (14 if five else 9 if whole else 5), bold=tenths == 0)
        if five:
            yield _text(x, base + 15.5, _number(tenths), SEMIBOLD, 7, "center")
    yield _text(middle, base - 6, label, REGULAR, 10, "center")


def _along(label: str) -> Iterator[bytes]:
    """A scale from bottom to top, for the crease that runs from left to right."""
    middle, base = HEIGHT / 2, 45.0
    for tenths in range(-REACH * 10, REACH * 10 + 1, 5):
        y, whole, five = middle + tenths / 10, tenths % 10 == 0, tenths % 50 == 0
        yield _line(base, y, base + (14 if five else 9 if whole else 5), y, bold=tenths == 0)
        if five:
            yield _text(base - 2, y - 3 / MM, _number(tenths), SEMIBOLD, 7, "right")
    yield _text(base + 18, middle - 3.5 / MM, label, REGULAR, 10)


def _text(x: float, y: float, text: str, face: str, size: float, align: Align = "left") -> bytes:
    """A text whose baseline begins, has its middle or ends at a place in mm. Raises ``OutsideError``."""
    style, shown = Style(face, size), clean(text)
    back = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * style.measure(shown)
    return b"BT" + text_at(style, x * MM - back, y * MM, shown) + b" ET"


def _line(x1: float, y1: float, x2: float, y2: float, *, bold: bool) -> bytes:
    return b"%.1f w %.2f %.2f m %.2f %.2f l S" % (0.9 if bold else 0.3, x1 * MM, y1 * MM, x2 * MM, y2 * MM)


def _number(tenths: int) -> str:
    return f"{tenths // 10:+d}".replace("-", "\u2013") if tenths else "0"
