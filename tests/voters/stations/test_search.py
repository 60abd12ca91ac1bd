"""The search at the top: each kind in a group of its own, those of one municipality, none of whose links is closed to the reader."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.tenancy import tenant
from districts.models import Building, District, Station, Street
from districts.sql import search as sql
from tests.personas import NOW, sign_in
from tests.voters.stations.town import Town
from voters.selectors.search import OTHERS, everything

HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked(halle: Town, client: Client):
    """What the field answers the reader of Halle: title of each group → its items, as label, hint and address."""
    sign_in(client, halle.world.bob)

    def ask(text: str) -> dict[str, list[tuple[str, str, str]]]:
        page = client.post("/23027/search/", {"q": text}, headers=HTMX).content.decode()
        groups = re.findall(r"<h2>(.*?)</h2>\s*<ul>(.*?)</ul>", page, re.DOTALL)
        item = re.compile(r'<a href="(.*?)"><span>(.*?)</span>(?:<small>(.*?)</small>)?')
        return {title: [(label, hint, url) for url, label, hint in item.findall(body)] for title, body in groups}

    return ask


def test_a_word_finds_what_begins_so_each_kind_in_its_group(halle: Town, asked, client: Client) -> None:
    found = asked("basil")

    assert list(found) == ["Personen", "Gebouwen", "Straten"]
    assert found["Gebouwen"] == [("De Bres", "Basiliekstraat 12, 1500 Halle", f"/23027/buildings/{_pk(halle, Building, name='De Bres')}/")]
    assert found["Straten"] == [("Basiliekstraat", "1500", f"/23027/addresses/{_pk(halle, Street, name='Basiliekstraat')}/")]
    for group in found.values():
        for _label, _hint, url in group:
            assert client.get(url).status_code == 200, url


def test_what_was_typed_and_sent_has_a_page_of_its_own(halle: Town, asked, client: Client) -> None:
    answer = client.post("/23027/search/", {"q": "3"})
    assert answer.headers["Location"] == "/23027/search/?q=3"

    page = client.get(answer.headers["Location"]).content.decode()

    assert "<h2>Stembureaus</h2>" in page
    assert f'<a href="{halle.url}stations/{halle.stations[3].pk}/">3 · Stembureau 3</a>' in page
    assert page.count("/stations/") == page.count(f"{halle.url}stations/")
    assert client.get("/45062/search/?q=3").status_code == 404
    assert client.post("/23027/search/", {"q": "86050412345"}).status_code == 200  # a national number leaves no address
    assert client.get("/23027/search/", {"q": "zzzz"}).headers["Location"] == "/23027/persons/?q=zzzz"


def _pk(town: Town, model: type, **wanted: str) -> int:
    with tenant(town.municipality.pk):
        return int(model.objects.get(municipality=town.municipality, **wanted).pk)  # type: ignore[attr-defined]


def test_a_station_is_found_by_its_number_and_by_its_name(halle: Town, asked, client: Client) -> None:
    url = f"{halle.url}stations/{halle.stations[3].pk}/"

    assert asked("3")["Stembureaus"] == [("3 · Stembureau 3", "Zaal &amp; Zo", url)]
    assert asked("sport")["Stembureaus"] == [("1 · Sportschuur", "De Bres", f"{halle.url}stations/{halle.stations[1].pk}/")]
    assert [label for label, _hint, _url in asked("stembureau")["Stembureaus"]] == ["2 · Stembureau 2", "3 · Stembureau 3"]
    assert [label for label, _hint, _url in asked("bureau stem 3").get("Stembureaus", [])] == []
    assert [label for label, _hint, _url in asked("STEMBUREAU 3")["Stembureaus"]] == ["3 · Stembureau 3"]
    assert client.get(url).status_code == 200


def test_words_may_stand_in_any_order_without_accents(halle: Town, asked) -> None:
    assert [label for label, _hint, _url in asked("zo zaal")["Gebouwen"]] == ["Zaal &amp; Zo"]
    assert [label for label, _hint, _url in asked("zinkstraat 4")["Gebouwen"]] == ["Zaal &amp; Zo"]
    assert "Gebouwen" not in asked("zaal zink markt")
    with tenant(halle.municipality.pk):
        Building.objects.filter(name="De Bres").update(name="L’Église", closed_at=NOW)
    assert asked("eglise")["Gebouwen"][0][:2] == ("L’Église", "Basiliekstraat 12, 1500 Halle (gesloten)")


def test_a_street_is_found_by_what_stands_inside_its_name_after_those_that_begin_so(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        for at, (name, key) in enumerate((("Oude Zinkmijn", "oudezinkmijn"), ("Zinkpad", "zinkpad"), ("Zinkhof", "zinkhof"))):
            Street.objects.create(
                municipality=halle.municipality, best_id=900 + at, name=name, name_key=key, closed_at=NOW if at == 2 else None
            )
        names = [one.name for one in sql.streets(municipality_id=halle.municipality.pk, name="Zink", limit=OTHERS)]
        two = [one.name for one in sql.streets(municipality_id=halle.municipality.pk, name="zink", limit=2)]

    assert names == ["Zinkpad", "Zinkstraat", "Oude Zinkmijn"]
    assert two == ["Zinkpad", "Zinkstraat"]


def test_nothing_of_the_neighbours_is_found(halle: Town, asked) -> None:
    """Horebeke has the same streets, buildings and stations: only numbers of Halle come."""
    with tenant(halle.world.horebeke.pk):
        Building.objects.filter(name="De Bres").update(name="Alleen Horebeke")
        Street.objects.filter(name="Zinkstraat").update(name="Enkelstraat", name_key="enkelstraat")
        Station.objects.filter(number=1).update(name="Buurbureau")

    assert "Gebouwen" not in asked("alleen")
    assert "Straten" not in asked("enkel")
    assert "Stembureaus" not in asked("buur")
    with tenant(halle.municipality.pk):
        own = {model: set(model.objects.values_list("pk", flat=True)) for model in (Building, Station, Street, District)}
        found = everything(municipality=halle.municipality, text="z", election=halle.election)
    assert {one.pk for one in found.buildings} <= own[Building]
    assert {one.pk for one in found.streets} <= own[Street]


@pytest.mark.parametrize("text", ["86050412345", "zaal 86.05.04-123.45", "%", "' OR 1=1 --", "\0", "-- --", "zaal \0"])
def test_strange_text_finds_nothing_of_it_and_breaks_nothing(halle: Town, asked, text: str) -> None:
    found = asked(text)

    assert "Straten" not in found
    assert ("Gebouwen" in found) == (text == "zaal \0")


def test_it_asks_the_same_number_of_questions_whatever_it_finds(halle: Town) -> None:
    with (
        tenant(halle.municipality.pk),
        CaptureQueriesContext(
            connection,
        ) as few,
    ):
        everything(municipality=halle.municipality, text="zinkstraat", election=halle.election)
    with tenant(halle.municipality.pk):
        Building.objects.bulk_create(
            Building(municipality=halle.municipality, name=f"Zaal {at}", postcode="1500", street_name="Zinkstraat", house_number="1")
            for at in range(30)
        )
    with tenant(halle.municipality.pk), CaptureQueriesContext(connection) as many:
        found = everything(municipality=halle.municipality, text="zinkstraat", election=halle.election)

    assert len(found.buildings) == OTHERS
    assert len(many) == len(few)
    assert not any(" like " in query["sql"].lower() for query in many if "districts_" in query["sql"])
