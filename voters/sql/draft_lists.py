"""The streets and the households of a draft, a page at a time."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from districts.sql.districts import contains
from voters.sql.plans import whole_lists


@dataclass(frozen=True, slots=True)
class StreetFilter:
    """Which streets: whose name holds ``q``, of a district, with voters in a station, or of which a side is split over stations."""

    q: str = ""
    district_id: int | None = None
    station_id: int | None = None
    split: bool = False


STREETS = """
WITH placed AS MATERIALIZED (
    SELECT a.street_id, a.postcode, a.number %% 2 AS side, p.station_id, s.district_id,
           CASE WHEN %(by_building)s THEN s.building_id ELSE s.id END AS place_id
      FROM voters_placement p
      JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
      JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
     WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s),
side AS (
    SELECT street_id, postcode, count(DISTINCT place_id) > 1 AS split, bool_or(station_id = %(station_id)s) AS in_station,
           bool_or(district_id = %(district_id)s) AS in_district
      FROM placed GROUP BY street_id, postcode, side),
street AS (
    SELECT street_id, postcode FROM side
     GROUP BY street_id, postcode
    HAVING (%(station_id)s::bigint IS NULL OR bool_or(in_station)) AND (%(district_id)s::bigint IS NULL OR bool_or(in_district))
       AND (NOT %(split)s OR bool_or(split)))
SELECT street.street_id, street.postcode, count(*) OVER ()
  FROM street
  JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = street.street_id
 WHERE %(q)s = '' OR position(districts_street_key(%(q)s) IN t.name_key) > 0
 ORDER BY t.name_key, street.street_id, street.postcode
 LIMIT %(limit)s OFFSET %(offset)s
"""


def streets(
    *, municipality_id: int, draft_id: int, by_building: bool, chosen: StreetFilter, limit: int, offset: int
) -> tuple[list[tuple[int, str]], int]:
    """A page of streets by name, each with its postcode, and how many there are in all (0 past the last page)."""
    values = {"municipality_id": municipality_id, "draft_id": draft_id, "by_building": by_building, "limit": limit, "offset": offset}
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(STREETS, values | asdict(chosen))
        rows = cursor.fetchall()
    return [(street, postcode) for street, postcode, _total in rows], rows[0][2] if rows else 0


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """Which households: of some houses, or those without a station (``unplaced``), or those whose house is not known (``unknown``)."""

    street_id: int | None = None
    postcode: str = ""
    side: str = "all"
    number_from: int | None = None
    number_to: int | None = None
    station_id: int | None = None
    unplaced: bool = False
    unknown: bool = False


# The address is spelled as the list has it: it may not be known.
HOUSEHOLDS = f"""
SELECT p.household, p.head_id, e.last_name, e.first_names, e.postcode, e.street_name, e.house_number, e.box_number, p.voters,
       p.address_id IS NOT NULL, p.district_id, d.name, p.station_id, s.number, b.name, p.distance, p.previous_building_id IS NOT NULL,
       coalesce(p.previous_building_id <> s.building_id, false), p.by_hand
  FROM voters_placement p
  JOIN voters_draft r ON r.municipality_id = %(municipality_id)s AND r.id = p.draft_id
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
  LEFT JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = a.street_id
  LEFT JOIN districts_district d ON d.municipality_id = %(municipality_id)s AND d.id = p.district_id
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
  LEFT JOIN districts_building b ON b.municipality_id = %(municipality_id)s AND b.id = s.building_id
  LEFT JOIN voters_entry e
    ON e.municipality_id = %(municipality_id)s AND e.extraction_id = r.extraction_id AND e.person_id = p.head_id
 CROSS JOIN (SELECT %(side)s::text AS side, %(number_from)s::integer AS number_from, %(number_to)s::integer AS number_to) asked
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s
   AND (%(street_id)s::bigint IS NULL OR a.street_id = %(street_id)s AND a.postcode = %(postcode)s AND {contains("a.number", "asked")})
   AND (%(station_id)s::bigint IS NULL OR p.station_id = %(station_id)s)
   AND (NOT %(unplaced)s OR p.station_id IS NULL)
   AND (NOT %(unknown)s OR p.address_id IS NULL)
 ORDER BY p.station_id IS NOT NULL, coalesce(t.name_key, core_fold(e.street_name)), coalesce(a.postcode, e.postcode), a.number NULLS LAST, a.suffix, length(a.box_key), a.box_key, e.name_key,
          p.household
 LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608  # fixed expressions


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household of a draft as a list shows it; ``address_known`` whether its house is one of the address file."""

    household: str
    head_id: int | None
    last_name: str
    first_names: str
    postcode: str
    street_name: str
    house_number: str
    box_number: str
    voters: int
    address_known: bool
    district_id: int | None
    district: str | None
    station_id: int | None
    station_number: int | None
    building: str | None
    distance: float | None
    known_before: bool
    moved: bool
    by_hand: bool


def households(*, municipality_id: int, draft_id: int, chosen: HouseholdFilter, limit: int, offset: int) -> list[HouseholdRow]:
    """A page of households, those without a station first, then by street and house."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "draft_id": draft_id, "limit": limit, "offset": offset}
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(HOUSEHOLDS, values | asdict(chosen))
        return [HouseholdRow(*row) for row in cursor.fetchall()]


APART = """
SELECT count(*) FILTER (WHERE station_id IS NULL)::integer, coalesce(sum(voters) FILTER (WHERE station_id IS NULL), 0)::integer,
       count(*) FILTER (WHERE station_id IS NULL AND district_id IS NULL)::integer,
       coalesce(sum(voters) FILTER (WHERE station_id IS NULL AND district_id IS NULL), 0)::integer,
       count(*) FILTER (WHERE address_id IS NULL AND station_id IS NOT NULL)::integer,
       coalesce(sum(voters) FILTER (WHERE address_id IS NULL AND station_id IS NOT NULL), 0)::integer
  FROM voters_placement
 WHERE municipality_id = %(municipality_id)s AND draft_id = %(draft_id)s AND (station_id IS NULL OR address_id IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Apart:
    """What no street range holds: households (and voters) without a station; those of them without a district; and those that have a
    station although their house is not known.
    """

    unplaced_households: int
    unplaced_voters: int
    lost_households: int
    lost_voters: int
    unknown_households: int
    unknown_voters: int


def apart(*, municipality_id: int, draft_id: int) -> Apart:
    """Count what stands beside the streets of a draft."""
    with connection.cursor() as cursor:
        cursor.execute(APART, {"municipality_id": municipality_id, "draft_id": draft_id})
        return Apart(*cursor.fetchone())
