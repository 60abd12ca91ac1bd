"""What the map shows: houses with their voters and the station they vote in, what is not on it, and who votes elsewhere in another draft.

A house is a number of a street in a postcode: 12, 12A and 12 box 3 are one dot. Never a name, never a household of its own.
"""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from districts.sql.districts import HOLDING, contains
from voters.rules.map_blocks import Block
from voters.sql.plans import whole_lists

SCALE = 100_000
"""Positions are whole hundred-thousandths of a degree: about a metre."""


class Box(NamedTuple):
    """A piece of the map, in degrees."""

    south: float
    west: float
    north: float
    east: float


class House(NamedTuple):
    """A house and one station of its voters; a house that is split over stations comes once for each.

    ``y`` and ``x``: position times ``SCALE``, null where unknown. ``before_id``: their station in the draft compared with.
    """

    street_id: int
    street: str
    postcode: str
    number: int
    y: int | None
    x: int | None
    district_id: int | None
    station_id: int | None
    before_id: int | None
    voters: int


# Where everybody counts, those at no known address are a house without a number ({join} is LEFT JOIN).
_PLACED = """
    SELECT a.house_id, p.station_id, {before} AS before_id, sum(p.voters)::integer AS voters
      FROM voters_placement p
      {join} address a ON a.id = p.address_id
      {compared}
     WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s
     GROUP BY a.house_id, p.station_id, {before}"""
_COMPARED = """LEFT JOIN voters_placement q
        ON q.municipality_id = %(municipality_id)s AND q.draft_id = %(before_id)s AND q.household = p.household"""
_LISTED = """
    SELECT a.house_id, NULL::bigint AS station_id, NULL::bigint AS before_id, count(*)::integer AS voters
      FROM voters_entry e
      {join} address a ON a.id = e.address_id
     WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
     GROUP BY a.house_id"""
_NOBODY = "SELECT NULL::bigint AS house_id, NULL::bigint AS station_id, NULL::bigint AS before_id, 0 AS voters WHERE false"

# Every house in use, and closed ones in which voters live all the same. A house has one number of its own to be joined by, that of
# its first address: on street, postcode and number the planner would join by the street alone.
PLACES = """
WITH address AS MATERIALIZED (
    SELECT a.id, a.street_id, a.postcode, a.number, min(a.id) OVER house AS house_id, bool_or(a.closed_at IS NULL) OVER house AS open,
           avg(a.latitude) OVER house AS latitude, avg(a.longitude) OVER house AS longitude
      FROM districts_address a
     WHERE a.municipality_id = %(municipality_id)s AND {some}
    WINDOW house AS (PARTITION BY a.street_id, a.postcode, a.number)),
house AS (
    SELECT a.house_id, a.street_id, a.postcode, a.number, a.open,
           round(a.latitude * %(scale)s)::integer AS y, round(a.longitude * %(scale)s)::integer AS x
      FROM address a
     WHERE a.id = a.house_id),
vote AS MATERIALIZED ({votes}),
place AS (
    SELECT h.house_id, h.street_id, h.postcode, h.number, h.y, h.x, r.district_id, v.station_id, v.before_id, coalesce(v.voters, 0) AS voters
      FROM house h
      LEFT JOIN vote v ON v.house_id = h.house_id
      LEFT JOIN ({holding}) r ON r.street_id = h.street_id AND r.postcode = h.postcode AND {within}
     WHERE h.open OR v.voters IS NOT NULL)
"""

# The addresses of whole houses of which any lies in the box: a piece of a city must not cost the city (index address_by_position).
# Asked for by itself: within the large statement the planner takes them for one or for all.
NEAR = """
SELECT a.id
  FROM (SELECT DISTINCT n.street_id, n.postcode, n.number
          FROM districts_address n
         WHERE n.municipality_id = %(municipality_id)s
           AND n.latitude BETWEEN %(south)s / %(scale)s::float AND %(north)s / %(scale)s::float
           AND n.longitude BETWEEN %(west)s / %(scale)s::float AND %(east)s / %(scale)s::float) n
  JOIN districts_address a
    ON a.municipality_id = %(municipality_id)s AND a.street_id = n.street_id AND a.number = n.number AND a.postcode = n.postcode
"""

HOUSES = """
SELECT p.street_id, t.name, p.postcode, p.number, p.y, p.x, p.district_id, p.station_id, p.before_id, p.voters
  FROM place p
  JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = p.street_id
 WHERE %(south)s::integer IS NULL OR p.y BETWEEN %(south)s AND %(north)s AND p.x BETWEEN %(west)s AND %(east)s
 ORDER BY t.name_key, p.street_id, p.postcode, p.number %% 2, p.number, p.voters DESC, p.station_id, p.before_id
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose voters the map shows: those of a draft, else of an extraction, else nobody's.

    ``day``: on which the districts are asked for. ``before_id``: another draft, by whose stations the voters are told apart too.
    """

    municipality_id: int
    day: date
    draft_id: int | None = None
    before_id: int | None = None
    extraction_id: int | None = None


def _run(shown: Shown, select: str, *, join: str = "JOIN", street_id: int | None = None, **values: Any) -> list[tuple[Any, ...]]:
    before, compared = ("q.station_id", _COMPARED) if shown.before_id else ("NULL::bigint", "")
    votes = _PLACED if shown.draft_id else _LISTED if shown.extraction_id else _NOBODY
    votes = votes.format(before=before, compared=compared, join=join)
    wanted = {**asdict(shown), "street_id": street_id, "scale": SCALE, **values}
    some = "a.street_id = %(street_id)s" if street_id is not None else "true"
    if values.get("south") is not None:
        some, wanted["near"] = "a.id = ANY(%(near)s::bigint[])", _near(wanted)
    statement = PLACES.format(some=some, votes=votes, holding=HOLDING, within=contains("h.number")) + select
    with whole_lists() if street_id is None else nullcontext(), connection.cursor() as cursor:
        cursor.execute(statement, wanted)
        return list(cursor.fetchall())


