"""Statements that read a voters list: a page of it, its size, and all of it in one stream.

The same conditions serve the screen and the exports, so that a file holds exactly what was shown. No LIKE: under
row-level security only leakproof operators reach an index (docs/adr/0003-row-level-security.md).

Once an assignment is frozen, a voter's number and station are those of ``voters_entryplace``: then ``draft_id`` names it, and the number
of the extraction (by name) only orders.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from django.db import connection

from documents.stream.segments import Sink
from elections.rules import BALLOT_CODES
from voters.sql.plans import whole_lists

Order = Literal["number", "name", "street", "station"]
"""By the number on the list; by name (the same while no assignment is frozen); by address; by station and then number."""
CHUNK = 2000

BALLOT_TEXTS = [" ".join(code for number, code in enumerate(BALLOT_CODES) if mask & 1 << number) for mask in range(1 << len(BALLOT_CODES))]
"""The codes of every possible mask, in the order of BALLOT_CODES."""

COLUMNS = (
    "list_number",
    "last_name",
    "first_names",
    "birth_date",
    "postcode",
    "street_name",
    "house_number",
    "box_number",
    "mark",
    "ballots",
    "station_number",
)
"""Columns of an exported list (docs/formats/voters-list.md)."""

_WORD = """e.person_id IN (SELECT t.person_id FROM voters_nametoken t
              WHERE t.municipality_id = %(municipality_id)s
                AND t.token >= core_fold(%(word_{n})s) AND t.token < core_fold(%(word_{n})s) || U&'\\+10FFFF')"""

PLACED = """voters_entry e
  JOIN voters_entryplace p ON p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.person_id = e.person_id
  JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id"""
"""Entries with the number and the station that the freeze gave them."""

# A house number sorts by the number that it begins with, a box as numbers and letters that have equal length.
HOUSE = "(substring(btrim(e.house_number) FROM '^[0-9]{1,9}'))::int NULLS LAST, e.house_number, length(e.box_number), e.box_number"

BY_POSTCODE = "e.postcode, e.street_name"
# A street is one however each household's address was written: its place among the streets, by every spelling of it.
BY_PLACE_OF_STREET = "(%(places)s::jsonb ->> (e.postcode || '|' || e.street_name))::integer"

# Every spelling of every street of a list, one step of the index a spelling, not a voter. Of the spellings of a street one stands over its
# voters: the longest, which abbreviates nothing, and of those one that is not all capitals.
STREETS = r"""
WITH RECURSIVE spelled AS (
    (SELECT e.postcode, e.street_name FROM voters_entry e
      WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
      ORDER BY e.postcode, e.street_name LIMIT 1)
    UNION ALL
    SELECT following.postcode, following.street_name
      FROM spelled
     CROSS JOIN LATERAL (
        SELECT e.postcode, e.street_name FROM voters_entry e
         WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
           AND (e.postcode, e.street_name) > (spelled.postcode, spelled.street_name)
         ORDER BY e.postcode, e.street_name LIMIT 1) following),
keyed AS MATERIALIZED (
    SELECT s.*, districts_street_key(s.street_name) AS street_key, regexp_replace(btrim(s.street_name), '\s+', ' ', 'g') COLLATE "C" AS trimmed
      FROM spelled s),
street AS MATERIALIZED (
    SELECT k.*, first_value(k.trimmed) OVER (PARTITION BY k.postcode, k.street_key ORDER BY length(k.trimmed) DESC, k.trimmed DESC) AS heading
      FROM keyed k)"""
# All spellings of the street that somebody chose.
_SPELLINGS = "{streets} SELECT street_name FROM street WHERE postcode = %(postcode)s AND street_key = districts_street_key(%(street_name)s)"
_IN_STREET = f"e.postcode = %(postcode)s AND e.street_name = ANY(ARRAY({_SPELLINGS.format(streets=STREETS)}))"
# On paper and in files streets follow each other as people look for them.
SPELLINGS = """{streets}
SELECT postcode, street_name, heading, dense_rank() OVER (ORDER BY postcode, street_key),
       dense_rank() OVER (ORDER BY street_key = '', street_key, postcode)
  FROM street
"""


def _orders(number: str, street: str) -> dict[tuple[Order, bool], str]:
    station = number if number == "e.list_number" else f"s.number, {number}"
    return {
        ("number", False): number,
        ("number", True): f"{number} DESC",
        ("name", False): "e.list_number",
        ("name", True): "e.list_number DESC",
        ("street", False): f"{street}, {HOUSE}, {number}",
        ("street", True): f"{', '.join(f'{part} DESC' for part in street.split(', '))}, {HOUSE}, {number}",
        ("station", False): station,
        ("station", True): station.replace(",", " DESC,"),
    }


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a list is read from, and what its number and station are called there."""

    table: str
    number: str
    station: str

    def order(self, order: Order, *, descending: bool = False, street: str = BY_POSTCODE) -> str:
        return _orders(self.number, street)[order, descending]


