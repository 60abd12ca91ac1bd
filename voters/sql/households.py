"""The households of an extraction: who is placed together, where they live, in which district, and where they voted last time.

A household is the register's; without one, whoever shares an address and box; without an address, the person alone. It lives where its
reference person lives (or the first of its voters), and only its voters count.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

HOUSEHOLD = """CASE WHEN {e}.household_id <> '' THEN 'h' || {e}.household_id
            WHEN {e}.address_id IS NOT NULL THEN 'a' || {e}.address_id || '/' || {e}.box_number
            ELSE 'p' || {e}.person_id END"""

# First come the reference person, then the oldest: their address and their name are the household's.
_FIRST = "ORDER BY e.household_role NULLS LAST, e.born_on, e.person_id"

MAKE = f"""
CREATE TEMP TABLE voters_household ON COMMIT DROP AS
WITH member AS (
    SELECT {HOUSEHOLD.format(e="e")} AS household, e.*, b.building_id AS previous_building_id, b.number AS previous_number
      FROM voters_entry e
      LEFT JOIN voters_entryplace p
        ON p.municipality_id = %(municipality_id)s AND p.draft_id = %(previous_id)s AND p.person_id = e.person_id
      LEFT JOIN districts_station b ON b.municipality_id = %(municipality_id)s AND b.id = p.station_id
     WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s),
household AS MATERIALIZED (
    SELECT household, count(*)::integer AS voters,
           (array_agg(e.address_id {_FIRST}) FILTER (WHERE e.address_id IS NOT NULL))[1] AS address_id,
           count(DISTINCT e.address_id) AS addresses,
           (array_agg(e.name_key {_FIRST}))[1] AS head_key,
           (array_agg(e.postcode {_FIRST}))[1] AS postcode,
           (array_agg(e.street_name {_FIRST}))[1] AS street_name,
           (array_agg(e.house_number {_FIRST}))[1] AS house_number,
           mode() WITHIN GROUP (ORDER BY e.previous_building_id) AS previous_building_id,
           mode() WITHIN GROUP (ORDER BY e.previous_number) AS previous_number
      FROM member e
     GROUP BY household),
-- Where the house is not known but the street is, the number decides the district all the same.
named AS MATERIALIZED (
    SELECT h.household, min(s.id) AS street_id, districts_number(districts_number_key(h.house_number)) AS number
      FROM household h
      JOIN districts_street s
        ON s.municipality_id = %(municipality_id)s AND s.name_key = left(districts_street_key(h.street_name), 120) AND s.closed_at IS NULL
     WHERE h.address_id IS NULL AND h.street_name <> ''
     GROUP BY h.household, h.house_number
    HAVING count(*) = 1),
placed AS (
    SELECT h.household, h.voters, h.address_id, h.addresses, h.head_key, h.previous_building_id, h.previous_number,
           coalesce(a.street_id, n.street_id) AS street_id, coalesce(a.postcode, h.postcode) AS postcode,
           coalesce(a.number, n.number) AS number, coalesce(a.suffix, '') AS suffix, coalesce(a.box_key, '') AS box_key,
           a.latitude, a.longitude
      FROM household h
      LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = h.address_id
      LEFT JOIN named n ON n.household = h.household)
SELECT p.*, r.district_id
  FROM placed p
  LEFT JOIN districts_streetrange r
    ON r.municipality_id = %(municipality_id)s AND r.street_id = p.street_id AND r.postcode = p.postcode AND r.removed_at IS NULL
   AND r.valid_from <= %(day)s AND (r.valid_until IS NULL OR r.valid_until > %(day)s)
   AND (r.side = 'all' OR (r.side = 'even') = (p.number %% 2 = 0))
   AND p.number >= coalesce(r.number_from, 0) AND p.number <= coalesce(r.number_to, 2147483647)
"""  # noqa: S608  # fixed expressions


class Household(NamedTuple):
    """One row of ``read``; ids are null where nothing is known. ``side`` and ``head`` are ranks, ``previous_number`` a station's number."""

    household: str
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


# A pin on a household goes before one on a street, a narrow one before a wide one; what is pinned twice is pinned by the last.
READ = """
WITH pinned AS (
    SELECT DISTINCT ON (h.household) h.household, n.station_id, n.building_id
      FROM voters_pin n
      JOIN voters_household h
        ON n.household = h.household
        OR n.household = '' AND n.street_id = h.street_id AND n.postcode IN ('', h.postcode)
       AND (n.side = 'all' OR (n.side = 'even') = (h.number % 2 = 0))
       AND h.number BETWEEN coalesce(n.number_from, 0) AND coalesce(n.number_to, 2147483647)
     WHERE n.municipality_id = %(municipality_id)s AND n.election_id = %(election_id)s AND n.kind = 'here'
     ORDER BY h.household, n.household = '', coalesce(n.number_to::bigint, 2147483647) - coalesce(n.number_from, 0), n.id DESC)
SELECT h.household, h.voters, h.address_id, h.district_id,
       CASE WHEN h.street_id IS NOT NULL THEN dense_rank() OVER (ORDER BY h.street_id, h.postcode, h.number % 2) END,
       coalesce(h.number, 0), dense_rank() OVER (ORDER BY h.head_key COLLATE "C", h.household), h.latitude, h.longitude,
       h.previous_building_id, h.previous_number, p.station_id, p.building_id
  FROM voters_household h
  LEFT JOIN pinned p ON p.household = h.household
 ORDER BY h.street_id, h.postcode, h.number % 2, h.number, h.suffix, length(h.box_key), h.box_key, h.household
""".replace("% 2", "%% 2")

BANNED = """
SELECT DISTINCT h.household, coalesce(n.building_id, s.building_id)
  FROM voters_pin n
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = n.station_id
  JOIN voters_household h
    ON n.household = h.household
    OR n.household = '' AND n.street_id = h.street_id AND n.postcode IN ('', h.postcode)
   AND (n.side = 'all' OR (n.side = 'even') = (h.number % 2 = 0))
   AND h.number BETWEEN coalesce(n.number_from, 0) AND coalesce(n.number_to, 2147483647)
 WHERE n.municipality_id = %(municipality_id)s AND n.election_id = %(election_id)s AND n.kind = 'not_here'
 ORDER BY 1, 2
""".replace("% 2", "%% 2")


def make(*, municipality_id: int, extraction_id: int, previous_id: int | None, day: Any) -> int:
    """Make the temporary table ``voters_household`` for this transaction; returns how many households there are.

    ``day``: on which the districts are asked for; ``previous_id``: the frozen draft of the election compared with.
    """
    values = {"municipality_id": municipality_id, "extraction_id": extraction_id, "previous_id": previous_id, "day": day}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_household")
        cursor.execute(MAKE, values)
        count = cursor.rowcount
        cursor.execute("ANALYZE voters_household")
    return int(count)


def read(*, municipality_id: int, election_id: int) -> Iterator[Household]:
    """The households of ``make`` in the order of streets and numbers, with what is pinned."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"municipality_id": municipality_id, "election_id": election_id})
        while rows := cursor.fetchmany(10_000):
            yield from (Household(*row) for row in rows)


def banned(*, municipality_id: int, election_id: int) -> list[tuple[str, int]]:
    """Households and the buildings in which they must not vote."""
    with connection.cursor() as cursor:
        cursor.execute(BANNED, {"municipality_id": municipality_id, "election_id": election_id})
        return list(cursor.fetchall())


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
