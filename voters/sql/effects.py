"""What staged events do to one frozen list: which row of voters.rules.ledger.RULES each falls under, for a whole file in one statement.

Parameters: ``municipality_id``, ``import_id``, ``extraction_id``, ``election_day``, ``youngest`` (the last birth date that is old enough for
one of its ballots), ``union`` (member states of that day), ``european`` (the bit of the European Parliament).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from voters.rules.ledger import ADDRESS_FIELDS, OUTSIDE, RULES

_ADDRESS = "jsonb_build_object(" + ", ".join(f"'{name}', {{source}} ->> '{name}'" for name in ADDRESS_FIELDS)
HERE = f"{_ADDRESS.format(source='s.values')}, 'country', '', 'address_id', s.address_id)"
_LEFT_FOR = "s.values ->> 'departed_to'"
AWAY = (
    f"{_ADDRESS.format(source='s.away')}, 'country', CASE WHEN {_LEFT_FOR} ~ '^[A-Z]{{2}}$' AND {_LEFT_FOR} <> 'BE' THEN {_LEFT_FOR} ELSE '' END, "
    f"'municipality', CASE WHEN {_LEFT_FOR} ~ '^[0-9]{{5}}$' THEN {_LEFT_FOR} ELSE '' END, 'address_id', NULL)"
)

_RULE = """CASE s.event
                WHEN 'departure' THEN CASE WHEN s.away = '{}' THEN 'departure_unknown' ELSE 'departure_known' END
                WHEN 'arrival' THEN CASE WHEN l.on_list THEN 'return' ELSE 'arrival' END
                WHEN 'nationality' THEN CASE
                    WHEN s.nationality_before = 'BE' AND s.values ->> 'nationality' <> 'BE' THEN 'nationality_lost'
                    WHEN s.nationality_before <> 'BE' AND s.values ->> 'nationality' = 'BE' THEN 'nationality_gained'
                    WHEN s.nationality_before = ANY (%(union)s) AND s.values ->> 'nationality' <> ALL (%(union)s) AND l.ballots = %(european)s
                    THEN 'nationality_lost' ELSE 'nationality_same' END
                WHEN 'suspension' THEN CASE WHEN coalesce((s.values ->> 'suspension_until')::date >= %(election_day)s, true)
                    THEN 'suspension_reaches' ELSE 'suspension_short' END
                ELSE s.event END"""

_OUTSIDE = ", ".join(f"'{code}'" for code in sorted(OUTSIDE))
_TABLE = ", ".join(f"('{r.code}', '{r.address}', '{r.list}', '{r.right}')" for r in RULES)

# One row for each staged event that does something to the list: its rule, its three outcomes, and the new address if there is one.
FOUND = f"""
SELECT f.row, f.sequence, f.national_number, f.person_id, f.event, f.effective_on, f.on_list, r.code, r.address, r.list, r."right",
       CASE WHEN r.address = 'new_address' THEN f.mail ELSE '{{}}'::jsonb END AS mail
  FROM (SELECT s.row, s.sequence, s.national_number, s.person_id, s.event, s.effective_on, l.on_list, {_RULE} AS rule,
               CASE WHEN s.event = 'departure' THEN {AWAY} ELSE {HERE} END AS mail,
               coalesce(replace(s.values ->> 'birth_date', '-00', '-01')::date, p.born_on) <= %(youngest)s AS old_enough
          FROM voters_mutationstaging s
          LEFT JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.id = s.person_id
          LEFT JOIN voters_entry e ON e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s AND e.person_id = s.person_id
          LEFT JOIN voters_addedentry a ON a.municipality_id = %(municipality_id)s AND a.extraction_id = %(extraction_id)s AND a.person_id = s.person_id,
               LATERAL (SELECT e.id IS NOT NULL OR a.id IS NOT NULL AS on_list, coalesce(e.ballots, a.ballots) AS ballots) l
         WHERE s.municipality_id = %(municipality_id)s AND s.register_import_id = %(import_id)s AND s.effective_on <= %(election_day)s) f
  JOIN (VALUES {_TABLE}) r (code, address, list, "right") ON r.code = f.rule
 WHERE f.on_list OR (f.rule IN ({_OUTSIDE}) AND f.old_enough IS TRUE)
"""  # noqa: S608  # codes of voters.rules only

WRITE = f"""
INSERT INTO voters_effect (municipality_id, extraction_id, person_id, kind, outcome, rule, mutation_id, "values", effective_on, recorded_at,
            recorded_by_name)
SELECT %(municipality_id)s, %(extraction_id)s, f.person_id, k.kind, k.outcome, f.code, m.id, k.values, f.effective_on, %(at)s, %(by)s
  FROM ({FOUND}) f
  JOIN voters_mutation m ON m.municipality_id = %(municipality_id)s AND m.sequence = f.sequence,
       LATERAL (VALUES (1, 'address', f.address, f.mail), (2, 'list', f.list, '{{}}'::jsonb), (3, 'right', f."right", '{{}}'::jsonb))
               k (place, kind, outcome, "values")
 ORDER BY f.sequence, k.place
"""  # noqa: S608  # built of fixed parts

SUMMED = f"""
SELECT f.list, f.address, f."right", f.on_list, count(*) FROM ({FOUND}) f GROUP BY 1, 2, 3, 4
"""  # noqa: S608  # built of fixed parts

ROWS = f'SELECT f.row, f.code, f.address, f.list, f."right", f.mail FROM ({FOUND}) f WHERE f.row = ANY (%(rows)s)'  # noqa: S608  # built of fixed parts


@dataclass(frozen=True, slots=True)
class ListToCome:
    """A frozen list of an election whose day has not passed, with what the law says of that day."""

    extraction_id: int
    election_day: date
    youngest: date
    union: tuple[str, ...]
    european: int


def _values(municipality_id: int, import_id: int, listed: ListToCome) -> dict[str, Any]:
    return {
        "municipality_id": municipality_id,
        "import_id": import_id,
        "extraction_id": listed.extraction_id,
        "election_day": listed.election_day,
        "youngest": listed.youngest,
        "union": list(listed.union),
        "european": listed.european,
    }


def summed(*, municipality_id: int, import_id: int, listed: ListToCome) -> dict[str, int]:
    """What the staged events would do to a list, in events: struck, new_address, to_trace, stays (nothing of the list changes), by_decision."""
    counts = dict.fromkeys(("struck", "new_address", "to_trace", "stays", "by_decision"), 0)
    with connection.cursor() as cursor:
        cursor.execute(SUMMED, _values(municipality_id, import_id, listed))
        for list_outcome, address, right, _on_list, count in cursor.fetchall():
            if right == "by_decision":
                counts["by_decision"] += count
            elif list_outcome == "struck":
                counts["struck"] += count
            elif address in {"new_address", "to_trace"}:
                counts[address] += count
            else:
                counts["stays"] += count
    return counts


def of_rows(*, municipality_id: int, import_id: int, listed: ListToCome, rows: list[int]) -> dict[int, tuple[Any, ...]]:
    """Row of the file → rule, the three outcomes and the new address, for the rows of one page that do something."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {**_values(municipality_id, import_id, listed), "rows": rows})
        return {row: (*rest, json.loads(mail)) for row, *rest, mail in cursor.fetchall()}


def write(*, municipality_id: int, import_id: int, listed: ListToCome, at: datetime, by: str) -> int:
    """Write the effects of the events that were just brought in; three rows an event. Returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {**_values(municipality_id, import_id, listed), "at": at, "by": by})
        return int(cursor.rowcount)
