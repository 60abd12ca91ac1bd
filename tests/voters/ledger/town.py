"""A frozen list of forty voters in three stations, and short ways to write events, decisions and effects on it."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from time_machine import travel

from core import jobs
from core.actor import Actor
from core.tenancy import tenant
from demo.register import national_number
from municipalities.models import Municipality
from tests.personas import NOW, World
from tests.voters.stations.town import Town, make_town
from voters.models import Effect, ListDecision, Person, RegisterImport
from voters.selectors import ledger as selectors
from voters.selectors.ledger import CurrentEntry
from voters.services import decisions, imports
from voters.services.decisions import NewDecision

LATER = NOW + timedelta(hours=1)
SEPTEMBER = datetime(2024, 9, 23, 9, 30, tzinfo=UTC)
"""Three weeks before the election: the clock of whoever works here."""


@dataclass
class LedgerTown:
    """A town, and who works in it."""

    town: Town
    capture: Callable[..., Any]
    now: datetime = SEPTEMBER

    @property
    def municipality(self) -> Municipality:
        """Whose it is."""
        return self.town.municipality

    @property
    def clerk(self) -> Actor:
        """Who asks."""
        world = self.town.world
        return world.actor(world.alice if self.municipality == world.halle else world.charlie)

    @property
    def head(self) -> Actor:
        """Who agrees."""
        world = self.town.world
        return world.actor(world.henk if self.municipality == world.halle else world.hilde)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """In the municipality; what is enqueued runs at once when the block ends."""
        place = tenant(self.municipality.pk)
        with travel(self.now, tick=False), suppress(jobs.JobRefusedError), jobs.inline(), self.capture(execute=True), place:
            yield

    def send(self, data: bytes, *, manifest: Any = None, at: datetime | None = None) -> RegisterImport:
        """Send a file of mutations and have it checked."""
        with self.at_work():
            sent = imports.request_register_import(
                municipality=self.municipality, file=io.BytesIO(data), file_name="mutations.csv", manifest=manifest, as_of=None,
                column_map=None, by=self.clerk, at=at or self.now, kind=RegisterImport.Kind.MUTATIONS,
            )  # fmt: skip
        return self.fresh(sent)

    def fresh(self, sent: RegisterImport) -> RegisterImport:
        """As it is now."""
        with tenant(self.municipality.pk):
            return RegisterImport.objects.get(municipality=self.municipality, pk=sent.pk)

    def bring_in(self, data: bytes) -> RegisterImport:
        """Send, ask, approve."""
        sent = self.send(data)
        assert sent.state == "compared", self.problems(sent)
        with tenant(self.municipality.pk):
            imports.request_import_approval(register_import=sent, accepted_guards=(), by=self.clerk, at=self.now)
        with self.at_work():
            imports.approve_import(register_import=sent, by=self.head, at=self.now)
        done = self.fresh(sent)
        assert done.state == "merged", done.reason
        return done

    def problems(self, sent: RegisterImport) -> list[tuple[int, str, str, str]]:
        """Row, column, value, code."""
        with tenant(self.municipality.pk):
            found = sent.problems.filter(municipality=self.municipality).order_by("row", "pk")
            return list(found.values_list("row", "column", "value", "code"))

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

    def record(self, person: Person, new: NewDecision, *, at: datetime | None = None) -> ListDecision:
        """Ask and approve a decision."""
        with tenant(self.municipality.pk):
            asked = decisions.request_decision(election=self.town.election, person=person, new=new, by=self.clerk, at=at or self.now)
            decisions.approve_decision(decision=asked, by=self.head, at=at or self.now)
            return ListDecision.objects.select_related("election__municipality", "person").get(pk=asked.pk)

    def effect(self, decision: ListDecision, kind: str, outcome: str, **values: Any) -> None:
        """One effect of it."""
        withdraws = decision.withdraws if outcome == "withdrawn" else None
        assert decision.recorded_at is not None
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


def events_csv(*rows: dict[str, Any], columns: tuple[str, ...] = ()) -> bytes:
    """A file of mutations: the columns that occur, and those that are named besides."""
    names = list(dict.fromkeys(["sequence", "national_number", "event", "effective_on", *columns, *(name for row in rows for name in row)]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def a_decision(kind: str, **values: Any) -> NewDecision:
    """As the college took it on 20 September."""
    station = values.pop("station_id", None)
    return NewDecision(
        kind=ListDecision.Kind(kind), authority="college", decided_on=date(2024, 9, 20), reference="CBS/12", reason="Bezwaar",
        values=values, station_id=station,
    )  # fmt: skip
