# ruff: noqa: S608  # pieces of our own text are put together here; values are always parameters
"""Two drafts of the assignment side by side, or one and that of an earlier election: which voters vote elsewhere.

Joined on the person: the two may rest on different lists, and then a household need not be the same.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from voters.sql.households import HOUSEHOLD
from voters.sql.plans import whole_lists

_VOTERS = f"""
    SELECT e.person_id, p.household, p.head_id, p.address_id, p.station_id
      FROM voters_draft d
      JOIN voters_entry e ON e.municipality_id = %(municipality_id)s AND e.extraction_id = d.extraction_id
      JOIN voters_placement p
        ON p.municipality_id = %(municipality_id)s AND p.draft_id = d.id AND p.household = {HOUSEHOLD.format(e="e")}
     WHERE d.municipality_id = %(municipality_id)s AND d.id = %(draft)s
"""
_PAIRS = f"""
WITH before AS MATERIALIZED ({_VOTERS.replace("%(draft)s", "%(before_id)s")}),
after AS MATERIALIZED ({_VOTERS.replace("%(draft)s", "%(after_id)s")}),
pair AS (
    SELECT a.person_id IS NULL AS gone, b.person_id IS NULL AS new, b.station_id AS before_station, a.station_id AS after_station,
           coalesce(a.household, b.household) AS household, coalesce(a.head_id, b.head_id) AS head_id,
           coalesce(a.address_id, b.address_id) AS address_id
      FROM before b
      FULL JOIN after a ON a.person_id = b.person_id)
"""

COUNT = f"""{_PAIRS}
SELECT new, gone, before_station, after_station, count(*)::integer, count(DISTINCT household)::integer
  FROM pair
 GROUP BY new, gone, before_station, after_station
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Voters who vote in one station before and in one after; ``None`` where they have none. ``new`` and ``gone``: on one list only."""

    new: bool
    gone: bool
    before: int | None
    after: int | None
    voters: int
    households: int


def count(*, municipality_id: int, before_id: int, after_id: int) -> list[Pair]:
    """Every pair of stations that has voters."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(COUNT, {"municipality_id": municipality_id, "before_id": before_id, "after_id": after_id})
        return [Pair(*row) for row in cursor.fetchall()]


_CHOSEN = """
 WHERE NOT new AND NOT gone AND before_station IS DISTINCT FROM after_station
   AND (%(before)s::bigint[] IS NULL OR before_station = ANY(%(before)s)) AND (%(after)s::bigint[] IS NULL OR after_station = ANY(%(after)s))
"""

STREETS = f"""{_PAIRS}
SELECT a.street_id, t.name, a.postcode, p.before_station, p.after_station, count(DISTINCT p.household)::integer, count(*)::integer
  FROM pair p
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
  LEFT JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = a.street_id
 {_CHOSEN}
 GROUP BY a.street_id, t.name, t.name_key, a.postcode, p.before_station, p.after_station
 ORDER BY t.name_key NULLS LAST, a.street_id, a.postcode, p.before_station NULLS FIRST, p.after_station NULLS LAST
"""


@dataclass(frozen=True, slots=True)
class StreetPair:
    """A street (``None``: no known address) with those of its voters who go from one station to another."""

    street_id: int | None
    street: str | None
    postcode: str | None
    before: int | None
    after: int | None
    households: int
    voters: int


def streets(
    *, municipality_id: int, before_id: int, after_id: int, before: list[int] | None = None, after: list[int] | None = None
) -> list[StreetPair]:
    """The streets whose voters change station, by name; from and to some stations, or all."""
    values = {"municipality_id": municipality_id, "before_id": before_id, "after_id": after_id, "before": before, "after": after}
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(STREETS, values)
        return [StreetPair(*row) for row in cursor.fetchall()]


HOUSEHOLDS = f"""{_PAIRS}
SELECT p.household, p.head_id, v.last_name, v.first_names, t.name, a.house_number, a.box_number, a.postcode, p.before_station,
       p.after_station, count(*)::integer
  FROM pair p
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
  LEFT JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.id = a.street_id
  LEFT JOIN voters_person v ON v.municipality_id = %(municipality_id)s AND v.id = p.head_id
 {_CHOSEN} AND a.street_id IS NOT DISTINCT FROM %(street_id)s::bigint AND (%(street_id)s::bigint IS NULL OR a.postcode = %(postcode)s)
 GROUP BY p.household, p.head_id, v.last_name, v.first_names, v.name_key, t.name, a.house_number, a.box_number, a.postcode, a.number,
       a.suffix, a.box_key, p.before_station, p.after_station
 ORDER BY a.number NULLS LAST, a.suffix, length(a.box_key), a.box_key, v.name_key, p.household, p.before_station NULLS FIRST
 LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class HouseholdPair:
    """A household whose voters go from one station to another."""

    household: str
    head_id: int | None
    last_name: str | None
    first_names: str | None
    street: str | None
    house_number: str | None
    box_number: str | None
    postcode: str | None
    before: int | None
    after: int | None
    voters: int


def households(
    *,
    municipality_id: int,
    before_id: int,
    after_id: int,
    before: list[int] | None,
    after: list[int] | None,
    street_id: int | None,
    postcode: str,
    limit: int,
    offset: int,
) -> list[HouseholdPair]:
    """A page of the households of one street (``None``: without a known address) that change station, by house."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "before_id": before_id,
        "after_id": after_id,
        "before": before,
        "after": after,
        "street_id": street_id,
        "postcode": postcode,
        "limit": limit,
        "offset": offset,
    }
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(HOUSEHOLDS, values)
        return [HouseholdPair(*row) for row in cursor.fetchall()]
