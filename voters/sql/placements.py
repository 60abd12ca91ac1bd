"""The households of a draft and their stations: written in one go, moved by hand, counted, read as streets, frozen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from voters.rules.assignment import House, ListOrder, Numbering
from voters.sql.households import HOUSEHOLD

Row = tuple[str, int | None, int | None, int | None, int, float | None, int | None, bool]
COLUMNS = "household, address_id, district_id, station_id, voters, distance, previous_building_id, by_hand"

# COPY may not go into a table under row-level security (docs/adr/0003).
STAGE = f"""
CREATE TEMP TABLE voters_placing ON COMMIT DROP AS SELECT {COLUMNS} FROM voters_placement WITH NO DATA
"""  # noqa: S608  # fixed columns
STORE = f"""
INSERT INTO voters_placement (municipality_id, draft_id, {COLUMNS})
SELECT %(municipality_id)s, %(draft_id)s, {COLUMNS} FROM voters_placing ORDER BY household
"""  # noqa: S608  # fixed columns


def store(*, municipality_id: int, draft_id: int, rows: Iterable[Row]) -> int:
    """Write the households of a draft, in place of what it had; returns how many."""
    values = {"municipality_id": municipality_id, "draft_id": draft_id}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM voters_placement WHERE municipality_id = %(municipality_id)s AND draft_id = %(draft_id)s", values)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_placing")
        cursor.execute(STAGE)
        with cursor.copy(f"COPY voters_placing ({COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(STORE, values)
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Load:
    """A station in a draft: how many vote there, how far they walk (metres, a voter), and how many come from another building."""

    station_id: int
    voters: int
    households: int
    mean: float | None
    moved: int


LOADS = """
SELECT p.station_id, sum(p.voters)::integer, count(*)::integer,
       sum(p.distance * p.voters) / nullif(sum(p.voters) FILTER (WHERE p.distance IS NOT NULL), 0),
       coalesce(sum(p.voters) FILTER (WHERE p.previous_building_id <> s.building_id), 0)::integer
  FROM voters_placement p
  JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s
 GROUP BY p.station_id
"""


def loads(*, municipality_id: int, draft_id: int) -> dict[int, Load]:
    """Stations that have voters, by their id."""
    with connection.cursor() as cursor:
        cursor.execute(LOADS, {"municipality_id": municipality_id, "draft_id": draft_id})
        return {row[0]: Load(*row) for row in cursor.fetchall()}


# Half of the voters walk no further than the median; p95: all but one in twenty.
FIGURES = """
WITH walk AS (
    SELECT p.distance, p.voters, sum(p.voters) OVER (ORDER BY p.distance, p.household) AS so_far
      FROM voters_placement p
     WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.distance IS NOT NULL),
walked AS (SELECT coalesce(sum(voters), 0) AS voters, coalesce(sum(distance * voters), 0) AS metres FROM walk)
SELECT count(*)::integer, coalesce(sum(p.voters), 0)::integer,
       coalesce(sum(p.voters) FILTER (WHERE p.station_id IS NULL), 0)::integer,
       coalesce(sum(p.voters) FILTER (WHERE p.previous_building_id <> s.building_id), 0)::integer,
       coalesce(sum(p.voters) FILTER (WHERE p.previous_building_id IS NOT NULL), 0)::integer,
       count(*) FILTER (WHERE p.by_hand)::integer,
       (SELECT metres FROM walked), (SELECT metres / nullif(voters, 0) FROM walked),
       (SELECT min(distance) FROM walk WHERE so_far >= 0.95 * (SELECT voters FROM walked)),
       (SELECT max(distance) FROM walk)
  FROM voters_placement p
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s
"""


@dataclass(frozen=True, slots=True)
class DraftFigures:
    """A whole draft: ``metres`` is the walk of all voters together; ``known_before`` voted in the election compared with."""

    households: int
    voters: int
    unplaced: int
    moved: int
    known_before: int
    by_hand: int
    metres: float
    mean: float | None
    p95: float | None
    furthest: float | None


def figures(*, municipality_id: int, draft_id: int) -> DraftFigures:
    """What the households of a draft add up to."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"municipality_id": municipality_id, "draft_id": draft_id})
        return DraftFigures(*cursor.fetchone())


# A house is its number: 12A and 12 bus 3 belong to 12. Without an address there is no side: the household stands apart.
HOUSES = """
SELECT a.street_id, t.name, a.postcode, CASE a.number % 2 WHEN 0 THEN 'even' ELSE 'odd' END, a.number::text, p.station_id,
       count(*)::integer, sum(p.voters)::integer
  FROM voters_placement p
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
  JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = a.street_id
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.station_id IS NOT NULL
   AND (%(street_id)s::bigint IS NULL OR a.street_id = %(street_id)s)
 GROUP BY a.street_id, t.name, t.name_key, a.postcode, a.number, p.station_id
 ORDER BY t.name_key, a.street_id, a.postcode, a.number % 2, a.number, p.station_id
""".replace("% 2", "%% 2")


