"""The households of a draft and their stations: written in one go, counted, read as houses, frozen."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.planner import analyse
from voters.rules.assignment import House, ListOrder, Numbering
from voters.sql.households import HOUSEHOLD
from voters.sql.plans import whole_lists

Row = tuple[str, int, int | None, int | None, int | None, int, float | None, int | None, bool]
COLUMNS = "household, head_id, address_id, district_id, station_id, voters, distance, previous_building_id, by_hand"

# COPY may not go into a table under row-level security (docs/adr/0003).
STAGE = f"""
CREATE TEMP TABLE voters_placing ON COMMIT DROP AS SELECT {COLUMNS} FROM voters_placement WITH NO DATA
"""  # noqa: S608  # fixed columns
STORE = f"""
INSERT INTO voters_placement (municipality_id, draft_id, {COLUMNS})
SELECT %(municipality_id)s, %(draft_id)s, {COLUMNS} FROM voters_placing ORDER BY household
"""  # noqa: S608  # fixed columns
DELETE = "DELETE FROM voters_placement WHERE municipality_id = %(municipality_id)s AND draft_id = %(draft_id)s"


def store(*, municipality_id: int, draft_id: int, rows: Iterable[Row]) -> int:
    """Write the households of a draft, in place of what it had; returns how many."""
    values = {"municipality_id": municipality_id, "draft_id": draft_id}
    with connection.cursor() as cursor:
        cursor.execute(DELETE, values)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_placing")
        cursor.execute(STAGE)
        with cursor.copy(f"COPY voters_placing ({COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(STORE, values)
        count = int(cursor.rowcount)
    analyse("voters_placement", rows=count)
    return count


def delete(*, municipality_id: int, draft_id: int) -> int:
    """Forget the households of a draft; the database refuses it for a frozen one."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE, {"municipality_id": municipality_id, "draft_id": draft_id})
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Load:
    """A station in a draft: how many vote there, how far they walk (metres, a voter), and how many come from another building."""

    station_id: int
    voters: int
    households: int
    mean: float | None
    moved: int


_MEAN = "sum(p.distance * p.voters) / nullif(sum(p.voters) FILTER (WHERE p.distance IS NOT NULL), 0)"
_MOVED = "coalesce(sum(p.voters) FILTER (WHERE p.previous_building_id <> s.building_id), 0)::integer"

LOADS = f"""
SELECT p.station_id, sum(p.voters)::integer, count(*)::integer, {_MEAN}, {_MOVED}
  FROM voters_placement p
  JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s
 GROUP BY p.station_id
"""  # noqa: S608  # fixed expressions


def loads(*, municipality_id: int, draft_id: int) -> dict[int, Load]:
    """Stations that have voters, by their id."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(LOADS, {"municipality_id": municipality_id, "draft_id": draft_id})
        return {row[0]: Load(*row) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class DistrictLoad:
    """A district in a draft, as ``Load``; ``unplaced`` of its voters have no station."""

    district_id: int
    voters: int
    households: int
    unplaced: int
    mean: float | None
    moved: int
    split_sides: int


# Whoever lives in no known district counts where their station is.
DISTRICTS = f"""
WITH placed AS MATERIALIZED (
    SELECT coalesce(p.district_id, s.district_id) AS district_id, p.voters, p.distance, p.station_id, p.previous_building_id,
           s.building_id, a.street_id, a.postcode, a.number %% 2 AS side
      FROM voters_placement p
      LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
      LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
     WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND coalesce(p.district_id, s.district_id) IS NOT NULL),
split AS (
    SELECT district_id, count(*)::integer AS sides
      FROM (SELECT district_id FROM placed WHERE street_id IS NOT NULL
             GROUP BY district_id, street_id, postcode, side HAVING count(DISTINCT CASE WHEN %(by_building)s THEN building_id ELSE station_id END) > 1) side
     GROUP BY district_id)
SELECT p.district_id, sum(p.voters)::integer, count(*)::integer,
       coalesce(sum(p.voters) FILTER (WHERE p.station_id IS NULL), 0)::integer, {_MEAN},
       coalesce(sum(p.voters) FILTER (WHERE p.previous_building_id <> p.building_id), 0)::integer, coalesce(min(x.sides), 0)
  FROM placed p
  LEFT JOIN split x ON x.district_id = p.district_id
 GROUP BY p.district_id
"""  # noqa: S608  # fixed expressions


def district_loads(*, municipality_id: int, draft_id: int, by_building: bool) -> dict[int, DistrictLoad]:
    """Districts that have voters, by their id; ``by_building`` as in ``figures``."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(DISTRICTS, {"municipality_id": municipality_id, "draft_id": draft_id, "by_building": by_building})
        return {row[0]: DistrictLoad(*row) for row in cursor.fetchall()}


