"""A copy of a voters list on paper, by the merge stream: 48 voters a page, each station with pages and a bookmark of its own. Pure."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from documents.stream.list_file import Drawn, PrintedList, bind, draw_list
from documents.stream.lists import Column, Head, Heading, ListComposer, Row, Struck, list_stationery
from documents.stream.stationery import Stationery
from voters.documents.list_copy.data import CopyHead, CopyLine, ListCopyData, Section, StationHead
from voters.documents.list_copy.words import WORDS, Words
from voters.documents.voters_list.layout import WORDS as LIST_WORDS
from voters.documents.voters_list.layout import long_date, medium_date
from voters.rules.birth_dates import registered_date
from voters.rules.list_copies import KINDS, Changes, Field, Kind, Order

VERSION = "list_copy/2"
"""Stored with each copy: rises whenever the same data would give other bytes."""
EDGE, END, GAP = 14.0, 196.0, 2.0
WIDTHS = {
    Field.PRESENT: 8.0,
    Field.NUMBER: 10.5,
    Field.BIRTH: 17.5,
    Field.MARK: 14.0,
    Field.COMPULSORY: 9.0,
    Field.STATION: 11.0,
    Field.PROXY: 8.0,
}
"""Columns of a fixed width, in mm; name and address share what is left."""
PAPERS = (1, 2)
"""Pages of a package before and after the list: cover; count sheet and signatures."""
HOUSE = 20.0
NAMES_PART = 0.53


def write(path: Path, data: ListCopyData) -> tuple[int, int]:
    """Write the copy to a file; returns rows and pages. Memory: some 40 bytes a voter, since pages are kept deflated until all are counted.

    Raises ``documents.stream.values.RecordRefusedError``.
    """
    sheets, rows, drawn = Sheets(data.head), 0, []
    for section in data.sections:
        drawn.append(sheets.draw(section))
        rows += section.head.lines
    return rows, bind(path, stationery(data.head), drawn)


def stationery(head: CopyHead) -> Stationery:
    """The stationery of a file of lists alone."""
    words = WORDS[head.language]
    return list_stationery(f"{words.title} {head.municipality}", language=head.language, author=head.municipality)


class Sheets:
    """Draws the lists of one copy."""

    def __init__(self, head: CopyHead) -> None:
        self.head, self.words = head, WORDS[head.language]
        self.rule = KINDS[head.kind]
        self.short = {code: texts[0] for code, texts in LIST_WORDS[head.language].ballots.items()}
        self.fields = named_first(order_of(head))
        self.composer = ListComposer(columns(head))

    def draw(self, section: Section) -> Drawn:
        """The list of one section."""
        return draw_list(self.composer, self.printed(section))

    def printed(self, section: Section) -> PrintedList:
        """What is printed of one section. In a package it has the papers of its station around it, which bear the copy's number as well."""
        mark = f"{self.words.copy} {serial(self.head, section.head.number)} ·"
        before, after = PAPERS if self.head.kind == Kind.PACKAGE else (0, 0)
        head, lines = page_head(self.head, section.head), self._lines(section)
        return PrintedList(title(self.head, section.head), head, lines, before=before, after=after, mark=mark)

    def _lines(self, section: Section) -> Iterator[Row | Heading]:
        street: tuple[str, str] | None = None
        minors = False
        for line in section.lines:
            if self.head.apart and line.minor and not minors:
                minors, street = True, None
                yield Heading(self._minors(), new_page=True)
            if self.head.order == Order.STREET and (line.postcode, line.heading) != street:
                street = (line.postcode, line.heading)
                yield Heading(line.heading or self.words.no_street, line.postcode)
            yield self._row(line)

    def _minors(self) -> str:
        return self.words.minors if "european" in self.head.ballots else self.words.minors_short

    def _row(self, line: CopyLine) -> Row:
        cells = {
            Field.PRESENT: str(line.list_number),
            Field.NUMBER: str(line.list_number),
            Field.NAME: f"{line.last_name}, {line.first_names}" if line.first_names else line.last_name,
            Field.BIRTH: registered_date(line.birth_date),
            Field.ADDRESS: self._address(line),
            Field.MARK: self._mark(line),
            Field.COMPULSORY: self.words.yes if line.compulsory else self.words.no,
            Field.STATION: str(line.station or ""),
            Field.PROXY: "",
        }
        row = tuple([cells[one] for one in self.fields])
        return Struck(row) if line.struck and Field.STRUCK in self.rule.fields else row

    def _address(self, line: CopyLine) -> str:
        house = f"{line.house_number} {self.words.box} {line.box_number}" if line.box_number else line.house_number
        if self.head.order == Order.STREET:
            return house
        address = " ".join(part for part in (line.street_name, house) if part)
        return f"{address}, {line.postcode}" if line.postcode else address

    def _mark(self, line: CopyLine) -> str:
        """``V``, ``16+``, the ballots of who may not vote for all; of a struck line its reason alone."""
        fields = self.rule.fields
        if line.struck and Field.STRUCK in fields:
            return self.words.reasons.get(line.reason, "") if Field.REASON in fields else ""
        fewer = Field.BALLOTS in fields and set(line.ballots) < set(self.head.ballots)
        parts = [
            "+" if line.added and Field.ADDED in fields else "",
            line.mark,
            "16+" if line.minor and Field.MINOR in fields else "",
            " ".join(self.short[code] for code in line.ballots) if fewer else "",
        ]
        return " ".join(filter(None, parts))


