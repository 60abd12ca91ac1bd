"""The households of an extraction: who is placed together, where they live, in which district, and where they voted last time.

A household is the register's; without one, whoever shares an address and box; without an address, the person alone. It lives where its
reference person lives (or the first of its voters), and only its voters count.
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from districts.sql import districts
from voters.sql.plans import whole_lists

HOUSEHOLD = """(CASE WHEN {e}.household_id <> '' THEN 'h' || {e}.household_id
            WHEN {e}.address_id IS NOT NULL THEN 'a' || {e}.address_id || '/' || {e}.box_number
            ELSE 'p' || {e}.person_id END) COLLATE "C\""""
"""The key of a voter's household; ``{e}`` is the row of ``voters_entry``. It rests on the list alone, so a frozen list keeps its households."""

# First come the reference person, then the oldest: their address and their name are the household's.
FIRST = "ORDER BY e.household_role NULLS LAST, e.born_on, e.name_key, e.person_id"

# Who lives at no known address: a few spellings among many voters.
_LOST = """(SELECT postcode, street_name, house_number FROM voters_entry
  WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s AND address_id IS NULL) l"""

# Of two buildings where as many of a household voted, the one of the lowest station number: never one by its id, which another database gives
# otherwise. An address that was linked by hand after the list was made counts too, as long as the register still spells it the same.
MAKE = f"""
CREATE TEMP TABLE voters_household ON COMMIT DROP AS
WITH previous AS MATERIALIZED (
    SELECT p.person_id, s.number, ARRAY[min(s.number) OVER (PARTITION BY s.building_id), s.building_id] AS building
      FROM voters_entryplace p
      JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
     WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(previous_id)s),
linked AS MATERIALIZED (
    SELECT v.id AS person_id, v.address_id
      FROM voters_entry e
      JOIN voters_person v
        ON v.municipality_id = %(municipality_id)s AND v.id = e.person_id AND v.address_id IS NOT NULL AND v.street_name = e.street_name
       AND v.house_number = e.house_number AND v.box_number = e.box_number AND v.postcode = e.postcode
     WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s AND e.address_id IS NULL),
member AS (
    SELECT {HOUSEHOLD.format(e="e")} AS household, e.person_id, e.household_role, e.born_on, e.name_key, e.postcode, e.street_name,
           e.house_number, coalesce(e.address_id, l.address_id) AS address_id, p.building, p.number AS station_number
      FROM voters_entry e
      LEFT JOIN previous p ON p.person_id = e.person_id
      LEFT JOIN linked l ON l.person_id = e.person_id
     WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s),
household AS MATERIALIZED (
    SELECT e.household, count(*)::integer AS voters, (array_agg(e.person_id {FIRST}))[1] AS head_id,
           (array_agg(e.address_id {FIRST}) FILTER (WHERE e.address_id IS NOT NULL))[1] AS address_id,
           (array_agg(e.name_key {FIRST}))[1] AS head_key,
           (array_agg(e.postcode {FIRST}))[1] AS postcode,
           (array_agg(e.street_name {FIRST}))[1] AS street_name,
           (array_agg(e.house_number {FIRST}))[1] AS house_number,
           (mode() WITHIN GROUP (ORDER BY e.building))[2] AS previous_building_id,
           mode() WITHIN GROUP (ORDER BY e.station_number) AS previous_number
      FROM member e
     GROUP BY e.household),
-- Where the house is not known but the street is, the number decides the district all the same.
spelling AS MATERIALIZED ({districts.spelled(_LOST)})
SELECT h.household, h.voters, h.head_id, h.head_key, h.address_id, h.previous_building_id, h.previous_number,
       coalesce(d.street_id, s.street_id) AS street_id, coalesce(d.postcode, h.postcode) AS postcode,
       CASE WHEN d.address_id IS NULL AND s.street_id IS NOT NULL THEN districts_number(districts_number_key(h.house_number))
            ELSE d.number END AS number,
       coalesce(a.suffix, '') AS suffix, coalesce(a.box_key, '') AS box_key, a.latitude, a.longitude,
       coalesce(d.district_id, s.district_id) AS district_id
  FROM household h
  LEFT JOIN districts_placed d ON d.address_id = h.address_id
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = h.address_id
  LEFT JOIN spelling s
    ON h.address_id IS NULL AND s.postcode = h.postcode AND s.street_name = h.street_name AND s.house_number = h.house_number
"""  # noqa: S608  # fixed expressions


class Household(NamedTuple):
    """One row of ``read``; ids are null where nothing is known. ``side`` and ``head`` are ranks, ``previous_number`` a station's number."""

    household: str
    head_id: int
    voters: int
    address_id: int | None
    district_id: int | None
    side: int | None
    number: int
    head: int
    latitude: float | None
    longitude: float | None
    previous_building_id: int | None
    previous_number: int | None
    pinned_station_id: int | None
    pinned_building_id: int | None


