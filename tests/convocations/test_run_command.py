"""``card_run``: how the runs stand, and what their pages do, from a terminal."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from convocations.management.commands import card_run
from convocations.models import Card, PrintRun
from convocations.services import releasing
from core.models import Approval, AuditEvent
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.voters.ledger.town import a_decision

TWO = {"requested_by": "alice", "approved_by": "henk"}


@pytest.fixture(autouse=True)
def _commits(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the command enqueues runs where it would commit, inside the transaction of the test."""

    monkeypatch.setattr(card_run, "tenant", halle.committed)
    with travel(halle.now, tick=False):
        yield


def call(*arguments: str, **options: Any) -> dict[str, Any]:
    """What the command says; its errors with code 2."""
    told, code = io.StringIO(), 0
    try:
        call_command("card_run", "23027", "2024-10-13", *arguments, json=True, stdout=told, **options)
    except SystemExit as ended:
        code = int(str(ended.code))
    answer: dict[str, Any] = json.loads(told.getvalue())
    assert code == (2 if "errors" in answer else 0)
    return answer


def problems(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["column"], error["problem"]) for error in answer["errors"]]


def strike_one(town: CardTown) -> None:
    """A voter dies, so to say, between the making and the release."""
    town.ledger.record(town.ledger.persons()[0], a_decision("strike"))


def test_without_a_run_there_is_none_to_tell_of(halle: CardTown, horebeke: CardTown) -> None:
    horebeke.make()
    assert call() == {"runs": []}
    assert problems(call("1", "--cancel", requested_by="alice")) == [("RUN", "no run of this election has this number")]
    assert problems(call("--cancel", requested_by="alice")) == [("RUN", "is needed with this")]
    assert [card.state for card in horebeke.cards()].count(Card.State.MADE) == len(horebeke.cards())


def test_a_run_that_was_made_on_the_page_is_released(halle: CardTown) -> None:
    made = halle.make()
    assert made.state == PrintRun.State.READY

    [told] = call("1", "--release", **TWO)["runs"]

    assert (told["run"], told["state"], told["cards"], told["not_right"]) == (1, "released", made.cards_made, {})
    assert (told["requested_by"], told["approved_by"]) == ("Alice Test", "Henk Test")
    assert {card.state for card in halle.cards()} == {Card.State.RELEASED}
    assert problems(call("1", "--cancel", requested_by="alice")) == [("RUN", "this was released, cancelled or decided meanwhile")]
    assert {card.state for card in halle.cards()} == {Card.State.RELEASED}


def test_what_is_not_right_any_more_keeps_a_run_back_until_it_is_withdrawn(halle: CardTown) -> None:
    made = halle.make()
    strike_one(halle)

    assert [run["not_right"] for run in call()["runs"]] == [{"struck_by_decision": 1}]
    refused = call("1", "--release", **TWO)
    assert refused["errors"][0]["problem"].startswith("cards are not right any more")
    assert halle.fresh(made).state == PrintRun.State.READY
    assert {card.state for card in halle.cards()} == {Card.State.MADE}

    done = call("1", "--withdraw-cards", requested_by="alice")
    assert (done["withdrawn"], done["runs"][0]["not_right"]) == (1, {})
    [told] = call("1", "--release", **TWO)["runs"]
    assert (told["state"], told["cards"], told["withdrawn"]) == ("released", made.cards_made - 1, 1)
    assert sorted(card.state for card in halle.cards()).count(Card.State.WITHDRAWN) == 1


def test_a_cancelled_run_leaves_no_cards(halle: CardTown, horebeke: CardTown) -> None:
    halle.make()
    theirs = horebeke.make()

    [told] = call("1", "--cancel", requested_by="alice")["runs"]

    assert told["state"] == "cancelled"
    assert halle.cards() == []
    assert len(horebeke.cards()) == theirs.cards_made


@pytest.mark.parametrize(
    ("act", "who", "column"),
    [
        ("--release", {"requested_by": "henk", "approved_by": "henk"}, "--approved-by"),
        ("--release", {"requested_by": "alice", "approved_by": "bob"}, "user"),
        ("--release", {"requested_by": "bob", "approved_by": "henk"}, "user"),
        ("--release", {"requested_by": "alice", "approved_by": "hilde"}, "user"),
        ("--release", {"requested_by": "alice"}, "--approved-by"),
        ("--cancel", {"requested_by": "bob"}, "user"),
        ("--cancel", {}, "--requested-by"),
        ("--withdraw-cards", {"requested_by": "bob"}, "user"),
    ],
)
def test_who_may_not_does_nothing(halle: CardTown, act: str, who: dict[str, str], column: str) -> None:
    made = halle.make()
    with tenant(halle.pk):
        events = AuditEvent.objects.filter(municipality_id=halle.pk).count()

    assert [found for found, _problem in problems(call("1", act, **who))] == [column]

    assert halle.fresh(made).state == PrintRun.State.READY
    with tenant(halle.pk):
        assert AuditEvent.objects.filter(municipality_id=halle.pk).count() == events
        assert not Approval.objects.filter(municipality_id=halle.pk, kind="print_run").exists()


def test_who_asked_on_the_page_does_not_approve_from_a_terminal(halle: CardTown) -> None:
    made = halle.make()
    with halle.ledger.at_work():
        releasing.request_release(run=made, by=halle.head, at=halle.now)

    assert [found for found, _problem in problems(call("1", "--release", **TWO))] == ["--approved-by"]

    assert halle.fresh(made).state == PrintRun.State.REQUESTED
    assert {card.state for card in halle.cards()} == {Card.State.MADE}
