"""Cards of voters who moved, died or were struck between the release and the post: each is an open case that says what to do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override
from time_machine import travel

from convocations.models import CardCase, PrintRun
from convocations.services import releasing
from convocations.services.changed import open_changed
from convocations.services.mailing import write_list
from convocations.words.cards import NOT_TO_BE_SENT
from core.models import AuditEvent
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from tests.convocations.cards import SETTINGS, CardTown
from tests.personas import sign_in
from tests.voters.ledger.town import a_decision

SENDER = Sender(prs_id="12345678", account_id="87654321", customer_id="12345678")


def struck_and_changed(town: CardTown) -> tuple[int, int]:
    """The cards of a voter who is struck and of one whose name is corrected, after their release."""
    cards = town.cards(town.release(town.make()))
    persons = {one.pk: one for one in town.ledger.persons()}
    town.ledger.now += timedelta(minutes=5)
    town.ledger.record(persons[cards[3].person_id], a_decision("strike"))
    town.ledger.record(persons[cards[8].person_id], a_decision("correct", last_name="Verbeterd"))
    return cards[3].pk, cards[8].pk


def opened(town: CardTown) -> list[tuple[int, str, str]]:
    with tenant(town.pk):
        return list(CardCase.objects.filter(kind="changed").order_by("card__position", "pk").values_list("card_id", "code", "state"))


def look(town: CardTown) -> int:
    with tenant(town.pk):
        return len(open_changed(election=town.election, by=town.clerk, at=town.now))


def test_each_card_that_changed_after_the_release_becomes_one_open_case(halle: CardTown, horebeke: CardTown) -> None:
    horebeke.release(horebeke.make())
    struck, changed = struck_and_changed(halle)

    assert [look(halle), look(halle), look(horebeke)] == [2, 2, 0]

    assert opened(halle) == [(struck, "struck_by_decision", "open"), (changed, "changed", "open")]
    assert opened(horebeke) == []
    with tenant(halle.pk):
        assert [event.after for event in AuditEvent.objects.filter(kind="card_case.opened")] == [{"cases": 2}]


def test_what_was_closed_stays_closed_until_the_voter_changes_again(halle: CardTown) -> None:
    _struck, changed = struck_and_changed(halle)
    look(halle)
    with tenant(halle.pk):
        CardCase.objects.filter(municipality=halle.municipality).update(state="done", closed_at=halle.now, closed_by_name="x")
    halle.ledger.now += timedelta(minutes=5)
    look(halle)
    assert {state for _card, _code, state in opened(halle)} == {"done"}

    person = next(one for one in halle.ledger.persons() if one.pk == halle.cards(pk=changed)[0].person_id)
    halle.ledger.record(person, a_decision("correct", last_name="Nogmaals"))
    look(halle)

    assert [row for row in opened(halle) if row[2] == "open"] == [(changed, "changed", "open")]


def test_nothing_is_a_case_before_the_release_or_once_it_is_posted(halle: CardTown) -> None:
    run = halle.make()
    halle.ledger.record(halle.ledger.persons()[0], a_decision("strike"))
    assert look(halle) == 0

    with tenant(halle.pk):
        releasing.withdraw_cards(run=run, by=halle.clerk, at=halle.now)
    released = halle.release(halle.fresh(run))
    assert look(halle) == 0
    with tenant(halle.pk):
        card = halle.cards(released, state="released")[0]
        type(card).objects.filter(municipality=halle.municipality, run=released).update(state="posted")
    halle.ledger.record(next(one for one in halle.ledger.persons() if one.pk == card.person_id), a_decision("strike"))
    assert look(halle) == 0
    assert opened(halle) == []


def test_a_new_card_closes_the_case_of_the_former(halle: CardTown) -> None:
    struck, changed = struck_and_changed(halle)
    look(halle)
    halle.ledger.now += timedelta(minutes=5)

    halle.release(halle.make(type(SETTINGS)(**{**{name: getattr(SETTINGS, name) for name in SETTINGS.__slots__}, "reissue_changed": True})))

    assert opened(halle) == [(struck, "struck_by_decision", "open"), (changed, "changed", "done")]


@pytest.mark.parametrize("mode", [Mode.TEST, Mode.PRODUCTION])
def test_the_list_for_bpost_leaves_out_who_gets_no_card_any_more(halle: CardTown, mode: Mode) -> None:
    struck, changed = struck_and_changed(halle)

    with tenant(halle.pk):
        run = PrintRun.objects.select_related("election__municipality").get(municipality=halle.municipality)
        kept = write_list(run=run, sender=SENDER, mode=mode, form=Form.XML, by=halle.clerk, at=halle.now)

    announced = {card.pk for card in halle.cards(state="announced")}
    assert struck not in announced
    assert kept.details["held_back"] == 1
    if mode is Mode.PRODUCTION:
        assert changed in announced
        assert opened(halle) == [(struck, "struck_by_decision", "open"), (changed, "changed", "open")]
    else:
        assert opened(halle) == []


def test_the_page_of_the_cases_counts_them_and_says_what_to_do(halle: CardTown, horebeke: CardTown) -> None:
    struck, _changed = struck_and_changed(halle)
    address = f"{halle.ledger.town.url}cards/cases/"
    with travel(halle.now, tick=False):
        alice = sign_in(Client(), halle.ledger.town.world.alice)
        bob = sign_in(Client(), halle.ledger.town.world.bob)
        assert f"{address}changed/" in alice.get(address).content.decode()
        assert f"{address}changed/" not in bob.get(address).content.decode()
        assert bob.post(f"{address}changed/").status_code == 403
        assert opened(halle) == []

        assert alice.post(f"{address}changed/").status_code == 302
        page = alice.get(address).content.decode()

        assert f"{address}changed/" not in page
        with tenant(halle.pk):
            case = CardCase.objects.get(card_id=struck)
        with override("nl"):
            told = str(NOT_TO_BE_SENT)
        assert told in page
        assert told in alice.get(f"{address}{case.pk}/").content.decode()
