"""Reads for files of mutations: the lists that they touch, and their events with what each does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from elections.rules import BALLOT_NUMBERS
from voters.models import Extraction, Mutation, MutationStaging, Person, RegisterImport
from voters.rules.eligibility import last_birth_date
from voters.selectors.law import law_of
from voters.sql import effects, mutations
from voters.sql.effects import ListToCome


def lists_to_come(*, municipality_id: int, today: date) -> list[ListToCome]:
    """The frozen lists of elections whose day has not passed, in the order of those days."""
    frozen = (
        Extraction.objects.filter(
            municipality_id=municipality_id, kind=Extraction.Kind.FINAL, frozen_at__isnull=False, election__date__gte=today
        )
        .select_related("election")
        .order_by("election__date")
    )
    return [list_to_come(extraction) for extraction in frozen]


def list_to_come(extraction: Extraction) -> ListToCome:
    """What events ask of one frozen list."""
    law = law_of(extraction.election)
    age = min((rule.minimum_age for rule in law.rules.values()), default=18)
    return ListToCome(
        extraction_id=extraction.pk,
        election_day=law.election_day,
        youngest=last_birth_date(law.election_day, age),
        union=tuple(sorted(law.union)),
        european=1 << BALLOT_NUMBERS["european"],
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A staged event, whom it is about as the register says now (``None``: nobody yet), and what it does to each list to come.

    ``effects``: election day → rule, the three outcomes, new address.
    """

    staged: MutationStaging
    person: Person | None
    effects: dict[date, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Column, before (as the register says now) and after, for what differs."""
        rows = [(name, getattr(self.person, name, None), after) for name, after in self.staged.values.items()]
        return [(name, before, after) for name, before, after in rows if _text(before) != _text(after)]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def staged(register_import: RegisterImport, *, event: str = "") -> QuerySet[MutationStaging]:
    """The staged events in the order of the file."""
    found = MutationStaging.objects.filter(municipality_id=register_import.municipality_id, register_import=register_import)
    return (found.filter(event=event) if event else found).order_by("row")


def previews(rows: Sequence[MutationStaging], *, lists: Sequence[ListToCome]) -> list[Preview]:
    """The rows of one page with their persons and effects: one query, and one a list."""
    if not rows:
        return []
    place, import_id = rows[0].municipality_id, rows[0].register_import_id
    known = Person.objects.filter(municipality_id=place).in_bulk([row.person_id for row in rows if row.person_id])
    numbers = [row.row for row in rows]
    found = {
        listed.election_day: effects.of_rows(municipality_id=place, import_id=import_id, listed=listed, rows=numbers) for listed in lists
    }
    return [
        Preview(
            row,
            known.get(row.person_id) if row.person_id else None,
            {day: by_row[row.row] for day, by_row in found.items() if row.row in by_row},
        )
        for row in rows
    ]


def applied(register_import: RegisterImport, *, event: str = "") -> QuerySet[Mutation]:
    """The events of a file that was brought in, in order."""
    found = Mutation.objects.filter(municipality_id=register_import.municipality_id, register_import=register_import)
    return (found.filter(event=event) if event else found).select_related("person").order_by("sequence")


def next_sequence(*, municipality_id: int) -> int:
    """The number that the next file begins with."""
    return mutations.last_sequence(municipality_id=municipality_id) + 1
