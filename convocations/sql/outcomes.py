"""What comes back on many cards at once, by position or by token: one statement each, over arrays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

# Lists of two runs that are written at once: their numbers come from one count.
NUMBER_LISTS = "SELECT pg_advisory_xact_lock(hashtextextended('convocations.bpost_list', %(municipality_id)s))"
# Columns p (position), code, detail.
_PROBLEM = """
  FROM unnest(%(positions)s::integer[], %(codes)s::text[], %(details)s::text[]) AS u (position, code, detail)
  JOIN convocations_card c ON c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = u.position
"""
OPEN_CASES = f"""
INSERT INTO convocations_cardcase (municipality_id, card_id, kind, code, detail, state, note, opened_at, closed_by_name)
SELECT DISTINCT ON (c.id, u.code) %(municipality_id)s, c.id, %(kind)s, u.code, left(u.detail, 300), 'open', '', %(at)s, ''
{_PROBLEM}
 ORDER BY c.id, u.code
ON CONFLICT (municipality_id, card_id, kind, code) WHERE state = 'open' DO NOTHING
"""  # fixed parts
ANNOUNCE = """
WITH card AS (
    UPDATE convocations_card SET state = CASE WHEN state IN ('released', 'printed') THEN 'announced' ELSE state END
     WHERE municipality_id = %(municipality_id)s AND run_id = %(run_id)s AND position = ANY (%(positions)s) RETURNING id)
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT %(municipality_id)s, id, 'announced', jsonb_build_object('file', %(file)s::text), %(at)s, %(by)s FROM card
"""
UNKNOWN_TOKENS = """
SELECT u.line, u.token, count(*) OVER () FROM unnest(%(lines)s::integer[], %(tokens)s::text[]) AS u (line, token)
 WHERE NOT EXISTS (SELECT FROM convocations_card c
                    WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.token = u.token AND c.state <> 'made')
 ORDER BY u.line LIMIT 100
"""
# Of two rows of one moment (a printer may say the day only) the later in the file is the last.
REPORT = """
WITH said AS (
    SELECT c.id, u.result, u.at, u.line
      FROM unnest(%(tokens)s::text[], %(results)s::text[], %(moments)s::timestamptz[]) WITH ORDINALITY AS u (token, result, at, line)
      JOIN convocations_card c ON c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.token = u.token),
card AS (
    UPDATE convocations_card c SET state = last.result
      FROM (SELECT DISTINCT ON (id) id, result FROM said ORDER BY id, at DESC, line DESC) last
     WHERE c.municipality_id = %(municipality_id)s AND c.id = last.id
       AND (c.state IN ('released', 'printed', 'spoiled') OR c.state = 'announced' AND last.result <> 'printed') RETURNING c.id),
spoiled AS (
    INSERT INTO convocations_cardcase (municipality_id, card_id, kind, code, detail, state, note, opened_at, closed_by_name)
    SELECT DISTINCT %(municipality_id)s, id, 'spoiled', '', '', 'open', '', %(at)s, '' FROM said WHERE result = 'spoiled'
    ON CONFLICT (municipality_id, card_id, kind, code) WHERE state = 'open' DO NOTHING)
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT %(municipality_id)s, id, result, jsonb_build_object('file', %(file)s::text), at, %(by)s FROM said ORDER BY at, line
"""
# Printed more often than spoiled: the same card lies twice in the pile (Wuppertal 2013: some 9,000).
DOUBLES = """
INSERT INTO convocations_cardcase (municipality_id, card_id, kind, code, detail, state, note, opened_at, closed_by_name)
SELECT %(municipality_id)s, c.id, 'spoiled', 'printed_twice', '', 'open', '', %(at)s, ''
  FROM convocations_card c
  JOIN convocations_cardevent e ON e.municipality_id = %(municipality_id)s AND e.card_id = c.id AND e.kind IN ('printed', 'spoiled')
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.token = ANY (%(tokens)s)
 GROUP BY c.id HAVING count(*) FILTER (WHERE e.kind = 'printed') - count(*) FILTER (WHERE e.kind = 'spoiled') > 1
ON CONFLICT (municipality_id, card_id, kind, code) WHERE state = 'open' DO NOTHING
"""
# By what was said of them, not by their state: a card that is announced to bpost may be printed or not. No printer speaks of one that was
# taken out, and nobody waits for one that another replaces.
NOT_REPORTED = """
SELECT count(*) FROM convocations_card c
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.state NOT IN ('made', 'withdrawn', 'replaced')
   AND NOT EXISTS (SELECT FROM convocations_cardevent e
                    WHERE e.municipality_id = %(municipality_id)s AND e.card_id = c.id AND e.kind IN ('printed', 'spoiled', 'posted'))
"""


def problems(*, municipality_id: int, run_id: int, found: Sequence[tuple[int, str, str]], kind: str, at: datetime) -> int:
    """Open a case of a kind for each (position, code, detail), unless the same is open. Returns the cases opened."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "run_id": run_id,
        "positions": [position for position, _code, _detail in found],
        "codes": [code for _position, code, _detail in found],
        "details": [detail for _position, _code, detail in found],
        "kind": kind,
        "at": at,
    }
    return _count(OPEN_CASES, values)


def number_lists(*, municipality_id: int) -> None:
    """One list for bpost of a municipality at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER_LISTS, {"municipality_id": municipality_id})


def announce(*, municipality_id: int, run_id: int, positions: Sequence[int], file: str, by: str, at: datetime) -> int:
    """Note that cards stand in a list for bpost."""
    values = {"municipality_id": municipality_id, "run_id": run_id, "positions": list(positions), "file": file, "by": by, "at": at}
    return _count(ANNOUNCE, values)


def unknown_tokens(*, municipality_id: int, run_id: int, rows: Sequence[tuple[int, str]]) -> tuple[list[tuple[int, str]], int]:
    """Which rows of a file (line, token) are of no released card of the run: the first hundred, and how many there are."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "run_id": run_id,
        "lines": [line for line, _token in rows],
        "tokens": [token for _line, token in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(UNKNOWN_TOKENS, values)
        found = cursor.fetchall()
    return [(line, token) for line, token, _count in found], found[0][2] if found else 0


def report(
    *, municipality_id: int, run_id: int, rows: Sequence[tuple[str, str, datetime]], file: str, by: str, at: datetime
) -> tuple[int, int]:
    """Note what a printer says of each card (token, result, when). Returns how many rows, and how many cards nobody has reported yet."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "run_id": run_id,
        "tokens": [token for token, _result, _at in rows],
        "results": [result for _token, result, _at in rows],
        "moments": [moment for _token, _result, moment in rows],
        "file": file,
        "by": by,
        "at": at,
    }
    count = _count(REPORT, values)
    _count(DOUBLES, {name: values[name] for name in ("municipality_id", "run_id", "tokens", "at")})
    with connection.cursor() as cursor:
        cursor.execute(NOT_REPORTED, {"municipality_id": municipality_id, "run_id": run_id})
        return count, int(cursor.fetchone()[0])


def _count(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
