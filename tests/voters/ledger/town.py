"""A frozen list of forty voters in three stations, and short ways to write events, decisions and effects on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.tenancy import tenant
from demo.register import national_number
from municipalities.models import Municipality
from tests.personas import NOW, World
from tests.voters.stations.town import Town, make_town
from voters.models import Effect, ListDecision, Person
from voters.selectors import ledger as selectors
from voters.selectors.ledger import CurrentEntry

LATER = NOW + timedelta(hours=1)


@dataclass
class LedgerTown:
    """A town, and who works in it."""

    town: Town
    capture: Callable[..., Any]

    @property
    def municipality(self) -> Municipality:
        """Whose it is."""
        return self.town.municipality

    def list_at(self, at: datetime) -> dict[int, CurrentEntry]:
        """Person → line."""
        with tenant(self.municipality.pk):
            return {entry.person_id: entry for entry in selectors.current_entries(self.town.election, at)}

    def persons(self) -> list[Person]:
        """By number."""
        with tenant(self.municipality.pk):
            return list(Person.objects.filter(municipality=self.municipality).order_by("pk"))

    def decide(self, person: Person, kind: str, *, at: datetime, withdraws: ListDecision | None = None, **values: Any) -> ListDecision:
        """A recorded decision, straight into its table."""
        return ListDecision.objects.create(
            municipality=self.municipality, election=self.town.election, extraction=self.town.extraction, person=person, kind=kind,
            authority="college", decided_on=at.date(), reference="B1", reason="x", values=values, withdraws=withdraws, state="recorded",
            requested_by_id=1, requested_by_name="a", requested_at=at, approved_by_id=2, approved_by_name="b", recorded_at=at,
        )  # fmt: skip

    def effect(self, decision: ListDecision, kind: str, outcome: str, **values: Any) -> None:
        """One effect of it."""
        withdraws = decision.withdraws if outcome == "withdrawn" else None
        Effect.objects.create(
            municipality=self.municipality, extraction=self.town.extraction, person=decision.person, kind=kind, outcome=outcome,
            rule=f"decision_{decision.kind}", decision=decision, withdraws=withdraws, values=values, effective_on=decision.decided_on,
            recorded_at=decision.recorded_at, recorded_by_name="a, b",
        )  # fmt: skip


def frozen_town(world: World, municipality: Municipality, capture: Callable[..., Any]) -> LedgerTown:
    """Made, numbered and frozen."""
    town = make_town(world, municipality, people=40)
    town.freeze()
    with tenant(municipality.pk), connection.cursor() as cursor:
        for serial, person in enumerate(Person.objects.filter(municipality=municipality).order_by("pk")):
            number = national_number(person.birth_date, serial + 1)
            cursor.execute("UPDATE voters_person SET national_number = %s WHERE id = %s", [number, person.pk])
    return LedgerTown(town, capture)
