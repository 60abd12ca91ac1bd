"""What the place on a card is called: from whom it is known, in the language of the card, and what is said where nobody knows it."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from convocations.models import CardCase, LanguageChoice, PrintRun
from convocations.selectors.places import missing_places
from convocations.services import mailing
from convocations.sql.counter import voter_line
from core.actor import PLATFORM, SYSTEM
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from municipalities import place_services
from tests.convocations.cards import CardTown
from tests.documents.stream.files import texts
from tests.personas import NOW, World, sign_in
from voters.models import Effect, Person
from voters.selectors.ledger import frozen_list, parameters

LIST = "postcode;plaatsnaam;name_fr\n9000;Gent;Gand\n1000;Brussel;Bruxelles\n"


def load(text: str = LIST) -> None:
    place_services.load_places(file=io.BytesIO(text.encode()), file_name="x.csv", french=None, confirmed=True, by=SYSTEM, at=NOW)


def move(town: CardTown, person: Person, **address: str) -> None:
    """The card goes to another address from now on."""
    values = {"street_name": "Nieuwe Kaai", "house_number": "7", "box_number": "", "postcode": "9000", "country": "", "municipality": ""}
    with tenant(town.pk):
        decision = town.ledger.decide(person, "correct", at=town.now - timedelta(hours=1))
        town.ledger.effect(decision, Effect.Kind.ADDRESS, "new_address", **{**values, **address}, address_id=None)


def by_hand(town: CardTown, name: str, *, postcode: str = "9000", country: str = "") -> None:
    with tenant(town.pk):
        place_services.put_place(municipality=town.municipality, country=country, postcode=postcode, name=name, by=town.clerk, at=town.now)


def place(town: CardTown, person: Person, run: PrintRun) -> str:
    [card] = town.cards(run, person_id=person.pk)
    return card.place


@pytest.fixture
def mover(halle: CardTown) -> Person:
    person = halle.ledger.persons()[5]
    move(halle, person)
    return person


def test_nobody_knows_it_and_the_card_has_the_postcode_only(halle: CardTown, mover: Person) -> None:
    made = halle.make()

    assert (place(halle, mover, made), made.figures["without_place"]) == ("", 1)
    with tenant(halle.pk):
        assert [(one.postcode, one.cards, one.known) for one in missing_places(made)] == [("9000", 1, "")]


def test_the_list_of_the_platform_gives_it_to_both_municipalities(halle: CardTown, horebeke: CardTown, mover: Person) -> None:
    other = horebeke.ledger.persons()[2]
    move(horebeke, other, postcode="1000")
    load()

    made, there = halle.make(), horebeke.make()

    assert (place(halle, mover, made), made.figures["without_place"]) == ("Gent", 0)
    assert place(horebeke, other, there) == "Brussel"
    [card] = halle.cards(made, person_id=mover.pk)
    assert "9000 Gent" in texts(halle.file(made, "cards"))[card.position - 1]


def test_what_a_municipality_put_by_hand_comes_first_and_is_its_own(halle: CardTown, horebeke: CardTown, mover: Person) -> None:
    other = horebeke.ledger.persons()[2]
    move(horebeke, other)
    load()
    by_hand(halle, "Ledeberg")

    assert place(halle, mover, halle.make()) == "Ledeberg"
    assert place(horebeke, other, horebeke.make()) == "Gent"


def test_an_address_of_our_own_keeps_the_name_that_its_file_gives(halle: CardTown, mover: Person) -> None:
    load("postcode;plaatsnaam\n1500;Elders\n9000;Gent\n")
    listed = halle.ledger.list_at(halle.now)
    made = halle.make()

    addresses = {card: listed[card.person_id].mailing for card in halle.cards(made, moved=False)}
    assert {(where.address_id is not None, card.place) for card, where in addresses.items() if where} == {
        (True, "Halle"),
        (False, "Elders"),
    }


def test_the_municipality_for_which_somebody_left_stands_in(halle: CardTown, mover: Person) -> None:
    move(halle, mover, municipality="45062")
    assert place(halle, mover, halle.make()) == "Horebeke"


def test_a_postcode_in_the_list_is_surer_than_the_municipality(halle: CardTown, mover: Person) -> None:
    move(halle, mover, municipality="45062")
    load()

    assert place(halle, mover, halle.make()) == "Gent"


def test_abroad_no_belgian_place_is_written_and_one_by_hand_is(halle: CardTown) -> None:
    first, second = halle.ledger.persons()[5:7]
    load()
    move(halle, first, postcode="1000", country="LU")
    move(halle, second, postcode="75001", country="FR")
    by_hand(halle, "Paris", postcode="75001", country="FR")

    made = halle.make()

    assert (place(halle, first, made), place(halle, second, made)) == ("", "Paris")
    [card] = halle.cards(made, person_id=second.pk)
    lines = texts(halle.file(made, "cards"))[card.position - 1]
    assert "75001 Paris" in lines
    assert "Frankrijk" in lines
    assert made.figures["without_place"] == 0  # counts the letters that bpost would not take
    with tenant(halle.pk):
        assert [(one.country, one.postcode) for one in missing_places(made)] == [("LU", "1000")]


def french_place(town: CardTown, person: Person) -> tuple[str, str]:
    """Template and place of a card that would be made now, where the law lets a voter choose French."""
    with tenant(town.pk):
        LanguageChoice.objects.create(
            municipality=town.municipality, person=person, received_on=date(2024, 1, 8), ends_on=date(2028, 1, 8), source="brief",
            recorded_at=town.now, recorded_by_name="An",
        )  # fmt: skip
        frozen = frozen_list(town.election)
        assert frozen is not None
        params = {**parameters(frozen), "at": town.now}
        line = voter_line(params=params, election_id=town.election.pk, person_id=person.pk, french=True, today=town.now.date())
    assert line is not None
    return line.template[-3:], line.place


def test_a_card_in_french_has_the_french_name_also_of_an_address_of_our_own(halle: CardTown, mover: Person) -> None:
    load(f"{LIST}1500;Halle;Hal\n")
    listed = halle.ledger.list_at(halle.now)
    own = next(one for one in halle.ledger.persons() if (found := listed[one.pk].mailing) and found.address_id)

    assert french_place(halle, mover) == ("-fr", "Gand")
    assert french_place(halle, own) == ("-fr", "Hal")


def test_a_card_in_french_has_the_dutch_name_where_there_is_no_other(halle: CardTown, mover: Person) -> None:
    load("postcode;plaatsnaam\n9000;Gent\n")

    assert french_place(halle, mover) == ("-fr", "Gent")


def write_list(town: CardTown, run: PrintRun):
    with tenant(town.pk):
        sender = Sender("12345678", "87654321")
        return mailing.write_list(run=run, sender=sender, mode=Mode.PRODUCTION, form=Form.XML, by=town.clerk, at=town.now)


def test_a_card_without_a_place_is_an_open_case_that_says_what_to_do(halle: CardTown, mover: Person, client: Client, world: World) -> None:
    released = halle.release(halle.make())
    kept = write_list(halle, released)

    [card] = halle.cards(released, person_id=mover.pk)
    with tenant(halle.pk):
        [case] = CardCase.objects.filter(card=card)
    assert (case.kind, case.code, case.detail, kept.details["left_out"]) == ("not_sent", "missing", "city", 1)
    sign_in(client, world.alice)
    page = client.get(f"/23027/{halle.election.date}/cards/cases/{case.pk}/").content.decode()
    assert "/23027/places/?postcode=9000" in page


def test_the_list_for_bpost_takes_a_name_that_is_known_since(halle: CardTown, mover: Person) -> None:
    released = halle.release(halle.make())
    load()

    kept = write_list(halle, released)

    [card] = halle.cards(released, person_id=mover.pk)
    assert (card.place, kept.details["left_out"]) == ("", 0)
    assert b'value="Gent"' in halle.file(released, "bpost")


def test_the_list_for_bpost_asks_as_often_for_one_card_without_a_place_as_for_all(halle: CardTown, horebeke: CardTown) -> None:
    movers = [(halle, halle.ledger.persons()[5:6]), (horebeke, horebeke.ledger.persons())]
    released = []
    for town, people in movers:
        for number, person in enumerate(people):
            move(town, person, postcode=("9000", "1000")[number % 2])
        released.append(town.release(town.make()))
    load()

    asked = []
    for run, (town, people) in zip(released, movers, strict=True):
        with CaptureQueriesContext(connection) as captured:
            kept = write_list(town, run)
        asked.append(len(captured))
        assert (kept.details["items"], kept.details["left_out"], run.figures["without_place"]) == (40, 0, len(people))
        file = town.file(run, "bpost")
        assert sum(file.count(f'value="{name}"'.encode()) for name in ("Gent", "Brussel")) == len(people)

    assert asked[0] == asked[1]


def test_the_page_of_a_run_says_which_places_are_missing_until_they_are_known(
    halle: CardTown, mover: Person, client: Client, world: World
) -> None:
    made = halle.make()
    sign_in(client, world.alice)
    address = f"/23027/{halle.election.date}/card-runs/{made.number}/"

    page = client.get(address).content.decode()
    assert 'id="places"' in page
    assert "/23027/places/?postcode=9000&amp;country=" in page
    client.post("/23027/places/put/", {"postcode": "9000", "name": "Gent"})
    assert "/23027/places/?postcode=9000" not in client.get(address).content.decode()

    client.post(f"{address}anew/")
    with halle.ledger.at_work():
        pass
    with tenant(halle.pk):
        again = PrintRun.objects.get(municipality=halle.municipality, number=made.number + 1)
    assert again.figures.get("without_place", 0) == 0


def test_only_the_platform_has_loaded_anything(halle: CardTown) -> None:
    load()
    with tenant(PLATFORM):
        assert missing_places(halle.make()) == []