def order_of(head: CopyHead) -> list[Field]:
    """The printed fields from left to right."""
    fields = [one for one in KINDS[head.kind].fields if one in WIDTHS or one in {Field.NAME, Field.ADDRESS}]
    if head.order == Order.STREET:
        # The house comes where the eye looks for it; the number of the list goes behind.
        front = [one for one in (Field.PRESENT, Field.ADDRESS, Field.NAME, Field.BIRTH, Field.MARK) if one in fields]
        fields = front + [one for one in fields if one not in front]
    return fields


def named_first(fields: list[Field]) -> list[Field]:
    """The fields of a row as the composer takes them, wherever they stand: a refusal names the row by the first, the list number."""
    return sorted(fields, key=lambda one: one not in {Field.PRESENT, Field.NUMBER})


def columns(head: CopyHead) -> list[Column]:
    """The columns over the width of the page, in mm, in the order of ``named_first``."""
    words, fields, by_street = WORDS[head.language], order_of(head), head.order == Order.STREET
    titles = {
        Field.PRESENT: words.present,
        Field.NUMBER: words.number,
        Field.NAME: words.name,
        Field.BIRTH: words.born,
        Field.ADDRESS: words.house if by_street else words.address,
        Field.MARK: words.mark,
        Field.COMPULSORY: words.compulsory,
        Field.STATION: words.station_short,
        Field.PROXY: words.proxy,
    }
    widths = {one: WIDTHS[one] for one in fields if one in WIDTHS}
    spare = END - EDGE - sum(widths.values()) - GAP * (len(fields) - 1)
    widths |= (
        {Field.ADDRESS: HOUSE, Field.NAME: spare - HOUSE}
        if by_street
        else {Field.NAME: spare * NAMES_PART, Field.ADDRESS: spare * (1 - NAMES_PART)}
    )
    found, x = {}, EDGE
    for one in fields:
        found[one] = _column(one, titles[one], x, widths[one], by_street=by_street)
        x += widths[one] + GAP
    return [found[one] for one in named_first(fields)]


def _column(field: Field, title: str, x: float, width: float, *, by_street: bool) -> Column:
    if field in {Field.PRESENT, Field.PROXY}:
        return Column(title, x, width, "center", tick=True)
    if field in {Field.NUMBER, Field.BIRTH, Field.STATION}:
        return Column(title, x, width, "right", strong=field == Field.STATION)
    if field in {Field.MARK, Field.COMPULSORY}:
        return Column(title, x, width, "center", strong=field == Field.MARK, spared=field == Field.MARK)
    return Column(title, x, width, strong=by_street and field == Field.ADDRESS)


