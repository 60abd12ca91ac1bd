"""The staged differences written into the register, its versions and its name words: a handful of statements, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import connection

from core.planner import analyse
from voters.rules.names import WORD_SIGNS
from voters.rules.register_columns import NAMES

LOCK = "SELECT pg_advisory_xact_lock(hashtext('voters.merge_register'), %(municipality_id)s::int)"


HOLD = "SELECT pg_advisory_xact_lock_shared(hashtext('voters.merge_register'), %(municipality_id)s::int)"


def lock(*, municipality_id: int) -> None:
    """One merge of a municipality at a time; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"municipality_id": municipality_id})


def hold(*, municipality_id: int) -> None:
    """No merge of a municipality meanwhile, of whomever else holds it too; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"municipality_id": municipality_id})


STAGED = "SELECT count(*) FROM voters_registerstaging WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s"


def staged(*, municipality_id: int, import_id: int) -> int:
    """How many differences are staged: none after a crash of the server."""
    with connection.cursor() as cursor:
        cursor.execute(STAGED, {"municipality_id": municipality_id, "import_id": import_id})
        return int(cursor.fetchone()[0])


DERIVED = ("name_key", "born_on", "address_id")
COLUMN_LIST = ", ".join((*NAMES, *DERIVED))
# Each word of a key once. A text search vector is the quickest set of words that the server has.
_SPLIT = f"string_to_array(translate({{key}}, '{WORD_SIGNS.replace(chr(39), chr(39) * 2)}', '{' ' * len(WORD_SIGNS)}'), ' ')"
WORDS = f"unnest(tsvector_to_array(array_to_tsvector(array_remove({_SPLIT}, ''))))"
# What the column holds; longer words do not occur among names.
STORED = 'CASE WHEN octet_length(word) <= 120 THEN word ELSE left(word, 120) END COLLATE "C"'

# Words come out sorted as the index is: every page of it is filled once.
ADD = f"""
WITH added AS (
    INSERT INTO voters_person (municipality_id, {COLUMN_LIST}, version, created_import_id, changed_import_id)
    SELECT municipality_id, {COLUMN_LIST}, 1, register_import_id, register_import_id
      FROM voters_registerstaging
     WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s AND change = 'added'
    RETURNING id, name_key),
words AS (
    INSERT INTO voters_nametoken (municipality_id, token, person_id)
    SELECT %(municipality_id)s, {STORED} AS token, id
      FROM (SELECT id, {WORDS.format(key="name_key")} AS word FROM added) a
     ORDER BY token)
SELECT count(*) FROM added
"""  # noqa: S608  # column names of voters.rules only

# Before the rows themselves change: what stood there is still to be read.
VERSIONS = """
INSERT INTO voters_personversion (municipality_id, person_id, version, register_import_id, kind, before, after, at)
SELECT %(municipality_id)s, p.id, p.version + 1, %(import_id)s, s.change, coalesce(d.before, '{}'), coalesce(d.after, '{}'), %(at)s
  FROM voters_registerstaging s
  JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.id = s.person_id
  LEFT JOIN LATERAL (SELECT jsonb_object_agg(f, o.fields -> f) AS before, jsonb_object_agg(f, n.fields -> f) AS after
                       FROM (SELECT to_jsonb(p) AS fields) o, (SELECT to_jsonb(s) AS fields) n, string_to_table(s.changed_fields, ' ') f) d
         ON s.changed_fields <> ''
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change IN ('changed', 'returned', 'removed')
"""

FORGET_WORDS = """
DELETE FROM voters_nametoken t
 USING voters_registerstaging s
  JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.id = s.person_id,
       LATERAL (SELECT {stored} AS token FROM {words} word) w
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change IN ('changed', 'returned')
   AND s.name_key <> p.name_key
   AND t.municipality_id = %(municipality_id)s AND t.token = w.token AND t.person_id = p.id
""".replace("{words}", WORDS.format(key="p.name_key")).replace("{stored}", STORED)

LEARN_WORDS = f"""
INSERT INTO voters_nametoken (municipality_id, token, person_id)
SELECT %(municipality_id)s, {STORED} AS token, s.person_id
  FROM voters_registerstaging s
  JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.id = s.person_id, {WORDS.format(key="s.name_key")} word
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change IN ('changed', 'returned')
   AND s.name_key <> p.name_key
 ORDER BY token
"""  # noqa: S608  # fixed expressions

SET_LIST = ", ".join(f"{name} = s.{name}" for name in (*(n for n in NAMES if n != "national_number"), *DERIVED))

CHANGE = f"""
UPDATE voters_person p
   SET {SET_LIST}, version = p.version + 1, changed_import_id = %(import_id)s, removed_import_id = NULL
  FROM voters_registerstaging s
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change IN ('changed', 'returned')
   AND p.municipality_id = %(municipality_id)s AND p.id = s.person_id
"""  # noqa: S608  # column names of voters.rules only

REMATCH = """
UPDATE voters_person p
   SET address_id = s.address_id
  FROM voters_registerstaging s
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change = 'rematched'
   AND p.municipality_id = %(municipality_id)s AND p.id = s.person_id
"""

REMOVE = """
UPDATE voters_person p
   SET version = p.version + 1, changed_import_id = %(import_id)s, removed_import_id = %(import_id)s
  FROM voters_registerstaging s
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.change = 'removed'
   AND p.municipality_id = %(municipality_id)s AND p.id = s.person_id
"""


# For the sort of the words; the planner itself keeps its freedom, since most merges touch few rows.
SETTINGS = "SET LOCAL work_mem = '96MB'"


def merge(*, municipality_id: int, import_id: int, at: datetime, expected: dict[str, int]) -> dict[str, int]:
    """Write the staged differences. Returns how many persons were added, changed (with those who returned), removed and rematched.

    ``expected`` are the same figures as the comparison gave them: what is 0 there is not looked for again.
    """
    values: dict[str, Any] = {"municipality_id": municipality_id, "import_id": import_id, "at": at}
    counts = dict.fromkeys(("added", "changed", "removed", "rematched"), 0)
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        if expected["changed"] or expected["removed"]:
            cursor.execute(VERSIONS, values)
        if expected["changed"]:
            cursor.execute(FORGET_WORDS, values)
            cursor.execute(LEARN_WORDS, values)
        for name, statement in (("changed", CHANGE), ("removed", REMOVE), ("rematched", REMATCH)):
            if expected[name]:
                cursor.execute(statement, values)
                counts[name] = cursor.rowcount
        if expected["added"]:
            cursor.execute(ADD, values)
            counts["added"] = cursor.fetchone()[0]
    analyse("voters_person", "voters_nametoken", rows=sum(counts.values()), columns=("municipality_id", "removed_import_id"))
    return counts
