"""Requests for French that ended go 180 days after the first election that followed; those that hold, and those of others, stay."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from time_machine import travel

from convocations.models import LanguageChoice
from convocations.services.retention import purge_ended_choices
from core.models import AuditEvent
from core.tenancy import tenant
from municipalities.models import Municipality
from tests.personas import NOW, World
from tests.voters.people import make_town
from tests.voters.test_person_search import house, inhabitant
from voters.models import Person

pytestmark = pytest.mark.django_db
ELECTION = date(2024, 10, 13)
LAST = ELECTION + timedelta(days=180)


def voter(world: World, place: Municipality) -> Person:
    town = make_town(world, place)
    return inhabitant(town, "Dupont", "Anne", at=house(town, "Kerkstraat", 1, 1), house_number="1", national_number="86050412345")


def choose(person: Person, *, ended: date | None = None, until: date = date(2099, 1, 1)) -> None:
    LanguageChoice.objects.create(
        municipality_id=person.municipality_id, person=person, received_on=date(2020, 1, 1), ends_on=until, source="brief", recorded_at=NOW,
        recorded_by_name="x", withdrawn_on=ended, withdrawn_at=NOW if ended else None, withdrawn_by_name="x" if ended else "",
    )  # fmt: skip


def count(place: Municipality) -> int:
    with tenant(place.pk):
        return LanguageChoice.objects.filter(municipality=place).count()


def purge(world: World, place: Municipality, day: date, *, dry_run: bool = False) -> int:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with tenant(place.pk):
        return purge_ended_choices(municipality=place, dry_run=dry_run, by=world.actor(world.alice), at=at)


@pytest.fixture
def towns(world: World) -> World:
    """Both hold the same, and Halle has an election after it; make_town gives each an election of 2024."""
    for place in (world.halle, world.horebeke):
        with tenant(place.pk):
            person = voter(world, place)
            choose(person, ended=date(2024, 5, 1))
            choose(person, until=date(2024, 3, 9), ended=None)
    return world


@pytest.mark.parametrize(("day", "left"), [(LAST - timedelta(1), 2), (LAST, 0), (LAST + timedelta(1), 0)])
def test_the_day_before_the_day_and_the_day_after(towns: World, day: date, left: int) -> None:
    assert purge(towns, towns.halle, day) == 2 - left

    assert (count(towns.halle), count(towns.horebeke)) == (left, 2)
    with tenant(towns.halle.pk):
        events = [event.after for event in AuditEvent.objects.filter(kind="language_choice.purged")]
    assert events == ([] if left else [{"rows": 2}])


@pytest.mark.parametrize("values", [{}, {"ended": ELECTION + timedelta(1)}, {"until": ELECTION}])
def test_what_holds_or_ended_after_the_last_election_stays(world: World, values: dict[str, date]) -> None:
    with tenant(world.halle.pk):
        choose(voter(world, world.halle), **values)

    assert purge(world, world.halle, date(2035, 1, 1)) == 0
    assert count(world.halle) == 1


def test_the_command_counts_first_and_then_deletes_everywhere(towns: World) -> None:
    def run(*arguments: str) -> dict[str, object]:
        out = StringIO()
        call_command("purge_language_choices", *arguments, "--json", stdout=out)
        found: dict[str, object] = json.loads(out.getvalue().splitlines()[-1])
        return found

    with travel(datetime(2025, 6, 1, 12, tzinfo=UTC), tick=False):
        assert run("--dry-run") == {"dry_run": True, "choices": 4, "by_municipality": {"23027": 2, "45062": 2}}
        assert (count(towns.halle), count(towns.horebeke)) == (2, 2)
        assert run("45062")["choices"] == 2
        assert (count(towns.halle), count(towns.horebeke)) == (2, 0)
        assert run()["by_municipality"] == {"23027": 2}
        assert run()["choices"] == 0
