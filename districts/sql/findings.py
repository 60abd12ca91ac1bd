"""What does not fit in the split of a day: statements over ``districts_placed`` (districts.sql.districts.place), each one SELECT.

Each gives (street_id, street, postcode, side, number_from, number_to, district_id, code, district, addresses); what does not apply is null.
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from districts.sql.districts import HOLDING, contains, place
from districts.sql.planner import hashed


class Found(NamedTuple):
    """One row of a finding."""

    street_id: int | None
    street: str
    postcode: str
    side: str
    number_from: int | None
    number_to: int | None
    district_id: int | None
    code: str
    district: str
    addresses: int


# Runs of numbers without a district, on one side of a street that has rows: broken where a number in between has one.
GAP = f"""
WITH known AS MATERIALIZED (
    SELECT street_id, postcode FROM ({HOLDING}) r
 INTERSECT
    SELECT street_id, postcode FROM districts_placed WHERE open AND district_id IS NULL),
house AS (
    SELECT p.street_id, p.postcode, p.number, p.number %% 2 AS parity, p.district_id IS NULL AS lost, count(*) AS addresses
      FROM districts_placed p
      JOIN known USING (street_id, postcode)
     WHERE p.open
     GROUP BY p.street_id, p.postcode, p.number, lost),
run AS (
    SELECT h.*, row_number() OVER (PARTITION BY street_id, postcode, parity ORDER BY number)
              - row_number() OVER (PARTITION BY street_id, postcode, parity, lost ORDER BY number) AS run
      FROM house h)
SELECT s.id, s.name, r.postcode, CASE r.parity WHEN 0 THEN 'even' ELSE 'odd' END, min(r.number), max(r.number), NULL::bigint, '', '',
       sum(r.addresses)::integer
  FROM run r
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = r.street_id
 WHERE r.lost
 GROUP BY s.id, s.name, s.name_key, r.postcode, r.parity, r.run
 ORDER BY s.name_key, s.id, r.postcode, min(r.number)
"""  # noqa: S608  # fixed expressions

STREET_WITHOUT_ROWS = f"""
SELECT s.id, s.name, p.postcode, 'all', NULL::integer, NULL::integer, NULL::bigint, '', '', count(*)::integer
  FROM districts_placed p
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = p.street_id
 WHERE p.open AND NOT EXISTS (SELECT FROM ({HOLDING}) r WHERE r.street_id = p.street_id AND r.postcode = p.postcode)
 GROUP BY s.id, s.name, s.name_key, p.postcode
 ORDER BY s.name_key, s.id, p.postcode
"""  # noqa: S608  # fixed expressions

# Of a row that holds no open address: whether the street has any in that postcode, in another, or is closed. One on a
# street that is only prepared waits for its addresses and is no finding.
EMPTY_ROWS = f"""
WITH holding AS MATERIALIZED ({HOLDING}),
used AS (SELECT DISTINCT range_id FROM districts_placed WHERE open AND range_id IS NOT NULL),
here AS MATERIALIZED (SELECT DISTINCT street_id, postcode FROM districts_placed WHERE open),
empty AS MATERIALIZED (SELECT h.* FROM holding h LEFT JOIN used u ON u.range_id = h.id WHERE u.range_id IS NULL),
elsewhere AS MATERIALIZED (
    SELECT e.id, count(*)::integer AS addresses
      FROM empty e
      JOIN districts_placed p ON p.street_id = e.street_id AND p.postcode <> e.postcode AND {contains("p.number", "e")}
     WHERE p.open AND NOT EXISTS (SELECT FROM here h WHERE h.street_id = e.street_id AND h.postcode = e.postcode)
     GROUP BY e.id)
SELECT CASE WHEN s.closed_at IS NOT NULL THEN 'closed_street_row'
            WHEN l.addresses IS NOT NULL THEN 'postcode_mismatch' ELSE 'unused_row' END,
       e.street_id, s.name, e.postcode, e.side, e.number_from, e.number_to, d.id, d.code, d.name,
       CASE WHEN s.closed_at IS NULL THEN coalesce(l.addresses, 0) ELSE 0 END
  FROM empty e
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = e.street_id
  JOIN districts_district d ON d.municipality_id = %(municipality_id)s AND d.id = e.district_id
  LEFT JOIN elsewhere l ON l.id = e.id
 WHERE s.closed_at IS NOT NULL OR s.best_id IS NOT NULL
 ORDER BY s.name_key, e.street_id, e.postcode, e.number_from NULLS FIRST, e.side
"""  # noqa: S608  # fixed expressions

# One number for itself, while others on its side of the street belong elsewhere: often 12 where 12-18 was meant.
SINGLE_NUMBER = f"""
WITH holding AS MATERIALIZED ({HOLDING}),
single AS MATERIALIZED (
    SELECT h.* FROM holding h
     WHERE h.number_from = h.number_to
       AND EXISTS (SELECT FROM holding o
                    WHERE o.street_id = h.street_id AND o.postcode = h.postcode AND o.district_id <> h.district_id
                      AND o.side IN ('all', CASE h.number_from %% 2 WHEN 0 THEN 'even' ELSE 'odd' END))),
counted AS MATERIALIZED (
    SELECT p.range_id, count(*)::integer AS addresses
      FROM districts_placed p
     WHERE p.open AND p.range_id IN (SELECT id FROM single)
     GROUP BY p.range_id)
SELECT s.id, s.name, h.postcode, h.side, h.number_from, h.number_to, d.id, d.code, d.name, c.addresses
  FROM single h
  JOIN counted c ON c.range_id = h.id
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = h.street_id
  JOIN districts_district d ON d.municipality_id = %(municipality_id)s AND d.id = h.district_id
 ORDER BY s.name_key, s.id, h.postcode, h.number_from
"""  # noqa: S608  # fixed expressions

DISTRICT_WITHOUT_ROWS = f"""
SELECT NULL::bigint, '', '', '', NULL::integer, NULL::integer, d.id, d.code, d.name, 0
  FROM districts_district d
 WHERE d.municipality_id = %(municipality_id)s AND d.closed_at IS NULL
   AND NOT EXISTS (SELECT FROM ({HOLDING}) r WHERE r.district_id = d.id)
 ORDER BY d.code, d.id
"""  # noqa: S608  # fixed expressions

STATEMENTS = {
    "gap": GAP,
    "street_without_rows": STREET_WITHOUT_ROWS,
    "single_number": SINGLE_NUMBER,
    "district_without_rows": DISTRICT_WITHOUT_ROWS,
}


def find(*, municipality_id: int, day: date) -> list[tuple[str, Found]]:
    """Everything that does not fit, as (code, row), each kind in the order of streets and numbers."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "day": day}
    place(municipality_id=municipality_id, day=day)
    found: list[tuple[str, Found]] = []
    with hashed(), connection.cursor() as cursor:
        for code, statement in STATEMENTS.items():
            cursor.execute(statement, values)
            found += [(code, Found(*row)) for row in cursor.fetchall()]
        cursor.execute(EMPTY_ROWS, values)
        found += [(row[0], Found(*row[1:])) for row in cursor.fetchall()]
    return found


COVERAGE = """
SELECT count(*)::integer, count(*) FILTER (WHERE district_id IS NULL)::integer FROM districts_placed WHERE open
"""


def coverage() -> tuple[int, int]:
    """After ``find`` or ``place``: how many addresses are open, and how many of them have no district."""
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE)
        addresses, lost = cursor.fetchone()
    return addresses, lost
