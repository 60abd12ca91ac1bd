"""What bpost says of the letters of a list, in a temporary table of the transaction: COPY, every check one SELECT, then one statement each.

A temporary table goes with the transaction, whatever happens to it (docs/adr/0005-bulk-tables.md): half of an answer is never seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

Row = tuple[int, bool, str, str, str]
"""Position of the letter, whether it cannot be delivered as it is, code and text of the message, Mail ID number that bpost gave."""

PREPARE = """
CREATE TEMP TABLE convocations_said (
    position bigint NOT NULL, problem boolean NOT NULL, code text COLLATE "C" NOT NULL, detail text NOT NULL, mail_id text COLLATE "C" NOT NULL
) ON COMMIT DROP
"""
_CARD = """
  JOIN convocations_card c ON c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = u.position
"""
# Columns: problem, position, value, how many there are of all kinds together.
CHECK = """
SELECT problem, position, value, count(*) OVER () FROM (
    SELECT DISTINCT 'unknown_letter' AS problem, u.position, '' AS value FROM convocations_said u
     WHERE NOT EXISTS (SELECT FROM convocations_card c
                        WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = u.position)
    UNION ALL
    SELECT DISTINCT 'mail_id', position, left(mail_id, 40) FROM convocations_said
     WHERE mail_id <> '' AND mail_id !~ '^([0-9]{14}|[0-9]{16}|[0-9]{18})$'
    UNION ALL
    SELECT DISTINCT 'mail_id_twice', max(position), mail_id FROM convocations_said
     WHERE mail_id <> '' GROUP BY mail_id HAVING count(DISTINCT position) > 1
    UNION ALL
    SELECT DISTINCT 'mail_ids', position, max(mail_id) FROM convocations_said
     WHERE mail_id <> '' GROUP BY position HAVING count(DISTINCT mail_id) > 1
) found
 ORDER BY position, problem LIMIT %(most)s
"""
# Columns: position, how many there are, how many letters are spoken of in all.
UNKNOWN = """
SELECT position, count(*) OVER (), (SELECT count(DISTINCT position) FROM convocations_said) FROM (
    SELECT DISTINCT u.position FROM convocations_said u
     WHERE NOT EXISTS (SELECT FROM convocations_card c
                        WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = u.position)
) found
 ORDER BY position LIMIT %(most)s
"""
LEAVE_UNKNOWN = """
DELETE FROM convocations_said u
 WHERE NOT EXISTS (SELECT FROM convocations_card c
                    WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = u.position)
"""
FIGURES = """
SELECT count(DISTINCT position), count(DISTINCT position) FILTER (WHERE problem), count(DISTINCT position) FILTER (WHERE mail_id <> '')
  FROM convocations_said
"""
ADD_EVENTS = f"""
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT DISTINCT ON (u.position, u.code)
       %(municipality_id)s, c.id, %(event)s, jsonb_build_object('code', u.code, 'detail', left(u.detail, 300)), %(at)s::timestamptz, %(by)s
  FROM convocations_said u {_CARD}
 WHERE u.problem ORDER BY u.position, u.code
"""  # noqa: S608  # fixed parts
OPEN_CASES = f"""
INSERT INTO convocations_cardcase (municipality_id, card_id, kind, code, detail, state, note, opened_at, closed_by_name)
SELECT DISTINCT ON (u.position, u.code)
       %(municipality_id)s, c.id, %(kind)s, u.code, left(u.detail, 300), 'open', '', %(at)s::timestamptz, ''
  FROM convocations_said u {_CARD}
 WHERE u.problem ORDER BY u.position, u.code
ON CONFLICT (municipality_id, card_id, kind, code) WHERE state = 'open' DO NOTHING
"""  # noqa: S608  # fixed parts
GIVE_MAIL_IDS = """
UPDATE convocations_card c SET mail_id = u.mail_id
  FROM convocations_said u
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position = u.position AND c.mail_id = '' AND u.mail_id <> ''
"""


def stage(rows: Iterable[Row]) -> int:
    """Fill the table while the rows come, and return how many there are."""
    count = 0
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.convocations_said")
        cursor.execute(PREPARE)
        with cursor.copy("COPY convocations_said (position, problem, code, detail, mail_id) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute("ANALYZE pg_temp.convocations_said")
    return count


def problems(*, municipality_id: int, run_id: int, most: int) -> tuple[list[tuple[str, int, str]], int]:
    """Everything that cannot be: (problem, position, value) of the first ``most``, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(CHECK, {"municipality_id": municipality_id, "run_id": run_id, "most": most})
        rows = cursor.fetchall()
    return [(problem, position, value) for problem, position, value, _count in rows], rows[0][3] if rows else 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Letters of an answer that are not in its list: the first of their numbers, how many they are, of how many letters that it speaks of."""

    first: list[int]
    count: int
    letters: int


def unknown(*, municipality_id: int, run_id: int, most: int) -> Unknown:
    """The letters that no card of the run is."""
    with connection.cursor() as cursor:
        cursor.execute(UNKNOWN, {"municipality_id": municipality_id, "run_id": run_id, "most": most})
        rows = cursor.fetchall()
    return Unknown([row[0] for row in rows], *rows[0][1:]) if rows else Unknown([], 0, 0)


def leave_unknown(*, municipality_id: int, run_id: int) -> None:
    """Take out of the table what is said of letters that no card of the run is."""
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_UNKNOWN, {"municipality_id": municipality_id, "run_id": run_id})


def figures() -> tuple[int, int, int]:
    """How many letters were spoken of, how many cannot be delivered as they are, how many were given a number."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        letters, bad, numbered = cursor.fetchone()
        return int(letters), int(bad), int(numbered)


def apply(*, municipality_id: int, run_id: int, kind: str, event: str, by: str, at: datetime) -> int:
    """Open a case for each problem of a letter, unless the same is open, go on with its history, keep the numbers. Returns the cases opened."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "run_id": run_id, "kind": kind, "event": event, "by": by, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(ADD_EVENTS, values)
        cursor.execute(OPEN_CASES, values)
        opened = int(cursor.rowcount)
        cursor.execute(GIVE_MAIL_IDS, values)
    return opened
