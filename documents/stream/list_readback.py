"""Read a file of lists back with other libraries than the one that wrote it: every row once, in order, and nothing beside them.

qpdf says whether the file is valid, PDFium reads the text of each page. A page must hold the letters of its head, of its rows and
headings, and no others: so a row that stands there twice, or that nobody asked for, is found as well as one that is missing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.engine.fonts import clean
from documents.stream.list_file import PrintedList
from documents.stream.list_values import Column, Head, Heading, Row
from documents.stream.page_texts import squeezed, texts
from documents.stream.readback import warnings

MISSING = "this row is not where the list has it"
FOREIGN = "something stands on the page that is not of the list"
HEAD = "the head of the page is not as it should be"
COUNT = "the page does not say which of how many it is"
MARK = "the page does not bear its mark once"
MORE = "there are more pages than the list has"
FEWER = "the file ends before the list does"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the row's first cell (empty where no row is meant), the page of the file from 1 (0: the file), and what it is."""

    record: str
    page: int
    problem: str


class ListReader:
    """One file, read from front to back while the lists go by."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.path, self.pages = path, 0
        self._titles = [column.title for column in columns]
        self._texts = texts(path)
        printed = [(place, column) for place, column in enumerate(columns) if not column.tick]
        by_place = [place for place, _column in printed]
        from_left = [place for place, column in sorted(printed, key=lambda one: one[1].x)]
        self._orders = [by_place] if by_place == from_left else [by_place, from_left]
        """As the cells of a row are drawn, and as they stand beside each other."""

    def check(self, one: PrintedList) -> Iterator[Fault]:
        """What is wrong with the next list of the file."""
        yield from self._papers(one.before, one.mark)
        yield from self._list(one)
        for _rest in one.lines:
            pass  # what comes after a page that cannot be read: whoever reads them from a database is done with them
        yield from self._papers(one.after, one.mark)

    def finish(self) -> Iterator[Fault]:
        """What is wrong with the file as a whole."""
        for _rest in self._texts:
            self.pages += 1
            yield Fault("", self.pages, MORE)
        yield from (Fault("", 0, warning) for warning in warnings(self.path))

    def _next(self) -> str | None:
        text = next(self._texts, None)
        self.pages += text is not None
        return text

    def _papers(self, count: int, mark: str) -> Iterator[Fault]:
        for _page in range(count):
            text = self._next()
            if text is None:
                yield Fault("", self.pages, FEWER)
            elif squeezed(text).count(squeezed(mark)) != 1:
                yield Fault("", self.pages, MARK)

    def _list(self, one: PrintedList) -> Iterator[Fault]:
        lines, number, total = _Lines(one, self._letters), 0, 1
        while number < total:
            number += 1
            if (text := self._next()) is None:
                yield Fault(lines.record, self.pages, FEWER)
                return
            said = one.head.page_of.format(page=number)
            found = re.search(rf"{re.escape(said)}\s+(\d+)", text)
            if found is None or (number > 1 and int(found[1]) != total):
                yield Fault("", self.pages, COUNT)
                return
            total = int(found[1])
            yield from self._page(squeezed(text), one.head, f"{said} {total}", lines)
        if lines.waiting is not None:
            yield Fault(lines.record, self.pages, MISSING)

    def _page(self, text: str, head: Head, count: str, lines: "_Lines") -> Iterator[Fault]:
        furniture = [*_furniture(head), *self._titles, count]
        if any(squeezed(clean(one)) not in text for one in furniture):
            yield Fault("", self.pages, HEAD)
        expected = [squeezed(clean(one)) for one in furniture]
        taken = list(lines.taken(len(text) - sum(map(len, expected))))
        expected += [self._shown(line, self._orders[0]) for line in taken]
        missing: list[Row | Heading] = [line for line in _headings(taken) if squeezed(clean(line.text + line.hint)) not in text]
        missing += self._missing(text, [line for line in taken if isinstance(line, tuple)])
        yield from (Fault(_record(line), self.pages, MISSING) for line in missing)
        if not missing and Counter(text) != Counter("".join(expected)):
            yield Fault("", self.pages, FOREIGN)

    def _missing(self, text: str, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows that do not follow each other on a page, each with its cells beside each other."""
        place = 0
        for row in rows:
            shown = [self._shown(row, order) for order in self._orders]
            ends = [at + len(one) for one in shown if (at := text.find(one, place)) >= 0]
            end = min(ends) if ends else self._end_in_lines(row, text, place)
            if end < 0:
                yield row
            place = max(place, end)

    def _shown(self, line: Row | Heading, order: Sequence[int]) -> str:
        if isinstance(line, Heading):
            return squeezed(clean(line.text + line.hint))
        return squeezed(clean("".join([line[place] for place in order])))

    def _end_in_lines(self, row: Row, text: str, place: int) -> int:
        """Where a row of several lines ends; -1 where it is not. Cells are read between the lines of others, so that only the letters tell."""
        letters = Counter(self._shown(row, self._orders[0]))
        size = letters.total()
        words = [squeezed(word) for at in self._orders[0] for word in re.split(r"[\s-]", clean(row[at]))]
        # Where its page begins is known of the first row only by what it is.
        for start in [place] if place else range(len(text) - size + 1):
            shown = text[start : start + size]
            if Counter(shown) == letters and all(word in shown or _broken(word, shown) for word in words):
                return start + size
        return -1

    def _letters(self, line: Row | Heading) -> int:
        return len(self._shown(line, self._orders[0]))


def _headings(lines: Iterable[Row | Heading]) -> Iterator[Heading]:
    """Headings are drawn before the rows of their page."""
    return (line for line in lines if isinstance(line, Heading))


def _record(line: Row | Heading) -> str:
    return line[0] if isinstance(line, tuple) else line.text


def _broken(word: str, text: str) -> bool:
    """Whether a word stands in two parts, as one that no line holds."""
    return any(word[:cut] in text and word[cut:] in text for cut in range(1, len(word)))


def _furniture(head: Head) -> Iterable[str]:
    return [head.place, head.title, *head.lines, head.stamp, head.foot, head.legend, head.watermark]


class _Lines:
    """The lines of a list, taken as they fill pages."""

    def __init__(self, one: PrintedList, letters: Callable[[Row | Heading], int]) -> None:
        self._lines, self._continued, self._letters = iter(one.lines), one.head.continued, letters
        self._heading: Heading | None = None
        self.waiting: Row | Heading | None = next(self._lines, None)

    @property
    def record(self) -> str:
        """What names the line whose turn it is."""
        return "" if self.waiting is None else _record(self.waiting)

    def taken(self, letters: int) -> Iterator[Row | Heading]:
        """The lines of a page that has so many letters beside its furniture. One that begins among rows says its heading again."""
        left = letters
        if self._heading is not None and isinstance(self.waiting, tuple):
            again = Heading(self._heading.text, self._continued)
            left -= self._letters(again)
            yield again
        while self.waiting is not None and self._letters(self.waiting) <= left:
            line, self.waiting = self.waiting, next(self._lines, None)
            left -= self._letters(line)
            if isinstance(line, Heading):
                self._heading = line
            yield line
