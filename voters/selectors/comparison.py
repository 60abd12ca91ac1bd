"""Two extractions side by side, and what the checks of one found."""

from collections.abc import Sequence
from dataclasses import dataclass

from voters.models import Extraction
from voters.sql import checks as check_sql
from voters.sql import comparison as sql
from voters.sql.checks import CheckRow
from voters.sql.comparison import ComparisonCounts, Difference, DifferenceFilter

PAGE = 50
MOST = 100_000
"""Rows of a check that go into one file."""


def compare(*, before: Extraction, after: Extraction) -> ComparisonCounts:
    """Count the differences."""
    return sql.compare(municipality_id=after.municipality_id, before=before.pk, after=after.pk)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and whether more follow."""

    rows: Sequence[Difference] | Sequence[CheckRow]
    more: bool


def differences(*, before: Extraction, after: Extraction, chosen: DifferenceFilter, page: int) -> Page:
    """One page (from 1) of the differences that are meant."""
    rows = list(
        sql.list_differences(
            municipality_id=after.municipality_id, before=before.pk, after=after.pk, chosen=chosen, limit=PAGE + 1, offset=(page - 1) * PAGE
        )
    )
    return Page(rows[:PAGE], len(rows) > PAGE)


def all_differences(*, before: Extraction, after: Extraction, chosen: DifferenceFilter) -> list[Difference]:
    """Everything that is meant, for a file."""
    return list(sql.list_differences(municipality_id=after.municipality_id, before=before.pk, after=after.pk, chosen=chosen))


def check_page(*, extraction: Extraction, code: str, page: int) -> Page:
    """One page (from 1) of what a check finds."""
    rows = check_sql.find_rows(code, extraction=extraction, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return Page(rows[:PAGE], len(rows) > PAGE)


def check_rows(*, extraction: Extraction, code: str) -> Sequence[CheckRow]:
    """Everything that a check finds, for a file."""
    return check_sql.find_rows(code, extraction=extraction, limit=MOST)


def previous(extraction: Extraction) -> Extraction | None:
    """The finished extraction before this one."""
    return check_sql.previous_extraction(extraction)


def has_rows(code: str) -> bool:
    """Whether a check finds rows (and not just a figure)."""
    return code in check_sql.ROWS