def _near(values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEAR, values)
        return [pk for (pk,) in cursor.fetchall()]


def houses(shown: Shown, *, street_id: int | None = None, box: Box | None = None) -> list[House]:
    """The houses by street, postcode, side and number: all of them, those of a street, or those of a piece of the map."""
    edges = {name: round(edge * SCALE) for name, edge in box._asdict().items()} if box else dict.fromkeys(Box._fields)
    return [House(*row) for row in _run(shown, HOUSES, street_id=street_id, **edges)]


BLOCKS = """
SELECT round(avg(p.y))::integer, round(avg(p.x))::integer, p.district_id, p.station_id, p.before_id, count(*)::integer, sum(p.voters)::integer
  FROM place p
 WHERE p.y IS NOT NULL
 GROUP BY p.y / %(step)s, p.x / %(step)s, p.district_id, p.station_id, p.before_id
 ORDER BY p.y / %(step)s, p.x / %(step)s, p.district_id, p.station_id, p.before_id
"""


def blocks(shown: Shown, *, step: int) -> list[Block]:
    """The houses drawn together in squares of ``step`` hundred-thousandths of a degree."""
    return [Block(*row) for row in _run(shown, BLOCKS, step=step)]


class DistrictTotal(NamedTuple):
    """Houses and voters of a district that are on the map, and the middle of its houses; null: in no district."""

    district_id: int | None
    houses: int
    voters: int
    y: int
    x: int


class Missing(NamedTuple):
    """Voters who are not on the map: at an address without a position, and at none that is known."""

    without_position: int
    without_address: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole of a map: its blocks, what each district has on it, and who is not on it."""

    blocks: list[Block]
    totals: dict[int | None, DistrictTotal]
    missing: Missing


# The places are worked out once, and told apart by the first column: all else of it costs far more than what is asked of it.
OVERVIEW = f"""
SELECT 'block', b.* FROM ({BLOCKS}) b
UNION ALL
SELECT 'district', round(avg(y))::integer, round(avg(x))::integer, district_id, NULL, NULL, count(*)::integer, sum(voters)::integer
  FROM (SELECT p.district_id, min(p.y) AS y, min(p.x) AS x, sum(p.voters) AS voters
          FROM place p
         WHERE p.y IS NOT NULL
         GROUP BY p.house_id, p.district_id) h
 GROUP BY district_id
UNION ALL
SELECT 'no position', NULL, NULL, NULL, NULL, NULL, NULL, sum(p.voters)::integer FROM place p WHERE p.y IS NULL
UNION ALL
SELECT 'no address', NULL, NULL, NULL, NULL, NULL, NULL, sum(v.voters)::integer FROM vote v WHERE v.house_id IS NULL
"""  # noqa: S608  # fixed expressions


def overview(shown: Shown, *, step: int) -> Overview:
    """Blocks and figures out of one statement.

    What is on the map and what is missing are all voters of the draft or the extraction.
    """
    rows = _run(shown, OVERVIEW, join="LEFT JOIN", step=step)
    lost = {kind: voters or 0 for kind, *_nothing, voters in rows if kind.startswith("no ")}
    totals = [DistrictTotal(row[3], row[6], row[7], row[1], row[2]) for row in rows if row[0] == "district"]
    return Overview(
        [Block(*row[1:]) for row in rows if row[0] == "block"],
        {one.district_id: one for one in totals},
        Missing(lost["no position"], lost["no address"]),
    )


COUNT = """
SELECT count(*)::integer FROM (
    SELECT DISTINCT street_id, postcode, number FROM districts_address WHERE municipality_id = %(municipality_id)s AND closed_at IS NULL) h
"""


def count_houses(*, municipality_id: int) -> int:
    """How many houses are in use: more than so many are drawn together."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"municipality_id": municipality_id})
        return int(cursor.fetchone()[0])


NUMBERS = """
SELECT street_id, postcode, number, bool_or(closed_at IS NULL) FROM districts_address
 WHERE municipality_id = %(municipality_id)s AND street_id = ANY(%(streets)s)
 GROUP BY street_id, postcode, number
"""


def numbers_of(municipality_id: int, streets: Collection[int]) -> list[tuple[int, str, int, bool]]:
    """Street, postcode and number of every house of some streets, and whether it is in use."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, {"municipality_id": municipality_id, "streets": list(streets)})
        return list(cursor.fetchall())


class Move(NamedTuple):
    """Voters of one station who were in another in the draft compared with; null: in none."""

    before_id: int | None
    after_id: int | None
    voters: int
    households: int


MOVES = """
SELECT q.station_id, p.station_id, sum(p.voters)::integer, count(*)::integer
  FROM voters_placement p
  LEFT JOIN voters_placement q
    ON q.municipality_id = %(municipality_id)s AND q.draft_id = %(before_id)s AND q.household = p.household
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.station_id IS DISTINCT FROM q.station_id
 GROUP BY q.station_id, p.station_id
 ORDER BY sum(p.voters) DESC, q.station_id, p.station_id
"""


def moves(shown: Shown) -> list[Move]:
    """From which station to which, the most voters first."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(MOVES, asdict(shown))
        return [Move(*row) for row in cursor.fetchall()]
