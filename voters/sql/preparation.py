"""What stands in the way of placing every voter: statements over ``voters_prepared``, the voters of a list or of the register as it is now.

Each check is one SELECT. ``make`` comes first, inside the same transaction.
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from districts.sql import districts
from voters.rules.eligibility import Law
from voters.sql.entries import ELIGIBLE, mask_parameters

_OF_A_LIST = """
SELECT e.person_id, e.address_id, e.postcode, e.street_name, e.house_number, e.household_id, e.household_role, e.born_on
  FROM voters_entry e
 WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
"""
_OF_THE_REGISTER = f"""
SELECT v.id, v.address_id, v.postcode, v.street_name, v.house_number, v.household_id, v.household_role, v.born_on
  FROM {ELIGIBLE}
"""  # noqa: S608  # fixed expression

VOTERS = """
CREATE TEMP TABLE voters_prepared_voter (person_id, address_id, postcode, street_name, house_number, household_id, household_role, born_on)
    ON COMMIT DROP AS {voters}
"""
_LOST = "(SELECT postcode, street_name, house_number FROM voters_prepared_voter WHERE address_id IS NULL) l"
# A voter lives where the address is, else where the number lies in the street that the register names.
PREPARED = """
CREATE TEMP TABLE voters_prepared ON COMMIT DROP AS
SELECT v.*, a.street_id, a.latitude, a.longitude, coalesce(p.district_id, s.district_id) AS district_id
  FROM voters_prepared_voter v
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = v.address_id
  LEFT JOIN districts_placed p ON p.address_id = v.address_id
  LEFT JOIN districts_placed_spelling s
    ON v.address_id IS NULL AND s.postcode = v.postcode AND s.street_name = v.street_name AND s.house_number = v.house_number
"""


def make(*, municipality_id: int, day: date, law: Law, extraction_id: int | None) -> int:
    """Make ``voters_prepared`` for this transaction, of a list or (no extraction) of the register; returns how many voters there are."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "extraction_id": extraction_id}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_prepared, pg_temp.voters_prepared_voter")
        if extraction_id is None:
            cursor.execute(VOTERS.format(voters=_OF_THE_REGISTER), {**values, **mask_parameters(law)})
        else:
            cursor.execute(VOTERS.format(voters=_OF_A_LIST), values)
        voters = cursor.rowcount
        districts.place(municipality_id=municipality_id, day=day)
        districts.place_spellings(municipality_id=municipality_id, day=day, source=_LOST)
        cursor.execute(PREPARED, values)
    return int(voters)


class Lost(NamedTuple):
    """Voters without a district, by street: as the address file has it (``street_id``), or as the register spells it.

    ``known``: a street of this name is known, but the number lies in no row.
    """

    street_id: int | None
    street: str
    postcode: str
    street_key: str
    known: bool
    voters: int


LOST = """
WITH lost AS (
    SELECT v.street_id, CASE WHEN v.street_id IS NULL THEN v.street_name ELSE '' END AS spelled, coalesce(a.postcode, v.postcode) AS postcode,
           count(*)::integer AS voters
      FROM voters_prepared v
      LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = v.address_id
     WHERE v.district_id IS NULL
     GROUP BY 1, 2, 3),
keyed AS (SELECT l.*, left(districts_street_key(l.spelled), 120) AS street_key FROM lost l)
SELECT k.street_id, coalesce(t.name, k.spelled), k.postcode, k.street_key,
       k.street_id IS NOT NULL
       OR EXISTS (SELECT FROM districts_street s
                   WHERE s.municipality_id = %(municipality_id)s AND s.name_key = k.street_key AND s.closed_at IS NULL AND k.street_key <> '')
       OR EXISTS (SELECT FROM districts_streetlink l
                   WHERE l.municipality_id = %(municipality_id)s AND l.postcode = k.postcode AND l.street_key = k.street_key),
       k.voters
  FROM keyed k
  LEFT JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = k.street_id
 ORDER BY coalesce(t.name_key, k.street_key), k.postcode, k.spelled
"""


def lost(*, municipality_id: int) -> list[Lost]:
    """Who has no district, by street."""
    return [Lost(*row) for row in _run(LOST, municipality_id=municipality_id)]


