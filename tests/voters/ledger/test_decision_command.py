"""The command record_decision: what the college or the Court of Appeal decided, on record by two persons, or a refusal that leaves nothing."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from core.models import Approval, AuditEvent
from core.tenancy import tenant
from tests.personas import World
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, frozen_town
from voters.models import Effect, ListDecision, Person

TWO = ("--requested-by", "alice", "--approved-by", "henk")
TAKEN = ("--authority", "college", "--decided-on", "2024-09-20", "--reference", "CBS/12", "--reason", "Bezwaar")


@pytest.fixture
def towns(world: World, django_capture_on_commit_callbacks: Any) -> tuple[LedgerTown, LedgerTown]:
    """Halle, which the command names, and Horebeke beside it."""
    halle, horebeke = (frozen_town(world, place, lambda **_: nullcontext()) for place in (world.halle, world.horebeke))
    return halle, horebeke


def run(
    person: Person | str, kind: str, *more: str, at: datetime = SEPTEMBER, taken: tuple[str, ...] = TAKEN, who: tuple[str, ...] = TWO
) -> Any:
    """What the command says: its figures, or its errors with code 2."""
    out, number = StringIO(), person if isinstance(person, str) else person.national_number
    code: object = 0
    with travel(at, tick=False):
        try:
            call_command("record_decision", "23027", "2024-10-13", number, kind, *taken, *more, *who, "--json", stdout=out)
        except SystemExit as ended:
            code = ended.code
    answer = json.loads(out.getvalue())
    assert code == (2 if "errors" in answer else 0)
    return [(error["column"], error["value"], error["problem"]) for error in answer.get("errors", ())] or answer


def nothing_recorded(town: LedgerTown) -> bool:
    with tenant(town.municipality.pk):
        return not (
            ListDecision.objects.filter(municipality=town.municipality).exists()
            or Effect.objects.filter(municipality=town.municipality).exists()
            or Approval.objects.filter(municipality_id=town.municipality.pk, kind="list_decision").exists()
            or AuditEvent.objects.filter(municipality_id=town.municipality.pk, kind__startswith="list_decision").exists()
        )


def test_a_voter_is_struck_and_comes_back(towns: tuple[LedgerTown, LedgerTown]) -> None:
    halle, horebeke = towns
    person = halle.persons()[0]

    struck = run(person, "strike")
    assert (struck["kind"], struck["list_number"], struck["withdraws"]) == ("strike", None, None)
    assert halle.list_at(SEPTEMBER)[person.pk].struck

    later = SEPTEMBER.replace(hour=11)
    back = run(person, "withdraw", at=later)
    assert back["withdraws"] == struck["decision"]
    assert not halle.list_at(later)[person.pk].struck
    assert nothing_recorded(horebeke)
    with tenant(halle.municipality.pk):
        event = AuditEvent.objects.filter(municipality_id=halle.municipality.pk, kind="list_decision.recorded").latest("pk")
    assert event.actor_name == "Henk Test"


def test_what_the_list_says_is_corrected(towns: tuple[LedgerTown, LedgerTown]) -> None:
    halle, _ = towns
    person, neighbour = halle.persons()[:2]

    run(person, "correct", "--set", "last_name=Rechtgezet", "--set", "house_number=7")

    found = halle.list_at(SEPTEMBER)
    assert (found[person.pk].last_name, found[person.pk].list_address.house_number) == ("Rechtgezet", "7")
    assert found[person.pk].list_address.street_name  # the rest of the address stays
    assert found[neighbour.pk].last_name != "Rechtgezet"


@pytest.mark.parametrize("station", [None, 2])
def test_a_voter_is_added_at_the_end(towns: tuple[LedgerTown, LedgerTown], station: int | None) -> None:
    halle, _ = towns
    model = halle.persons()[0]
    with tenant(halle.municipality.pk):
        person = Person.objects.get(municipality=halle.municipality, pk=model.pk)
        person.pk, person.national_number, person.last_name = None, "85073003328", "Nieuw"
        person.save()

    answer = run("85.07.30-033.28", "add", *(("--station", str(station)) if station else ()))

    assert answer["list_number"] == 41
    line = halle.list_at(SEPTEMBER)[person.pk]
    assert (line.list_number, line.last_name, line.added_later) == (41, "Nieuw", True)
    if station:
        assert line.station_number == station


@pytest.mark.parametrize(
    ("at", "recorded"),
    [
        (datetime(2024, 10, 12, 20, tzinfo=UTC), True),
        (datetime(2024, 10, 13, 6, tzinfo=UTC), True),
        (datetime(2024, 10, 14, 6, tzinfo=UTC), False),
    ],
)
def test_a_voter_is_struck_until_the_day_itself(towns: tuple[LedgerTown, LedgerTown], at: datetime, recorded: bool) -> None:
    halle, _ = towns
    answer = run(halle.persons()[0], "strike", at=at)

    assert isinstance(answer, dict) is recorded
    assert nothing_recorded(halle) is not recorded
    if not recorded:
        assert "too late" in answer[0][2]


def test_all_that_is_wrong_is_said_at_once(towns: tuple[LedgerTown, LedgerTown]) -> None:
    halle, _ = towns
    taken = ("--authority", "court", "--decided-on", "20/09/2024", "--reference", " ", "--reason", "x" * 201)
    more = ("--ballots", "municipal", "--station", "99", "--set", "last_name=Ander")

    errors = run(halle.persons()[0], "strike", *more, taken=taken)

    assert {column for column, _, _ in errors} == {"--decided-on", "--reference", "--reason", "--ballots", "--station", "--set"}
    assert nothing_recorded(halle)


@pytest.mark.parametrize(
    ("kind", "more", "column"),
    [
        ("correct", ("--set", "birth_date=2000-01-01"), "--set"),
        ("correct", ("--set", "last_name="), "--set"),
        ("correct", ("--set", "house_number=" + "1" * 21), "--set"),
        ("correct", ("--ballots", "european"), "--ballots"),
        ("correct", (), "NATIONAL_NUMBER"),
        ("add", (), "NATIONAL_NUMBER"),
        ("withdraw", (), "NATIONAL_NUMBER"),
    ],
)
def test_what_cannot_be_recorded_leaves_nothing(
    towns: tuple[LedgerTown, LedgerTown], kind: str, more: tuple[str, ...], column: str
) -> None:
    halle, _ = towns
    assert [error[0] for error in run(halle.persons()[0], kind, *more)] == [column]
    assert nothing_recorded(halle)


def test_the_number_of_another_town_s_voter_is_nobody_s_and_is_not_said_back(towns: tuple[LedgerTown, LedgerTown]) -> None:
    halle, horebeke = towns
    mine = {person.national_number for person in halle.persons()}
    with tenant(horebeke.municipality.pk):
        stranger = Person.objects.filter(municipality=horebeke.municipality).exclude(national_number__in=mine).first()
        if stranger is None:  # the same made-up numbers live in both towns
            stranger = Person.objects.filter(municipality=horebeke.municipality).first()
            assert stranger is not None
            stranger.national_number = "85073003328"
            stranger.save()

    assert run(stranger, "strike") == [("NATIONAL_NUMBER", "", "nobody in the register has this national number")]
    assert nothing_recorded(halle)
    assert nothing_recorded(horebeke)


@pytest.mark.parametrize(
    ("who", "column"),
    [(("henk", "henk"), "--approved-by"), (("bob", "henk"), "user"), (("alice", "bob"), "user"), (("charlie", "henk"), "user")],
)
def test_two_persons_of_the_town_answer_for_it(towns: tuple[LedgerTown, LedgerTown], who: tuple[str, str], column: str) -> None:
    halle, _ = towns
    errors = run(halle.persons()[0], "strike", who=("--requested-by", who[0], "--approved-by", who[1]))
    assert [error[0] for error in errors] == [column]
    assert nothing_recorded(halle)
