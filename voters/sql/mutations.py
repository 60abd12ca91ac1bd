"""A file of mutations in the temporary table: every problem of it in one statement, and its events staged with what is known of their persons.

The table is that of voters.sql.staging (``voters_incoming``) with three more columns. Parameters: ``municipality_id``, ``import_id``, ``last``
(the sequence brought in last, 0: none).
"""

from dataclasses import replace
from typing import Any

from django.db import connection

from core.planner import analyse
from voters.rules.imports import STORED_PROBLEMS, Problem
from voters.rules.ledger import ADDRESS_FIELDS, Event
from voters.rules.mutation_columns import BY_NAME, EFFECTIVE, EVENTS, LIFE, MARKS, NAMES, allowing, needing
from voters.rules.register_columns import NAMES as REGISTER_NAMES
from voters.rules.register_columns import Column, Kind
from voters.sql.problems import CODES, LONGEST, OUTSIDE, code_of
from voters.sql.staging import codes_literal

CLEAR = "DELETE FROM voters_mutationstaging WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s"
SOUND_SEQUENCE = "'^[1-9][0-9]{0,17}$'"


def clear(*, municipality_id: int, import_id: int) -> int:
    """Take away the staged events of an import. Returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(CLEAR, {"municipality_id": municipality_id, "import_id": import_id})
        return int(cursor.rowcount)


LAST = "SELECT coalesce(max(sequence), 0) FROM voters_mutation WHERE municipality_id = %(municipality_id)s"


def last_sequence(*, municipality_id: int) -> int:
    """The number of the event brought in last; 0 when there was none."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, {"municipality_id": municipality_id})
        return int(cursor.fetchone()[0])


def _events(events: tuple[Event, ...]) -> str:
    return codes_literal(event.value for event in events)


def _cell(column: Column) -> str:
    """The code of what is wrong with one cell, or NULL: missing, not this event's, or in itself wrong."""
    x = column.name
    inner = code_of(replace(column, required=False))
    tests = [f"WHEN coalesce({x}, '') = '' THEN CASE WHEN event = ANY ({_events(needing(x))}) THEN '{Problem.REQUIRED}' END"]
    if column.kind is Kind.TEXT and column.required:
        tests.append(f"WHEN btrim({x}) = '' THEN '{Problem.REQUIRED}'")
    tests.append(f"WHEN event = ANY ({_events(tuple(EVENTS))}) AND event <> ALL ({_events(allowing(x))}) THEN '{Problem.NOT_OF_EVENT}'")
    dated = tuple(event for event, needs in EVENTS.items() if needs.dated == x)
    if dated:
        tests.append(f"WHEN event = ANY ({_events(dated)}) AND {x} <> effective_on THEN '{Problem.OTHER_DATE}'")
    return f"CASE {' '.join(tests)} ELSE {inner} END"


_CHECKS: dict[str, str] = {
    "sequence": f"CASE WHEN sequence !~ {SOUND_SEQUENCE} THEN '{Problem.SEQUENCE_FORM}' END",
    "event": f"CASE WHEN event <> ALL ({_events(tuple(EVENTS))}) THEN '{Problem.CODE}' END",
    "effective_on": code_of(EFFECTIVE),
    "national_number": code_of(BY_NAME["national_number"]),
    **{name: _cell(BY_NAME[name]) for name in REGISTER_NAMES if name != "national_number"},
}
_NAMES = "'{" + ", ".join(NAMES) + "}'::text[]"
_CODE_LIST = ",\n               ".join(_CHECKS[name] for name in NAMES).replace("%", "%%")
_MARKED = f"coalesce({', '.join(MARKS)}) IS NULL"
_LIFE = f"CASE event {' '.join(f'WHEN {chr(39)}{event}{chr(39)} THEN {chr(39)}{life}{chr(39)}' for event, life in LIFE.items())} END"

# Where the person of a row is when its event happens: as the last row before it says, else as the register does.
STANDING = f"""
    SELECT i.row, i.national_number, i.event, i.sequence, p.id AS person_id,
           coalesce(before.life, CASE WHEN p.id IS NULL OR p.removed_import_id IS NOT NULL THEN 'unknown' WHEN p.deceased_on IS NOT NULL THEN 'dead'
                                      WHEN p.struck_on IS NOT NULL OR p.departed_on IS NOT NULL THEN 'away' ELSE 'here' END) AS life
      FROM (SELECT *, max(CASE WHEN {_LIFE} IS NOT NULL THEN row END) OVER
                      (PARTITION BY national_number ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS life_row
              FROM voters_incoming) i
      LEFT JOIN (SELECT row, {_LIFE} AS life FROM voters_incoming) before ON before.row = i.life_row
      LEFT JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.national_number = i.national_number"""  # noqa: S608  # fixed codes

