"""Every problem of the file in the temporary table, in one statement: row, column, value, code and what completes the sentence."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from documents.characters import CHARACTER_CLASS
from voters.models import RegisterProblem
from voters.rules.imports import STORED_PROBLEMS, Found, Problem
from voters.rules.numbers import SQL_CHECK
from voters.rules.register_columns import COLUMNS, Column, Kind
from voters.sql.staging import codes_literal

DATE_FORM = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"


def _impossible(x: str) -> str:
    """A date of the right form that is in no calendar. ``x`` is an expression."""
    year, month, day = f"substr({x}, 1, 4)::int", f"substr({x}, 6, 2)::int", f"substr({x}, 9, 2)::int"
    return f"""({year} = 0 OR {month} NOT BETWEEN 1 AND 12 OR {day} NOT BETWEEN 1 AND
        CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31
             WHEN {year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0) THEN 29 ELSE 28 END)"""


def code_of(column: Column) -> str:
    """The code of what is wrong with a value, or NULL: the first that applies, each test safe for any text."""
    x = column.name
    tests: list[tuple[str, Problem]] = []
    if column.required:
        tests.append((f"btrim({x}) = '' OR {x} IS NULL", Problem.REQUIRED))
    elif column.kind in {Kind.DATE, Kind.WHOLE}:
        tests.append((f"{x} IS NULL", Problem.EMPTY))  # taken out again below: nothing is wrong
    if column.kind is Kind.NUMBER:
        tests += [(f"{x} !~ '^[0-9]{{11}}$'", Problem.NUMBER_FORM), (f"NOT {SQL_CHECK.format(x=x)}", Problem.NUMBER_CHECK)]
    elif column.kind in {Kind.BIRTH, Kind.DATE}:
        value = f"replace({x}, '-00', '-01')" if column.kind is Kind.BIRTH else x
        tests += [(f"{x} !~ {DATE_FORM}", Problem.DATE_FORM), (_impossible(value), Problem.DATE_IMPOSSIBLE)]
    elif column.kind is Kind.CODE:
        code = Problem.COUNTRY if column.name == "nationality" else Problem.CODE
        tests.append((f"{x} <> '' AND {x} <> ALL ({codes_literal(column.codes)})", code))
    elif column.kind is Kind.PLACE:
        tests.append((f"{x} <> '' AND {x} <> ALL ({codes_literal(column.codes)}) AND {x} !~ '^[0-9]{{5}}$'", Problem.PLACE))
    elif column.kind is Kind.WHOLE:
        tests.append((f"{x} !~ '^(0|[1-9][0-9]{{0,3}})$'", Problem.WHOLE))
    else:
        tests += [(f"length({x}) > {column.longest}", Problem.TOO_LONG), (f"{x} ~ '[^{CHARACTER_CLASS}]'", Problem.CHARACTERS)]
    return f"nullif(CASE {' '.join(f'WHEN {test} THEN {chr(39)}{code}{chr(39)}' for test, code in tests)} END, '{Problem.EMPTY}')"


def _cases(values: dict[str, str]) -> str:
    return f"CASE name {' '.join(f'WHEN {chr(39)}{name}{chr(39)} THEN {chr(39)}{value}{chr(39)}' for name, value in values.items())} END"


LONGEST = _cases({c.name: str(c.longest) for c in COLUMNS if c.kind is Kind.TEXT})
CODES = _cases({c.name: ", ".join(sorted(c.codes)) for c in COLUMNS if c.kind is Kind.CODE and c.name != "nationality"})
# The first 20 characters of a value that are outside the set.
OUTSIDE = f"left(regexp_replace(value, '[{CHARACTER_CLASS}]', '', 'g'), 20)"
NAME_ARRAY = "'{" + ", ".join(c.name for c in COLUMNS) + "}'::text[]"
CODE_LIST = ",\n               ".join(code_of(c) for c in COLUMNS).replace("%", "%%")

# An array a row, not a row a value: the closed lists are then hashed once for the file.
PROBLEMS = f"""
WITH found AS MATERIALIZED (
    SELECT i.row, c.place, ({NAME_ARRAY})[c.place] AS name, coalesce((ARRAY[{", ".join(c.name for c in COLUMNS)}])[c.place], '') AS value,
           c.code, 0 AS first
      FROM (SELECT *, ARRAY[
               {CODE_LIST}] AS codes
              FROM voters_incoming OFFSET 0) i, unnest(i.codes) WITH ORDINALITY c(code, place)
     WHERE c.code IS NOT NULL
     UNION ALL
    SELECT row, 1, 'national_number', national_number, '{Problem.NUMBER_TWICE}', first
      FROM (SELECT row, national_number, min(row) OVER (PARTITION BY national_number) AS first FROM voters_incoming) i
     WHERE row > first AND btrim(national_number) <> ''),
stored AS (
    INSERT INTO voters_registerproblem (municipality_id, register_import_id, row, "column", value, code, detail)
    SELECT %(municipality_id)s, %(import_id)s, row, name, left(value, 200), code,
           coalesce(CASE code WHEN '{Problem.NUMBER_TWICE}' THEN first::text WHEN '{Problem.TOO_LONG}' THEN {LONGEST}
                              WHEN '{Problem.CODE}' THEN {CODES} WHEN '{Problem.CHARACTERS}' THEN {OUTSIDE} END, '')
      FROM found ORDER BY row, place, code LIMIT %(limit)s)
SELECT count(*) FROM found
"""  # noqa: S608  # columns and closed lists of voters.rules only


def store(*, municipality_id: int, import_id: int, room: int = STORED_PROBLEMS) -> int:
    """Write the first ``room`` problems of the file and return how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(PROBLEMS, {"municipality_id": municipality_id, "import_id": import_id, "limit": max(room, 0)})
        return int(cursor.fetchone()[0])


def store_found(found: Iterable[Found], *, municipality_id: int, import_id: int) -> int:
    """Write problems that were found outside the table (header, manifest, records that cannot be read)."""
    rows: list[Any] = [
        RegisterProblem(
            municipality_id=municipality_id,
            register_import_id=import_id,
            row=problem.row,
            column=problem.column[:60],
            value=problem.value[:200],
            code=problem.code.value,
            detail=problem.detail[:200],
        )
        for problem in found
    ]
    RegisterProblem.objects.bulk_create(rows, batch_size=1000)
    return len(rows)
