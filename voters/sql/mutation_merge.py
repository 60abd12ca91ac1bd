"""Staged events written into the register: everybody's first event of the file, then the second, each wave a handful of statements."""

from datetime import datetime
from typing import Any

from django.db import connection

from voters.rules.names import KEY_SEPARATOR
from voters.rules.register_columns import NAMES
from voters.sql.merge import STORED, WORDS

_SET = tuple(name for name in NAMES if name != "national_number")
_COLUMNS = ", ".join(_SET)
_NEW = ", ".join(f"n.{name}" for name in _SET)
_KEY = (
    "left(lower(public.unaccent('public.unaccent'::regdictionary, "
    f"CASE WHEN n.first_names = '' THEN n.last_name ELSE concat(n.last_name, '{KEY_SEPARATOR}', n.first_names) END)), 300)"
)
_BORN = "replace(n.birth_date, '-00', '-01')::date"
_MINE = "s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.wave = %(wave)s"
_OF_PERSON = "p.municipality_id = %(municipality_id)s AND p.id = s.person_id"
_ADDRESSED = "s.event IN ('arrival', 'birth', 'move')"

WAVES = "SELECT coalesce(max(wave), 0) FROM voters_mutationstaging WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s"

# Before the persons change: what stood there is still to be read. A version for every event, so that the history does not depend on the file.
VERSIONS = f"""
INSERT INTO voters_personversion (municipality_id, person_id, version, register_import_id, kind, before, after, at)
SELECT %(municipality_id)s, p.id, p.version + 1, %(import_id)s, CASE WHEN p.removed_import_id IS NULL THEN 'changed' ELSE 'returned' END,
       coalesce(d.before, '{{}}'), coalesce(d.after, '{{}}'), %(at)s
  FROM voters_mutationstaging s
  JOIN voters_person p ON {_OF_PERSON}
  LEFT JOIN LATERAL (SELECT jsonb_object_agg(v.key, o.fields -> v.key) AS before, jsonb_object_agg(v.key, v.value) AS after
                       FROM (SELECT to_jsonb(p) AS fields) o, jsonb_each(s.values) v
                      WHERE o.fields -> v.key IS DISTINCT FROM v.value) d ON true
 WHERE {_MINE}
"""  # noqa: S608  # column names of voters.rules only

_RENAMED = f"""(SELECT s.person_id, p.name_key AS old_key, {_KEY} AS new_key
         FROM voters_mutationstaging s
         JOIN voters_person p ON {_OF_PERSON}, jsonb_populate_record(p, s.values) n
        WHERE {_MINE} AND s.values ? 'last_name') c"""  # noqa: S608  # column names of voters.rules only

FORGET_WORDS = f"""
DELETE FROM voters_nametoken t
 USING {_RENAMED}, LATERAL (SELECT {STORED} AS token FROM {WORDS.format(key="c.old_key")} word) w
 WHERE c.old_key <> c.new_key AND t.municipality_id = %(municipality_id)s AND t.token = w.token AND t.person_id = c.person_id
"""  # noqa: S608  # fixed expressions

LEARN_WORDS = f"""
INSERT INTO voters_nametoken (municipality_id, token, person_id)
SELECT %(municipality_id)s, {STORED} AS token, c.person_id
  FROM {_RENAMED}, {WORDS.format(key="c.new_key")} word
 WHERE c.old_key <> c.new_key
"""  # noqa: S608  # fixed expressions

CHANGE = f"""
UPDATE voters_person p
   SET ({_COLUMNS}, name_key, born_on) = (SELECT {_NEW}, {_KEY}, {_BORN} FROM jsonb_populate_record(p, s.values) n),
       address_id = CASE WHEN {_ADDRESSED} THEN s.address_id ELSE p.address_id END,
       version = p.version + 1, changed_import_id = %(import_id)s, removed_import_id = NULL
  FROM voters_mutationstaging s
 WHERE {_MINE} AND {_OF_PERSON}
"""  # noqa: S608  # column names of voters.rules only

ADD = f"""
WITH added AS (
    INSERT INTO voters_person (municipality_id, national_number, {_COLUMNS}, name_key, born_on, address_id, version, created_import_id, changed_import_id)
    SELECT %(municipality_id)s, s.national_number, {_NEW}, {_KEY}, {_BORN}, s.address_id, 1, %(import_id)s, %(import_id)s
      FROM voters_mutationstaging s, jsonb_populate_record(NULL::voters_person, s.values) n
     WHERE {_MINE} AND s.person_id IS NULL
    RETURNING id, national_number, name_key),
words AS (
    INSERT INTO voters_nametoken (municipality_id, token, person_id)
    SELECT %(municipality_id)s, {STORED} AS token, id FROM (SELECT id, {WORDS.format(key="name_key")} AS word FROM added) a)
UPDATE voters_mutationstaging s SET person_id = added.id
  FROM added
 WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.national_number = added.national_number
"""  # noqa: S608  # column names of voters.rules only

RECORD = """
INSERT INTO voters_mutation (municipality_id, register_import_id, sequence, person_id, event, effective_on, "values", away, recorded_at)
SELECT %(municipality_id)s, %(import_id)s, sequence, person_id, event, effective_on, "values", away, %(at)s
  FROM voters_mutationstaging
 WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s
 ORDER BY sequence
"""


def apply(*, municipality_id: int, import_id: int, at: datetime) -> int:
    """Apply the staged events to the register in their order and record them. Returns how many there were."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "import_id": import_id, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(WAVES, values)
        waves = int(cursor.fetchone()[0])
        for wave in range(1, waves + 1):
            values["wave"] = wave
            # Whoever comes with this wave is made last: the statements before it are about persons who are there.
            for statement in (VERSIONS, FORGET_WORDS, LEARN_WORDS, CHANGE, ADD):
                cursor.execute(statement, values)
        cursor.execute(RECORD, values)
        return int(cursor.rowcount)
