"""What the file in the temporary table would change, written to the staging table: one pass over the file, one over those who are gone."""

from typing import Any

from django.db import connection

from core.planner import analyse
from voters.rules.imports import StreetLoss
from voters.rules.names import KEY_SEPARATOR
from voters.rules.register_columns import NAMES
from voters.sql.staging import typed

CLEAR = "DELETE FROM voters_registerstaging WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s"


def clear(*, municipality_id: int, import_id: int) -> int:
    """Take away the staged rows of an import. Returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(CLEAR, {"municipality_id": municipality_id, "import_id": import_id})
        return int(cursor.rowcount)


COLUMN_LIST = ", ".join(NAMES)
TYPED_LIST = ", ".join(typed("i", name) for name in NAMES)
# core_fold() itself, written out: a call of an SQL function costs four times as much a row.
NAME_KEY = (
    "left(lower(public.unaccent('public.unaccent'::regdictionary, "
    f"CASE WHEN i.first_names = '' THEN i.last_name ELSE concat(i.last_name, '{KEY_SEPARATOR}', i.first_names) END)), 300)"
)
BORN_ON = "replace(i.birth_date, '-00', '-01')::date"

STAGE_FIRST = f"""
INSERT INTO voters_registerstaging (municipality_id, register_import_id, row, {COLUMN_LIST}, name_key, born_on, address_id, change, changed_fields)
SELECT %(municipality_id)s, %(import_id)s, i.row, {TYPED_LIST}, {NAME_KEY}, {BORN_ON}, a.address_id, 'added', ''
  FROM voters_incoming i
  JOIN voters_spelling a ON a.postcode = i.postcode AND a.street_name = i.street_name AND a.house_number = i.house_number AND a.box_number = i.box_number
"""  # noqa: S608  # column names of voters.rules only

FIELDS = ", ".join(f"CASE WHEN n.{name} IS DISTINCT FROM p.{name} THEN '{name}' END" for name in NAMES if name != "national_number")
NEW_ROW = ", ".join(f"n.{name}" for name in NAMES)
OLD_ROW = ", ".join(f"p.{name}" for name in NAMES)

STAGE_NEXT = f"""
INSERT INTO voters_registerstaging (municipality_id, register_import_id, row, {COLUMN_LIST}, name_key, born_on, address_id, person_id, change, changed_fields)
SELECT %(municipality_id)s, %(import_id)s, i.row, {COLUMN_LIST}, {NAME_KEY}, {BORN_ON}, address_id, person_id,
       CASE WHEN person_id IS NULL THEN 'added' WHEN gone THEN 'returned' WHEN changed THEN 'changed' ELSE 'rematched' END, changed_fields
  FROM (SELECT n.*, p.id AS person_id, p.removed_import_id IS NOT NULL AS gone, ({NEW_ROW}) IS DISTINCT FROM ({OLD_ROW}) AS changed,
               CASE WHEN p.id IS NULL THEN '' ELSE concat_ws(' ', {FIELDS}) END AS changed_fields
          FROM (SELECT i.row, {TYPED_LIST}, a.address_id
                  FROM voters_incoming i
                  JOIN voters_spelling a ON a.postcode = i.postcode AND a.street_name = i.street_name
                                        AND a.house_number = i.house_number AND a.box_number = i.box_number) n
          LEFT JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.national_number = n.national_number
         WHERE p.id IS NULL OR p.removed_import_id IS NOT NULL OR n.address_id IS DISTINCT FROM p.address_id
            OR ({NEW_ROW}) IS DISTINCT FROM ({OLD_ROW})) i
"""  # noqa: S608  # column names of voters.rules only

STAGE_REMOVED = f"""
INSERT INTO voters_registerstaging (municipality_id, register_import_id, row, {COLUMN_LIST}, name_key, born_on, address_id, person_id, change, changed_fields)
SELECT %(municipality_id)s, %(import_id)s, -p.id, {OLD_ROW}, p.name_key, p.born_on, p.address_id, p.id, 'removed', ''
  FROM voters_person p
 WHERE p.municipality_id = %(municipality_id)s AND p.removed_import_id IS NULL
   AND NOT EXISTS (SELECT FROM voters_incoming i WHERE i.national_number = p.national_number)
"""  # noqa: S608  # column names of voters.rules only

# A person's address may be known to nobody and stay so without a change: those are counted in the register itself.
COUNTS = """
SELECT count(*) FILTER (WHERE s.change = 'added'), count(*) FILTER (WHERE s.change = 'changed'), count(*) FILTER (WHERE s.change = 'returned'),
       count(*) FILTER (WHERE s.change = 'removed'), count(*) FILTER (WHERE s.change = 'rematched'),
       count(*) FILTER (WHERE s.address_id IS NULL AND s.change <> 'removed')
  FROM voters_registerstaging s
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s
"""

UNMATCHED_BEFORE = """
SELECT count(*)
  FROM voters_person p
 WHERE p.municipality_id = %(municipality_id)s AND p.removed_import_id IS NULL AND p.address_id IS NULL
   AND NOT EXISTS (SELECT FROM voters_registerstaging s
                    WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.person_id = p.id)
