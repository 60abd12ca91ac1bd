"""Households of a draft that somebody places in another station: what a move would do, doing it, and undoing it."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from districts.sql.districts import contains
from voters.sql.plans import whole_lists

EVERY_NUMBER = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Moved:
    """What is moved: the houses of a street side, one household, or everybody who has no district and no station.

    ``from_station``: only those of them that vote there now.
    """

    street_id: int | None = None
    postcode: str = ""
    side: str = "all"
    number_from: int = 0
    number_to: int = EVERY_NUMBER
    household: str = ""
    unplaced: bool = False
    from_station: int | None = None


# A household keeps its district: to a station of another one it is not moved, and counts as staying. The distance is the same straight
# line as the solver's, on a sphere, which differs by less than half a percent.
CHOSEN = f"""
SELECT p.id, p.household, p.voters, p.station_id, p.distance, p.by_hand, p.previous_building_id,
       p.district_id IS NULL OR p.district_id = s.district_id AS moves, s.id AS target_id, s.building_id AS target_building_id,
       CASE WHEN a.latitude IS NOT NULL AND b.latitude IS NOT NULL
            THEN 6371008.8 * sqrt(power(radians(a.latitude - b.latitude), 2)
                 + power(radians(a.longitude - b.longitude) * cos(radians((a.latitude + b.latitude) / 2)), 2)) END AS target_distance
  FROM voters_placement p
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
  JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = %(station_id)s
  JOIN districts_building b ON b.municipality_id = %(municipality_id)s AND b.id = s.building_id
 CROSS JOIN (SELECT %(side)s::text AS side, %(number_from)s::integer AS number_from, %(number_to)s::integer AS number_to) asked
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.station_id IS DISTINCT FROM s.id
   AND (%(from_station)s::bigint IS NULL OR p.station_id = %(from_station)s)
   AND (p.household = %(household)s
        OR a.street_id = %(street_id)s AND a.postcode = %(postcode)s
       AND {contains("a.number", "asked")}
        OR %(unplaced)s AND p.station_id IS NULL AND p.district_id IS NULL)
"""  # noqa: S608  # fixed expressions

PREVIEW = f"""
SELECT station_id, moves, count(*)::integer, sum(voters)::integer,
       sum(voters) FILTER (WHERE distance IS NOT NULL AND target_distance IS NOT NULL)::integer,
       sum(voters * distance) FILTER (WHERE target_distance IS NOT NULL),
       sum(voters * target_distance) FILTER (WHERE distance IS NOT NULL)
  FROM ({CHOSEN}) chosen
 GROUP BY station_id, moves
"""  # noqa: S608  # fixed expressions


@dataclass(frozen=True, slots=True)
class Leaving:
    """Households that would leave a station (``None``: that have none): how many, with how many voters.

    ``moves``: false where they stay, since the other station is in another district. ``before`` and ``after``: metres that those
    ``measured`` voters walk together.
    """

    station_id: int | None
    moves: bool
    households: int
    voters: int
    measured: int
    before: float
    after: float


def _values(municipality_id: int, draft_id: int, station_id: int, what: Moved) -> dict[str, Any]:
    return {"municipality_id": municipality_id, "draft_id": draft_id, "station_id": station_id, **asdict(what)}


def preview(*, municipality_id: int, draft_id: int, station_id: int, what: Moved) -> list[Leaving]:
    """What a move to a station would do; changes nothing."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(PREVIEW, _values(municipality_id, draft_id, station_id, what))
        return [
            Leaving(station, moves, households, voters, measured or 0, before or 0.0, after or 0.0)
            for station, moves, households, voters, measured, before, after in cursor.fetchall()
        ]


MOVE = f"""
WITH chosen AS MATERIALIZED ({CHOSEN})
UPDATE voters_placement p
   SET station_id = c.target_id, by_hand = true, distance = round(c.target_distance::numeric, 1)::double precision
  FROM chosen c
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.id = c.id AND c.moves
RETURNING p.household, p.voters, c.station_id, c.distance, c.by_hand
"""  # noqa: S608  # fixed expressions


@dataclass(frozen=True, slots=True)
class Before:
    """A household as it was before a move."""

    household: str
    voters: int
    station: int | None
    distance: float | None
    by_hand: bool


def move(*, municipality_id: int, draft_id: int, station_id: int, what: Moved) -> list[Before]:
    """Place households in a station by hand; those of another district stay where they are. Returns how each that moved was."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(MOVE, _values(municipality_id, draft_id, station_id, what))
        return sorted((Before(*row) for row in cursor.fetchall()), key=lambda one: one.household)


UNDO = """
UPDATE voters_placement p
   SET station_id = b.station, distance = b.distance, by_hand = b.by_hand
  FROM jsonb_to_recordset(%(before)s::jsonb) AS b (household text, station bigint, distance double precision, by_hand boolean)
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.household = b.household COLLATE "C"
   AND p.station_id = %(station_id)s
"""


def undo(*, municipality_id: int, draft_id: int, station_id: int, before: list[dict[str, Any]]) -> int:
    """Put households that a move brought to a station back where each was; returns how many."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "draft_id": draft_id,
        "station_id": station_id,
        "before": json.dumps(before),
    }
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(UNDO, values)
        return int(cursor.rowcount)
