"""What the overview of an election says once its assignment is frozen: one step after the other until the cards are on their way."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from time_machine import travel

from convocations.models import Card, CardCase, PrintRun, RunFile
from convocations.rules.next_step import Situation, Step, next_step
from convocations.selectors.overview import letters
from convocations.services.changed import open_changed
from convocations.services.mailing import write_list
from convocations.services.releasing import withdraw_cards
from convocations.words.overview import STEPS
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from tests.convocations.cards import SETTINGS, CardTown
from tests.personas import sign_in
from tests.voters.ledger.town import a_decision


@pytest.mark.parametrize(
    ("situation", "step"),
    [
        ({}, Step.MAKE),
        ({"run_state": "making"}, Step.WAIT),
        ({"run_state": "refused"}, Step.MEND),
        ({"run_state": "ready"}, Step.REQUEST_RELEASE),
        ({"run_state": "requested"}, Step.APPROVE_RELEASE),
        ({"run_state": "released", "released": True}, Step.ANNOUNCE),
        ({"run_state": "released", "released": True, "announced": True, "open_cases": 3}, Step.LOOK_AT_CASES),
        ({"run_state": "released", "released": True, "announced": True}, Step.DONE),
        # A second run comes before what the first one left.
        ({"run_state": "ready", "released": True, "announced": True, "open_cases": 3}, Step.REQUEST_RELEASE),
    ],
)
def test_the_first_step_that_is_not_done_is_next(situation, step):
    assert next_step(Situation(**situation)) == step


def test_every_state_of_a_run_leads_to_a_step_and_every_step_has_words():
    found = {state: next_step(Situation(run_state=state, released=state == "released")) for state in PrintRun.State.values}

    assert set(STEPS) == set(Step)
    assert found == {
        "making": Step.WAIT,
        "refused": Step.MEND,
        "cancelled": Step.MAKE,
        "ready": Step.REQUEST_RELEASE,
        "requested": Step.APPROVE_RELEASE,
        "released": Step.ANNOUNCE,
    }


def word(text: str) -> str:
    with override("nl"):
        return gettext(text)


def page(town: CardTown) -> str:
    world = town.ledger.town.world
    with travel(town.now, tick=False):
        return sign_in(Client(), world.alice, confirmed=True).get(town.ledger.town.url).content.decode()


def test_the_overview_leads_from_the_assignment_to_the_post(halle: CardTown, horebeke: CardTown):
    runs = f"{halle.ledger.town.url}card-runs/"
    first = page(halle)
    assert word("To do now: make the cards") in first
    assert f'href="{runs}new/"' in first

    run = halle.make()
    assert word("To do now: look at the proof set and ask for the release") in page(halle)

    halle.release(run)
    released = page(halle)
    assert word("To do now: files to the printer, list to bpost") in released
    assert f'href="{runs}1/"' in released
    with tenant(halle.pk):
        found = letters(election=halle.election, at=halle.now)
        made = Card.objects.filter(municipality_id=halle.pk, run=run).count()
        assert (found.step, found.released, found.open_cases) == (Step.ANNOUNCE, made, 0)
        kept = RunFile.objects.filter(municipality_id=halle.pk, run=run)[0]
        kept.pk, kept.name, kept.kind = None, "MID_0200.XML", RunFile.Kind.BPOST
        kept.save(force_insert=True)
    assert word("The cards are on their way") in page(halle)
    with tenant(horebeke.pk):
        assert letters(election=horebeke.election, at=horebeke.now).step == Step.MAKE


def test_a_cancelled_run_is_as_if_it_had_not_been(halle: CardTown):
    run = halle.make()
    with tenant(halle.pk):
        PrintRun.objects.filter(municipality_id=halle.pk, pk=run.pk).update(state=PrintRun.State.CANCELLED)
        assert letters(election=halle.election, at=halle.now).step == Step.MAKE


def strike(town: CardTown, card: Card) -> None:
    town.ledger.now += timedelta(minutes=5)
    town.ledger.record(next(one for one in town.ledger.persons() if one.pk == card.person_id), a_decision("strike"))


def stand(town: CardTown) -> tuple[Step, int, int, int]:
    with tenant(town.pk):
        found = letters(election=town.election, at=town.now)
    return found.step, found.released, found.open_cases, found.changed


def test_cards_that_are_not_right_any_more_ask_for_a_look_before_they_are_cases(halle: CardTown, horebeke: CardTown):
    run = halle.release(halle.make())
    horebeke.release(horebeke.make())
    theirs, line = stand(horebeke), f'<td data-label="{word("What")}">{word("Changed after the release")}</td>'
    assert stand(halle) == (Step.ANNOUNCE, 40, 0, 0)
    assert line not in page(halle)
    with tenant(halle.pk):
        write_list(run=run, sender=Sender("1" * 8, "2" * 8), mode=Mode.PRODUCTION, form=Form.XML, by=halle.clerk, at=halle.now)
        CardCase.objects.filter(municipality=halle.municipality).delete()

    for card in halle.cards(run)[3:6]:
        strike(halle, card)

    assert stand(halle) == (Step.LOOK_AT_CASES, 40, 0, 3)
    shown = page(halle)
    assert line in shown
    assert f'href="{halle.ledger.town.url}cards/cases/"' in shown
    assert word("The cards are on their way") not in shown
    with tenant(halle.pk):
        open_changed(election=halle.election, by=halle.clerk, at=halle.now)
    assert stand(halle) == (Step.LOOK_AT_CASES, 40, 3, 0)
    assert line not in page(halle)
    assert stand(horebeke) == theirs


def test_withdrawn_and_replaced_cards_are_not_counted(halle: CardTown, horebeke: CardTown):
    horebeke.release(horebeke.make())
    theirs, run = stand(horebeke), halle.make()
    strike(halle, halle.cards(run)[7])
    with tenant(halle.pk):
        withdraw_cards(run=run, by=halle.clerk, at=halle.now)
        assert letters(election=halle.election, at=halle.now).cards == 39
    released = halle.release(halle.fresh(run))
    assert stand(halle)[1] == 39

    person = next(one for one in halle.ledger.persons() if one.pk == halle.cards(released)[4].person_id)
    halle.ledger.record(person, a_decision("correct", last_name="Verbeterd"))
    halle.ledger.now += timedelta(minutes=1)
    halle.release(halle.make(replace(SETTINGS, reissue_changed=True)))

    assert Counter(card.state for card in halle.cards()) == {"withdrawn": 1, "replaced": 1, "released": 39}
    assert stand(halle)[1] == 39
    assert stand(horebeke) == theirs


def test_a_list_of_cases_without_any_says_so_and_one_that_was_filtered_says_that(halle: CardTown):
    with travel(halle.now, tick=False):
        client = sign_in(Client(), halle.ledger.town.world.alice, confirmed=True)
        address = f"{halle.ledger.town.url}cards/cases/"
        assert word("No open cases") in client.get(address).content.decode()
        assert word("Nothing matches these filters") in client.get(f"{address}?state=done").content.decode()
