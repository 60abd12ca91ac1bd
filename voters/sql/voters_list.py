"""Statements that read a voters list: a page of it, its size, and all of it in one stream.

The same conditions serve the screen and the exports, so that a file holds exactly what was shown. No LIKE: under
row-level security only leakproof operators reach an index (docs/adr/0003-row-level-security.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection

from documents.engine.lists import Sink
from elections.rules import BALLOT_CODES

Order = Literal["name", "street"]
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

ORDERS: dict[tuple[Order, bool], str] = {
    ("name", False): "e.list_number",
    ("name", True): "e.list_number DESC",
    ("street", False): "e.postcode, e.street_name, {house}, e.list_number",
    ("street", True): "e.postcode DESC, e.street_name DESC, {house}, e.list_number",
}
# A house number sorts by the number that it begins with, a box as numbers and letters that have equal length.
HOUSE = "(substring(e.house_number FROM '^[0-9]{1,9}'))::int NULLS LAST, e.house_number, length(e.box_number), e.box_number"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What is shown of a list. Empty values do not filter; ``street`` is (postcode, street_name) as it stands in the list."""

    words: tuple[str, ...] = ()
    numbers: tuple[int, int] | None = None
    ballot: int | None = None
    compulsory: bool | None = None
    mark: bool | None = None
    minor: bool | None = None
    without_address: bool = False
    street: tuple[str, str] | None = None

    @property
    def active(self) -> bool:
        """Whether it leaves anything out."""
        return self != ListFilter()


def _where(municipality_id: int, extraction_id: int, chosen: ListFilter) -> tuple[str, dict[str, Any]]:
    params: dict[str, Any] = {"municipality_id": municipality_id, "extraction_id": extraction_id}
    parts = ["e.municipality_id = %(municipality_id)s", "e.extraction_id = %(extraction_id)s"]
    for number, word in enumerate(sorted(chosen.words, key=len, reverse=True)):
        parts.append(_WORD.format(n=number))
        params[f"word_{number}"] = word
    if chosen.numbers is not None:
        parts.append("e.list_number BETWEEN %(first)s AND %(last)s")
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
        parts.append("e.postcode = %(postcode)s AND e.street_name = %(street_name)s")
        params |= {"postcode": chosen.street[0], "street_name": chosen.street[1]}
    return "\n   AND ".join(parts), params


PAGE = """
SELECT e.list_number, e.person_id, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number,
       e.box_number, e.mark, e.minor, e.ballots, e.compulsory, e.address_id IS NULL
  FROM voters_entry e
 WHERE {where}
 ORDER BY {order}
 LIMIT %(limit)s OFFSET %(offset)s
"""


def page(
    *, municipality_id: int, extraction_id: int, chosen: ListFilter, order: Order, descending: bool, offset: int, limit: int
) -> list[tuple[Any, ...]]:
    """Rows of one page, in the columns of ``PAGE``."""
    where, params = _where(municipality_id, extraction_id, chosen)
    sql = PAGE.format(where=where, order=ORDERS[order, descending].format(house=HOUSE))
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, "limit": limit, "offset": offset})
        return list(cursor.fetchall())


COUNT = "SELECT count(*) FROM voters_entry e WHERE {where}"
MASKS = "SELECT DISTINCT e.ballots FROM voters_entry e WHERE {where}"


def count(*, municipality_id: int, extraction_id: int, chosen: ListFilter) -> int:
    """How many entries match."""
    where, params = _where(municipality_id, extraction_id, chosen)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(where=where), params)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


STREETS = """
WITH RECURSIVE street AS (
    (SELECT e.postcode, e.street_name FROM voters_entry e
      WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
      ORDER BY e.postcode, e.street_name LIMIT 1)
    UNION ALL
    SELECT following.postcode, following.street_name
      FROM street
     CROSS JOIN LATERAL (
        SELECT e.postcode, e.street_name FROM voters_entry e
         WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
           AND (e.postcode, e.street_name) > (street.postcode, street.street_name)
         ORDER BY e.postcode, e.street_name LIMIT 1) following)
SELECT postcode, street_name FROM street ORDER BY core_fold(street_name), postcode
"""


def streets(*, municipality_id: int, extraction_id: int) -> list[tuple[str, str]]:
    """The streets of a list as (postcode, name), in the order of their names. One step of the index a street, not a voter."""
    with connection.cursor() as cursor:
        cursor.execute(STREETS, {"municipality_id": municipality_id, "extraction_id": extraction_id})
        return [(postcode, name) for postcode, name in cursor.fetchall()]


EXPORT = """
SELECT e.list_number, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number, e.box_number,
       e.mark, (%(ballot_texts)s::text[])[e.ballots + 1] AS ballots, ''::text AS station_number
  FROM voters_entry e
 WHERE {where}
 ORDER BY {order}
"""
# On paper and in files streets follow each other by folded name, as people look for them.
EXPORT_ORDERS: dict[Order, str] = {
    "name": "e.list_number",
    "street": "core_fold(e.street_name) = '', core_fold(e.street_name), e.postcode, " + HOUSE + ", e.list_number",
}


def copy_csv(*, municipality_id: int, extraction_id: int, chosen: ListFilter, order: Order, stream: Sink) -> int:
    """Write the list as CSV (UTF-8, RFC 4180, header) as the database makes it; returns the number of voters."""
    where, params = _where(municipality_id, extraction_id, chosen)
    query = EXPORT.format(where=where, order=EXPORT_ORDERS[order])
    with connection.cursor() as cursor:
        with cursor.copy(
            f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER true)",
            {**params, "ballot_texts": BALLOT_TEXTS},
        ) as copy:
            for block in copy:
                stream.write(bytes(block))
        return int(cursor.rowcount)


LINES = """
SELECT e.list_number, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number, e.box_number,
       e.mark, e.minor, e.ballots
  FROM voters_entry e
 WHERE {where}
 ORDER BY {order}
"""


def lines(*, municipality_id: int, extraction_id: int, chosen: ListFilter, order: Order) -> Iterator[tuple[Any, ...]]:
    """All matching entries in the columns of ``LINES``, read from the server by ``CHUNK``; inside one transaction only."""
    where, params = _where(municipality_id, extraction_id, chosen)
    with connection.chunked_cursor() as cursor:
        cursor.execute(LINES.format(where=where, order=EXPORT_ORDERS[order]), params)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def masks(*, municipality_id: int, extraction_id: int, chosen: ListFilter) -> set[int]:
    """The different sets of ballots among the matching entries."""
    where, params = _where(municipality_id, extraction_id, chosen)
    with connection.cursor() as cursor:
        cursor.execute(MASKS.format(where=where), params)
        return {mask for (mask,) in cursor.fetchall()}
