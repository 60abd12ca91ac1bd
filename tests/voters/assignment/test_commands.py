"""The commands assign_stations and freeze_assignment, as a script calls them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core.models import AuditEvent
from core.tenancy import tenant
from districts.assignment import run as solver
from tests.personas import World
from tests.voters.assignment.town import AssignmentTown, make_assignment_town, two_schools
from voters.models import Draft, EntryPlace
from voters.services import draft_work

HALLE = ("23027", "2024-10-13")


def told(*arguments: str) -> dict:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def refused(*arguments: str) -> list[dict]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*arguments, "--json", stdout=out)
    assert ended.value.code == 2
    return json.loads(out.getvalue().splitlines()[-1])["errors"]


@pytest.fixture
def live(live_database: str) -> World:
    """Work begins after commit: nothing of it would run inside a test's own transaction."""
    from django.db import transaction

    from tests.personas import make_world

    with transaction.atomic():
        return make_world()


def test_a_draft_is_made_in_this_process_and_told_in_figures(live: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_work, "solve_apart", solver.solve_apart)  # in processes of their own, as in earnest
    town = two_schools(live, live.halle)
    town.town.final()

    answer = told("assign_stations", *HALLE, "--requested-by", "alice", "--draft", "Basis", "--rest", "2")

    assert {name: answer[name] for name in ("draft", "name", "voters", "stations", "households", "unplaced", "over", "under", "moved")} == {
        "draft": 1, "name": "Basis", "voters": 40, "stations": 2, "households": 20, "unplaced": 0, "over": 0, "under": 0, "moved": 0,
    }  # fmt: skip
    assert answer["mean_distance_m"] == pytest.approx(450, abs=2)
    assert answer["gap"] == pytest.approx(0, abs=1e-6)
    assert {"split_sides", "bound_m", "seconds"} <= set(answer)

    frozen = told("freeze_assignment", *HALLE, "--requested-by", "alice", "--approved-by", "henk")
    assert (frozen["draft"], frozen["state"], frozen["voters"]) == (1, "frozen", 40)
    with tenant(live.halle.pk):
        assert EntryPlace.objects.count() == 40
        events = list(AuditEvent.objects.filter(kind__startswith="assignment.").order_by("seq").values_list("kind", "actor_name"))
    assert events == [
        ("assignment.requested", "Alice Test"),
        ("assignment.made", "Alice Test"),
        ("assignment.approved", "Henk Test"),
        ("assignment.frozen", "Henk Test"),
    ]
    [again] = refused("assign_stations", *HALLE)
    assert "frozen" in again["problem"]


def test_an_impossible_draft_is_refused_with_its_reasons(live: World) -> None:
    two_schools(live, live.halle, most=15).town.final()

    [error] = refused("assign_stations", *HALLE)

    assert (error["column"], error["value"]) == ("district", "01")
    assert error["problem"] == "seats: 40 voters, 30 seats, 10 short; raise_maximum 21, add_stations 1"
    [freeze] = refused("freeze_assignment", *HALLE, "--requested-by", "alice", "--approved-by", "henk")
    assert freeze["problem"] == "no such draft that is ready"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "there is no finished extraction: extract first"),
        (("--move", "-1"), "a price below zero, or a band that is no percentage"),
        (("--previous", "2018-10-14"), "no frozen assignment on this day"),
        (("--requested-by", "bob"), None),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(world: World, arguments, problem) -> None:
    make_assignment_town(world, world.halle)

    [error] = refused("assign_stations", *HALLE, *arguments)

    assert problem is None or error["problem"] == problem
    with tenant(world.halle.pk):
        assert not Draft.objects.exists()


def test_one_person_cannot_freeze_alone(live: World) -> None:
    town = two_schools(live, live.halle)
    town.town.final()
    told("assign_stations", *HALLE)

    [error] = refused("freeze_assignment", *HALLE, "--requested-by", "henk", "--approved-by", "henk")

    assert error["problem"] == "the second person must be somebody else"
    _nothing_frozen(town)


def test_another_municipality_is_another_matter(live: World) -> None:
    two_schools(live, live.halle).town.final()
    horebeke = two_schools(live, live.horebeke)
    horebeke.town.final()
    told("assign_stations", *HALLE)

    [error] = refused("freeze_assignment", "45062", "2024-10-13", "--requested-by", "charlie", "--approved-by", "hilde")

    assert error["problem"] == "no such draft that is ready"
    _nothing_frozen(horebeke)


def _nothing_frozen(town: AssignmentTown) -> None:
    with tenant(town.municipality.pk):
        assert not EntryPlace.objects.exists()
        assert not Draft.objects.filter(state__in=["requested", "frozen"]).exists()
