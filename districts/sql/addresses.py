"""Set-based statements of the address import. Each names its municipality; counts are returned.

The rows of a file lie in temporary tables of the transaction: COPY may not fill a table that row-level security guards.
"""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from django.db import connection

from core.planner import analyse
from districts.rules.address_file import AddressRow, Problem

STAGING = """
CREATE TEMP TABLE districts_incoming (
    row bigint, best_id bigint, street_best_id bigint, street_name text, postcode text, postname text,
    house_number text, box_number text, latitude float8, longitude float8) ON COMMIT DROP
"""

COPY = """
COPY districts_incoming (row, best_id, street_best_id, street_name, postcode, postname, house_number, box_number, latitude, longitude)
FROM STDIN
"""

LOCK = "SELECT pg_advisory_xact_lock(hashtext('districts.import_addresses'), %(municipality_id)s::int)"


def stage(rows: Iterable[AddressRow], *, municipality_id: int) -> int:
    """Copy the rows of a file into the transaction's own table, one import of a municipality at a time. Returns how many."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"municipality_id": municipality_id})
        cursor.execute("DROP TABLE IF EXISTS districts_incoming, districts_incoming_street")
        cursor.execute(STAGING)
        with cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row(astuple(row))
                count += 1
        cursor.execute("ANALYZE districts_incoming")
    return count


TWICE = """
SELECT i.row, 'address_id', i.best_id::text, 'address_twice', 'an address once; also in row ' || f.first_row
  FROM districts_incoming i
  JOIN (SELECT best_id, min(row) AS first_row FROM districts_incoming GROUP BY best_id HAVING count(*) > 1) f USING (best_id)
 WHERE i.row > f.first_row
 ORDER BY i.row
 LIMIT %(limit)s
"""

TWO_NAMES = """
SELECT i.row, 'streetname_nl', i.street_name, 'street_two_names', f.street_name || ', as in row ' || f.row
  FROM districts_incoming i
  JOIN (SELECT DISTINCT ON (street_best_id) street_best_id, street_name, row FROM districts_incoming ORDER BY street_best_id, row) f
    ON f.street_best_id = i.street_best_id AND f.street_name <> i.street_name
 ORDER BY i.row
 LIMIT %(limit)s
"""


def contradictions(*, limit: int) -> list[Problem]:
    """Rows of the staged file that contradict one another: an address twice, a street with two names."""
    problems = []
    with connection.cursor() as cursor:
        for statement in (TWICE, TWO_NAMES):
            cursor.execute(statement, {"limit": limit})
            problems += [Problem(*row) for row in cursor.fetchall()]
    return problems


TO_CLOSE = """
SELECT count(*) FILTER (WHERE i.best_id IS NULL), count(*)
  FROM districts_address a
  LEFT JOIN districts_incoming i ON i.best_id = a.best_id
 WHERE a.municipality_id = %(municipality_id)s AND a.closed_at IS NULL
"""


def would_close(*, municipality_id: int) -> tuple[int, int]:
    """How many open addresses the staged file does not hold, and how many are open."""
    with connection.cursor() as cursor:
        cursor.execute(TO_CLOSE, {"municipality_id": municipality_id})
        closing, known = cursor.fetchone()
    return closing, known


STREETS = """
CREATE TEMP TABLE districts_incoming_street ON COMMIT DROP AS
SELECT s.best_id, s.name, left(districts_street_key(s.name), 120) AS name_key
  FROM (SELECT street_best_id AS best_id, min(street_name) AS name FROM districts_incoming GROUP BY street_best_id) s
"""

# A street that was prepared before the file knew it becomes the one that the file brings under that name. Of two, the one in
# whose postcode its rows lie; each is taken once.
ADOPT_STREETS = """
WITH pair AS (
    SELECT p.id, i.best_id, i.name,
           EXISTS (SELECT FROM districts_streetrange r
                     JOIN districts_incoming a ON a.street_best_id = i.best_id AND a.postcode = r.postcode
                    WHERE r.municipality_id = %(municipality_id)s AND r.street_id = p.id AND r.removed_at IS NULL) AS there
      FROM districts_street p
      JOIN districts_incoming_street i ON i.name_key = p.name_key
     WHERE p.municipality_id = %(municipality_id)s AND p.best_id IS NULL AND p.closed_at IS NULL
       AND NOT EXISTS (SELECT FROM districts_street s WHERE s.municipality_id = %(municipality_id)s AND s.best_id = i.best_id)),
chosen AS (
    SELECT DISTINCT ON (best_id) id, best_id, name
      FROM (SELECT DISTINCT ON (id) * FROM pair ORDER BY id, there DESC, best_id) p
     ORDER BY best_id, there DESC, id)