# Which households a pin means: that of a person, or those of a piece of a street.
_PINNED = f"""
    SELECT n.id, n.station_id, n.building_id, coalesce(h.household, n.household) AS household, -1::bigint AS width
      FROM voters_pin n
      LEFT JOIN LATERAL (
           SELECT {HOUSEHOLD.format(e="e")} AS household FROM voters_entry e
            WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s AND e.person_id = n.person_id) h ON true
     WHERE n.municipality_id = %(municipality_id)s AND n.election_id = %(election_id)s AND n.kind = %(kind)s AND n.street_id IS NULL
     UNION ALL
    SELECT n.id, n.station_id, n.building_id, h.household, coalesce(n.number_to::bigint, 2147483647) - coalesce(n.number_from, 0)
      FROM voters_pin n
      JOIN voters_household h
        ON h.street_id = n.street_id AND n.postcode IN ('', h.postcode)
       AND {districts.contains("h.number", "n")}
     WHERE n.municipality_id = %(municipality_id)s AND n.election_id = %(election_id)s AND n.kind = %(kind)s
"""  # noqa: S608  # fixed expressions

# What is written of each, never by its id: the same town gives the same draft in another database.
_ORDER = """s.name_key COLLATE "C", h.street_id, h.postcode COLLATE "C", h.number %% 2, h.number, h.suffix, length(h.box_key), h.box_key,
       h.head_key COLLATE "C", h.household"""

# A pin on a household goes before one on a street, a narrow one before a wide one; what is pinned twice is pinned by the last.
READ = f"""
WITH pinned AS MATERIALIZED (
    SELECT DISTINCT ON (household) household, station_id, building_id FROM ({_PINNED}) n ORDER BY household, width, id DESC)
SELECT h.household, h.head_id, h.voters, h.address_id, h.district_id,
       CASE WHEN h.street_id IS NOT NULL THEN dense_rank() OVER (ORDER BY s.name_key COLLATE "C", h.street_id, h.postcode, h.number %% 2) END,
       coalesce(h.number, 0), row_number() OVER (ORDER BY h.head_key COLLATE "C", {_ORDER}), h.latitude, h.longitude,
       h.previous_building_id, h.previous_number, p.station_id, p.building_id
  FROM voters_household h
  LEFT JOIN pinned p ON p.household = h.household
  LEFT JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = h.street_id
 ORDER BY {_ORDER}
"""  # noqa: S608  # fixed expressions

BANNED = f"""
SELECT DISTINCT n.household, coalesce(n.building_id, s.building_id)
  FROM ({_PINNED}) n
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = n.station_id
"""  # noqa: S608  # fixed expressions


def make(*, municipality_id: int, extraction_id: int, previous_id: int | None, day: date) -> int:
    """Make the temporary table ``voters_household`` for this transaction; returns how many households there are.

    ``day``: on which the districts are asked for; ``previous_id``: the frozen draft of the election compared with.
    """
    values = {"municipality_id": municipality_id, "extraction_id": extraction_id, "previous_id": previous_id, "day": day}
    districts.place(municipality_id=municipality_id, day=day)
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_household")
        cursor.execute(MAKE, values)
        count = cursor.rowcount
        cursor.execute("ANALYZE voters_household")
    return int(count)


def read(*, municipality_id: int, election_id: int, extraction_id: int) -> list[Household]:
    """The households of ``make`` in the order of streets and numbers, with what is pinned."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "extraction_id": extraction_id,
        "kind": "here",
    }
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        return [Household(*row) for row in cursor.fetchall()]


def banned(*, municipality_id: int, election_id: int, extraction_id: int) -> list[tuple[str, int]]:
    """Households of ``make`` and the buildings in which they must not vote."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "extraction_id": extraction_id,
        "kind": "not_here",
    }
    with connection.cursor() as cursor:
        cursor.execute(BANNED, values)
        return list(cursor.fetchall())


STRANGERS = """
SELECT count(*)::integer, coalesce(sum(p.voters), 0)::integer
  FROM voters_placement p
  JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = p.station_id
  JOIN voters_household h ON h.household = p.household
 WHERE p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND h.district_id <> s.district_id
"""


def strangers(*, municipality_id: int, draft_id: int) -> tuple[int, int]:
    """After ``make``: how many households of a draft, with how many voters, have a station in a district that is not theirs (any more)."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(STRANGERS, {"municipality_id": municipality_id, "draft_id": draft_id})
        households, voters = cursor.fetchone()
    return households, voters


ONE = f"""
SELECT {HOUSEHOLD.format(e="e")}
  FROM voters_entry e
 WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s AND e.person_id = %(person_id)s
"""  # noqa: S608  # fixed expression


def household_of(*, municipality_id: int, extraction_id: int, person_id: int) -> str | None:
    """The key of the household of a voter; ``None`` for who is not on the list."""
    with connection.cursor() as cursor:
        cursor.execute(ONE, {"municipality_id": municipality_id, "extraction_id": extraction_id, "person_id": person_id})
        row = cursor.fetchone()
    return str(row[0]) if row else None
