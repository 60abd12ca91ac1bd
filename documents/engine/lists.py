"""Printed lists of thousands of lines: a head on every page, columns, headings, page x of y.

Pure: data in, bytes out, the same bytes every time. Nothing is ever cut: a text too wide for its column is condensed to
at least 80 % of its width, then set on more lines. A character that the fonts lack ends in ``GlyphMissingError``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from documents.engine.fonts import REGULAR, SEMIBOLD, GlyphMissingError, clean, font, missing, width

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 14 * MM, 196 * MM
TOP = 283 * MM
BODY_TOP, BODY_BOTTOM = 258.2 * MM, 17.5 * MM
LINE = 4.95 * MM
"""Height of a line of one row of text; 48 of them fill a page."""
EXTRA = 3.6 * MM
HEADING = 8.2 * MM
SIZE = 8.8
LEAST_SCALE = 0.8
MAX_REPORTED = 100
HAIR, PALE, QUIET = 0.72, 0.93, 0.36


class Sink(Protocol):
    """Whatever takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Take them."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place and width in mm from the left edge of the page."""

    title: str
    x: float
    width: float
    align: Literal["left", "right", "center"] = "left"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. ``label`` names it in a report of characters that cannot be written."""

    cells: tuple[str, ...]
    label: str


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


@dataclass(slots=True)
class Written:
    """What was written: for the audit trail and the tests."""

    pages: int = 0
    rows: int = 0
    condensed: int = 0
    broken: int = 0


def write_list(stream: Sink, *, head: Head, columns: Sequence[Column], lines: Iterable[Row | Heading]) -> Written:
    """Write the whole list as PDF to ``stream``. Memory: some 4 KB a page, whatever the number of rows.

    Raises ``GlyphMissingError`` after the last line, with the first hundred places, and then writes nothing.
    """
    page = _Pages(head, columns)
    for line in lines:
        if isinstance(line, Heading):
            page.heading(line)
        else:
            page.row(line)
    page.close()
    if page.lacking:
        raise GlyphMissingError(page.lacking)
    stream.write(page.pdf())
    return page.written


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text in its column: one line or more, each with its width at full size, and one scale for all."""

    lines: tuple[str, ...]
    scale: float


def fit(text: str, room: float, *, face: str = REGULAR, size: float = SIZE) -> Fitted:
    """Set a cleaned text in ``room`` points without losing a character: condense, then more lines, broken at spaces if any."""
    wide = width(text, face, size)
    if wide <= room:
        return Fitted((text,), 1.0)
    if wide * LEAST_SCALE <= room:
        return Fitted((text,), room / wide)
    lines, rest = [], text
    while width(rest, face, size) * LEAST_SCALE > room:
        cut = _longest(rest, room / LEAST_SCALE, face, size)
        space = max(rest.rfind(" ", 1, cut + 1), rest.rfind("-", 1, cut) + 1)
        at = space if space > 0 else cut
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    lines.append(rest)
    widest = max(width(line, face, size) for line in lines)
    return Fitted(tuple(lines), min(1.0, room / widest))


def _longest(text: str, room: float, face: str, size: float) -> int:
    """How many characters from the start go into ``room``; at least one."""
    used = 0.0
    for position, character in enumerate(text):
        used += width(character, face, size)
        if used > room:
            return max(1, position)
    return len(text)