def _source(draft_id: int | None) -> _Source:
    if draft_id is None:
        return _Source("voters_entry e", "e.list_number", "NULL::integer")
    return _Source(PLACED, "p.list_number", "s.number")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What is shown of a list. Empty values do not filter; ``street`` is (postcode, name), the name in any spelling.

    ``station`` is the number of one; without a frozen assignment nobody has any.
    """

    words: tuple[str, ...] = ()
    numbers: tuple[int, int] | None = None
    ballot: int | None = None
    compulsory: bool | None = None
    mark: bool | None = None
    minor: bool | None = None
    without_address: bool = False
    street: tuple[str, str] | None = None
    station: int | None = None

    @property
    def active(self) -> bool:
        """Whether it leaves anything out."""
        return self != ListFilter()


@dataclass(frozen=True, slots=True)
class VotersList:
    """Whose list: that of an extraction, with the numbers and stations of the assignment that was frozen on it, if one was."""

    municipality_id: int
    extraction_id: int
    draft_id: int | None = None


def _where(list_: VotersList, chosen: ListFilter) -> tuple[str, dict[str, Any]]:
    source = _source(list_.draft_id)
    params: dict[str, Any] = asdict(list_)
    parts = ["e.municipality_id = %(municipality_id)s", "e.extraction_id = %(extraction_id)s"]
    for number, word in enumerate(sorted(chosen.words, key=len, reverse=True)):
        parts.append(_WORD.format(n=number))
        params[f"word_{number}"] = word
    if chosen.numbers is not None:
        parts.append(f"{source.number} BETWEEN %(first)s AND %(last)s")
        params |= {"first": chosen.numbers[0], "last": chosen.numbers[1]}
    if chosen.ballot is not None:
        parts.append("e.ballots & %(bit)s <> 0")
        params["bit"] = 1 << chosen.ballot
    if chosen.compulsory is not None:
        parts.append("e.compulsory <> 0" if chosen.compulsory else "e.compulsory = 0")
    if chosen.mark is not None:
        parts.append("e.mark <> ''" if chosen.mark else "e.mark = ''")
    if chosen.minor is not None:
        parts.append("e.minor" if chosen.minor else "NOT e.minor")
    if chosen.without_address:
        parts.append("e.address_id IS NULL")
    if chosen.street is not None:
        parts.append(_IN_STREET)
        params |= {"postcode": chosen.street[0], "street_name": chosen.street[1]}
    if chosen.station is not None:
        parts.append(f"{source.station} = %(station)s")
        params["station"] = chosen.station
    return "\n   AND ".join(parts), params


PAGE = """
SELECT {number}, e.person_id, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number,
       e.box_number, e.mark, e.minor, e.ballots, e.compulsory, e.address_id IS NULL, {station}
  FROM {table}
 WHERE {where}
 ORDER BY {order}
 LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Which rows of an order: so many from ``offset`` on; of a whole list rather those numbered ``first`` to ``last`` in that order."""

    limit: int
    offset: int = 0
    first: int | None = None
    last: int | None = None


def page(list_: VotersList, *, chosen: ListFilter, order: Order, descending: bool, piece: Piece) -> list[tuple[Any, ...]]:
    """Rows of one page, in the columns of ``PAGE``. Orders of numbers have no gaps: a piece of one is a range of an index."""
    source = _source(list_.draft_id)
    where, params = _where(list_, chosen)
    if piece.first is not None:
        where += f"\n   AND {source.number if order == 'number' else 'e.list_number'} BETWEEN %(piece_first)s AND %(piece_last)s"
        params |= {"piece_first": piece.first, "piece_last": piece.last}
    street = BY_POSTCODE
    if order == "street" and (spelled := Spellings.of(list_)).split:
        street, params["places"] = BY_PLACE_OF_STREET, spelled.by_postcode
    sql = PAGE.format(**_names(source), where=where, order=source.order(order, descending=descending, street=street))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, "limit": piece.limit, "offset": piece.offset})
        return list(cursor.fetchall())


def _names(source: _Source) -> dict[str, str]:
    return {"table": source.table, "number": source.number, "station": source.station}


@dataclass(frozen=True, slots=True)
class Spellings:
    """The streets of a list by every spelling: what stands over their voters, and which place they have, as JSON."""

    headings: dict[tuple[str, str], str]
    by_postcode: str
    by_name: str
    split: bool
    """Whether some street is written in several ways: only then does a page need more than the index."""

    @classmethod
    def of(cls, list_: VotersList) -> "Spellings":
        """Those of a list: one step of an index a spelling."""
        with connection.cursor() as cursor:
            cursor.execute(SPELLINGS.format(streets=STREETS), asdict(list_))
            rows = list(cursor.fetchall())
        by_postcode, by_name = ({f"{row[0]}|{row[1]}": row[place] for row in rows} for place in (3, 4))
        headings = {(postcode, name): heading for postcode, name, heading, *_places in rows}
        return cls(headings, json.dumps(by_postcode), json.dumps(by_name), len(rows) > len(set(by_name.values())))


COUNT = "SELECT count(*) FROM {table} WHERE {where}"
MASKS = "SELECT DISTINCT e.ballots FROM {table} WHERE {where}"


def count(list_: VotersList, *, chosen: ListFilter) -> int:
    """How many entries match."""
    where, params = _where(list_, chosen)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(table=_needed(list_, chosen), where=where), params)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _needed(list_: VotersList, chosen: ListFilter) -> str:
    """Only a number or a station asks for the places of the freeze."""
    return _source(list_.draft_id).table if chosen.numbers or chosen.station is not None else "voters_entry e"


NAMES_OF_STREETS = "{streets} SELECT DISTINCT postcode, heading, core_fold(heading) FROM street ORDER BY core_fold(heading), postcode"


def streets(*, municipality_id: int, extraction_id: int) -> list[tuple[str, str]]:
    """The streets of a list as (postcode, name), in the order of their names."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES_OF_STREETS.format(streets=STREETS), {"municipality_id": municipality_id, "extraction_id": extraction_id})
        return [(postcode, name) for postcode, name, _folded in cursor.fetchall()]