# p95: all voters but one in twenty walk no further. A side is split when its houses vote in more than one station
# (where these are told apart by the alphabet: in more than one building).
FIGURES = """
WITH placed AS MATERIALIZED (
    SELECT p.household, p.voters, p.distance, p.station_id, p.previous_building_id, p.by_hand, s.building_id,
           a.street_id, a.postcode, a.number %% 2 AS side
      FROM voters_placement p
      LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
      LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
     WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s),
walk AS MATERIALIZED (
    SELECT distance, voters, sum(voters) OVER (ORDER BY distance, household) AS so_far FROM placed WHERE distance IS NOT NULL),
walked AS (SELECT coalesce(sum(voters), 0) AS voters, sum(distance * voters) AS metres FROM walk),
side AS (
    SELECT count(*) FILTER (WHERE stations > 1) AS split, count(*) AS sides
      FROM (SELECT count(DISTINCT CASE WHEN %(by_building)s THEN building_id ELSE station_id END) AS stations
              FROM placed WHERE street_id IS NOT NULL GROUP BY street_id, postcode, side) one)
SELECT count(*)::integer, coalesce(sum(voters), 0)::integer,
       coalesce(sum(voters) FILTER (WHERE station_id IS NULL), 0)::integer,
       coalesce(sum(voters) FILTER (WHERE previous_building_id <> building_id), 0)::integer,
       coalesce(sum(voters) FILTER (WHERE previous_building_id IS NOT NULL), 0)::integer,
       count(*) FILTER (WHERE by_hand)::integer,
       (SELECT metres / nullif(voters, 0) FROM walked),
       (SELECT min(distance) FROM walk WHERE so_far >= 0.95 * (SELECT voters FROM walked)),
       (SELECT max(distance) FROM walk), (SELECT split FROM side)::integer, (SELECT sides FROM side)::integer
  FROM placed
"""


@dataclass(frozen=True, slots=True)
class DraftFigures:
    """A whole draft; ``known_before`` voted in the election compared with. Distances in metres."""

    households: int
    voters: int
    unplaced: int
    moved: int
    known_before: int
    by_hand: int
    mean: float | None
    p95: float | None
    furthest: float | None
    split_sides: int
    sides: int


def figures(*, municipality_id: int, draft_id: int, by_building: bool) -> DraftFigures:
    """What the households of a draft add up to. ``by_building``: a side is split only where its houses vote in several buildings."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(FIGURES, {"municipality_id": municipality_id, "draft_id": draft_id, "by_building": by_building})
        return DraftFigures(*cursor.fetchone())


# A house is its number: 12A and 12 bus 3 belong to 12. Without an address there is no side: the household stands apart.
HOUSES = """
SELECT a.street_id, t.name, a.postcode, CASE a.number %% 2 WHEN 0 THEN 'even' ELSE 'odd' END, a.number, p.station_id,
       count(*)::integer, sum(p.voters)::integer
  FROM voters_placement p
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
  JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = a.street_id
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.station_id IS NOT NULL
   AND (%(streets)s::bigint[] IS NULL OR a.street_id = ANY(%(streets)s))
 GROUP BY a.street_id, t.name, t.name_key, a.postcode, a.number, p.station_id
 ORDER BY t.name_key, a.street_id, a.postcode, a.number %% 2, a.number, p.station_id
"""


def houses(*, municipality_id: int, draft_id: int, streets: Collection[int] | None = None) -> list[House]:
    """The houses of a draft, of all streets or some, in order of street, postcode, side and number: for ``house_runs``."""
    values = {"municipality_id": municipality_id, "draft_id": draft_id, "streets": None if streets is None else list(streets)}
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(HOUSES, values)
        return [House(*row) for row in cursor.fetchall()]


# Of stations that share a building and a district, the first and last reference person by name, as the rooms were cut.
NAMES = """
WITH shared AS (
    SELECT id FROM (SELECT s.id, count(*) OVER (PARTITION BY s.building_id, s.district_id) AS rooms
                      FROM districts_station s WHERE s.municipality_id = %(municipality_id)s AND s.election_id = %(election_id)s) s
     WHERE rooms > 1)
SELECT p.station_id,
       (array_agg(h.last_name || ', ' || h.first_names ORDER BY h.name_key COLLATE "C", p.household))[1],
       (array_agg(h.last_name || ', ' || h.first_names ORDER BY h.name_key COLLATE "C" DESC, p.household DESC))[1]
  FROM voters_placement p
  JOIN shared ON shared.id = p.station_id
  JOIN voters_entry h
    ON h.municipality_id = %(municipality_id)s AND h.extraction_id = %(extraction_id)s AND h.person_id = p.head_id
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND NOT p.by_hand
 GROUP BY p.station_id
"""


def name_ranges(*, municipality_id: int, draft_id: int, election_id: int, extraction_id: int) -> dict[int, tuple[str, str]]:
    """For stations told apart by the alphabet: the first and last reference person (*Peeters, An*) of whoever nobody placed by hand."""
    values = {"municipality_id": municipality_id, "draft_id": draft_id, "election_id": election_id, "extraction_id": extraction_id}
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(NAMES, values)
        return {station: (first, last) for station, first, last in cursor.fetchall()}


_BY_NAME = "e.list_number"
# As the voters list comes by street (voters.sql.voters_list).
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
 WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
"""


def freeze(
    *, municipality_id: int, draft_id: int, extraction_id: int, numbering: Numbering, order: ListOrder, districts: Sequence[int]
) -> int:
    """Give every voter the station of their household and a number, 1 to n without a gap; returns how many.

    By district the numbers run on from one of ``districts`` to the next, so that a number stays unique.
    """
    parts = ["array_position(%(districts)s::bigint[], s.district_id)"] if numbering == Numbering.DISTRICT else []
    parts.append(_BY_STREET if order == ListOrder.STREET else _BY_NAME)
    statement = FREEZE.format(order=", ".join(parts), household=HOUSEHOLD.format(e="e"))
    values: dict[str, Any] = {"municipality_id": municipality_id, "draft_id": draft_id, "extraction_id": extraction_id}
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(statement, values | {"districts": list(districts)})
        return int(cursor.rowcount)