def houses(*, municipality_id: int, draft_id: int, street_id: int | None = None) -> Iterator[House]:
    """The houses of a draft by street, postcode, side and number: for ``voters.rules.assignment.house_runs``."""
    with connection.cursor() as cursor:
        cursor.execute(HOUSES, {"municipality_id": municipality_id, "draft_id": draft_id, "street_id": street_id})
        while rows := cursor.fetchmany(10_000):
            yield from (House(*row) for row in rows)


# A side counts as split when its houses vote in more than one station.
SIDES = """
SELECT count(*) FILTER (WHERE stations > 1)::integer, count(*)::integer
  FROM (SELECT count(DISTINCT p.station_id) AS stations
          FROM voters_placement p
          JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
         WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s
         GROUP BY a.street_id, a.postcode, a.number % 2) side
""".replace("% 2", "%% 2")


def split_sides(*, municipality_id: int, draft_id: int) -> tuple[int, int]:
    """How many street sides vote in more than one station, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(SIDES, {"municipality_id": municipality_id, "draft_id": draft_id})
        split, sides = cursor.fetchone()
    return split, sides


# Within its own district only; the distance in the same straight line as the solver's, on a sphere, which differs by less than 0.5 %.
MOVE = """
UPDATE voters_placement p
   SET station_id = s.id, by_hand = true,
       distance = CASE WHEN a.latitude IS NULL OR b.latitude IS NULL THEN NULL
                       ELSE 6371008.8 * sqrt(power(radians(a.latitude - b.latitude), 2)
                            + power(radians(a.longitude - b.longitude) * cos(radians((a.latitude + b.latitude) / 2)), 2)) END
  FROM districts_station s
  JOIN districts_building b ON b.municipality_id = %(municipality_id)s AND b.id = s.building_id,
       voters_placement q
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = q.address_id
 WHERE s.municipality_id = %(municipality_id)s AND s.id = %(station_id)s
   AND q.municipality_id = %(municipality_id)s AND q.draft_id = %(draft_id)s AND q.id = p.id
   AND p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.station_id IS DISTINCT FROM s.id
   AND (p.district_id IS NULL OR p.district_id = s.district_id)
   AND (p.household = %(household)s
        OR a.street_id = %(street_id)s AND a.postcode = %(postcode)s AND (%(side)s = 'all' OR (%(side)s = 'even') = (a.number % 2 = 0))
       AND a.number BETWEEN %(number_from)s AND %(number_to)s
        OR %(unplaced)s AND p.station_id IS NULL AND p.district_id IS NULL)
""".replace("% 2", "%% 2")


@dataclass(frozen=True, slots=True)
class Moved:
    """What is moved: the houses of a street side, one household, or everybody who has no district and no station."""

    street_id: int | None = None
    postcode: str = ""
    side: str = "all"
    number_from: int = 0
    number_to: int = 2147483647
    household: str = ""
    unplaced: bool = False


def move(*, municipality_id: int, draft_id: int, station_id: int, what: Moved) -> int:
    """Place households in a station by hand; those of another district stay where they are. Returns how many moved."""
    values = {
        "municipality_id": municipality_id,
        "draft_id": draft_id,
        "station_id": station_id,
        **{name: getattr(what, name) for name in Moved.__slots__},
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        return int(cursor.rowcount)


_BY_NAME = "e.list_number"
_BY_STREET = (
    "core_fold(e.street_name) = '', core_fold(e.street_name), e.postcode, districts_number(districts_number_key(e.house_number)), "
    "districts_number_key(e.house_number), length(e.box_number), e.box_number, e.list_number"
)

FREEZE = """
INSERT INTO voters_entryplace (municipality_id, draft_id, list_number, person_id, station_id)
SELECT %(municipality_id)s, %(draft_id)s, row_number() OVER (ORDER BY {order}), e.person_id, p.station_id
  FROM voters_entry e
  JOIN voters_placement p
    ON p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.household = {household}
  JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
  JOIN districts_district d ON d.municipality_id = %(municipality_id)s AND d.id = s.district_id
 WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
"""


def freeze(*, municipality_id: int, draft_id: int, extraction_id: int, numbering: Numbering, order: ListOrder) -> int:
    """Give every voter the station of their household and a number, 1 to n without a gap; returns how many.

    By district the numbers run on from one district to the next, in the order of their codes, so that a number stays unique.
    """
    parts = ['d.code COLLATE "C"'] if numbering == Numbering.DISTRICT else []
    parts.append(_BY_STREET if order == ListOrder.STREET else _BY_NAME)
    statement = FREEZE.format(order=", ".join(parts), household=HOUSEHOLD.format(e="e"))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"municipality_id": municipality_id, "draft_id": draft_id, "extraction_id": extraction_id})
        return int(cursor.rowcount)


DELETE = "DELETE FROM voters_placement WHERE municipality_id = %(municipality_id)s AND draft_id = %(draft_id)s"


def delete(*, municipality_id: int, draft_id: int) -> int:
    """Forget the households of a draft; the database refuses it for a frozen one."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE, {"municipality_id": municipality_id, "draft_id": draft_id})
        return int(cursor.rowcount)
