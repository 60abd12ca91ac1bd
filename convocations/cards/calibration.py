"""The page that tells how far a printer is off: fold it twice, read the numbers at the creases. No ruler is needed.

The middle of the paper is where it folds; the middle of what was printed is where the 0 of a scale stands. The number at the crease is
what the page has to be moved, to the right and up, in millimetres.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

from documents.engine.fonts import REGULAR, SEMIBOLD, clean, font, missing

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
REACH: Final = 15
"""Millimetres to each side of the middle that a scale shows: as far as a printer may be off."""
MM: Final = 72 / 25.4


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
    from reportlab.pdfgen.canvas import Canvas

    for face in (REGULAR, SEMIBOLD):
        font(face)
    target = BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH * MM, HEIGHT * MM), invariant=1)
    canvas.setTitle(page.words["title"])
    canvas.translate(float(page.right) * MM, float(page.up) * MM)
    _words(canvas, page)
    _across(canvas, page.words["right"])
    _along(canvas, page.words["up"])
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _words(canvas: "Canvas", page: Calibration) -> None:
    canvas.setFont(SEMIBOLD, 20)
    canvas.drawString(25 * MM, 262 * MM, page.words["title"])
    canvas.setFont(REGULAR, 12)
    name = clean(page.printer)
    canvas.drawString(25 * MM, 254 * MM, "" if missing(name) else name)
    canvas.setFont(REGULAR, 10.5)
    for place, line in enumerate(page.words["steps"].split("\n")):
        canvas.drawString(25 * MM, (92 - 6 * place) * MM, line)


def _across(canvas: "Canvas", label: str) -> None:
    """A scale from left to right, for the crease that runs from top to bottom."""
    middle, base = WIDTH / 2, 205.0
    for tenths in range(-REACH * 10, REACH * 10 + 1, 5):
        shift = tenths / 10
        whole, five = tenths % 10 == 0, tenths % 50 == 0
        _line(canvas, middle + shift, base, middle + shift, base + (14 if five else 9 if whole else 5), bold=tenths == 0)
        if five:
            canvas.setFont(SEMIBOLD, 7)
            canvas.drawCentredString((middle + shift) * MM, (base + 15.5) * MM, _number(tenths))
    canvas.setFont(REGULAR, 10)
    canvas.drawCentredString(middle * MM, (base - 6) * MM, label)


def _along(canvas: "Canvas", label: str) -> None:
    """A scale from bottom to top, for the crease that runs from left to right."""
    middle, base = HEIGHT / 2, 45.0
    for tenths in range(-REACH * 10, REACH * 10 + 1, 5):
        shift = tenths / 10
        whole, five = tenths % 10 == 0, tenths % 50 == 0
        _line(canvas, base, middle + shift, base + (14 if five else 9 if whole else 5), middle + shift, bold=tenths == 0)
        if five:
            canvas.setFont(SEMIBOLD, 7)
            canvas.drawRightString((base - 2) * MM, (middle + shift) * MM - 3, _number(tenths))
    canvas.setFont(REGULAR, 10)
    canvas.drawString((base + 18) * MM, middle * MM - 3.5, label)


def _line(canvas: "Canvas", x1: float, y1: float, x2: float, y2: float, *, bold: bool) -> None:
    canvas.setLineWidth(0.9 if bold else 0.3)
    canvas.line(x1 * MM, y1 * MM, x2 * MM, y2 * MM)


def _number(tenths: int) -> str:
    return f"{tenths // 10:+d}".replace("-", "\u2212") if tenths else "0"
