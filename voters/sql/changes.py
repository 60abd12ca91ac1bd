"""The ledger as rows of a page, and what differs between the lists of two moments: set-based, nothing is kept beside the effects.

Parameters as in voters.sql.ledger; a change sheet has ``moment_from`` and ``moment_to`` instead of ``at``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from voters.rules.ledger import Change, NoCard
from voters.sql.ledger import COLUMNS, current

CHUNK = 2000

# The three effects of one event or decision on one voter, side by side.
_SOURCES = """
    SELECT f.person_id, f.mutation_id, f.decision_id, max(f.id) AS id, min(f.rule) AS rule, min(f.effective_on) AS effective_on,
           min(f.recorded_at) AS recorded_at, min(f.recorded_by_name) AS recorded_by_name,
           max(f.outcome) FILTER (WHERE f.kind = 'address') AS address, max(f.outcome) FILTER (WHERE f.kind = 'list') AS list,
           max(f.outcome) FILTER (WHERE f.kind = 'right') AS "right",
           jsonb_agg(f.values) FILTER (WHERE f.kind = 'address') -> 0 AS mail, jsonb_agg(f.values) FILTER (WHERE f.kind = 'list') -> 0 AS said
      FROM voters_effect f
     WHERE f.municipality_id = %(municipality_id)s AND f.extraction_id = %(extraction_id)s
     GROUP BY f.person_id, f.mutation_id, f.decision_id"""

LEDGER = f"""
  FROM ({_SOURCES}) f
  JOIN voters_person e ON e.municipality_id = %(municipality_id)s AND e.id = f.person_id
  LEFT JOIN voters_entry n ON n.municipality_id = %(municipality_id)s AND n.extraction_id = %(extraction_id)s AND n.person_id = f.person_id
  LEFT JOIN voters_entryplace p ON p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.person_id = f.person_id
  LEFT JOIN voters_addedentry a ON a.municipality_id = %(municipality_id)s AND a.extraction_id = %(extraction_id)s AND a.person_id = f.person_id
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = coalesce(p.station_id, a.station_id)
  LEFT JOIN voters_mutation m ON m.municipality_id = %(municipality_id)s AND m.id = f.mutation_id
  LEFT JOIN voters_listdecision d ON d.municipality_id = %(municipality_id)s AND d.id = f.decision_id
"""  # fixed parts
LEDGER_COLUMNS = (
    "person_id",
    "last_name",
    "first_names",
    "birth_date",
    "list_number",
    "station_number",
    "rule",
    "event",
    "sequence",
    "decision_id",
    "decision_kind",
    "authority",
    "reference",
    "reason",
    "effective_on",
    "recorded_at",
    "recorded_by_name",
    "address",
    "list",
    "right",
    "mail",
    "said",
)
_SELECT = """f.person_id, e.last_name, e.first_names, e.birth_date, coalesce(p.list_number, a.list_number, n.list_number) AS list_number,
       s.number AS station_number, f.rule, m.event, m.sequence, f.decision_id, d.kind, d.authority, d.reference, d.reason, f.effective_on,
       f.recorded_at, f.recorded_by_name, f.address, f.list, f."right", f.mail, f.said"""
_WORD = """e.id IN (SELECT t.person_id FROM voters_nametoken t
              WHERE t.municipality_id = %(municipality_id)s
                AND t.token >= core_fold(%(word_{n})s) AND t.token < core_fold(%(word_{n})s) || U&'\\+10FFFF')"""


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What is shown of a ledger; empty values do not filter. ``source``: an event, or ``decision``; ``outcome``: of any of the three effects."""

    words: tuple[str, ...] = ()
    number: int | None = None
    source: str = ""
    outcome: str = ""
    station: int | None = None
    since: date | None = None
    until: date | None = None
    person_id: int | None = None