"""

FIELD_COUNTS = """
SELECT field, count(*)
  FROM voters_registerstaging s, string_to_table(s.changed_fields, ' ') field
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change IN ('changed', 'returned')
 GROUP BY field ORDER BY field
"""

LIVE = "SELECT count(*) FROM voters_person WHERE municipality_id = %(municipality_id)s AND removed_import_id IS NULL"
EVER = "SELECT EXISTS (SELECT FROM voters_person WHERE municipality_id = %(municipality_id)s)"


def stage(*, municipality_id: int, import_id: int, rows: int) -> dict[str, Any]:
    """Write what the file would change to the staging table and return the figures.

    A first import compares with nobody. Keys: rows, before, added, changed, returned, removed, rematched, unchanged,
    unmatched_addresses (persons of the file without an address of the municipality) and fields (persons by column).
    """
    values = {"municipality_id": municipality_id, "import_id": import_id}
    fields: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(EVER, values)
        first = not cursor.fetchone()[0]
        if first:
            cursor.execute(STAGE_FIRST, values)
            before, unmatched_before = 0, 0
        else:
            cursor.execute(LIVE, values)
            before = cursor.fetchone()[0]
            cursor.execute(STAGE_NEXT, values)
            cursor.execute(STAGE_REMOVED, values)
            cursor.execute(UNMATCHED_BEFORE, values)
            unmatched_before = cursor.fetchone()[0]
            cursor.execute(FIELD_COUNTS, values)
            fields = dict(cursor.fetchall())
        cursor.execute(COUNTS, values)
        added, changed, returned, removed, rematched, unmatched = cursor.fetchone()
    if not first:  # then all of it is added, and joined with nothing
        staged = added + changed + returned + removed + rematched
        analyse("voters_registerstaging", rows=staged, columns=("municipality_id", "register_import_id", "change"))
    return {
        "rows": rows,
        "before": before,
        "added": added,
        "changed": changed,
        "returned": returned,
        "removed": removed,
        "rematched": rematched,
        "unchanged": rows - added - changed - returned - rematched,
        "unmatched_addresses": unmatched + unmatched_before,
        "fields": fields,
    }


# Who left the file, by the street where they were; who came to or left a street otherwise only moves the balance.
STREET_LOSSES = """
SELECT postcode, street_name, count(*), count(*) FILTER (WHERE removed), count(*) FILTER (WHERE removed AND present)
  FROM (SELECT p.postcode, p.street_name, p.deceased_on IS NULL AND p.struck_on IS NULL AND p.departed_on IS NULL AS present,
               s.person_id IS NOT NULL AS removed
          FROM voters_person p
          LEFT JOIN voters_registerstaging s
                 ON s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change = 'removed' AND s.person_id = p.id
         WHERE p.municipality_id = %(municipality_id)s AND p.removed_import_id IS NULL) x
 GROUP BY postcode, street_name
HAVING bool_or(removed)
"""


def street_losses(*, municipality_id: int, import_id: int) -> list[StreetLoss]:
    """The streets from which somebody is no longer in the file."""
    with connection.cursor() as cursor:
        cursor.execute(STREET_LOSSES, {"municipality_id": municipality_id, "import_id": import_id})
        return [StreetLoss(*row) for row in cursor.fetchall()]


STREET_BALANCE = """
SELECT postcode, street_name, coalesce(o.count, 0), coalesce(n.count, 0), count(*) OVER ()
  FROM (SELECT postcode, street_name, count(*) FROM voters_person
         WHERE municipality_id = %(municipality_id)s AND removed_import_id IS NULL GROUP BY 1, 2) o
  FULL JOIN (SELECT postcode, street_name, count(*) FROM voters_incoming GROUP BY 1, 2) n USING (postcode, street_name)
 WHERE o.count IS DISTINCT FROM n.count
 ORDER BY abs(coalesce(n.count, 0) - coalesce(o.count, 0)) DESC, street_name, postcode
 LIMIT %(limit)s
"""


def street_balance(*, municipality_id: int, limit: int) -> dict[str, Any]:
    """Streets with more or fewer persons than before: how many, and the ``limit`` that differ most."""
    with connection.cursor() as cursor:
        cursor.execute(STREET_BALANCE, {"municipality_id": municipality_id, "limit": limit})
        rows = cursor.fetchall()
    listed = [{"postcode": row[0], "street": row[1], "before": row[2], "after": row[3]} for row in rows]
    return {"count": rows[0][4] if rows else 0, "listed": listed}
