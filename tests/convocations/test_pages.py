"""The pages of runs, cards and cases: what each role sees, that a second person releases, and that other municipalities see nothing."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from time_machine import travel

from convocations.models import Card, CardCase, HourWish, PrintRun
from convocations.selectors import run_pages as pages
from convocations.services import releasing
from core.models import AuditEvent
from core.tenancy import tenant
from municipalities.models import User
from tests.convocations.cards import CardTown
from tests.personas import sign_in
from tests.voters.ledger.town import a_decision
from voters.models import Entry


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


def client_of(user: User) -> Client:
    return sign_in(Client(), user, confirmed=True)


@pytest.fixture
def alice(halle: CardTown) -> Client:
    return client_of(halle.ledger.town.world.alice)


@pytest.fixture
def henk(halle: CardTown) -> Client:
    return client_of(halle.ledger.town.world.henk)


def fetch(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer)


def word(text: str) -> str:
    with override("nl"):
        return gettext(text)


def url(town: CardTown, rest: str = "") -> str:
    return f"{town.ledger.town.url}card-runs/{rest}"


FORM = {
    "order": "post",
    "step": "60",
    "paper_opening": "8.00",
    "paper_closing": "13:00",
    "electronic_opening": "08:00",
    "electronic_closing": "15:00",
    "posting": "27/09/2024",
}


def test_the_whole_way_by_two_people(
    halle: CardTown, horebeke: CardTown, alice: Client, henk: Client, django_capture_on_commit_callbacks, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    assert "40" in alice.get(url(halle, "new/")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        made = alice.post(url(halle, "new/"), FORM)
    assert made.headers["Location"] == url(halle, "1/")
    page = alice.get(url(halle, "1/")).content.decode()
    assert "verdict-ok" in page, page
    assert "oproepingsbrieven-23027-2024-10-13-1.pdf" in page
    assert "bestand 1 van 1" in page
    [proof] = re.finditer(r'href="([^"]*/files/\d+/)"', page)
    assert fetch(alice, proof[1]).startswith(b"%PDF")

    assert alice.post(url(halle, "1/release/"), {"word": "x"}).status_code == 422
    assert alice.post(url(halle, "1/release/"), {"word": word("release")}).status_code == 302
    assert alice.post(url(halle, "1/decide/"), {"decision": "approve"}).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert henk.post(url(halle, "1/decide/"), {"decision": "approve"}).status_code == 302

    page = alice.get(url(halle, "1/")).content.decode()
    assert "verdict-ok" in page
    for address in re.findall(r'href="([^"]*/files/\d+/)"', page):
        assert fetch(alice, address)
    assert {card.state for card in halle.cards()} == {Card.State.RELEASED}
    assert horebeke.cards() == []
    with tenant(halle.pk):
        downloads = AuditEvent.objects.filter(kind="card_run.file_downloaded")
        assert downloads.count() == 6
        assert all(event.after and len(event.after["sha256"]) == 64 for event in downloads)


def test_withdrawn_cards_are_told_apart_wherever_the_cards_are_counted(
    halle: CardTown, horebeke: CardTown, alice: Client, henk: Client
) -> None:
    horebeke.release(horebeke.make())
    run = halle.make()
    halle.ledger.record(next(one for one in halle.ledger.persons() if one.pk == halle.cards(run)[7].person_id), a_decision("strike"))
    kpi = f"<b>%s</b>\n  <span>{word('cards')} <em>%s</em></span>"
    whole = kpi % (40, word("one a voter"))
    assert whole in alice.get(url(halle, "1/")).content.decode()
    with tenant(halle.pk):
        releasing.withdraw_cards(run=run, by=halle.clerk, at=halle.now)

    lines = [f"<dt>{word('cards')}</dt><dd>39</dd>", f"<dt>{word('withdrawn, to be taken out by the printer')}</dt><dd>1</dd>"]
    real = (word("%(cards)s cards become real: the files can be taken to the printer, and what is posted cannot be called back.")) % {
        "cards": 39
    }
    asking = alice.get(url(halle, "1/release/")).content.decode()
    assert all(text in asking for text in [*lines, real])
    alice.post(url(halle, "1/release/"), {"word": word("release")})
    assert real in henk.get(url(halle, "1/")).content.decode()

    shown = alice.get(url(halle, "1/")).content.decode()
    assert kpi % (39, word("withdrawn: %(count)s") % {"count": 1}) in shown
    assert all(text in shown for text in lines)
    assert f'data-label="{word("Cards")}">39</td>' in alice.get(url(halle)).content.decode()
    with tenant(horebeke.pk):
        theirs = PrintRun.objects.get(municipality=horebeke.municipality)
        assert pages.states(theirs) == {"released": theirs.cards_made}


def test_before_the_release_only_the_proof_set_can_be_fetched(halle: CardTown, henk: Client) -> None:
    run = halle.make()
    with tenant(halle.pk):
        cards, proof = run.files.get(kind="cards"), run.files.get(kind="proof")

    assert henk.get(url(halle, f"1/files/{cards.pk}/")).status_code == 404
    assert fetch(henk, url(halle, f"1/files/{proof.pk}/")).startswith(b"%PDF")


def test_who_asked_cannot_release(halle: CardTown, henk: Client) -> None:
    halle.make()
    henk.post(url(halle, "1/release/"), {"word": word("release")})

    answer = henk.post(url(halle, "1/decide/"), {"decision": "approve"})

    assert answer.status_code == 409
    with tenant(halle.pk):
        assert PrintRun.objects.get().state == PrintRun.State.REQUESTED


def test_nobody_of_another_town_reaches_a_run_or_a_card(halle: CardTown, horebeke: CardTown) -> None:
    halle.release(halle.make())
    card = halle.cards()[0]
    charlie = client_of(halle.ledger.town.world.charlie)

    for address in (url(halle, "1/"), f"/23027/cards/{card.pk}/", f"/45062/cards/{card.pk}/", "/45062/2024-10-13/card-runs/1/"):
        assert charlie.get(address).status_code == 404
    assert charlie.post("/45062/2024-10-13/cards/returned/", {"code": card.token, "cause": "moved", "action": "kept"}).status_code == 422
    assert halle.events(card) == ["released"]


def test_a_card_has_its_history_and_looking_at_it_is_recorded(halle: CardTown, alice: Client) -> None:
    halle.release(halle.make())
    card = halle.cards()[0]

    page = alice.get(f"/23027/cards/{card.pk}/").content.decode()

    assert f"{card.token}-01" in page
    with tenant(halle.pk):
        assert AuditEvent.objects.filter(kind="card.viewed", target=f"card:{card.pk}").count() == 1


def test_cards_are_found_by_code_number_and_name(halle: CardTown, alice: Client) -> None:
    halle.release(halle.make())
    card = halle.cards()[5]

    for q in (card.token.lower(), f"{card.token}-01", str(card.list_number), card.last_name[:4]):
        assert card.token in alice.get(f"{halle.ledger.town.url}cards/", {"q": q}).content.decode(), q
    with tenant(halle.pk):
        told = AuditEvent.objects.filter(kind="cards.searched").values_list("after", flat=True)
        assert all(set(after or ()) == {"what", "found"} for after in told)


def test_a_letter_that_came_back_is_noted_and_waits_for_its_voter(halle: CardTown, alice: Client) -> None:
    halle.release(halle.make())
    card = halle.cards()[0]
    address = f"{halle.ledger.town.url}cards/returned/"

    assert alice.post(address, {"code": "zomaar", "cause": "moved", "action": "kept"}).status_code == 422
    page = alice.post(address, {"code": f" {card.token.lower()}-01 ", "cause": "moved", "action": "kept"})

    assert page.status_code == 200
    assert halle.events(card) == ["released", "returned"]
    with tenant(halle.pk):
        case = CardCase.objects.get()
    assert (case.card_id, case.state) == (card.pk, "open")
    listed = alice.get(f"{halle.ledger.town.url}cards/cases/").content.decode()
    assert f"/cards/{card.pk}/" in listed
    alice.post(f"{halle.ledger.town.url}cards/cases/{case.pk}/", {"note": "opgehaald"})
    with tenant(halle.pk):
        assert CardCase.objects.get().state == "done"
    assert halle.events(card) == ["released", "returned", "handled"]


def test_the_dossier_leads_to_the_cards_and_a_wish_can_be_noted(halle: CardTown, horebeke: CardTown, alice: Client) -> None:
    halle.release(halle.make())
    card = halle.cards()[0]

    assert f"/23027/persons/{card.person_id}/cards/" in alice.get(f"/23027/persons/{card.person_id}/").content.decode()
    for headers in ({}, {"HX-Request": "true"}):
        assert f"/cards/{card.pk}/" in alice.get(f"/23027/persons/{card.person_id}/cards/", headers=headers).content.decode()
    alice.post(f"{halle.ledger.town.url}cards/wishes/{card.person_id}/", {"wish": "-1"})

    with tenant(halle.pk):
        assert HourWish.objects.get().wish == -1
    with tenant(horebeke.pk):
        assert not HourWish.objects.exists()


def test_a_wish_is_noted_before_any_card_is_made_and_counts_for_it(halle: CardTown, horebeke: CardTown, alice: Client) -> None:
    with tenant(halle.pk):
        person = Entry.objects.order_by("list_number")[0].person_id
    shown = alice.get(f"/23027/persons/{person}/cards/").content.decode()
    assert word("No card has been made for this person.") in shown
    assert f'action="{halle.ledger.town.url}cards/wishes/{person}/"' in shown

    alice.post(f"{halle.ledger.town.url}cards/wishes/{person}/", {"wish": "1"})

    with tenant(halle.pk):
        assert (HourWish.objects.get().person_id, HourWish.objects.get().wish) == (person, 1)
    with tenant(horebeke.pk):
        assert not HourWish.objects.exists()


def test_a_cancelled_run_leaves_nothing(halle: CardTown, alice: Client) -> None:
    halle.make()

    assert alice.get(url(halle, "1/cancel/")).status_code == 200
    alice.post(url(halle, "1/cancel/"), {"word": word("cancel")})

    assert halle.cards() == []
    with tenant(halle.pk):
        assert PrintRun.objects.get().state == PrintRun.State.CANCELLED
    assert alice.get(url(halle)).status_code == 200