def _where(chosen: LedgerFilter) -> tuple[str, dict[str, Any]]:
    parts: list[str] = ["true"]
    params: dict[str, Any] = {}
    for place, word in enumerate(chosen.words):
        parts.append(_WORD.format(n=place))
        params[f"word_{place}"] = word
    tests: tuple[tuple[str, Any, str], ...] = (
        ("number", chosen.number, "coalesce(p.list_number, a.list_number, n.list_number) = %(number)s"),
        ("source", chosen.source, "(m.event = %(source)s OR %(source)s = 'decision' AND d.id IS NOT NULL)"),
        ("outcome", chosen.outcome, '%(outcome)s IN (f.address, f.list, f."right")'),
        ("station", chosen.station, "s.number = %(station)s"),
        ("since", chosen.since, "(f.recorded_at AT TIME ZONE 'Europe/Brussels')::date >= %(since)s"),
        ("until", chosen.until, "(f.recorded_at AT TIME ZONE 'Europe/Brussels')::date <= %(until)s"),
        ("person_id", chosen.person_id, "f.person_id = %(person_id)s"),
    )
    for name, value, test in tests:
        if value not in {None, ""}:
            parts.append(test)
            params[name] = value
    return " AND ".join(parts), params


def ledger_count(params: dict[str, Any], *, chosen: LedgerFilter) -> int:
    """How many events and decisions match, each counted once a voter."""
    where, more = _where(chosen)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {LEDGER} WHERE {where}", {**params, **more})
        return int(cursor.fetchone()[0])


def ledger_page(params: dict[str, Any], *, chosen: LedgerFilter, limit: int | None, offset: int) -> list[tuple[Any, ...]]:
    """Rows of ``LEDGER_COLUMNS``, the newest first."""
    where, more = _where(chosen)
    statement = f"SELECT {_SELECT} {LEDGER} WHERE {where} ORDER BY f.recorded_at DESC, f.id DESC LIMIT %(limit)s OFFSET %(offset)s"
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, **more, "limit": limit, "offset": offset})
        return list(cursor.fetchall())


_TOUCHED = """AND e.person_id IN (SELECT f.person_id FROM voters_effect f
            WHERE f.municipality_id = %(municipality_id)s AND f.extraction_id = %(extraction_id)s
              AND f.recorded_at > %(moment_from)s AND f.recorded_at <= %(moment_to)s)"""
_LISTED = ("last_name", "first_names", "ballots", "list_postcode", "list_street_name", "list_house_number", "list_box_number")
_MAILED = ("mail_postcode", "mail_street_name", "mail_house_number", "mail_box_number", "mail_country")


def _differ(names: tuple[str, ...]) -> str:
    return f"({', '.join(f'b.{n}' for n in names)}) IS DISTINCT FROM ({', '.join(f'a.{n}' for n in names)})"


# A line may differ in more than one way: one row for each.
CHANGES = f"""
SELECT k.place, k.change, {", ".join(f"b.{name}" for name in COLUMNS)}
  FROM ({current("moment_to", _TOUCHED)}) b
  LEFT JOIN ({current("moment_from", _TOUCHED)}) a ON a.person_id = b.person_id,
       LATERAL (VALUES
           (1, '{Change.ADDED}', NOT b.struck AND (a.person_id IS NULL OR a.struck)),
           (2, '{Change.STRUCK}', b.struck AND NOT a.struck),
           (3, '{Change.CORRECTED}', NOT b.struck AND NOT a.struck AND {_differ(_LISTED)}),
           (4, '{Change.NEW_ADDRESS}', b.no_card IS NULL AND NOT a.struck AND (a.no_card IS NOT NULL OR {_differ(_MAILED)})),
           (5, '{Change.NO_ADDRESS}', b.no_card IN ('{NoCard.TO_TRACE}', '{NoCard.NO_ADDRESS}') AND NOT a.struck AND a.no_card IS NULL)
       ) k (place, change, holds)
 WHERE k.holds
 ORDER BY b.station_number NULLS FIRST, k.place, b.list_number
"""  # noqa: S608  # fixed parts and codes


def changes(params: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What differs between two moments, by station: the change, and the line as it is at the second; inside one transaction only."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHANGES, params)
        while rows := cursor.fetchmany(CHUNK):
            for _place, change, *line in rows:
                yield change, tuple(line)
