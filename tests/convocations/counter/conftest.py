"""A released town with a counter and a printer that is not quite straight; the other town has the same names."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from convocations.models import BlankMovement, Card, Counter, Duplicate
from convocations.rules.counter import BlankKind, Cause, Mode, Movement
from convocations.selectors.counter import blank_of
from convocations.services import counters, duplicates
from convocations.services.duplicates import Issued, Request
from core.models import AuditEvent
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from voters.models import Person


@dataclass
class Desk:
    """A counter of a town, and short ways to hand out duplicates."""

    town: CardTown
    counter: Counter

    @property
    def request(self) -> Request:
        """A plain one."""
        return Request(counter=self.counter, mode=Mode.FULL, cause=Cause.LOST, identity_seen=True)

    def issue(self, person: Person, *, at: Any = None, **changes: Any) -> Issued:
        """Make one."""
        with tenant(self.town.pk):
            return duplicates.issue_duplicate(
                election=self.town.election,
                person=person,
                request=replace(self.request, **changes),
                by=self.town.clerk,
                at=at or self.town.now,
            )

    def kind(self, person: Person) -> BlankKind:
        """The blank card that an overprint for a person takes."""
        with tenant(self.town.pk):
            return blank_of(self.town.election, Card.objects.filter(person=person).latest("issue").template)

    def deliver(self, person: Person, quantity: int = 10, **changes: Any) -> BlankKind:
        """Blank cards come in, of the kind that a person needs."""
        kind = self.kind(person)
        own: dict[str, Any] = {"blank": kind, "kind": Movement.DELIVERED, "quantity": quantity, "note": "", **changes}
        with tenant(self.town.pk):
            counters.move_blanks(election=self.town.election, counter=self.counter, **own, by=self.town.clerk, at=self.town.now)
        return kind

    def cards(self, person: Person) -> list[Card]:
        """Of a person, by issue."""
        with tenant(self.town.pk):
            return list(Card.objects.filter(municipality=self.town.municipality, person=person).order_by("issue"))

    def state(self) -> tuple[Any, ...]:
        """All that a duplicate changes, to see that a refusal changed nothing."""
        with tenant(self.town.pk):
            own = {"municipality": self.town.municipality}
            return (
                list(Card.objects.filter(**own).order_by("pk").values_list("pk", "issue", "state")),
                Duplicate.objects.filter(**own).count(),
                BlankMovement.objects.filter(**own).count(),
                AuditEvent.objects.filter(municipality_id=self.town.pk).count(),
            )


def open_desk(town: CardTown, name: str = "Loket 2") -> Desk:
    """Put up a counter with a printer."""
    with tenant(town.pk):
        own: dict[str, Any] = {"municipality": town.municipality, "by": town.clerk, "at": town.now}
        printer = counters.keep_printer(**own, printer=None, name=f"Printer {name}", right=Decimal("1.5"), up=Decimal("-0.5"))
        return Desk(town, counters.keep_counter(**own, counter=None, name=name, printer=printer))


@pytest.fixture
def desk(halle: CardTown, horebeke: CardTown) -> Desk:
    """The cards of Halle are released; Horebeke has its own."""
    halle.release(halle.make())
    horebeke.release(horebeke.make())
    return open_desk(halle)