def title(head: CopyHead, station: StationHead) -> str:
    """What the bookmark of a list says."""
    words = WORDS[head.language]
    return head.municipality if station.number is None else f"{words.station} {station.number} · {station.name or station.building}"


def page_head(head: CopyHead, station: StationHead) -> Head:
    """What stands on every page."""
    words = WORDS[head.language]
    names = ", ".join(LIST_WORDS[head.language].ballots[code][1] for code in head.ballots)
    first = f"{long_date(head.election_day, head.language)} · {names}"
    where = []
    if station.number is not None:
        where = [f"{words.station} {station.number} · {place_of(station)}"]
    return Head(
        title=words.title,
        place=head.municipality,
        lines=(first[0].upper() + first[1:], *where, figures(head, station)),
        stamp=words.stamps[head.kind],
        solid_stamp=head.kind in {Kind.PRESIDENT, Kind.PACKAGE, Kind.STATION},
        watermark="",
        foot=foot(head, station.number),
        legend=_legend(head, words),
        page_of=words.page_of,
        continued=words.continued,
        language=head.language,
        author=head.municipality,
    )


def place_of(station: StationHead) -> str:
    """Its name, unless that only repeats the number, and where it is."""
    own = [] if not station.name or station.name.endswith(f" {station.number}") else [station.name]
    # Rooms of one building are often called after it: then the name says it already.
    building = "" if own and station.building in station.name else station.building
    return ", ".join(filter(None, [*own, building, station.address]))


def figures(head: CopyHead, station: StationHead) -> str:
    """*Lijstdatum 1 augustus 2024 · 812 kiezers, 3 doorgehaald · op naam · toestand 23 september 2024, 11.30*."""
    words, rule = WORDS[head.language], KINDS[head.kind]
    count = f"{_grouped(station.voters)} {words.voters}"
    if rule.changes == Changes.SHOWN:
        count += "".join(
            f", {_grouped(number)} {word}" for number, word in ((station.struck, words.struck), (station.added, words.added)) if number
        )
    order = words.by_street if head.order == Order.STREET else words.by_name
    state = words.established if rule.changes == Changes.ESTABLISHED else f"{words.as_of} {moment(head.as_of, head)}"
    text = f"{words.list_date} {medium_date(head.list_date, head.language)} · {count} · {order} · {state}"
    return text[0].upper() + text[1:]


def moment(at: datetime, head: CopyHead) -> str:
    """``23 september 2024, 11.30``."""
    return f"{medium_date(at.date(), head.language)}, {at:%H.%M}"


def serial(head: CopyHead, station: int | None) -> str:
    """``17``; ``17.3`` in a file that holds several stations' lists."""
    return str(head.number) if station is None else f"{head.number}.{station}"


def foot(head: CopyHead, station: int | None) -> str:
    """The line by which a copy that turns up is traced: which one, for whom, made when, as of when, of which list."""
    words = WORDS[head.language]
    parts = [
        f"{words.copy} {serial(head, station)}",
        f"{words.made_for} {head.made_for}",
        f"{words.made} {moment(head.issued_at, head)}",
        f"{words.as_of} {moment(head.as_of, head)}",
        head.sha256[:12],
    ]
    return " · ".join(parts)


def _legend(head: CopyHead, words: Words) -> str:
    fields, texts = KINDS[head.kind].fields, words.legend
    parts = [texts["mark"]]
    if Field.MINOR in fields and "european" in head.ballots:
        parts.append(texts["minor"])
    if Field.STRUCK in fields:
        parts += [texts["struck"] + (f" ({texts['reason']})" if Field.REASON in fields else ""), texts["added"]]
    if Field.BALLOTS in fields and len(head.ballots) > 1:
        names = LIST_WORDS[head.language].ballots
        parts.append(texts["ballots"].format(ballots=", ".join(f"{names[code][0]} = {names[code][1]}" for code in head.ballots)))
    return " · ".join(parts)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