class _Pages:
    """The canvas, where the pen is, and what must be said again on the next page."""

    def __init__(self, head: Head, columns: Sequence[Column]) -> None:
        from io import BytesIO

        from reportlab.pdfgen.canvas import Canvas

        for name in (REGULAR, SEMIBOLD):
            font(name)
        self.head, self.columns = head, columns
        self.written = Written()
        self.lacking: list[tuple[str, str]] = []
        self.canvas: Canvas = Canvas(
            BytesIO(),
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            pageCompression=1,
            invariant=1,
            initialFontName=REGULAR,  # type: ignore[arg-type]  # a name, whatever the stubs say
            lang=head.language,
        )
        self.canvas.setTitle(f"{head.title} {head.place}")
        self.canvas.setAuthor(head.author)
        self.canvas.setCreator("electionadmin")
        self.canvas.setSubject(" · ".join(head.lines))
        self.waiting: Heading | None = None
        self.current: Heading | None = None
        self.y = 0.0
        self._check("head", " ".join((head.title, head.place, *head.lines, head.stamp, head.foot, head.legend)))
        self._furniture()
        self._begin()

    def _check(self, label: str, text: str) -> bool:
        lacks = missing(clean(text))
        if lacks and len(self.lacking) < MAX_REPORTED:
            self.lacking.append((label, lacks))
        return not lacks

    def heading(self, heading: Heading) -> None:
        """Keep a heading until its first row comes: one never stands alone at the foot of a page."""
        if self._check(heading.text, heading.text + heading.hint):
            self.waiting = heading

    def row(self, row: Row) -> None:
        """Draw a row, on a new page when it does not fit under what is there."""
        cells = [clean(cell) for cell in row.cells]
        if not self._check(row.label, "".join(cells)):
            return
        fitted = [fit(cell, column.width * MM, face=self._face(column)) for cell, column in zip(cells, self.columns, strict=True)]
        height = LINE + EXTRA * (max(len(cell.lines) for cell in fitted) - 1)
        apart = self.waiting is not None and self.waiting.new_page and self.current is not None
        if apart or self.y - height - (HEADING if self.waiting else 0) < BODY_BOTTOM:
            self.canvas.showPage()
            self._begin()
            if self.waiting is None and self.current is not None:
                self._draw_heading(Heading(self.current.text, self.head.continued))
        if self.waiting is not None:
            self.current, self.waiting = self.waiting, None
            self._outline(self.current.text)
            self._draw_heading(self.current)
        self._draw_row(fitted, height)
        self.written.rows += 1
        self.written.condensed += any(cell.scale < 1 for cell in fitted)
        self.written.broken += height > LINE

    def close(self) -> None:
        """End the last page and say on all of them how many there are."""
        self.canvas.showPage()
        canvas = self.canvas
        canvas.beginForm("pages", 0, 0, 40 * MM, 5 * MM)
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillGray(0)
        canvas.drawString(0, 1.2 * MM, str(self.written.pages))
        canvas.endForm()

    def pdf(self) -> bytes:
        """The finished file."""
        data: bytes = self.canvas.getpdfdata()  # type: ignore[no-untyped-call]
        return data

    @staticmethod
    def _face(column: Column) -> str:
        return SEMIBOLD if column.strong else REGULAR

    def _outline(self, text: str) -> None:
        key = f"h{self.written.rows}"
        self.canvas.bookmarkPage(key, fit="XYZ", top=self.y)
        self.canvas.addOutlineEntry(clean(text), key, 0, 0)

    def _draw_heading(self, heading: Heading) -> None:
        canvas = self.canvas
        base = self.y - HEADING + 2.2 * MM
        canvas.setFillGray(PALE)
        canvas.rect(LEFT, base - 1.5 * MM, RIGHT - LEFT, 5.6 * MM, stroke=0, fill=1)
        canvas.setFillGray(0)
        text = clean(heading.text)
        hint = clean(heading.hint)
        room = RIGHT - LEFT - 4 * MM - width(hint, REGULAR, 8)
        placed = fit(text, room, face=SEMIBOLD, size=9.6)
        # A heading has one line: a street's name of 120 characters is narrow, never shorter.
        scale = placed.scale if len(placed.lines) == 1 else room / width(text, SEMIBOLD, 9.6)
        self._text(text, LEFT + 1.6 * MM, base, SEMIBOLD, 9.6, scale)
        if hint:
            canvas.setFillGray(QUIET)
            self._text(hint, RIGHT - 1.6 * MM - width(hint, REGULAR, 8), base, REGULAR, 8, 1.0)
            canvas.setFillGray(0)
        self.y -= HEADING

    def _draw_row(self, fitted: Sequence[Fitted], height: float) -> None:
        base = self.y - LINE + 1.55 * MM
        for cell, column in zip(fitted, self.columns, strict=True):
            face, room, x = self._face(column), column.width * MM, column.x * MM
            for position, text in enumerate(cell.lines):
                if not text:
                    continue
                shift = 0.0
                if column.align != "left":
                    free = room - width(text, face, SIZE) * cell.scale
                    shift = free if column.align == "right" else free / 2
                self._text(text, x + shift, base - position * EXTRA, face, SIZE, cell.scale)
        self.y -= height
        self.canvas.line(LEFT, self.y, RIGHT, self.y)

    def _text(self, text: str, x: float, y: float, face: str, size: float, scale: float) -> None:
        out = self.canvas.beginText(x, y)
        out.setFont(face, size)
        if scale < 1:
            out.setHorizScale(round(scale * 100, 2))
        out.textOut(text)
        if scale < 1:
            out.setHorizScale(100)
        self.canvas.drawText(out)

    def _begin(self) -> None:
        canvas = self.canvas
        self.written.pages += 1
        canvas.doForm("furniture")
        canvas.setFillGray(0)
        canvas.setStrokeGray(HAIR)
        canvas.setLineWidth(0.35)
        label = clean(self.head.page_of.format(page=self.written.pages)) + " "
        # Room for a number of four digits after it: the number of pages is known at the end only.
        x = RIGHT - width("0000", REGULAR, 7.5) - width(label, REGULAR, 7.5)
        self._text(label, x, 10 * MM, REGULAR, 7.5, 1.0)
        canvas.saveState()
        canvas.translate(x + width(label, REGULAR, 7.5), 8.8 * MM)
        canvas.doForm("pages")
        canvas.restoreState()
        self.y = BODY_TOP

    def _furniture(self) -> None:
        """What every page shares, drawn once and placed on each."""
        canvas, head = self.canvas, self.head
        canvas.beginForm("furniture", 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        if head.watermark:
            self._watermark()
        canvas.setFillGray(0)
        self._text(clean(head.place), LEFT, TOP - 5.2 * MM, SEMIBOLD, 17, 1.0)
        canvas.setFillGray(QUIET)
        self._text(clean(head.title), LEFT + width(clean(head.place), SEMIBOLD, 17) + 3 * MM, TOP - 5.2 * MM, REGULAR, 17, 1.0)
        for position, line in enumerate(head.lines):
            placed = fit(clean(line), 150 * MM, size=8.6)
            self._text(" ".join(placed.lines), LEFT, TOP - 10.4 * MM - position * 4.1 * MM, REGULAR, 8.6, min(placed.scale, 1.0))
        self._stamp()
        base = BODY_TOP + 1.6 * MM
        for column in self.columns:
            text, face = clean(column.title), SEMIBOLD
            free = column.width * MM - width(text, face, 7.4)
            shift = {"left": 0.0, "right": free, "center": free / 2}[column.align]
            canvas.setFillGray(QUIET)
            self._text(text, column.x * MM + shift, base, face, 7.4, 1.0)
        canvas.setStrokeGray(0)
        canvas.setLineWidth(0.8)
        canvas.line(LEFT, BODY_TOP, RIGHT, BODY_TOP)
        canvas.setLineWidth(0.35)
        canvas.setStrokeGray(HAIR)
        canvas.line(LEFT, 14.6 * MM, RIGHT, 14.6 * MM)
        canvas.setFillGray(QUIET)
        self._text(clean(head.foot), LEFT, 10 * MM, REGULAR, 7.5, 1.0)
        if head.legend:
            placed = fit(clean(head.legend), RIGHT - LEFT, size=7.5)
            self._text(" ".join(placed.lines), LEFT, 6.4 * MM, REGULAR, 7.5, placed.scale if len(placed.lines) == 1 else LEAST_SCALE)
        canvas.endForm()

    def _stamp(self) -> None:
        canvas, text = self.canvas, clean(self.head.stamp)
        box = width(text, SEMIBOLD, 10) + 7 * MM
        canvas.setStrokeGray(0)
        canvas.setFillGray(0)
        canvas.setLineWidth(0.9)
        canvas.roundRect(RIGHT - box, TOP - 7 * MM, box, 7 * MM, 1 * MM, stroke=1, fill=1 if self.head.solid_stamp else 0)
        canvas.setFillGray(1 if self.head.solid_stamp else 0)
        self._text(text, RIGHT - box + 3.5 * MM, TOP - 4.75 * MM, SEMIBOLD, 10, 1.0)

    def _watermark(self) -> None:
        canvas, text = self.canvas, clean(self.head.watermark)
        canvas.saveState()
        canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        canvas.rotate(52)
        canvas.setFillGray(PALE)
        self._text(text, -width(text, SEMIBOLD, 150) / 2, -40, SEMIBOLD, 150, 1.0)
        canvas.restoreState()
