"""Codes of the register in words: where somebody left for, and the place of an address outside, on the screens and on the change sheet."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from time_machine import travel

from core.actor import SYSTEM
from core.tenancy import tenant
from municipalities import place_services
from tests.documents.stream.files import texts
from tests.personas import NOW, World, sign_in
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, events_csv
from voters.models import Effect
from voters.services import change_sheet
from voters.words import imports, ledger, persons

ELECTION = "/23027/2024-10-13"
ADDRESS = {"street_name": "Wetstraat", "house_number": "16", "postcode": "1000", "country": "", "address_id": None}


@pytest.fixture
def lists(db: None) -> None:
    places, names = b"postcode;plaatsnaam;name_fr\n1000;Brussel;Bruxelles\n", b"nis;name_nl;name_fr\n21004;Brussel;Bruxelles\n"
    place_services.load_places(file=io.BytesIO(places), file_name="x.csv", french=None, confirmed=True, by=SYSTEM, at=NOW)
    place_services.load_municipality_names(file=io.BytesIO(names), file_name="x.csv", by=SYSTEM, at=NOW)


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [
        ("nl", "21004", "Brussel (21004)"),
        ("fr", "21004", "Bruxelles (21004)"),
        ("nl", "45062", "Horebeke (45062)"),
        ("nl", "99999", "99999"),
        ("nl", "FR", "Frankrijk"),
        ("fr", "FR", "France"),
        ("nl", "XX", "XX"),
    ],
)
def test_where_somebody_left_for(world: World, lists: None, language: str, code: str, said: str) -> None:
    with translation.override(language):
        assert persons.shown("departed_to", code) == said
        assert imports.shown("departed_to", code) == said
        assert imports.shown("departed_to", "") == "–"


def test_a_nationality_has_its_name_in_tables_too(db: None) -> None:
    with translation.override("nl"):
        assert [imports.shown("nationality", code) for code in ("NL", "XX", "")] == ["Nederland", "staatloos of onbekend", "–"]


def test_without_lists_the_codes_stand(world: World) -> None:
    with translation.override("nl"):
        assert persons.shown("departed_to", "21004") == "21004"
        assert ledger.mail_line(ADDRESS) == "Wetstraat 16, 1000"


def test_an_address_outside_has_its_place_and_its_country(world: World, lists: None) -> None:
    with translation.override("nl"):
        assert ledger.mail_line(ADDRESS) == "Wetstraat 16, 1000 Brussel"
        assert ledger.mail_line({**ADDRESS, "address_id": 3}) == "Wetstraat 16, 1000"
        assert ledger.mail_line({**ADDRESS, "country": "LU"}) == "Wetstraat 16, 1000, Luxemburg"
        assert ledger.mail_line({}) == ""


def leave(town: LedgerTown, sequence: int = 1, **more: str):
    person = town.persons()[0]
    where = {"departed_to": "21004", "postcode": "1000", "street_name": "Wetstraat", "house_number": "16", **more}
    town.bring_in(events_csv(one(person, sequence, "departure", **where)))
    return person


def test_the_municipality_of_a_departure_is_kept_with_the_new_address(halle: LedgerTown, horebeke: LedgerTown) -> None:
    person = leave(halle)
    other = leave(horebeke, departed_to="FR")

    for town, who, municipality in ((halle, person, "21004"), (horebeke, other, "")):
        with tenant(town.municipality.pk):
            [effect] = Effect.objects.filter(municipality=town.municipality, person=who, outcome="new_address")
            assert effect.values["municipality"] == municipality


@travel(SEPTEMBER, tick=False)
def test_the_pages_say_names(client: Client, world: World, halle: LedgerTown, lists: None) -> None:
    person = leave(halle)
    sign_in(client, world.alice)

    assert "1000 Brussel" in client.get(f"{ELECTION}/ledger/").content.decode()
    dossier = client.get(f"/23027/persons/{person.pk}/").content.decode()
    assert "Brussel (21004)" in dossier
    assert "Wetstraat 16, 1000 Brussel" in dossier


def test_the_change_sheet_says_names_in_its_language(halle: LedgerTown, lists: None) -> None:
    leave(halle)
    since, until = halle.now - timedelta(days=1), halle.now + timedelta(hours=1)

    said = {}
    with tenant(halle.municipality.pk), translation.override("fr"):
        for language in ("nl", "fr"):
            sheet = change_sheet.issue_change_sheet(
                election=halle.town.election, since=since, until=until, file_format="pdf", language=language, by=halle.clerk, at=until
            )
            said[language] = " ".join(" ".join(texts(sheet.content)).split())

    assert "1000 Brussel" in said["nl"]
    assert "1000 Bruxelles" in said["fr"]
