"""Voters lists by the stream: columns and rules, a head on every page, page x of y, boxes to tick, rows struck through.

A row is a tuple of texts, one for each column; ``Struck`` for one that is crossed out. Most rows fit and are put together in one
go. A row with a text too wide, or with a letter of the second font, is drawn cell by cell: condensed, then on more lines,
never cut. Pages come deflated.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import cast

from documents.engine.fonts import REGULAR, SEMIBOLD, clean
from documents.engine.lists import (
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
    Head,
    Heading,
)
from documents.engine.lists import Column as PrintedColumn
from documents.stream.faces import encode_common, resource
from documents.stream.fitting import Fitted, fit
from documents.stream.forms import CompiledForm
from documents.stream.list_head import draw_head, text_at
from documents.stream.stationery import Stationery
from documents.stream.styles import Memory, OutsideError, Style
from documents.stream.values import TooLongError, UnprintableError

LINES = 8
"""Lines of one row, at most."""
BASELINE = LINE - 1.55 * MM
"""From the top of a row to the baseline of its first line."""
BOX = 3.1 * MM
_SPECIAL = re.compile(r"[()\\]")
FORM = "list"


@dataclass(frozen=True, slots=True)
class Column(PrintedColumn):
    """A column; ``tick`` for an empty box in every row, whose text is not printed; ``spared`` where a struck row is not crossed out."""

    tick: bool = False
    spared: bool = False


class Struck(tuple[str, ...]):
    """A row that is crossed out."""

    __slots__ = ()


Row = tuple[str, ...]


def list_stationery(title: str, *, language: str, author: str = "") -> Stationery:
    """The stationery of a file of lists: nothing fixed; the head is the layer of the station."""
    head = f"/Type/XObject/Subtype/Form/BBox[0 0 {PAGE_WIDTH:.3f} {PAGE_HEIGHT:.3f}]"
    form = CompiledForm(PAGE_WIDTH, PAGE_HEIGHT, ((head, b""),), ())
    return Stationery({FORM: form}, title=title, language=language, author=author, layers=(FORM,))


class ListComposer:
    """Draws the pages of lists with these columns. The first column names the row in a refusal."""

    def __init__(self, columns: Sequence[Column], *, level: int = 4) -> None:
        self.columns, self.level = tuple(columns), level
        self.cells = [_Cell(place, column) for place, column in enumerate(columns) if not column.tick]
        self.ticks = tuple((column.x + column.width / 2) * MM - BOX / 2 for column in columns if column.tick)
        self.strokes = _strokes(columns)
        self.start = self.cells[-1].x
        """Where the pen is before a row: at the last column of the row above."""
        self._steps = [cell.x - before.x for before, cell in zip([self.cells[-1], *self.cells], self.cells, strict=False)]
        downs = [-LINE, *[0.0] * (len(self.cells) - 1)]
        self._format = "".join(
            f" {step:.2f} {down:.4g} Td{cell.form}" for step, down, cell in zip(self._steps, downs, self.cells, strict=True)
        )

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
        drawn = [page.content() for page in self._filled(head, rows)]
        style, total, found = Style(REGULAR, 7.5, kern=False), len(drawn), []
        for number, content in enumerate(drawn, 1):
            text = f"{head.page_of.format(page=number)} {total}"
            count = text_at(style, RIGHT - style.measure(text), 10 * MM, text)
            found.append(zlib.compress(b"/U0 Do BT 0 g " + count + b" ET " + content, self.level))
        return found

    def _filled(self, head: Head, rows: Iterable[Row | Heading]) -> Iterator["_Page"]:
        page, current, waiting = _Page(self), None, _Waiting(rows)
        while True:
            heading, batch = waiting.next(max(1, page.room))
            if heading is not None:
                if page.y - HEADING - LINE < BODY_BOTTOM or (heading.new_page and page.parts):
                    yield page
                    page = _Page(self)
                page.heading(heading)
                current = heading
                continue
            taken = page.take(batch, self._pieces(batch)) if page.room else 0
            waiting.take(taken)
            if taken < len(batch) or not batch:
                yield page
                if not batch:
                    return
                page = _Page(self)
                if current is not None:
                    page.heading(Heading(current.text, head.continued))

    def _pieces(self, rows: Sequence[Row]) -> Iterator[tuple[int, float, bytes]]:
        """The rows, plain ones drawn together, others alone: how many, how high together, and how they are shown."""
        columns: list[Sequence[str]] = list(zip(*rows, strict=True))
        others: set[int] = set()
        texts: list[Sequence[str]] = []
        for cell in self.cells if rows else ():
            column = columns[cell.place]
            others.update(cell.others(column))
            texts.append(cell.placing(column) if cell.placed else column)
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
        shown = b"".join(
            b" %.2f %.2f Td" % (step, 0 if place else -LINE) + cell.shown(one)
            for place, (step, cell, one) in enumerate(zip(self._steps, self.cells, fitted, strict=True))
        )
        return LINE + extra, shown + (b" 0 %.2f Td" % -extra if extra else b"")


class _Cell:
    """A column that is printed: its place, its style, and the template of its cell."""

    def __init__(self, place: int, column: Column) -> None:
        self.place, self.column = place, column
        self.style = Style(SEMIBOLD if column.strong else REGULAR, SIZE, kern=False)
        self.x, self.room = column.x * MM, column.width * MM
        self._limit = int(self.room * 1000 / SIZE / 5)
        """Of the sum of ``Style.common``: what is not more fits, whatever the letters are."""
        self.placed = column.align != "left"
        self._part = 0.5 if column.align == "center" else 1.0
        self._thousandth = SIZE / 1000
        self._frees = Memory(self._free)
        self._fonts = [f"/{resource(name, 0)} {SIZE:g} Tf" for name in (self.style.face.name, REGULAR)] if column.strong else ["", ""]
        shown = "[%s)]TJ" if self.placed else "(%s)Tj"
        self.form = self._fonts[0] + shown + self._fonts[1]

    def others(self, texts: Sequence[str]) -> list[int]:
        """The places of texts that do not surely fit on one line as they are, or hold a bracket, a letter of the second font or what shows nothing."""
        joined, bounds, limit = "".join(texts), self.style.common, self._limit
        if not joined:
            return []
        try:
            codes, found = encode_common(joined), []
        except UnicodeEncodeError:
            codes, found = joined.encode("latin-1", "replace"), [place for place, text in enumerate(texts) if not _in_first_font(text)]
        # So short that it fits even in the widest letters of this column: of numbers and dates that is all of them.
        short = limit // max(codes.translate(bounds))
        found += [
            place
            for place, text in enumerate(texts)
            if len(text) > short and sum(text.encode("latin-1", "replace").translate(bounds)) > limit and not self._holds(text)
        ]
        if not joined.isprintable() or _SPECIAL.search(joined):
            found += [place for place, text in enumerate(texts) if not text.isprintable() or _SPECIAL.search(text)]
        return found

    def _holds(self, text: str) -> bool:
        try:
            return self.style.holds(text, self.room)
        except OutsideError:
            return False

    def _free(self, text: str) -> str:
        """How far a text is moved to stand at the right or in the middle, before the bracket that opens it."""
        try:
            free = self.room - self.style.measure(text)
        except OutsideError:
            free = 0.0  # it is refused where it is encoded
        return f"{-free * self._part / self._thousandth:.0f}("

    def placing(self, texts: Sequence[str]) -> list[str]:
        """Each text after how far it is moved. All figures are equally wide: for numbers the length decides."""
        free = self._frees
        return [free[text if not text.isdigit() else "0" * len(text)] + text for text in texts]

    def fitted(self, row: Row) -> Fitted:
        """The text in its room. Raises ``UnprintableError`` and ``TooLongError``."""
        text = row[self.place]
        try:
            try:
                found = fit(text, measure=self.style.measure, room=self.room, lines=LINES)
            except OutsideError:
                found = fit(clean(text), measure=self.style.measure, room=self.room, lines=LINES)
        except OutsideError as error:
            raise UnprintableError(row[0], self.column.title, error.characters) from error
        if found is None:
            raise TooLongError(row[0], self.column.title, text)
        return found

    def shown(self, fitted: Fitted) -> bytes:
        """The operators that show the lines; the pen ends where it was."""
        lines = b"".join(
            b"%b%b" % (b" 0 %.2f Td" % -EXTRA if place else b"", self._line(line, fitted.scale)) for place, line in enumerate(fitted.lines)
        )
        before = self.style.font if self.column.strong else b""
        after = self._fonts[1].encode()
        back = b" 0 %.2f Td" % (EXTRA * (len(fitted.lines) - 1)) if len(fitted.lines) > 1 else b""
        return before + lines + after + back

    def _line(self, line: str, scale: float) -> bytes:
        shown = self.style.write(line)
        if self.placed:
            free = max(0.0, self.room - self.style.measure(line) * scale) * self._part
            shown = b"[%.0f(%b)]TJ" % (-free / self._thousandth / scale, self.style.codes(line))
        return shown if scale >= 1 else b" %.1f Tz" % (int(scale * 1000) / 10) + shown + b" 100 Tz"


def _in_first_font(text: str) -> bool:
    try:
        encode_common(text)
    except UnicodeEncodeError:
        return False
    return True


class _Page:
    """A page being filled: how far down it is, and what is drawn under, in and over the rows."""

    def __init__(self, owner: ListComposer) -> None:
        self.owner, self.y = owner, BODY_TOP
        self.parts: list[bytes] = []
        self.under: list[bytes] = []
        self.over: list[bytes] = []
        self.bottoms: list[float] = []
        self.boxes: list[float] = []

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
                    middle = top - BASELINE + 0.29 * SIZE
                    self.over.append(b"0 G 0.8 w %.2f %.2f m %.2f %.2f l S " % (LEFT, middle, RIGHT, middle))
        self.boxes += tops[:-1]
        self.bottoms += tops[1:]
        self.y = tops[-1]

    def heading(self, heading: Heading) -> None:
        """A grey bar with a text, and a hint at its right."""
        base, room = self.y - HEADING + 2.2 * MM, RIGHT - LEFT - 4 * MM
        large, small = Style(SEMIBOLD, 9.6, kern=False), Style(REGULAR, 8, kern=False)
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
        self._rows: list[Row] = []
        self._heading: Heading | None = None

    def next(self, count: int) -> tuple[Heading | None, list[Row]]:
        """The heading whose turn it is, or at most ``count`` rows, which stay until they are taken; neither at the end."""
        while len(self._rows) < count and self._heading is None:
            batch = list(islice(self._lines, count - len(self._rows)))
            if not batch:
                break
            if Heading in map(type, batch):
                place = [type(line) for line in batch].index(Heading)
                self._heading = cast("Heading", batch[place])
                self._lines = chain(batch[place + 1 :], self._lines)
                del batch[place:]
            self._rows += cast("list[Row]", batch)
        if self._rows:
            return None, self._rows[:count]
        heading, self._heading = self._heading, None
        return heading, []

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
    return [*found, (left, RIGHT)]


@lru_cache(maxsize=128)
def _boxes(tops: tuple[float, ...], lefts: tuple[float, ...]) -> bytes:
    """A box to tick in each row."""
    boxes = [b"%.2f %.2f %.2f %.2f re " % (x, y - (LINE + BOX) / 2, BOX, BOX) for y in tops for x in lefts]
    return b"0.45 w 0.3 G " + b"".join(boxes) + b"S "


@lru_cache(maxsize=128)
def _rules(bottoms: tuple[float, ...]) -> bytes:
    """A fine line under each row."""
    return b"%g G 0.35 w " % HAIR + b"".join([b"%.2f %.2f m %.2f %.2f l " % (LEFT, y, RIGHT, y) for y in bottoms]) + b"S "
