"""Two counters at the same moment: for one voter one issue number each, for two voters neither waits for the other, also while a run waits."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection

from convocations.models import Card, CardEvent, Duplicate
from convocations.rules.counter import Mode, Refusal
from convocations.selectors.counter import left_of
from convocations.services.duplicates import DuplicateRefusedError, Issued
from core import audit
from core.tenancy import tenant
from tests.convocations.cards import SETTINGS, CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.personas import make_world
from tests.voters.ledger.town import a_decision, frozen_town
from voters.models import Person
from voters.selectors.ledger import moment


def test_two_counters_at_once_give_one_issue_each(live_database: str) -> None:
    world = make_world()
    town = CardTown(frozen_town(world, world.halle, _at_once))
    town.release(town.make())
    first, second = open_desk(town, "Loket 1"), open_desk(town, "Loket 2")
    person = town.ledger.persons()[0]
    ready = threading.Barrier(2)

    def press(desk: Desk) -> Issued:
        try:
            ready.wait()
            return desk.issue(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(press, [first, second]))

    cards = first.cards(person)
    assert sorted(one.card.issue for one in made) == [2, 3]
    assert [(card.issue, card.state) for card in cards] == [(1, "replaced"), (2, "replaced"), (3, "printed")]
    with tenant(town.pk):
        replaced = CardEvent.objects.filter(kind="replaced").order_by("pk")
        assert [(event.card_id, event.details["issue"]) for event in replaced] == [(cards[0].pk, 2), (cards[1].pk, 3)]
        assert Duplicate.objects.count() == 2
        assert Card.objects.filter(person=person).values("token").distinct().count() == 3


def test_the_last_blank_card_of_a_counter_is_taken_once(live_database: str) -> None:
    world = make_world()
    town = CardTown(frozen_town(world, world.halle, _at_once))
    town.release(town.make())
    desk = open_desk(town)
    first, second = town.ledger.persons()[:2]
    kind = desk.deliver(first, 1)
    assert desk.kind(second) == kind
    ready = threading.Barrier(2)

    def press(person: Person) -> str:
        try:
            ready.wait()
            desk.issue(person, mode=Mode.OVERPRINT)
        except DuplicateRefusedError as refused:
            return str(refused.refusal)
        finally:
            connection.close()
        return "printed"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(press, [first, second]))

    assert said == [Refusal.NO_BLANK, "printed"]
    with tenant(town.pk):
        assert left_of(election=town.election, kind=kind) == {desk.counter.pk: 0}
        assert Duplicate.objects.count() == 1


def test_a_counter_does_not_wait_for_another_one_while_a_run_waits_for_its_release(
    live_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    town = CardTown(frozen_town(world, world.halle, _at_once))
    town.release(town.make())
    first, second = open_desk(town, "Loket 1"), open_desk(town, "Loket 2")
    # Somebody's card would say something else now, so that a run has something to make.
    town.ledger.record(town.ledger.persons()[39], a_decision("correct", last_name="Verbeterd"))
    run = town.make(replace(SETTINGS, reissue_changed=True))
    assert run.state == "ready"
    persons = [one for one in town.ledger.persons() if one.pk not in {card.person_id for card in town.cards(run)}]
    at_its_end, may_end = threading.Event(), threading.Event()
    record = audit.record

    def hesitate(**event: Any) -> None:
        if (event["after"] or {}).get("counter") == "Loket 1":
            at_its_end.set()
            assert may_end.wait(60)
        record(**event)

    monkeypatch.setattr(audit, "record", hesitate)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(_alone, first, persons[0])
        assert at_its_end.wait(60)  # all is done but what is written into the trail, last of all
        try:
            assert pool.submit(_alone, second, persons[1]).result().card.issue == 2
            for other in (lambda: _alone(second, persons[0]), lambda: _recording(town)):
                with pytest.raises(OperationalError, match="lock timeout"):
                    pool.submit(other).result()
        finally:
            may_end.set()
        assert slow.result().card.issue == 2

    assert [card.issue for card in second.cards(persons[1])] == [1, 2]
    assert [(card.issue, card.state) for card in first.cards(persons[0])] == [(1, "replaced"), (2, "printed")]


def _alone(desk: Desk, person: Person) -> Issued:
    """On a connection of its own, which waits for nobody longer than a moment."""
    try:
        with tenant(desk.town.pk), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            return desk.issue(person)
    finally:
        connection.close()


def _recording(town: CardTown) -> None:
    """Whoever records a decision has to wait for the counter."""
    try:
        with tenant(town.pk), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            moment(municipality_id=town.pk)
    finally:
        connection.close()


class _at_once:  # noqa: N801  # stands for the fixture of pytest-django
    """What is to run after the commit runs then: this test really commits."""

    def __init__(self, *, execute: bool) -> None:
        assert execute

    def __enter__(self) -> None:
        """Nothing to catch."""

    def __exit__(self, *_: object) -> None:
        """Nothing to run."""
