"""Voters lists by the stream: columns and rules, a head on every page, page x of y, boxes to tick, rows struck through.

A row is a tuple of texts, one for each column; ``Struck`` for one that is crossed out. Most rows fit and are put together in one
go. A row with a text that takes more lines is drawn cell by cell, never cut. Pages come deflated.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import cast

from documents.engine.fonts import REGULAR, SEMIBOLD, clean
from documents.stream import native
from documents.stream.deflating import Deflater
from documents.stream.faces import encode_common, resource
from documents.stream.forms import CompiledForm
from documents.stream.list_cells import Cell
from documents.stream.list_head import draw_head, text_at
from documents.stream.list_values import (
    BODY_BOTTOM,
    BODY_TOP,
    EXTRA,
    HAIR,
    HEADING,
    LEFT,
    LINE,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PALE,
    QUIET,
    RIGHT,
    SIZE,
    Column,
    Head,
    Heading,
    Row,
    Struck,
)
from documents.stream.stationery import Stationery
from documents.stream.styles import OutsideError, kept_style
from documents.stream.values import UnprintableError

__all__ = ["FORM", "Column", "Head", "Heading", "ListComposer", "Row", "Struck", "list_stationery"]

BASELINE = LINE - 1.55 * MM
"""From the top of a row to the baseline of its first line."""
BOX = 3.1 * MM
FORM = "list"


def list_stationery(title: str, *, language: str, author: str = "") -> Stationery:
    """The stationery of a file of lists: nothing fixed; the head is the layer of the station."""
    head = f"/Type/XObject/Subtype/Form/BBox[0 0 {PAGE_WIDTH:.3f} {PAGE_HEIGHT:.3f}]"
    form = CompiledForm(PAGE_WIDTH, PAGE_HEIGHT, ((head, b""),), ())
    return Stationery({FORM: form}, title=title, language=language, author=author, layers=(FORM,))


class ListComposer:
    """Draws the pages of lists with these columns. The first column names the row in a refusal."""

    def __init__(self, columns: Sequence[Column], *, level: int = 3) -> None:
        self.columns, self.level = tuple(columns), level
        self.cells = [Cell(place, column) for place, column in enumerate(columns) if not column.tick]
        self.ticks = tuple((column.x + column.width / 2) * MM - BOX / 2 for column in columns if column.tick)
        self.strokes = _strokes(columns)
        self.start = self.cells[-1].x
        """Where the pen is before a row: at the last column of the row above."""
        befores = [self.cells[-1], *self.cells[:-1]]
        self._moves = [
            f" {cell.x - before.x:.2f} {0 if n else -LINE:.4g} Td" for n, (before, cell) in enumerate(zip(befores, self.cells, strict=True))
        ]
        self._format = "".join([move + cell.form for move, cell in zip(self._moves, self.cells, strict=True)])
        self._plain = native.rows([cell.plain(move) for move, cell in zip(self._moves, self.cells, strict=True)], columns=len(self.columns))

    def layer(self, head: Head) -> bytes:
        """What stands on every page of a station."""
        try:
            return draw_head(head, self.columns)
        except OutsideError as error:
            raise UnprintableError(head.place, "head", error.characters) from error

    def pages(self, head: Head, rows: Iterable[Row | Heading]) -> list[bytes]:
        """The contents of the pages of a station, deflated (``StreamWriter(…, deflated=True)``); one page when there are no rows.

        Raises ``UnprintableError`` and ``TooLongError``, which name the row by its first cell.
        """
        return self.pages_and_headings(head, rows)[0]

    def pages_and_headings(self, head: Head, rows: Iterable[Row | Heading]) -> tuple[list[bytes], list[list[str]]]:
        """The same, and for each page the headings that begin there."""
        drawn, begun = [], []
        for page in self._filled(head, rows):
            drawn.append(page.content())
            begun.append(page.begun)
        style, total, found = kept_style(REGULAR, 7.5, kern=False), len(drawn), []
        # One for each station: its bytes are the same whatever was drawn before.
        deflater = Deflater(self.level)
        for number, content in enumerate(drawn, 1):
            text = f"{head.page_of.format(page=number)} {total}"
            count = text_at(style, RIGHT - style.measure(text), 10 * MM, text)
            found.append(deflater.stream(b"/U0 Do BT 0 g " + count + b" ET " + content))
        return found, begun

    def _filled(self, head: Head, rows: Iterable[Row | Heading]) -> Iterator["_Page"]:
        page, current, waiting = _Page(self), None, _Waiting(rows)
        while True:
            heading, batch = waiting.next(max(1, page.room))
            if heading is not None:
                if page.y - HEADING - LINE < BODY_BOTTOM or (heading.new_page and page.parts):
                    yield page
                    page = _Page(self)
                page.heading(heading)
                page.begun.append(heading.text)
                current = heading
                continue
            taken = page.take(batch, self._pieces(batch)) if page.room else 0
            waiting.take(taken)
            if not taken:
                yield page
                if not batch:
                    return
                page = _Page(self)
                if current is not None:
                    page.heading(Heading(current.text, head.continued))

    def _pieces(self, rows: Sequence[Row]) -> Iterator[tuple[int, float, bytes]]:
        """The rows, plain ones drawn together, others alone: how many, how high together, and how they are shown."""
        if self._plain is None:
            yield from self._pieces_in_python(rows)
            return
        start, rows = 0, list(rows)
        while start < len(rows):
            count, shown = self._plain(rows, start)
            if count:
                yield count, LINE * count, shown
            start += count
            yield from self._pieces_in_python(rows[start : start + 1])
            start += 1

    def _pieces_in_python(self, rows: Sequence[Row]) -> Iterator[tuple[int, float, bytes]]:
        columns: list[Sequence[str]] = list(zip(*rows, strict=True))
        if rows and len(columns) != len(self.columns):
            raise ValueError(f"{rows[0][:1]}: {len(columns)} texts for {len(self.columns)} columns")
        others: set[int] = set()
        texts: list[Sequence[str]] = []
        for cell in self.cells if rows else ():
            shown, alone = cell.ready(columns[cell.place])
            others.update(alone)
            texts.append(shown)
        cells, start = list(zip(*texts, strict=True)), 0
        for place in [*sorted(others), len(rows)]:
            if count := place - start:
                yield count, LINE * count, encode_common(self._format * count % tuple(chain.from_iterable(cells[start:place])))
            if place < len(rows):
                yield 1, *self._slowly(rows[place])
            start = place + 1

    def _slowly(self, row: Row) -> tuple[float, bytes]:
        """The same, cell by cell: with the second font, condensed, on more lines."""
        fitted = [cell.fitted(row) for cell in self.cells]
        extra = EXTRA * (max(len(one.lines) for one in fitted) - 1)
        shown = b"".join(move.encode() + cell.shown(one) for move, cell, one in zip(self._moves, self.cells, fitted, strict=True))
        return LINE + extra, shown + (b" 0 %.2f Td" % -extra if extra else b"")


class _Page:
    """A page being filled: how far down it is, and what is drawn under, in and over the rows."""

    def __init__(self, owner: ListComposer) -> None:
        self.owner, self.y = owner, BODY_TOP
        self.parts: list[bytes] = []
        self.under: list[bytes] = []
        self.over: list[bytes] = []
        self.bottoms: list[float] = []
        self.boxes: list[float] = []
        self.begun: list[str] = []

    @property
    def room(self) -> int:
        """How many rows of one line go in below."""
        return int((self.y - BODY_BOTTOM) / LINE + 1e-9)

    def take(self, rows: Sequence[Row], pieces: Iterable[tuple[int, float, bytes]]) -> int:
        """Add rows as long as they fit; how many did."""
        taken = 0
        for count, height, shown in pieces:
            if self.y - height < BODY_BOTTOM:
                break
            self._rows(rows[taken : taken + count], height / count)
            self.parts.append(shown)
            taken += count
        return taken

    def _rows(self, rows: Sequence[Row], height: float) -> None:
        """What belongs to rows of one height beside their text: rules, boxes, strikes."""
        tops = [self.y - place * height for place in range(len(rows) + 1)]
        if Struck in map(type, rows):
            for top, row in zip(tops, rows, strict=False):
                if type(row) is Struck:
                    self.over.append(self._stroke(top, height))
        self.boxes += tops[:-1]
        self.bottoms += tops[1:]
        self.y = tops[-1]

    def _stroke(self, top: float, height: float) -> bytes:
        """Each line of a row crossed out, but for what is spared."""
        first = top - BASELINE + 0.29 * SIZE
        middles = [first - line * EXTRA for line in range(1 + round((height - LINE) / EXTRA))]
        strokes = [b"%.2f %.2f m %.2f %.2f l " % (left, y, right, y) for y in middles for left, right in self.owner.strokes]
        return b"0 G 0.8 w " + b"".join(strokes) + b"S "

    def heading(self, heading: Heading) -> None:
        """A grey bar with a text, and a hint at its right."""
        base, room = self.y - HEADING + 2.2 * MM, RIGHT - LEFT - 4 * MM
        large, small = kept_style(SEMIBOLD, 9.6, kern=False), kept_style(REGULAR, 8, kern=False)
        text, hint = clean(heading.text), clean(heading.hint)
        try:
            aside = small.measure(hint)
            scale = min(1.0, (room - aside) / max(large.measure(text), 1))
            shown = b"0 g " + text_at(large, LEFT + 1.6 * MM, base, text, scale=scale)
            if hint:
                shown += b" %g g " % QUIET + text_at(small, RIGHT - 1.6 * MM - aside, base, hint)
        except OutsideError as error:
            raise UnprintableError(heading.text, "heading", error.characters) from error
        self.under.append(b"%g g %.2f %.2f %.2f %.2f re f BT " % (PALE, LEFT, base - 1.5 * MM, RIGHT - LEFT, 5.6 * MM) + shown + b" ET ")
        self.parts.append(b" 0 %.2f Td" % -HEADING)
        self.y -= HEADING

    def content(self) -> bytes:
        """What is drawn, without the head and the number of the page."""
        start = b"BT 0 g /%b %g Tf 1 0 0 1 %.2f %.2f Tm " % (
            resource(REGULAR, 0).encode(),
            SIZE,
            self.owner.start,
            BODY_TOP + LINE - BASELINE,
        )
        boxes = _boxes(tuple(self.boxes), self.owner.ticks) if self.owner.ticks else b""
        return b"".join([*self.under, _rules(tuple(self.bottoms)), start, *self.parts, b" ET ", boxes, *self.over])


class _Waiting:
    """Rows and headings as they come, a batch of rows at a time."""

    def __init__(self, lines: Iterable[Row | Heading]) -> None:
        self._lines: Iterator[Row | Heading] = iter(lines)
        self._read: deque[Row | Heading] = deque()
        """Behind a heading, read with it. Not put before the iterator again: a city has thousands of headings, each a link more to pass."""
        self._rows: list[Row] = []
        self._heading: Heading | None = None

    def next(self, count: int) -> tuple[Heading | None, list[Row]]:
        """The heading whose turn it is, or at most ``count`` rows, which stay until they are taken; neither at the end."""
        while len(self._rows) < count and self._heading is None:
            batch = self._some(count - len(self._rows))
            if not batch:
                break
            if Heading in map(type, batch):
                place = [type(line) for line in batch].index(Heading)
                self._heading = cast("Heading", batch[place])
                self._read.extendleft(reversed(batch[place + 1 :]))
                del batch[place:]
            self._rows += cast("list[Row]", batch)
        if self._rows:
            return None, self._rows[:count]
        heading, self._heading = self._heading, None
        return heading, []

    def _some(self, count: int) -> list[Row | Heading]:
        """The next lines, at most ``count``; none at the end."""
        if not self._read:
            return list(islice(self._lines, count))
        return [self._read.popleft() for _line in range(min(count, len(self._read)))]

    def take(self, count: int) -> None:
        """These rows are drawn."""
        del self._rows[:count]


def _strokes(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """From where to where a row is crossed out: from edge to edge, but for the columns that are spared."""
    found, left = [], LEFT
    for column in columns:
        if column.spared:
            found.append((left, column.x * MM))
            left = (column.x + column.width) * MM
    return [(left, right) for left, right in [*found, (left, RIGHT)] if right > left]


@lru_cache(maxsize=128)
def _boxes(tops: tuple[float, ...], lefts: tuple[float, ...]) -> bytes:
    """A box to tick in each row."""
    boxes = [b"%.2f %.2f %.2f %.2f re " % (x, y - (LINE + BOX) / 2, BOX, BOX) for y in tops for x in lefts]
    return b"0.45 w 0.3 G " + b"".join(boxes) + b"S "


@lru_cache(maxsize=128)
def _rules(bottoms: tuple[float, ...]) -> bytes:
    """A fine line under each row."""
    return b"%g G 0.35 w " % HAIR + b"".join([b"%.2f %.2f m %.2f %.2f l " % (LEFT, y, RIGHT, y) for y in bottoms]) + b"S "
