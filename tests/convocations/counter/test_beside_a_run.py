"""Counters while a run is being made or released: only a voter whose card is in it waits, and neither gives the issue of the other."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection

from convocations.models import Card, PrintRun
from convocations.rules.counter import Refusal
from convocations.rules.runs import RunSettings
from convocations.services import preparing, releasing
from convocations.services.duplicates import DuplicateRefusedError, Issued
from convocations.sql import preparing as sql
from core import audit
from core.tenancy import tenant
from delivery.rules import BpostValues
from delivery.services import save_bpost_settings
from tests.convocations.cards import SETTINGS, CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.convocations.counter.test_concurrency import _at_once, _recording
from tests.personas import make_world
from tests.voters.ledger.town import a_decision, frozen_town
from voters.models import Person


@pytest.fixture
def desk(live_database: str) -> Desk:
    """A counter of a town in which nobody has a card yet, and of which nothing is rolled back."""
    world = make_world()
    return open_desk(CardTown(frozen_town(world, world.halle, _at_once)))


def alone(desk: Desk, person: Person) -> Issued:
    """On a connection of its own, which waits for nobody longer than a moment."""
    try:
        with tenant(desk.town.pk), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            return desk.issue(person)
    finally:
        connection.close()


def patient(desk: Desk, person: Person) -> Issued:
    """On a connection of its own, which waits as long as it takes."""
    try:
        return desk.issue(person)
    finally:
        connection.close()


def until_somebody_waits() -> None:
    """One who waits for what another one holds, as the server sees it; not those of another test that runs beside this one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def make(town: CardTown, settings: RunSettings = SETTINGS) -> PrintRun:
    """A run, on a connection of its own."""
    try:
        return town.make(settings)
    finally:
        connection.close()


def held(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, when: Callable[[], object]) -> None:
    """Do something once just before a step of the making."""
    step, done = getattr(place, name), threading.Event()

    def hesitant(*args: Any, **values: Any) -> Any:
        if not done.is_set():
            done.set()
            when()
        return step(*args, **values)

    monkeypatch.setattr(place, name, hesitant)


def test_only_the_voter_whose_card_a_run_has_just_written_waits_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    town = desk.town
    persons = town.ledger.persons()
    theirs = desk.issue(persons[0]).card  # has a card: the run makes none
    written, may_end = threading.Event(), threading.Event()

    def hesitate() -> None:
        written.set()
        assert may_end.wait(60)

    held(monkeypatch, preparing, "_stacks", hesitate)
    with ThreadPoolExecutor(3) as pool:
        making = pool.submit(make, town)
        assert written.wait(60)  # the cards are written, and nothing is committed
        try:
            assert pool.submit(alone, desk, persons[0]).result().card.issue == 2
            with pytest.raises(OperationalError, match="lock timeout"):
                pool.submit(alone, desk, persons[1]).result()
            waiting = pool.submit(patient, desk, persons[2])
            until_somebody_waits()
        finally:
            may_end.set()
        run = making.result()
        with pytest.raises(DuplicateRefusedError) as refused:
            waiting.result()

    assert refused.value.refusal == Refusal.MEANWHILE
    assert (run.state, run.cards_made, run.none_by_reason) == ("ready", 39, {"has_card": 1})
    assert [(card.issue, card.state) for card in desk.cards(persons[2])] == [(1, "made")]
    assert [(card.issue, card.state) for card in desk.cards(persons[0])] == [(theirs.issue, "replaced"), (2, "printed")]
    assert desk.issue(persons[2]).card.issue == 2  # asked once more, it withdraws the card of the run
    assert [card.state for card in desk.cards(persons[2])] == ["withdrawn", "printed"]


def test_a_duplicate_made_between_the_look_and_the_cards_is_not_made_again_by_the_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    town = desk.town
    person = town.ledger.persons()[3]
    with ThreadPoolExecutor(1) as pool:
        held(monkeypatch, sql, "give_hours", lambda: pool.submit(alone, desk, person).result())
        run = make(town)

    assert (run.state, run.lines, run.cards_made, run.none_by_reason) == ("ready", 40, 39, {"has_card": 1})
    assert [(card.issue, card.state, card.run_id) for card in desk.cards(person)] == [(1, "printed", None)]
    positions = [card.position for card in town.cards(run)]
    assert positions == list(range(1, 40))  # a page for each of them, and none left empty
    with tenant(town.pk):
        assert Card.objects.filter(municipality=town.municipality).count() == 40


@pytest.mark.parametrize("mail_ids", [False, True])
def test_a_run_that_meets_a_counter_at_its_end_waits_for_it_and_neither_ends_the_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mail_ids: bool
) -> None:
    town = desk.town
    person = town.ledger.persons()[7]
    with tenant(town.pk):
        values = BpostValues("12345678", "87654321", "12345678", "12345", 9, 100, 999)
        save_bpost_settings(municipality=town.municipality, values=values, by=town.head, at=town.now)
    at_its_end, may_end = threading.Event(), threading.Event()
    record = audit.record
    counters: list[Future[Issued]] = []

    def hesitate(**event: Any) -> None:
        if event["kind"] == "duplicate.issued":
            at_its_end.set()
            assert may_end.wait(60)
        record(**event)

    monkeypatch.setattr(audit, "record", hesitate)
    with ThreadPoolExecutor(2) as pool:

        def meanwhile() -> None:
            counters.append(pool.submit(patient, desk, person))
            assert at_its_end.wait(60)  # its card is written, and nothing is committed

        held(monkeypatch, sql, "give_hours", meanwhile)
        making = pool.submit(make, town, replace(SETTINGS, mail_ids=mail_ids))
        try:
            assert at_its_end.wait(60)
            until_somebody_waits()
        finally:
            may_end.set()
        assert counters[0].result().card.issue == 1
        run = making.result()

    assert (run.state, run.cards_made, run.none_by_reason) == ("ready", 39, {"has_card": 1})
    assert [(card.issue, card.state) for card in desk.cards(person)] == [(1, "printed")]
    assert all(bool(card.mail_id) is mail_ids for card in town.cards(run))


def test_while_a_run_is_released_only_its_voters_wait_and_nothing_is_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    town = desk.town
    town.release(town.make())
    outside, inside = town.ledger.persons()[0], town.ledger.persons()[39]
    town.ledger.record(inside, a_decision("correct", last_name="Verbeterd"))
    run = town.make(replace(SETTINGS, reissue_changed=True))
    assert [card.person_id for card in town.cards(run)] == [inside.pk]
    at_its_end, may_end = threading.Event(), threading.Event()

    def hesitate() -> None:
        at_its_end.set()
        assert may_end.wait(60)

    def release() -> PrintRun:
        try:
            return town.release(run)
        finally:
            connection.close()

    held(monkeypatch, releasing, "_write_lists", hesitate)
    with ThreadPoolExecutor(3) as pool:
        releasing_it = pool.submit(release)
        assert at_its_end.wait(60)
        try:
            assert pool.submit(alone, desk, outside).result().card.issue == 2
            for other in (lambda: alone(desk, inside), lambda: _recording(town)):
                with pytest.raises(OperationalError, match="lock timeout"):
                    pool.submit(other).result()
            waiting = pool.submit(patient, desk, inside)
            until_somebody_waits()
        finally:
            may_end.set()
        assert releasing_it.result().state == "released"
        assert waiting.result().card.issue == 3

    assert [(card.issue, card.state) for card in desk.cards(inside)] == [(1, "replaced"), (2, "replaced"), (3, "printed")]
    assert [(card.issue, card.state) for card in desk.cards(outside)] == [(1, "replaced"), (2, "printed")]
