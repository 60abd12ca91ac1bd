# ruff: noqa: S608  # pieces of our own text are put together here; values are always parameters
"""What deserves a look before the final extraction: each check one SELECT that returns the rows it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from voters.models import Extraction
from voters.rules.eligibility import last_birth_date
from voters.sql.comparison import compare
from voters.sql.plans import whole_lists

OLDEST = 110
"""Years: above it an age is taken for a mistake until somebody has looked."""
LARGE_HOUSEHOLD = 15
UNUSUAL_CHANGE = 0.02
"""Part of the voters of the extraction before: above it, so many came and went that somebody should know why."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One thing that a check found: a voter, a person, a household or a street. ``figure`` is an age, a size or a group."""

    person_id: int | None
    list_number: int | None
    last_name: str
    first_names: str
    birth_date: str
    postcode: str
    street_name: str
    house_number: str
    box_number: str
    figure: int | None


# Every check's rows have the columns of CheckRow and, last, what they are sorted by.
_ENTRY = "e.person_id, e.list_number, e.last_name, e.first_names, e.birth_date, e.postcode, e.street_name, e.house_number, e.box_number"
_PERSON = "p.id, NULL::integer, p.last_name, p.first_names, p.birth_date, p.postcode, p.street_name, p.house_number, p.box_number"
_MINE = "e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s"
_PRESENT = """p.municipality_id = %(municipality_id)s AND p.removed_import_id IS NULL AND p.registered_on <= %(list_date)s
          AND coalesce(p.deceased_on > %(list_date)s, true) AND coalesce(p.struck_on > %(list_date)s, true)
          AND coalesce(p.departed_on > %(list_date)s, true)"""

# What costs much (whole rows, streets of addresses) is looked at only for those who are found; ``lived`` is read once, by one process.
ROWS: dict[str, str] = {
    "unknown_address": f"""
SELECT {_ENTRY}, NULL::integer, e.name_key
  FROM voters_entry e
 WHERE {_MINE} AND e.address_id IS NULL""",
    "impossible_age": f"""
SELECT {_ENTRY}, date_part('year', age(%(election_day)s::date, e.born_on))::integer, e.name_key
  FROM voters_entry e
 WHERE {_MINE} AND e.born_on <= %(too_old)s
 UNION ALL
SELECT {_PERSON}, 0, p.name_key
  FROM voters_person p
 WHERE {_PRESENT} AND p.born_on > %(list_date)s""",
    "duplicate": f"""
SELECT {_ENTRY}, d.times::integer, e.name_key
  FROM (SELECT e.name_key, e.born_on, count(*) AS times FROM voters_entry e WHERE {_MINE} GROUP BY e.name_key, e.born_on HAVING count(*) > 1) d
  JOIN voters_entry e ON e.name_key = d.name_key AND e.born_on = d.born_on
 WHERE {_MINE}""",
    "empty_street": f"""
WITH lived AS MATERIALIZED (SELECT e.address_id FROM voters_entry e WHERE {_MINE})
SELECT NULL::bigint, NULL::integer, '', '', '', coalesce(a.postcode, ''), s.name, '', '', a.addresses::integer, s.name_key
  FROM districts_street s
  JOIN (SELECT street_id, min(postcode) AS postcode, count(*) AS addresses
          FROM districts_address
         WHERE municipality_id = %(municipality_id)s AND closed_at IS NULL
         GROUP BY street_id) a ON a.street_id = s.id
  LEFT JOIN (SELECT DISTINCT h.street_id
               FROM districts_address h
              WHERE h.municipality_id = %(municipality_id)s AND h.id IN (SELECT address_id FROM lived)) settled ON settled.street_id = s.id
 WHERE s.municipality_id = %(municipality_id)s AND s.closed_at IS NULL AND settled.street_id IS NULL""",
    "large_household": f"""
SELECT {_PERSON}, p.size::integer, p.name_key
  FROM (SELECT DISTINCT ON (p.household_id) p.*, h.size
          FROM (SELECT p.household_id, count(*) AS size
                  FROM voters_person p
                 WHERE {_PRESENT} AND p.household_id <> ''
                 GROUP BY p.household_id
                HAVING count(*) > %(large_household)s) h
          JOIN voters_person p ON p.household_id = h.household_id
         WHERE {_PRESENT}
         ORDER BY p.household_id, p.household_role NULLS LAST, p.id) p""",
}
CODES: tuple[str, ...] = (*ROWS, "unusual_change")
SEVERITY = {"impossible_age": "error", "duplicate": "error", "unusual_change": "error"}
"""``error``: probably a mistake. Everything else: ``warning``."""

_COUNT = "SELECT count(*) FROM ({rows}) found"
_PAGE = "SELECT * FROM ({rows}) found ORDER BY {order}, 1, 7, 6 LIMIT %(limit)s OFFSET %(offset)s"
_ORDERS = {"duplicate": "11", "large_household": "10 DESC", "impossible_age": "10 DESC"}


def run_checks(*, extraction: Extraction, voters: int) -> list[dict[str, Any]]:
    """Count what each check finds: ``[{"code", "count", "severity"}, …]``, in the order of ``CODES``."""
    counts = {code: count_rows(code, extraction=extraction) for code in ROWS}
    counts["unusual_change"] = _unusual_change(extraction, voters)
    return [{"code": code, "count": counts[code], "severity": SEVERITY.get(code, "warning")} for code in CODES]


def count_rows(code: str, *, extraction: Extraction) -> int:
    """How many rows one check finds."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(_COUNT.format(rows=ROWS[code]), _parameters(extraction))
        return int(cursor.fetchone()[0])


def find_rows(code: str, *, extraction: Extraction, limit: int, offset: int = 0) -> Sequence[CheckRow]:
    """A page of what one check finds, the most striking first."""
    statement = _PAGE.format(rows=ROWS[code], order=_ORDERS.get(code, "11"))
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(statement, {**_parameters(extraction), "limit": limit, "offset": offset})
        return [CheckRow(*row[:10]) for row in cursor.fetchall()]


def previous_extraction(extraction: Extraction) -> Extraction | None:
    """The finished extraction of the same election before this one."""
    before = Extraction.objects.filter(
        municipality_id=extraction.municipality_id,
        election_id=extraction.election_id,
        state=Extraction.State.DONE,
        number__lt=extraction.number,
    )
    return before.order_by("-number").first()


def _unusual_change(extraction: Extraction, voters: int) -> int:
    """How many came and went since the extraction before, when that is more than usual; else 0."""
    previous = previous_extraction(extraction)
    if previous is None:
        return 0
    counts = compare(municipality_id=extraction.municipality_id, before=previous.pk, after=extraction.pk)
    moved = counts.added + counts.gone
    return moved if moved > UNUSUAL_CHANGE * max(voters, int(previous.counts.get("voters", 0))) else 0


def _parameters(extraction: Extraction) -> dict[str, Any]:
    election = extraction.election
    return {
        "municipality_id": extraction.municipality_id,
        "extraction_id": extraction.pk,
        "list_date": election.list_date,
        "election_day": election.date,
        "too_old": _too_old(election.date),
        "large_household": LARGE_HOUSEHOLD,
    }


def _too_old(election_day: date) -> date:
    """The last day of birth on which somebody is older than ``OLDEST`` on election day."""
    return last_birth_date(election_day, OLDEST + 1)
