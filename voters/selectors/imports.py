"""Reads for the pages of a register import."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from core.models import Approval, Job
from voters.models import ColumnMap, Person, RegisterImport, RegisterProblem, RegisterStaging
from voters.rules.imports import approval_kind

Change = RegisterStaging.Change


def imports(*, municipality_id: int, kind: RegisterImport.Kind = RegisterImport.Kind.REGISTER) -> QuerySet[RegisterImport]:
    """Every import of this kind of the municipality, the newest first."""
    return RegisterImport.objects.filter(municipality_id=municipality_id, kind=kind).order_by("-created_at", "-pk")


def column_maps(*, municipality_id: int) -> QuerySet[ColumnMap]:
    """The column maps of the municipality by name."""
    return ColumnMap.objects.filter(municipality_id=municipality_id).order_by("name")


def job_of(register_import: RegisterImport) -> Job | None:
    """The work that checks or merges it."""
    return Job.objects.filter(municipality_id=register_import.municipality_id, pk=register_import.job_id or 0).first()


def approval_of(register_import: RegisterImport) -> Approval | None:
    """The last question to a second person about it."""
    asked = Approval.objects.filter(
        municipality_id=register_import.municipality_id, kind=approval_kind(register_import.kind), object_id=register_import.pk
    )
    return asked.order_by("-pk").first()


def last_merged_id(*, municipality_id: int) -> int:
    """The number of the import that made the register what it is now; 0 when there was none."""
    merged = RegisterImport.objects.filter(municipality_id=municipality_id, state=RegisterImport.State.MERGED)
    return merged.order_by("-merged_at", "-pk").values_list("pk", flat=True).first() or 0


def is_stale(register_import: RegisterImport) -> bool:
    """Whether another import was brought in since this one was compared."""
    waiting = register_import.state in {RegisterImport.State.COMPARED, RegisterImport.State.REQUESTED}
    return waiting and last_merged_id(municipality_id=register_import.municipality_id) != register_import.base_import_id


def problem_groups(register_import: RegisterImport) -> list[dict[str, Any]]:
    """How many problems of each code in each column, the most frequent first (of those stored)."""
    found = _problems(register_import).values("column", "code").annotate(count=Count("pk"))
    return [dict(row) for row in found.order_by("-count", "column", "code")]


def problems(register_import: RegisterImport, *, column: str = "", code: str = "") -> QuerySet[RegisterProblem]:
    """The problems in order of the file, of one column or code where asked."""
    found = _problems(register_import)
    if column:
        found = found.filter(column=column)
    if code:
        found = found.filter(code=code)
    return found.order_by("row", "pk")


def _problems(register_import: RegisterImport) -> QuerySet[RegisterProblem]:
    return RegisterProblem.objects.filter(municipality_id=register_import.municipality_id, register_import=register_import)


def problem_rows(register_import: RegisterImport) -> Iterator[tuple[int, str, str, str, str]]:
    """Row, column, value, code and detail of every stored problem, for the file that is downloaded."""
    yield from problems(register_import).values_list("row", "column", "value", "code", "detail").iterator(chunk_size=2000)


@dataclass(frozen=True, slots=True)
class Difference:
    """A person whom the file changes: as staged, and column by column before and after (``None`` for who is new)."""

    staged: RegisterStaging
    values: list[tuple[str, Any, Any]] = field(default_factory=list)


def differences(
    register_import: RegisterImport, *, change: str = "", column: str = "", street: tuple[str, str] | None = None, unmatched: bool = False
) -> QuerySet[RegisterStaging]:
    """The staged differences in order of the file, those who are gone first."""
    found = RegisterStaging.objects.filter(municipality_id=register_import.municipality_id, register_import=register_import)
    if change:
        found = found.filter(change=change)
    if column:
        # Names are separated by blanks; none begins with another one and a blank.
        found = found.filter(changed_fields__regex=rf"\y{column}\y")
    if street is not None:
        found = found.filter(postcode=street[0], street_name=street[1])
    if unmatched:
        found = found.filter(address_id=None).exclude(change=Change.REMOVED)
    return found.order_by("row")


def with_before(rows: list[RegisterStaging]) -> list[Difference]:
    """The rows of one page beside what the register says now: one query for all of them."""
    if not rows:
        return []
    known = Person.objects.filter(municipality_id=rows[0].municipality_id).in_bulk([row.person_id for row in rows if row.person_id])
    result = []
    for row in rows:
        person = known.get(row.person_id) if row.person_id else None
        names = row.changed_fields.split() if person is not None and row.change != Change.REMOVED else []
        values = [(name, getattr(person, name), getattr(row, name)) for name in names]
        result.append(Difference(row, values))
    return result