_PERSON = f"""CASE WHEN life = 'unknown' AND event NOT IN ('arrival', 'birth') THEN '{Problem.PERSON_UNKNOWN}'
                WHEN life <> 'unknown' AND event = 'birth' THEN '{Problem.PERSON_KNOWN}'
                WHEN life = 'dead' THEN '{Problem.PERSON_DECEASED}'
                WHEN life = 'here' AND event = 'arrival' THEN '{Problem.PERSON_PRESENT}'
                WHEN life = 'away' AND event IN ('move', 'departure', 'strike_off') THEN '{Problem.PERSON_GONE}' END"""

PROBLEMS = f"""
WITH found AS MATERIALIZED (
    SELECT i.row, c.place, ({_NAMES})[c.place] AS name, coalesce((ARRAY[{", ".join(NAMES)}])[c.place], '') AS value, c.code,
           i.event AS detail
      FROM (SELECT *, ARRAY[
               {_CODE_LIST}] AS codes
              FROM voters_incoming OFFSET 0) i, unnest(i.codes) WITH ORDINALITY c(code, place)
     WHERE c.code IS NOT NULL
     UNION ALL
    SELECT row, 0, 'sequence', sequence, CASE WHEN row = first THEN '{Problem.SEQUENCE_START}' ELSE '{Problem.SEQUENCE_NEXT}' END, expected::text
      FROM (SELECT row, sequence, min(row) OVER () AS first,
                   CASE WHEN row = min(row) OVER () THEN %(last)s + 1
                        WHEN lag(sequence) OVER (ORDER BY row) ~ {SOUND_SEQUENCE} THEN lag(sequence) OVER (ORDER BY row)::bigint + 1 END AS expected
              FROM voters_incoming) i
     WHERE sequence ~ {SOUND_SEQUENCE} AND sequence <> expected::text
     UNION ALL
    SELECT row, 1, 'national_number', national_number, code, event
      FROM (SELECT row, national_number, event, {_PERSON} AS code FROM ({STANDING}) s) s
     WHERE code IS NOT NULL AND national_number ~ '^[0-9]{{11}}$' AND event = ANY ({_events(tuple(EVENTS))})
     UNION ALL
    SELECT row, 2, 'eu_voter_since', '', '{Problem.ONE_OF}', '{", ".join(MARKS)}'
      FROM voters_incoming WHERE event = '{Event.VOTER_MARK}' AND {_MARKED}),
stored AS (
    INSERT INTO voters_registerproblem (municipality_id, register_import_id, row, "column", value, code, detail)
    SELECT %(municipality_id)s, %(import_id)s, row, name, left(value, 200), code,
           left(coalesce(CASE WHEN code = '{Problem.TOO_LONG}' THEN {LONGEST} WHEN code = '{Problem.CHARACTERS}' THEN {OUTSIDE}
                              WHEN code = '{Problem.CODE}' AND name = 'event' THEN '{", ".join(EVENTS)}'
                              WHEN code = '{Problem.CODE}' THEN {CODES} ELSE detail END, ''), 200)
      FROM found ORDER BY row, place, code LIMIT %(limit)s)
SELECT count(*) FROM found
"""  # noqa: S608  # columns and closed lists of voters.rules only