UPDATE districts_street s SET best_id = c.best_id, name = c.name
  FROM chosen c
 WHERE s.municipality_id = %(municipality_id)s AND s.id = c.id
"""

ADD_STREETS = """
INSERT INTO districts_street (municipality_id, best_id, name, name_key)
SELECT %(municipality_id)s, i.best_id, i.name, i.name_key
  FROM districts_incoming_street i
 WHERE NOT EXISTS (SELECT FROM districts_street s WHERE s.municipality_id = %(municipality_id)s AND s.best_id = i.best_id)
 ORDER BY i.name_key, i.best_id
"""

CHANGE_STREETS = """
UPDATE districts_street s SET name = i.name, name_key = i.name_key, closed_at = NULL
  FROM districts_incoming_street i
 WHERE s.municipality_id = %(municipality_id)s AND s.best_id = i.best_id
   AND (s.name <> i.name OR s.name_key <> i.name_key OR s.closed_at IS NOT NULL)
"""

# A prepared street waits for the file that brings it.
CLOSE_STREETS = """
UPDATE districts_street s SET closed_at = %(at)s
 WHERE s.municipality_id = %(municipality_id)s AND s.closed_at IS NULL AND s.best_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM districts_incoming_street i WHERE i.best_id = s.best_id)
"""

CLOSE = """
UPDATE districts_address a SET closed_at = %(at)s
 WHERE a.municipality_id = %(municipality_id)s AND a.closed_at IS NULL
   AND NOT EXISTS (SELECT FROM districts_incoming i WHERE i.best_id = a.best_id)
"""

# Returned and changed at once counts as returned.
CHANGE = """
WITH written AS (
    UPDATE districts_address a
       SET street_id = s.id, postcode = i.postcode, postname = i.postname, house_number = i.house_number,
           number = districts_number(districts_number_key(i.house_number)),
           suffix = left(districts_suffix(districts_number_key(i.house_number)), 20),
           box_number = i.box_number, box_key = left(districts_box_key(i.box_number), 20),
           latitude = i.latitude, longitude = i.longitude, closed_at = NULL
      FROM districts_incoming i
      JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.best_id = i.street_best_id
      JOIN districts_address old ON old.municipality_id = %(municipality_id)s AND old.best_id = i.best_id
     WHERE a.municipality_id = %(municipality_id)s AND a.id = old.id
       AND (old.closed_at IS NOT NULL
            OR (old.street_id, old.postcode, old.postname, old.house_number, old.box_number, old.latitude, old.longitude)
               IS DISTINCT FROM (s.id, i.postcode, i.postname, i.house_number, i.box_number, i.latitude, i.longitude))
    RETURNING old.closed_at IS NOT NULL AS returned)
SELECT count(*) FILTER (WHERE NOT returned), count(*) FILTER (WHERE returned) FROM written
"""

ADD = """
INSERT INTO districts_address (municipality_id, best_id, street_id, postcode, postname, house_number, number, suffix,
                               box_number, box_key, latitude, longitude, opened_at)
SELECT %(municipality_id)s, i.best_id, s.id, i.postcode, i.postname, i.house_number,
       districts_number(districts_number_key(i.house_number)), left(districts_suffix(districts_number_key(i.house_number)), 20),
       i.box_number, left(districts_box_key(i.box_number), 20), i.latitude, i.longitude, %(at)s
  FROM districts_incoming i
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.best_id = i.street_best_id
 WHERE NOT EXISTS (SELECT FROM districts_address a WHERE a.municipality_id = %(municipality_id)s AND a.best_id = i.best_id)
 ORDER BY s.name_key, s.id, 7, 8, 10, i.best_id
"""


def merge(*, municipality_id: int, at: Any) -> dict[str, int]:
    """Make the municipality's streets and addresses those of the staged file. Rows that are the same are not written."""
    values = {"municipality_id": municipality_id, "at": at}
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(STREETS)
        counts["streets"] = cursor.rowcount
        for name, statement in (
            ("streets_adopted", ADOPT_STREETS),
            ("streets_added", ADD_STREETS),
            ("streets_changed", CHANGE_STREETS),
            ("streets_closed", CLOSE_STREETS),
            ("closed", CLOSE),
        ):
            cursor.execute(statement, values)
            counts[name] = cursor.rowcount
        cursor.execute(CHANGE, values)
        counts["changed"], counts["reopened"] = cursor.fetchone()
        cursor.execute(ADD, values)
        counts["added"] = cursor.rowcount
    analyse("districts_street", "districts_address", rows=counts["added"] + counts["changed"] + counts["closed"])
    return counts
