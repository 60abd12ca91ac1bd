"""The pages of the counter: from what is scanned to the duplicate, for those who may, and nobody else."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.test import Client
from time_machine import travel

from convocations.models import BlankMovement, CardPrinter, Counter, Duplicate
from core.tenancy import tenant
from elections.models import Election
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.personas import sign_in
from tests.voters.ledger.test_decisions import MUNICIPAL, newcomer
from tests.voters.ledger.town import a_decision

URL = "/23027/2024-10-13/counter/"


@pytest.fixture(autouse=True)
def _now(halle: CardTown):
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def alice(client: Client, desk: Desk) -> Client:
    """A clerk of Halle."""
    return sign_in(client, desk.town.ledger.town.world.alice)


def _form(desk: Desk, **changes: object) -> dict[str, object]:
    return {"identity": "on", "counter": desk.counter.pk, "mode": "full", "cause": "lost", "seen_issue": 1, **changes}


def test_a_national_number_leads_to_the_voter_and_stands_in_no_address(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]

    answer = alice.post(URL, {"q": person.national_number})

    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"]).path == f"{URL}voters/{person.pk}/"
    assert person.national_number not in answer.headers["Location"]


def test_a_scanned_card_leads_to_its_voter(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    (card,) = desk.cards(person)

    answer = alice.post(URL, {"q": f"{card.token}-01".lower()}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(f"{URL}voters/{person.pk}/")
    assert "De gescande brief is de geldige" in answer.text


def test_the_answer_comes_first_and_two_clicks_print(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    page = alice.get(f"{URL}voters/{person.pk}/").text

    answer = alice.post(f"{URL}voters/{person.pk}/print/", _form(desk))

    assert "Op de kiezerslijst, nummer" in page
    assert page.index("Op de kiezerslijst") < page.index("Duplicaat afdrukken")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [card.state for card in desk.cards(person)] == ["replaced", "printed"]


def test_who_was_added_by_decision_is_offered_a_first_card(alice: Client, desk: Desk, horebeke: CardTown) -> None:
    town, theirs = desk.town.ledger, horebeke.cards()
    person = newcomer(town)
    before = desk.state()
    missing = alice.post(f"{URL}voters/{person.pk}/print/", _form(desk, cause="added", seen_issue=0))
    assert missing.status_code == 409
    assert desk.state() == before
    town.record(person, a_decision("add", ballots=MUNICIPAL))

    page = alice.get(f"{URL}voters/{person.pk}/").text
    answer = alice.post(f"{URL}voters/{person.pk}/print/", _form(desk, cause="added", seen_issue=0))

    assert "Op de kiezerslijst, nummer" in page
    assert '<option value="added" selected>' in page
    assert answer.headers["Content-Type"] == "application/pdf"
    assert [(card.issue, card.state, card.list_number) for card in desk.cards(person)] == [(1, "printed", 41)]
    assert horebeke.cards() == theirs


def test_a_second_press_of_the_button_prints_nothing(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    alice.post(f"{URL}voters/{person.pk}/print/", _form(desk))
    before = desk.state()

    answer = alice.post(f"{URL}voters/{person.pk}/print/", _form(desk))

    assert answer.status_code == 409
    assert "is intussen een andere brief gemaakt" in answer.text
    assert desk.state() == before


def test_without_the_identity_document_nothing_is_printed(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    before = desk.state()

    answer = alice.post(f"{URL}voters/{person.pk}/print/", _form(desk, identity=""))

    assert answer.status_code == 422
    assert "Bekijk eerst het identiteitsdocument" in answer.text
    assert desk.state() == before


def test_a_reader_looks_and_prints_nothing(client: Client, desk: Desk) -> None:
    sign_in(client, desk.town.ledger.town.world.bob)
    person = desk.town.ledger.persons()[0]
    before = desk.state()

    page = client.get(f"{URL}voters/{person.pk}/")
    answer = client.post(f"{URL}voters/{person.pk}/print/", _form(desk))

    assert "Duplicaat afdrukken" not in page.text
    assert answer.status_code == 403
    assert client.post(f"{URL}blanks/", {"counter": desk.counter.pk, "kind": "delivered", "quantity": 5}).status_code == 403
    assert desk.state() == before


def test_the_neighbours_counter_and_voters_are_not_there(alice: Client, desk: Desk, horebeke: CardTown) -> None:
    other = open_desk(horebeke, "Loket 9")
    person, stranger = desk.town.ledger.persons()[0], horebeke.ledger.persons()[0]
    (card,) = other.cards(stranger)
    issued = other.issue(stranger)
    before, theirs = desk.state(), other.state()

    assert alice.get(f"{URL}voters/{stranger.pk}/").status_code == 404
    assert alice.post(f"{URL}voters/{person.pk}/print/", _form(desk, counter=other.counter.pk)).status_code == 422
    assert alice.get(f"{URL}duplicates/{issued.duplicate.pk}/").status_code == 404
    assert alice.get(f"{URL}blanks/{other.counter.pk}/").status_code == 404
    assert desk.state() == before
    assert other.state() == theirs
    assert "Onbekend" in alice.post(f"{URL}check/", {"code": card.token}).text


def test_a_duplicate_opens_once_more_with_the_same_bytes(alice: Client, desk: Desk) -> None:
    issued = desk.issue(desk.town.ledger.persons()[0])

    assert alice.get(f"{URL}duplicates/{issued.duplicate.pk}/").content == issued.pdf


def test_blank_cards_are_noted_and_counted(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    own = {"counter": desk.counter.pk, "blank": desk.kind(person).code}
    alice.post(f"{URL}blanks/", {**own, "kind": "delivered", "quantity": "100"})
    alice.post(f"{URL}voters/{person.pk}/print/", _form(desk, mode="overprint"))
    refused = alice.post(f"{URL}blanks/", {**own, "kind": "spoiled", "quantity": "2"})
    alice.post(f"{URL}blanks/", {**own, "kind": "counted", "quantity": "97"})

    with tenant(desk.town.pk):
        found = list(BlankMovement.objects.order_by("pk").values_list("kind", "quantity", "expected"))
    assert found == [("delivered", 100, None), ("printed", 1, None), ("counted", 97, 99)]
    assert refused.status_code == 422
    page = alice.get(f"{URL}blanks/{desk.counter.pk}/").text
    assert "\u22122: er hadden er 99 moeten zijn" in page


def test_a_printer_and_a_counter_are_added_and_the_calibration_page_opens(alice: Client, desk: Desk) -> None:
    alice.post(f"{URL}printers/new/", {"name": "Nieuwe printer", "right": "-2.5", "up": "0"})
    with tenant(desk.town.pk):
        printer = CardPrinter.objects.get(name="Nieuwe printer")
    alice.post(f"{URL}desks/new/", {"name": "Loket 3", "printer": printer.pk})
    again = alice.post(f"{URL}desks/new/", {"name": "Loket 3", "printer": ""})
    far = alice.post(f"{URL}printers/{printer.pk}/", {"name": "Nieuwe printer", "right": "16", "up": "0"})

    with tenant(desk.town.pk):
        assert Counter.objects.get(name="Loket 3").printer == printer
        assert (str(printer.right_mm), str(printer.up_mm)) == ("-2.5", "0.0")
    assert again.status_code == far.status_code == 422
    assert alice.get(f"{URL}printers/{printer.pk}/page/").content.startswith(b"%PDF")
    assert alice.get(f"{URL}printers/").status_code == 200


def test_the_cards_of_a_dossier_and_each_card_lead_to_the_counter(alice: Client, desk: Desk, horebeke: CardTown) -> None:
    town, theirs = desk.town, horebeke.ledger.persons()[0]
    person, added = town.ledger.persons()[0], newcomer(town.ledger)
    (card,) = desk.cards(person)

    for page in (f"/23027/persons/{person.pk}/cards/", f"/23027/cards/{card.pk}/"):
        assert f'href="{URL}voters/{person.pk}/"' in alice.get(page).text, page
    # Who has no card yet needs the counter most.
    assert f'href="{URL}voters/{added.pk}/"' in alice.get(f"/23027/persons/{added.pk}/cards/", headers={"HX-Request": "true"}).text
    assert alice.get(f"/23027/persons/{theirs.pk}/cards/").status_code == 404
    with travel("2024-10-14T08:00:00Z", tick=False):
        assert URL + "voters/" not in alice.get(f"/23027/persons/{person.pk}/cards/").text


def test_to_an_election_without_a_list_nothing_leads(alice: Client, desk: Desk) -> None:
    person, own = desk.town.ledger.persons()[0], {"created_at": desk.town.now, "created_by_name": "x"}
    with tenant(desk.town.pk):
        Election.objects.create(municipality=desk.town.municipality, date=date(2024, 10, 6), list_date=date(2024, 8, 1), **own)

    page = alice.get(f"/23027/persons/{person.pk}/cards/")

    assert page.status_code == 200
    assert "/counter/voters/" not in page.text


def test_every_page_of_the_counter_opens(alice: Client, desk: Desk) -> None:
    desk.issue(desk.town.ledger.persons()[0])

    for page in ("", "?q=a", "check/", "blanks/", "printers/", "printers/new/", "desks/new/", "reissue/"):
        assert alice.get(URL + page).status_code == 200, page
    with tenant(desk.town.pk):
        assert Duplicate.objects.count() == 1