def store_problems(*, municipality_id: int, import_id: int, last: int, room: int = STORED_PROBLEMS) -> int:
    """Write the first ``room`` problems of the file and return how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(PROBLEMS, {"municipality_id": municipality_id, "import_id": import_id, "last": last, "limit": max(room, 0)})
        return int(cursor.fetchone()[0])


def _typed(name: str) -> str:
    cast = {Kind.DATE: "::date", Kind.WHOLE: "::smallint"}.get(BY_NAME[name].kind, "")
    return f"i.{name}{cast}"


def _object(*names: str) -> str:
    return "jsonb_build_object(" + ", ".join(f"'{name}', {_typed(name)}" for name in names) + ")"


_ALL_VALUES = _object(*(name for name in REGISTER_NAMES if name != "national_number"))


def _given(name: str) -> str:
    filled = f"i.{name} IS NOT NULL" if BY_NAME[name].kind is Kind.DATE else f"i.{name} <> ''"
    return f"CASE WHEN {filled} THEN {_object(name)} ELSE '{{}}'::jsonb END"


def _mark(kind: str) -> str:
    """A start replaces start and end; an end alone leaves the start."""
    return f"CASE WHEN i.{kind}_since IS NOT NULL THEN {_object(f'{kind}_since', f'{kind}_until')} ELSE {_given(f'{kind}_until')} END"


# What each event sets in the register, as an object of columns.
VALUES: dict[Event, str] = {
    Event.ARRIVAL: _ALL_VALUES,
    Event.BIRTH: _ALL_VALUES,
    Event.DEATH: "jsonb_build_object('deceased_on', i.effective_on::date)",
    Event.STRIKE_OFF: "jsonb_build_object('struck_on', i.effective_on::date)",
    Event.DEPARTURE: "jsonb_build_object('departed_on', i.effective_on::date, 'departed_to', i.departed_to)",
    Event.MOVE: _object(*ADDRESS_FIELDS, "household_id", "household_role"),
    Event.NAME_CHANGE: _object("last_name", "first_names"),
    Event.NATIONALITY: f"{_object('nationality')} || {_given('register')} || {_given('legal_stay_since')}",
    Event.SUSPENSION: _object("suspension", "suspension_until"),
    Event.SUSPENSION_LIFTED: "jsonb_build_object('suspension', '', 'suspension_until', NULL::date)",
    Event.VOTER_MARK: f"{_mark('eu_voter')} || {_mark('local_voter')}",
}

STAGE = f"""
INSERT INTO voters_mutationstaging (municipality_id, register_import_id, row, sequence, national_number, event, effective_on, wave, person_id,
            nationality_before, "values", away, address_id)
SELECT %(municipality_id)s, %(import_id)s, i.row, i.sequence::bigint, i.national_number, i.event, i.effective_on::date,
       row_number() OVER (PARTITION BY i.national_number ORDER BY i.row), p.id,
       coalesce(said.nationality, p.nationality, ''),
       CASE i.event {" ".join(f"WHEN '{event}' THEN {value}" for event, value in VALUES.items())} END,
       CASE WHEN i.event = 'departure' AND i.street_name <> '' THEN {_object(*ADDRESS_FIELDS)} ELSE '{{}}' END,
       CASE WHEN i.event IN ('arrival', 'birth', 'move') THEN a.address_id END
  FROM (SELECT *, max(CASE WHEN nationality <> '' THEN row END) OVER
                  (PARTITION BY national_number ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS said_row
          FROM voters_incoming) i
  JOIN voters_spelling a ON a.postcode = i.postcode AND a.street_name = i.street_name AND a.house_number = i.house_number AND a.box_number = i.box_number
  LEFT JOIN voters_incoming said ON said.row = i.said_row
  LEFT JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.national_number = i.national_number
"""  # noqa: S608  # column names of voters.rules only

COUNTS = """
SELECT count(*), count(DISTINCT national_number), min(sequence), max(sequence), max(effective_on),
       count(*) FILTER (WHERE event IN ('arrival', 'birth', 'move') AND address_id IS NULL)
  FROM voters_mutationstaging WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s
"""
BY_EVENT = """
SELECT event, count(*) FROM voters_mutationstaging
 WHERE municipality_id = %(municipality_id)s AND register_import_id = %(import_id)s GROUP BY event ORDER BY event
"""


def stage(*, municipality_id: int, import_id: int) -> dict[str, Any]:
    """Write the events to the staging table and return figures: rows, persons, first, last, unmatched_addresses, events; and last_day."""
    values = {"municipality_id": municipality_id, "import_id": import_id}
    with connection.cursor() as cursor:
        cursor.execute(STAGE, values)
        cursor.execute(COUNTS, values)
        rows, persons, first, last, last_day, unmatched = cursor.fetchone()
        cursor.execute(BY_EVENT, values)
        events = dict(cursor.fetchall())
    analyse("voters_mutationstaging", rows=rows)
    return {
        "rows": rows,
        "persons": persons,
        "first": first,
        "last": last,
        "unmatched_addresses": unmatched,
        "events": events,
        "last_day": last_day,
    }
