"""What a list is made of: its page, its columns, its head, its rows. Lengths in points, columns in mm."""

from dataclasses import dataclass
from typing import Literal

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 14 * MM, 196 * MM
TOP = 283 * MM
BODY_TOP, BODY_BOTTOM = 258.2 * MM, 17.5 * MM
LINE = 4.95 * MM
"""Height of a line of one row of text; 48 of them fill a page."""
EXTRA = 3.6 * MM
"""Of each further line of a row."""
HEADING = 8.2 * MM
SIZE = 8.8
LINES = 8
"""Lines of one row, at most."""
HAIR, PALE, QUIET = 0.72, 0.93, 0.36
"""Shades of grey."""

Row = tuple[str, ...]
"""A text for each column."""


class Struck(tuple[str, ...]):
    """A row that is crossed out."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place and width in mm from the left edge of the page.

    ``tick`` for an empty box in every row, whose text is not printed; ``spared`` where a struck row is not crossed out.
    """

    title: str
    x: float
    width: float
    align: Literal["left", "right", "center"] = "left"
    strong: bool = False
    tick: bool = False
    spared: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading over the rows that follow; said again, with ``continued``, on the next page."""

    text: str
    hint: str = ""
    new_page: bool = False
    """Its rows begin on a page of their own."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every page."""

    title: str
    place: str
    lines: tuple[str, ...]
    stamp: str
    solid_stamp: bool
    watermark: str
    foot: str
    legend: str
    page_of: str
    """With ``{page}``; the number of pages follows it."""
    continued: str
    language: str
    author: str
