"""The district of an address on a day: one way to tell it, for the checks, the lists, the assignment and the changes.

For a whole municipality make the temporary tables of ``place`` and ``place_spellings``; ``PLACED`` and ``spelled`` are the same
as SELECTs to be put in brackets, for a few streets. All take ``municipality_id`` and ``day``.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from districts.sql.planner import hashed

HOLDING = """
SELECT r.id, r.district_id, r.street_id, r.postcode, r.side, r.number_from, r.number_to
  FROM districts_streetrange r
 WHERE r.municipality_id = %(municipality_id)s AND r.removed_at IS NULL
   AND r.valid_from <= %(day)s AND (r.valid_until IS NULL OR r.valid_until > %(day)s)
"""
"""The rows that hold on the day."""


def contains(number: str, row: str = "r") -> str:
    """Whether the row ``row`` holds the house number ``number`` (both as SQL): between its ends and on its side."""
    return (
        f"({row}.number_from IS NULL OR {number} >= {row}.number_from) AND ({row}.number_to IS NULL OR {number} <= {row}.number_to)"
        f" AND ({row}.side = 'all' OR ({row}.side = 'even') = ({number} %% 2 = 0))"
    )


# A closed address has its district too: people may still live there.
PLACED = f"""
SELECT a.id AS address_id, a.street_id, a.postcode, a.number, a.closed_at IS NULL AS open, r.id AS range_id, r.district_id
  FROM districts_address a
  LEFT JOIN ({HOLDING}) r ON r.street_id = a.street_id AND r.postcode = a.postcode AND {contains("a.number")}
 WHERE a.municipality_id = %(municipality_id)s
"""  # noqa: S608  # fixed expressions
"""Every address with its row and its district, both null where it has none."""

PLACE = f"CREATE TEMP TABLE districts_placed ON COMMIT DROP AS {PLACED}"


def place(*, municipality_id: int, day: date) -> int:
    """Make the temporary table ``districts_placed`` (the columns of ``PLACED``). Returns how many addresses there are."""
    with hashed(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.districts_placed")
        cursor.execute(PLACE, {"municipality_id": municipality_id, "day": day})
        return int(cursor.rowcount)


# By street and number, where no address is known: the street as it was linked by hand, else by the key of its name. A house
# without a number is placed only where the whole street is in one district.
SPELLED_BY = f"""
WITH spelling AS MATERIALIZED (
    SELECT s.postcode, s.street_name, s.house_number, left(districts_street_key(s.street_name), 120) AS street_key,
           districts_number_key(s.house_number) AS number_key
      FROM (SELECT DISTINCT postcode, street_name, house_number FROM {{source}}) s),
street AS (
    SELECT s.*, l.street_id
      FROM spelling s
      JOIN districts_streetlink l
        ON l.municipality_id = %(municipality_id)s AND l.postcode = s.postcode AND l.street_key = s.street_key
     UNION ALL
    SELECT s.*, t.id
      FROM spelling s
      JOIN districts_street t ON t.municipality_id = %(municipality_id)s AND t.name_key = s.street_key
     WHERE s.street_key <> ''
       AND NOT EXISTS (SELECT FROM districts_streetlink l
                        WHERE l.municipality_id = %(municipality_id)s AND l.postcode = s.postcode AND l.street_key = s.street_key))
SELECT t.postcode, t.street_name, t.house_number, min(r.street_id) AS street_id, min(r.district_id) AS district_id
  FROM street t
  JOIN ({{ranges}}) r
    ON r.street_id = t.street_id AND r.postcode = t.postcode AND {contains("districts_number(t.number_key)")}
   AND (t.number_key <> '' OR r.side = 'all' AND r.number_from IS NULL AND r.number_to IS NULL)
 GROUP BY t.postcode, t.street_name, t.house_number
HAVING count(DISTINCT r.district_id) = 1
"""  # noqa: S608  # fixed expressions


def spelled(source: str, ranges: str = HOLDING) -> str:
    """The SELECT that gives each spelling (postcode, street_name, house_number) of ``source`` its street and district.

    ``source`` is a table, or a SELECT in brackets with a name. A spelling without a district is left out.
    """
    return SPELLED_BY.format(source=source, ranges=ranges)


def place_spellings(*, municipality_id: int, day: date, source: str) -> int:
    """Make ``districts_placed_spelling (postcode, street_name, house_number, street_id, district_id)``; returns how many it holds.

    ``source`` names a temporary table with at least the first three columns, or is a SELECT in brackets with a name.
    """
    with hashed(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.districts_placed_spelling")
        cursor.execute(
            f"CREATE TEMP TABLE districts_placed_spelling ON COMMIT DROP AS {spelled(source)}",
            {"municipality_id": municipality_id, "day": day},
        )
        return int(cursor.rowcount)


AT = f"""
SELECT r.id, r.street_id, r.postcode, r.district_id
  FROM ({HOLDING}) r
 WHERE r.street_id = ANY(%(streets)s) AND (%(number)s::integer IS NULL OR {contains("%(number)s::integer")})
 ORDER BY r.street_id, r.postcode, r.number_from NULLS FIRST, r.side, r.id
"""  # noqa: S608  # fixed expressions


def rows_at(*, municipality_id: int, day: date, streets: Sequence[int], number: int | None) -> list[tuple[int, int, str, int]]:
    """The rows of some streets that hold a house number, or all their rows: (row, street, postcode, district)."""
    with connection.cursor() as cursor:
        cursor.execute(AT, {"municipality_id": municipality_id, "day": day, "streets": list(streets), "number": number})
        return list(cursor.fetchall())


COUNTS = """
SELECT r.district_id, count(*), count(DISTINCT r.street_id)
  FROM ({ranges}) r GROUP BY r.district_id
"""


def counts(*, municipality_id: int, day: date) -> dict[int, tuple[int, int]]:
    """For each district that has any: how many rows and how many streets."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(ranges=HOLDING), {"municipality_id": municipality_id, "day": day})
        return {district: (rows, streets) for district, rows, streets in cursor.fetchall()}


STARTS = """
SELECT day
  FROM (SELECT valid_from AS day FROM districts_streetrange WHERE municipality_id = %(municipality_id)s AND removed_at IS NULL
         UNION
        SELECT valid_until FROM districts_streetrange WHERE municipality_id = %(municipality_id)s AND removed_at IS NULL) d
 WHERE day IS NOT NULL
 ORDER BY day
"""


def days_of_change(*, municipality_id: int) -> list[date]:
    """The days on which the split becomes another one, the first split's first day too, in order."""
    with connection.cursor() as cursor:
        cursor.execute(STARTS, {"municipality_id": municipality_id})
        return [day for (day,) in cursor.fetchall()]
