"""The lines of a copy of a voters list as of a moment, and how many there are by station. The national number is never asked for.

Parameters of voters.sql.ledger: ``municipality_id``, ``extraction_id``, ``draft_id``, ``at``; and ``station``, a number or NULL for all.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from voters.rules.list_copies import Order
from voters.sql.ledger import CURRENT
from voters.sql.plans import whole_lists

CHUNK = 2000
_HOUSE = "(substring(btrim(l.list_house_number) FROM '^[0-9]{1,9}'))::int NULLS LAST, l.list_house_number, length(l.list_box_number), l.list_box_number"
_STREET = "districts_street_key(l.list_street_name)"
# One heading a street, however each household's address was written; of the spellings, one that is not all capitals.
_HEADING = rf"""max(regexp_replace(btrim(l.list_street_name), '\s+', ' ', 'g') COLLATE "C")
       OVER (PARTITION BY l.list_postcode, {_STREET})"""
_ORDERS = {
    Order.NAME: "l.name_key, l.list_number",
    Order.STREET: f"{_STREET} = '', {_STREET}, l.list_postcode, {_HOUSE}, l.list_number",
}
_AMONG = "(%(station)s::integer IS NULL OR l.station_number = %(station)s::integer)"


class Line(NamedTuple):
    """One voter, as the list knows them at the moment."""

    station: int | None
    list_number: int
    last_name: str
    first_names: str
    birth_date: str
    postcode: str
    street_name: str
    house_number: str
    box_number: str
    mark: str
    minor: bool
    ballots: int
    compulsory: int
    struck: bool
    reason: str
    """Of a struck line: voters.rules.ledger.NoCard."""
    added: bool
    heading: str
    """The street as it stands over its voters, in a list by street; empty in another."""


class Count(NamedTuple):
    """What a station's list adds up to; ``streets`` are headings of a list by street."""

    station: int | None
    voters: int
    struck: int
    added: int
    marked: int
    minors: int
    compulsory: int
    streets: int


class Counts(NamedTuple):
    """What the lists add up to: each station's, and all of them together (their streets counted once)."""

    stations: list[Count]
    whole: Count


LINES = f"""
SELECT l.station_number, l.list_number, l.last_name, l.first_names, l.birth_date, l.list_postcode, l.list_street_name, l.list_house_number,
       l.list_box_number, l.mark, l.minor, l.ballots, l.compulsory, l.struck, CASE WHEN l.struck THEN coalesce(l.no_card, '') ELSE '' END,
       l.added_later, {{heading}}
  FROM ({CURRENT}) l
 WHERE {_AMONG} AND (NOT l.struck OR %(with_struck)s)
 ORDER BY {{order}}
"""  # noqa: S608  # built of fixed parts

COUNTS = f"""
SELECT l.station_number, count(*) FILTER (WHERE NOT l.struck), count(*) FILTER (WHERE l.struck),
       count(*) FILTER (WHERE l.added_later AND NOT l.struck), count(*) FILTER (WHERE l.mark <> '' AND NOT l.struck),
       count(*) FILTER (WHERE l.minor AND NOT l.struck),
       count(*) FILTER (WHERE l.compulsory <> 0 AND NOT l.struck), count(DISTINCT (l.list_postcode, {_STREET}))
  FROM ({CURRENT}) l
 WHERE {_AMONG}
 GROUP BY GROUPING SETS ((l.station_number), ())
 ORDER BY grouping(l.station_number), l.station_number NULLS FIRST
"""  # noqa: S608  # built of fixed parts


def lines(place: dict[str, Any], *, order: Order, by_station: bool, apart: bool, with_struck: bool) -> Iterator[Line]:
    """The lines in order; first by station, and then 16 and 17 years old last, where that is asked. Inside one transaction only."""
    parts = [*(["l.station_number NULLS FIRST"] if by_station else []), *(["l.minor"] if apart else []), _ORDERS[order]]
    with connection.chunked_cursor() as cursor:
        with whole_lists():
            heading = _HEADING if order == Order.STREET else "''"
            cursor.execute(LINES.format(order=", ".join(parts), heading=heading), {**place, "with_struck": with_struck})
        while rows := cursor.fetchmany(CHUNK):
            yield from (Line(*row) for row in rows)


def counts(place: dict[str, Any]) -> Counts:
    """By station number; one row without a number while nobody has a station; and all together."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(COUNTS, place)
        *stations, whole = [Count(*row) for row in cursor.fetchall()]
    return Counts(stations, whole)