def _plan(chosen: ListFilter) -> AbstractContextManager[None]:
    """A list just frozen is empty to the planner. The spellings of one street are steps of an index, which are left to it."""
    return nullcontext() if chosen.street else whole_lists()


EXPORT = """
SELECT {number} AS list_number, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number, e.box_number,
       e.mark, (%(ballot_texts)s::text[])[e.ballots + 1] AS ballots, coalesce({station}::text, '') AS station_number
  FROM {table}
 WHERE {where}
 ORDER BY {order}
"""


def copy_csv(list_: VotersList, *, chosen: ListFilter, order: Order, stream: Sink) -> int:
    """Write the list as CSV (UTF-8, RFC 4180, header) as the database makes it; returns the number of voters."""
    source = _source(list_.draft_id)
    where, params = _where(list_, chosen)
    if order == "street":
        params["places"] = Spellings.of(list_).by_name
    query = EXPORT.format(**_names(source), where=where, order=source.order(order, street=BY_PLACE_OF_STREET))
    with connection.cursor() as cursor, _plan(chosen):
        with cursor.copy(
            f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER true)",
            {**params, "ballot_texts": BALLOT_TEXTS},
        ) as copy:
            # The database sends line by line; hashing and writing are cheaper by the block. It ends lines with LF, RFC 4180 with
            # CRLF; no value holds a line break, since none that does comes into the register (documents.characters).
            lines_sent = map(bytes, copy)
            while block := b"".join(islice(lines_sent, CHUNK)):
                stream.write(block.replace(b"\n", b"\r\n"))
        return int(cursor.rowcount)


LINES = """
SELECT {number}, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number, e.box_number,
       e.mark, e.minor, e.ballots, {station}
  FROM {table}
 WHERE {where}
 ORDER BY {order}
"""


def lines(list_: VotersList, *, chosen: ListFilter, order: Order) -> Iterator[tuple[Any, ...]]:
    """All matching entries in the columns of ``LINES`` and what stands over them by street, read by ``CHUNK``; inside one transaction only."""
    source = _source(list_.draft_id)
    where, params = _where(list_, chosen)
    headings: dict[tuple[str, str], str] = {}
    if order == "street":
        spelled = Spellings.of(list_)
        headings, params["places"] = spelled.headings, spelled.by_name
    statement = LINES.format(**_names(source), where=where, order=source.order(order, street=BY_PLACE_OF_STREET))
    with connection.chunked_cursor() as cursor:
        with _plan(chosen):
            cursor.execute(statement, params)
        while rows := cursor.fetchmany(CHUNK):
            yield from ((*row, headings.get((row[4], row[5]), "")) for row in rows)


def masks(list_: VotersList, *, chosen: ListFilter) -> set[int]:
    """The different sets of ballots among the matching entries."""
    where, params = _where(list_, chosen)
    with connection.cursor() as cursor:
        cursor.execute(MASKS.format(table=_needed(list_, chosen), where=where), params)
        return {mask for (mask,) in cursor.fetchall()}
