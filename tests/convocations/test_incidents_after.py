"""What went wrong elsewhere between the file and the letterbox: each line of docs/incidents.md that is about printer, post and reissue."""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from time_machine import travel

from convocations.models import Card, CardCase, RunFile
from convocations.rules.returns import Action, Cause
from convocations.services import cases, mailing
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from tests.convocations.cards import CardTown
from tests.documents.stream.files import texts
from tests.personas import sign_in

SENDER = Sender("12345678", "87654321")
NUMBERS = [("12A", ""), ("12bis", ""), ("7", "0301"), ("3", "A2"), ("101B", "1V01")]


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


def test_letters_and_boxes_of_house_numbers_come_whole_onto_the_card_and_into_the_list_for_bpost(halle: CardTown) -> None:
    entries = sorted(halle.ledger.list_at(halle.now).values(), key=lambda one: one.list_number)[: len(NUMBERS)]
    with tenant(halle.pk):
        for entry, (number, box) in zip(entries, NUMBERS, strict=True):
            decision = halle.ledger.decide(
                next(one for one in halle.ledger.persons() if one.pk == entry.person_id), "correct", at=halle.now
            )
            address = {"street_name": "Zinkstraat", "house_number": number, "box_number": box, "postcode": "1500", "country": ""}
            halle.ledger.effect(decision, "address", "new_address", **address, address_id=None)

    run = halle.release(halle.make())

    pages = texts(halle.file(run, "cards"))
    with tenant(halle.pk):
        mailing.write_list(run=run, sender=SENDER, mode=Mode.TEST, form=Form.XML, by=halle.clerk, at=halle.now)
    listed = {item.get("seq"): " ".join(comp.get("value", "") for comp in item.iter("Comp")) for item in _items(halle.file(run, "bpost"))}
    for entry, (number, box) in zip(entries, NUMBERS, strict=True):
        [card] = halle.cards(run, person_id=entry.person_id)
        assert f"Zinkstraat {number}{f' bus {box}' if box else ''}" in pages[card.position - 1]
        words = listed[str(card.position)].split()
        assert number in words
        assert not box or box in words


def _items(content: bytes) -> Iterator[ET.Element]:
    return ET.fromstring(content.decode("iso-8859-1")).iter("Item")  # noqa: S314  # written by ourselves


def test_what_leaves_for_the_printer_has_its_hash_and_its_count(halle: CardTown) -> None:
    run = halle.release(halle.make())

    lines = [line.split("  ") for line in halle.file(run, "sums").decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    with tenant(halle.pk):
        files = list(RunFile.objects.filter(municipality=halle.municipality, run=run).exclude(kind="sums"))
    assert set(sums) == {file.name for file in files}
    for file in files:
        with default_storage.open(file.file) as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == sums[file.name] == file.sha256
    rows = halle.file(run, "manifest").decode().splitlines()[1:]
    assert len(rows) == run.cards_made == len(texts(halle.file(run, "cards")))


def test_a_card_that_the_printer_made_twice_is_an_open_case(halle: CardTown) -> None:
    run = halle.release(halle.make())
    twice, again, once = (card.token for card in halle.cards(run)[:3])
    at = "2024-09-24T08:00:0"

    halle.report(run, f"{twice},printed,{at}1", f"{again},printed,{at}1", f"{again},spoiled,{at}2", f"{once},printed,{at}1")
    kept = halle.report(run, f"{twice},printed,{at}5", f"{again},printed,{at}5")

    assert kept.details["not_reported"] == run.cards_made - 3
    with tenant(halle.pk):
        found = CardCase.objects.filter(municipality=halle.municipality, code="printed_twice")
        assert [(case.card.token, case.state) for case in found.select_related("card")] == [(twice, "open")]


def test_a_street_of_which_several_letters_came_back_is_shown_as_a_street(halle: CardTown, horebeke: CardTown) -> None:
    cards = [card for card in halle.cards(halle.release(halle.make())) if card.street_name == "Zinkstraat"]
    alice = sign_in(Client(), halle.ledger.town.world.alice)
    address = f"{halle.ledger.town.url}cards/cases/"

    def come_back(card: Card) -> None:
        with tenant(halle.pk):
            cases.note_return(
                election=halle.election, code=card.token, cause=Cause.UNKNOWN, action=Action.KEPT, note="", by=halle.clerk, at=halle.now
            )

    for card in cards[:2]:
        come_back(card)
    assert "street=Zinkstraat" not in alice.get(address).content.decode()
    come_back(cards[2])

    page = alice.get(address).content.decode()
    assert f'<a href="{address}?postcode={cards[0].postcode}&amp;street=Zinkstraat">{cards[0].postcode} Zinkstraat</a>' in page
    assert horebeke.count(CardCase) == 0