BY_DISTRICT = "SELECT district_id, count(*)::integer FROM voters_prepared WHERE district_id IS NOT NULL GROUP BY district_id"


def by_district() -> dict[int, int]:
    """How many voters each district has."""
    return dict(_run(BY_DISTRICT))


class Unplaced(NamedTuple):
    """Voters at addresses of a street that have no position."""

    street_id: int
    street: str
    addresses: int
    voters: int


WITHOUT_POSITION = """
SELECT v.street_id, t.name, count(DISTINCT v.address_id)::integer, count(*)::integer
  FROM voters_prepared v
  JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = v.street_id
 WHERE v.latitude IS NULL
 GROUP BY v.street_id, t.name, t.name_key
 ORDER BY t.name_key, v.street_id
"""


def without_position(*, municipality_id: int) -> list[Unplaced]:
    """Whose house has no place on the map, by street."""
    return [Unplaced(*row) for row in _run(WITHOUT_POSITION, municipality_id=municipality_id)]


class Scattered(NamedTuple):
    """A household whose voters live at more than one address: its reference person, where that one lives, and how many of each."""

    person_id: int
    street: str
    house_number: str
    voters: int
    addresses: int
    districts: int


SCATTERED = """
SELECT (array_agg(v.person_id ORDER BY v.household_role NULLS LAST, v.born_on, v.person_id))[1],
       (array_agg(v.street_name ORDER BY v.household_role NULLS LAST, v.born_on, v.person_id))[1],
       (array_agg(v.house_number ORDER BY v.household_role NULLS LAST, v.born_on, v.person_id))[1],
       count(*)::integer, count(DISTINCT v.address_id)::integer, count(DISTINCT v.district_id)::integer
  FROM voters_prepared v
 WHERE v.household_id <> '' AND v.address_id IS NOT NULL
 GROUP BY v.household_id
HAVING count(DISTINCT v.address_id) > 1
 ORDER BY count(DISTINCT v.district_id) DESC, 2, 3, 1
"""


def scattered() -> list[Scattered]:
    """Households over several addresses, those over several districts first."""
    return [Scattered(*row) for row in _run(SCATTERED)]


class Walk(NamedTuple):
    """A building in which stations are, and how far the voters of their districts live from it: the nearest, and half of them (metres)."""

    building_id: int
    building: str
    nearest: float
    median: float
    voters: int


# Houses that are near each other count as one place, so that a city's buildings are looked at as quickly as a town's: to within some 30 m.
WALKS = """
WITH place AS MATERIALIZED (
    SELECT district_id, avg(latitude) AS latitude, avg(longitude) AS longitude, count(*)::integer AS voters
      FROM voters_prepared
     WHERE district_id IS NOT NULL AND latitude IS NOT NULL
     GROUP BY district_id, floor(latitude * 2000), floor(longitude * 1300)),
building AS (
    SELECT DISTINCT b.id, b.name, b.latitude, b.longitude, s.district_id
      FROM districts_station s
      JOIN districts_building b ON b.municipality_id = %(municipality_id)s AND b.id = s.building_id
     WHERE s.municipality_id = %(municipality_id)s AND s.election_id = %(election_id)s AND b.latitude IS NOT NULL),
walk AS (
    SELECT b.id, b.name, p.voters,
           6371008.8 * sqrt(power(radians(p.latitude - b.latitude), 2)
             + power(radians(p.longitude - b.longitude) * cos(radians((p.latitude + b.latitude) / 2)), 2)) AS metres
      FROM building b
      JOIN place p ON p.district_id = b.district_id),
along AS (
    SELECT w.*, sum(w.voters) OVER (PARTITION BY w.id ORDER BY w.metres) AS so_far, sum(w.voters) OVER (PARTITION BY w.id) AS voters_all
      FROM walk w)
SELECT id, name, min(metres), min(metres) FILTER (WHERE so_far * 2 >= voters_all), max(voters_all)::integer
  FROM along
 GROUP BY id, name
 ORDER BY name, id
"""


def walks(*, municipality_id: int, election_id: int) -> list[Walk]:
    """How far from each building the voters live whom its stations serve."""
    return [Walk(*row) for row in _run(WALKS, municipality_id=municipality_id, election_id=election_id)]


def _run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
