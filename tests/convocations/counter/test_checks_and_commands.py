"""A card in somebody's hand: valid, replaced and where, of another election, unknown; and the two commands."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from time_machine import travel

from convocations.models import Card
from convocations.services.checking import check_card
from convocations.words import counter as words
from core.models import AuditEvent
from core.tenancy import tenant
from elections.models import Election
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk
from tests.convocations.counter.test_duplicates import code_of, text_of
from voters.models import ListDecision
from voters.services.decisions import NewDecision


@pytest.fixture(autouse=True)
def _now(halle: CardTown):
    with travel(halle.now, tick=False):
        yield


def check(desk: Desk, text: str):
    """What a card is worth."""
    with tenant(desk.town.pk):
        return check_card(election=desk.town.election, text=text, by=desk.town.clerk, at=desk.town.now)


def test_the_former_card_says_when_and_where_it_was_replaced(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    (former,) = desk.cards(person)
    assert check(desk, f"{former.token}-01").state == "valid"

    issued = desk.issue(person)

    found = check(desk, f"{former.token}-01")
    assert (found.state, found.by.details["counter"]) == ("replaced", "Loket 2")
    assert words.checked(found)["headline"] == "Vervangen op 23 september om 11.30\u00a0u. aan Loket 2"
    assert check(desk, issued.card.token).state == "valid"


def test_a_code_that_is_none_is_unknown_and_the_asking_is_recorded_without_it(desk: Desk, horebeke: CardTown) -> None:
    own, theirs = desk.town.cards()[0], horebeke.cards()[0]

    for code in ("", "x", f"{own.token}-02", f"{theirs.token}-01", "7HJ2K0P4QRST-01"):
        assert check(desk, code).state == "unknown", code
    with tenant(desk.town.pk):
        event = AuditEvent.objects.filter(municipality_id=desk.town.pk, kind="card.checked").order_by("-seq")[0]
    assert event.after == {"state": "unknown"}


def test_the_card_of_a_voter_who_was_struck_is_worth_nothing(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    (card,) = desk.cards(person)
    day = desk.town.now.date()
    desk.town.ledger.record(
        person, NewDecision(kind=ListDecision.Kind.STRIKE, authority="court", decided_on=day, reference="1", reason="x")
    )

    found = check(desk, card.token)

    assert (found.state, found.reason) == ("struck", "struck_by_decision")


def test_a_card_of_a_run_that_waits_is_not_valid_yet(halle: CardTown, horebeke: CardTown) -> None:
    run = halle.make()
    card = halle.cards(run)[0]

    with tenant(halle.pk):
        found = check_card(election=halle.election, text=card.token, by=halle.clerk, at=halle.now)
    assert found.state == "not_released"


def test_the_command_writes_the_duplicate(desk: Desk, tmp_path: Path) -> None:
    person = desk.town.ledger.persons()[0]
    out, target = StringIO(), tmp_path / "duplicaat.pdf"

    call_command("duplicate", "23027", "2024-10-13", person.national_number, out=target, requested_by="alice", json=True, stdout=out)

    told = json.loads(out.getvalue().splitlines()[-1])
    assert (told["issue"], told["replaced_issue"], told["counter"]) == (2, 1, "Loket 2")
    assert code_of(target.read_bytes()) == [f"{told['token']}-02"]
    assert "DUPLICAAT" in text_of(target.read_bytes())
    former, card = desk.cards(person)
    assert (former.state, card.token) == ("replaced", told["token"])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"national_number": "00000000000"}, "nobody in the register has this national number"),
        ({"counter": "Loket 99"}, "no counter is called so"),
        ({"requested_by": "bob"}, "this user's role does not allow it"),
        ({"date": "2024-10-14"}, "no election on this day"),
    ],
)
def test_the_command_refuses_and_changes_nothing(desk: Desk, tmp_path: Path, change: dict[str, str], problem: str) -> None:
    person = desk.town.ledger.persons()[0]
    values = {"date": "2024-10-13", "national_number": person.national_number, "requested_by": "alice", **change}
    before, out = desk.state(), StringIO()

    with pytest.raises(SystemExit):
        call_command(
            "duplicate",
            "23027",
            values.pop("date"),
            values.pop("national_number"),
            out=tmp_path / "x.pdf",
            json=True,
            stdout=out,
            **values,
        )

    assert json.loads(out.getvalue())["errors"][0]["problem"] == problem
    assert person.national_number not in out.getvalue()
    assert desk.state() == before
    assert not (tmp_path / "x.pdf").exists()


def test_the_command_says_what_a_card_is_worth(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    (former,) = desk.cards(person)
    desk.issue(person)
    out = StringIO()

    call_command("check_card", "23027", "2024-10-13", f"{former.token}-01", json=True, stdout=out)

    told = json.loads(out.getvalue())
    assert (told["state"], told["counter"], told["replaced_by_issue"]) == ("replaced", "Loket 2", 2)


def test_a_card_of_another_election_is_said_to_be_so(desk: Desk) -> None:
    with tenant(desk.town.pk):
        card = Card.objects.filter(municipality=desk.town.municipality).order_by("pk")[0]

    with tenant(desk.town.pk):
        own = {"municipality": desk.town.municipality, "created_at": desk.town.now, "created_by_name": "alice"}
        other = Election.objects.create(**own, date=date(2030, 10, 13), list_date=date(2030, 8, 1))
        found = check_card(election=other, text=card.token, by=desk.town.clerk, at=desk.town.now)

    assert found.state == "other_election"
    assert found.card == card
