"""A file of lists: each drawn with a head of its own, bound one after the other, and what must stand on its pages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from documents.engine.fonts import SEMIBOLD, clean
from documents.stream.list_cells import Cell
from documents.stream.list_values import SIZE, Column, Head, Heading, Row
from documents.stream.lists import ListComposer
from documents.stream.plan import Plan, Station
from documents.stream.segments import whole_file
from documents.stream.stationery import Stationery
from documents.stream.styles import OutsideError, Style
from documents.stream.values import RecordRefusedError, UnprintableError


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    rows: int
    pages: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One document of a file: what its bookmark says, its layer, its pages, and for each of these the headings to be found by a bookmark."""

    title: str
    layer: bytes
    pages: list[bytes]
    begun: list[list[str]] = field(default_factory=list)

    def runs(self) -> Iterator[tuple[str, list[bytes]]]:
        """The pages by bookmark: one for each page on which headings begin, as *first – last*."""
        title, run = self.title, list[bytes]()
        for page, begun in zip(self.pages, self.begun or [[] for _page in self.pages], strict=True):
            if begun:
                if run:
                    yield title, run
                title, run = " – ".join(dict.fromkeys((begun[0], begun[-1]))), []
            run.append(page)
        yield title, run


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A list as it stands in a file: its bookmark, its head, and its lines in order, read once.

    ``by_heading``: bookmarks for its headings. ``before`` and ``after``: pages of other papers around it; ``mark`` stands on each of those once.
    """

    title: str
    head: Head
    lines: Iterable[Row | Heading]
    by_heading: bool = False
    before: int = 0
    after: int = 0
    mark: str = ""


def write_lists(path: Path, paper: Stationery, composer: ListComposer, lists: Iterable[PrintedList]) -> Written:
    """Write lists one after the other. Memory: some 40 bytes a row, since pages are kept deflated until all are counted.

    Raises ``documents.stream.values.RecordRefusedError``.
    """
    rows = 0

    def counted(lines: Iterable[Row | Heading]) -> Iterator[Row | Heading]:
        nonlocal rows
        for line in lines:
            rows += not isinstance(line, Heading)
            yield line

    drawn = [draw_list(composer, replace(one, lines=counted(one.lines))) for one in lists]
    return Written(rows, bind(path, paper, drawn))


def draw_list(composer: ListComposer, one: PrintedList) -> Drawn:
    """The pages of one list. Raises ``documents.stream.values.RecordRefusedError``."""
    pages, begun = composer.pages_and_headings(one.head, one.lines)
    return Drawn(one.title, composer.layer(one.head), pages, begun if one.by_heading else [])


def refusals(columns: Sequence[Column], lines: Iterable[Row | Heading]) -> Iterator[RecordRefusedError]:
    """All that cannot be written, where ``draw_list`` names the first: what lacks a letter, what does not fit."""
    cells = [Cell(place, column) for place, column in enumerate(columns) if not column.tick]
    heading = Style(SEMIBOLD, SIZE, kern=False)
    for line in lines:
        if isinstance(line, Heading):
            try:
                heading.measure(clean(line.text + line.hint))
            except OutsideError as error:
                yield UnprintableError(line.text, "heading", error.characters)
            continue
        for cell in cells:
            try:
                cell.fitted(line)
            except RecordRefusedError as error:
                yield error


def bind(path: Path, paper: Stationery, drawn: Sequence[Drawn]) -> int:
    """Put documents together in one file, in order; returns its pages."""
    runs = [(str(index), one.layer, title, pages) for index, one in enumerate(drawn) for title, pages in one.runs()]
    plan = Plan(paper, [Station(title, len(pages), block=block) for block, _layer, title, pages in runs])
    with path.open("wb") as stream, whole_file(plan, stream, deflated=True) as writer:
        for _block, layer, _title, pages in runs:
            writer.station(pages, layers=[layer])
    return plan.pages
