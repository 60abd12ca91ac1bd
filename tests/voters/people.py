"""Persons of the register, one at a time, and everything an extraction of them needs."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.db import connection

from core.jobs import inline
from core.tenancy import tenant
from elections.models import Election
from elections.services import create_election
from municipalities.models import Municipality
from tests.personas import NOW, World
from tests.voters.lists import make_register
from voters.models import Extraction, Person, RegisterImport
from voters.rules.eligibility import PersonFacts
from voters.services import extractions

ELECTION_DAY, LIST_DATE = date(2024, 10, 13), date(2024, 8, 1)
_numbers = count(1)


def make_person(municipality: Municipality, register_import: RegisterImport, **values: Any) -> Person:
    """An ordinary Belgian of 44 unless told otherwise. ``birth_date`` follows from ``born_on``, or the other way round."""
    if "birth_date" in values:
        year, month, day = (int(part) for part in values["birth_date"].split("-"))
        values.setdefault("born_on", date(year, month or 1, day or 1))
    born_on = values.setdefault("born_on", date(1980, 5, 14))
    last_name, first_names = values.get("last_name", "Peeters"), values.get("first_names", "An")
    defaults = {
        "national_number": f"{next(_numbers):011d}",
        "last_name": last_name,
        "first_names": first_names,
        "name_key": f"{last_name}  {first_names}".lower(),
        "birth_date": born_on.isoformat(),
        "nationality": "BE",
        "register": "BR",
        "registered_on": date(2015, 3, 2),
        "postcode": "1500",
        "street_name": "Basiliekstraat",
        "house_number": "1",
        "language": "nl",
        "created_import": register_import,
        "changed_import": register_import,
    }
    with tenant(municipality.pk):
        return Person.objects.create(municipality=municipality, **{**defaults, **values})


def facts_of(person: Person) -> PersonFacts:
    """The person as the reference takes them."""
    return PersonFacts(**{name: getattr(person, name) for name in PersonFacts.__dataclass_fields__})


@dataclass
class Town:
    """A municipality with a register and an election, and the two people who decide in it."""

    world: World
    municipality: Municipality
    register: RegisterImport
    election: Election

    @property
    def clerk(self) -> Any:
        return self.world.actor(self.world.alice if self.municipality == self.world.halle else self.world.charlie)

    @property
    def head(self) -> Any:
        return self.world.actor(self.world.henk if self.municipality == self.world.halle else self.world.hilde)

    def person(self, **values: Any) -> Person:
        return make_person(self.municipality, self.register, **values)

    def trial(self) -> Extraction:
        """A finished trial, made in this process."""
        with inline(), tenant(self.municipality.pk):
            extraction = extractions.request_trial(election=self.election, by=self.clerk, at=NOW)
            _run(extraction)
            extraction.refresh_from_db()
        return extraction

    def final(self) -> Extraction:
        """The final extraction, asked for by the clerk, approved by the head, made in this process."""
        with tenant(self.municipality.pk):
            extraction = extractions.request_final(election=self.election, by=self.clerk, at=NOW)
            extractions.approve_final(extraction=extraction, by=self.head, at=NOW)
            extraction.refresh_from_db()
            _run(extraction)
            extraction.refresh_from_db()
        return extraction


def _run(extraction: Extraction) -> None:
    """Do what the worker does with the job; inside a test's own transaction nothing is sent to it."""
    from celery import current_app

    current_app.tasks[extractions.KIND].apply(
        kwargs={"job_id": extraction.job_id, "municipality_id": extraction.municipality_id}, throw=True
    )


def make_town(
    world: World,
    municipality: Municipality,
    *,
    day: date = ELECTION_DAY,
    list_date: date = LIST_DATE,
    ballots: tuple[str, ...] = ("municipal", "provincial"),
) -> Town:
    """A municipality with an empty register that was merged on the list date, and an election."""
    register = make_register(world, municipality, as_of=list_date)
    clerk = world.actor(world.alice if municipality == world.halle else world.charlie)
    election = create_election(municipality=municipality, date=day, list_date=list_date, ballots=ballots, by=clerk, at=NOW)
    return Town(world, municipality, register, election)


def verdicts_of(extraction: Extraction) -> dict[tuple[int, int], tuple[int, int, date | None]]:
    """(person, ballot number) → (verdict, fact, fact_date)."""
    with tenant(extraction.municipality_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, ballot, verdict, fact, fact_date FROM voters_verdict WHERE municipality_id = %s AND extraction_id = %s",
            [extraction.municipality_id, extraction.pk],
        )
        return {(person, ballot): (verdict, fact, day) for person, ballot, verdict, fact, day in cursor.fetchall()}
