"""The page and the command of paper and texts: what is suggested and how sure it is, who chooses, and what follows from it."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from time_machine import travel

from convocations.cards.card import TemplateKey, VoterType
from convocations.cards.papers import Paper
from convocations.cards.text_sets import TextSet
from convocations.models import CardSettings
from convocations.selectors import templates
from convocations.selectors.card_settings import paper_for, text_set_of
from convocations.services.card_settings import keep_settings
from core.models import AuditEvent
from core.tenancy import tenant
from elections.models import Election
from elections.services import create_election
from municipalities.models import Municipality
from tests.personas import NOW, World, sign_in

DAY, LOCAL = date(2024, 6, 9), date(2024, 10, 13)
URL = "/23027/2024-06-09/card-texts/"
BELGIAN = TemplateKey.of("convocation-belgian-paper-nl")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


def elections(world: World, municipality: Municipality) -> dict[date, Election]:
    """Of the parliaments, and local."""
    user = world.henk if municipality == world.halle else world.hilde
    own: dict[str, Any] = {"municipality": municipality, "by": world.actor(user), "at": NOW}
    return {
        DAY: create_election(**own, date=DAY, list_date=date(2024, 4, 1), ballots=["chamber", "flemish", "european"]),
        LOCAL: create_election(**own, date=LOCAL, list_date=date(2024, 8, 1), ballots=["municipal", "provincial"]),
    }


@pytest.fixture
def halle(world: World) -> dict[date, Election]:
    """Its elections; horebeke has the same."""
    elections(world, world.horebeke)
    return elections(world, world.halle)


def test_suggestions_are_shown_with_source_and_certainty_and_nothing_is_chosen(client: Client, world: World, halle: dict) -> None:
    sign_in(client, world.alice)

    page = client.get(f"{URL}settings/").text

    assert "koninklijk besluit van 22.4.2019" in page
    assert "eerst na te gaan" in page
    assert "Belgen in het buitenland" in page
    assert "Belgen in het buitenland" not in client.get(f"/23027/{LOCAL}/card-texts/settings/").text
    with tenant(world.halle.pk):
        assert paper_for(halle[DAY], "convocation-european-paper-nl") == Paper.WHITE
        assert not CardSettings.objects.exists()


def test_what_is_chosen_is_kept_for_this_election_and_shown(client: Client, world: World, halle: dict) -> None:
    sign_in(client, world.henk)
    form = {"paper_belgian": "white", "paper_european": "blue", "paper_european_minor": "white", "text_set": "voeren"}

    assert client.post(f"{URL}settings/", form).status_code == 302

    with tenant(world.halle.pk):
        assert paper_for(halle[DAY], "convocation-european-electronic-nl") == Paper.BLUE
        assert paper_for(halle[LOCAL], "convocation-european-electronic-nl") == Paper.WHITE
        assert (text_set_of(halle[DAY]), text_set_of(halle[LOCAL])) == (TextSet.VOEREN, TextSet.USUAL)
        assert "in Aubel" in templates.used(election=halle[DAY], key=BELGIAN).html
        event = AuditEvent.objects.get(municipality_id=world.halle.pk, kind="card_settings.changed")
    assert event.after == {"papers": {"european": "blue"}, "text_set": "voeren"}
    page = client.get(URL).text
    assert "blauw" in page
    assert "Voeren" in page
    with tenant(world.horebeke.pk):
        assert not CardSettings.objects.exists()


@pytest.mark.parametrize("form", [{"paper_belgian": "purple"}, {"paper_belgian": "white"}, {"text_set": "elsewhere"}])
def test_what_is_no_paper_and_no_set_is_refused(client: Client, world: World, halle: dict, form: dict[str, str]) -> None:
    sign_in(client, world.henk)

    assert client.post(f"{URL}settings/", form).status_code == 422

    with tenant(world.halle.pk):
        assert not CardSettings.objects.exists()
        assert not AuditEvent.objects.filter(municipality_id=world.halle.pk, kind="card_settings.changed").exists()


def test_a_reader_sees_and_chooses_nothing_and_the_neighbour_sees_nothing(client: Client, world: World, halle: dict) -> None:
    sign_in(client, world.bob)
    assert "<form" not in client.get(f"{URL}settings/").text.split("<main")[1].split("</main")[0]
    assert client.post(f"{URL}settings/", {"paper_belgian": "blue"}).status_code == 403
    sign_in(client, world.hilde)
    assert client.get(f"{URL}settings/").status_code == 404
    with tenant(world.halle.pk):
        assert not CardSettings.objects.exists()


def test_the_set_of_the_municipality_holds_until_another_one_is_chosen(world: World, halle: dict) -> None:
    with tenant(world.halle.pk):
        Municipality.objects.filter(pk=world.halle.pk).update(nis_code="73109")
        election = Election.objects.select_related("municipality").get(pk=halle[DAY].pk)
        assert "in Aubel" in templates.used(election=election, key=BELGIAN).html
        assert any(one.sets == ("voeren",) for one in templates.law(election, BELGIAN))
        keep_settings(election=election, papers={}, text_set=TextSet.USUAL, by=world.actor(world.henk), at=NOW)
        assert "in Aubel" not in templates.used(election=election, key=BELGIAN).html


def test_the_command_says_and_chooses(world: World, halle: dict) -> None:
    out = StringIO()
    call_command(
        "card_settings", "23027", "2024-06-09", paper=["european=blue"], text_set="rode", requested_by="henk", json=True, stdout=out
    )

    told = json.loads(out.getvalue().splitlines()[-1])
    assert told == {"papers": {"european": "blue"}, "text_set": "rode", "default_set": "usual"}
    with tenant(world.halle.pk):
        assert CardSettings.objects.get().papers == {"european": "blue"}
    out = StringIO()
    call_command("card_settings", "23027", "2024-10-13", json=True, stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1])["papers"] == {}


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"paper": ["european=purple"], "requested_by": "henk"}, "--paper"),
        ({"paper": ["nobody=blue"], "requested_by": "henk"}, "--paper"),
        ({"paper": ["european=blue"]}, "--requested-by"),
        ({"paper": ["european=blue"], "requested_by": "bob"}, "user"),
    ],
)
def test_the_command_refuses_and_changes_nothing(world: World, halle: dict, options: dict, column: str) -> None:
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("card_settings", "23027", "2024-06-09", **options, json=True, stdout=out)

    assert json.loads(out.getvalue())["errors"][0]["column"] == column
    with tenant(world.halle.pk):
        assert not CardSettings.objects.exists()


def test_every_type_of_voter_can_be_chosen_where_it_occurs(world: World, halle: dict) -> None:
    with tenant(world.halle.pk):
        keep_settings(election=halle[DAY], papers=dict.fromkeys(VoterType, Paper.GREEN), text_set=None, by=world.actor(world.henk), at=NOW)
        assert {paper_for(halle[DAY], key.name) for key in templates.possible_keys(halle[DAY])} == {Paper.GREEN}
