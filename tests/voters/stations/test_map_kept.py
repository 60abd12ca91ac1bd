"""The whole of a map is kept, and never shown when it is another's or no longer true."""

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from core.tenancy import tenant
from districts.models import Address, AddressImport, StreetRange
from tests.districts.splits import put, row
from tests.personas import NOW, World, sign_in
from tests.voters.stations.town import Town, make_town
from voters.models import HandMove
from voters.selectors import map as selectors
from voters.selectors import map_data
from voters.services import draft_moves
from voters.sql import map as sql
from voters.sql.map import Shown
from voters.sql.moves import Moved

WRITES = re.compile(
    r"(UPDATE|INSERT INTO|DELETE FROM|MERGE INTO)\s+districts_address\b|\bAddress\.objects\S*\.(create|update|bulk_\w+|delete)\("
)


def houses(client: Client, town: Town, **asked: str) -> dict:
    answer = client.get(f"{town.url}map/houses.json", asked)
    assert answer.status_code == 200
    return json.loads(answer.content)


def voters_of(data: dict, name: str = "station") -> Counter[int]:
    """Voters by station or district."""
    found: Counter[int] = Counter()
    for key, voters in zip(data["rows"][name], data["rows"]["voters"], strict=True):
        if key is not None and voters:
            found[key] += voters
    return found


def on_page(client: Client, town: Town) -> dict[int, int]:
    """What the tables of the page say of each station."""
    with tenant(town.municipality.pk):
        chosen = selectors.choose(election=town.election, draft="1")
        assert chosen is not None
        return {one.pk: one.voters or 0 for one in selectors.frame(chosen).stations}


def basiliekstraat(town: Town) -> Moved:
    with tenant(town.municipality.pk):
        street = StreetRange.objects.select_related("street").get(municipality=town.municipality, street__name="Basiliekstraat").street
    return Moved(street_id=street.pk, postcode="1500")


def test_the_second_look_asks_the_large_statement_nothing(halle: Town, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, halle.world.bob)
    first, areas = houses(client, halle, draft="1"), client.get(f"{halle.url}map/areas.json").content

    def refuse(*_asked: object, **_more: object) -> None:
        raise AssertionError

    for name in ("houses", "overview", "count_houses"):
        monkeypatch.setattr(sql, name, refuse)
    assert houses(client, halle, draft="1") == first
    assert client.get(f"{halle.url}map/areas.json").content == areas
    assert client.get(f"{halle.url}map/", {"draft": "1"}).status_code == 200
    with pytest.raises(AssertionError):
        houses(client, halle, draft="none")


def test_a_move_by_hand_and_its_undoing_are_seen_at_once(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.bob)
    before, told = houses(client, halle, draft="1"), on_page(client, halle)
    with tenant(halle.municipality.pk):
        by = halle.world.actor(halle.world.alice)
        move = draft_moves.move_households(
            draft=halle.draft, station=halle.stations[2], what=basiliekstraat(halle), by=by, at=NOW + timedelta(hours=1)
        )
    moved = houses(client, halle, draft="1")

    assert move.voters > 0
    assert voters_of(moved)[halle.stations[2].pk] == halle.place_in(1, 2) > voters_of(before)[halle.stations[2].pk]
    assert on_page(client, halle)[halle.stations[2].pk] == halle.place_in(1, 2)
    with tenant(halle.municipality.pk):
        draft_moves.undo_move(draft=halle.draft, by=by, at=NOW + timedelta(hours=1))
        assert HandMove.objects.filter(undone_at=None).count() == 0
    assert houses(client, halle, draft="1") == before
    assert on_page(client, halle) == told


def test_a_comparison_sees_a_move_in_the_other_draft(halle: Town, client: Client) -> None:
    halle.make_draft(2, split=10, name="Kort")
    sign_in(client, halle.world.bob)
    before = houses(client, halle, draft="2", before="1")
    with tenant(halle.municipality.pk):
        by = halle.world.actor(halle.world.alice)
        draft_moves.move_households(draft=halle.draft, station=halle.stations[2], what=basiliekstraat(halle), by=by, at=NOW)

    after = houses(client, halle, draft="2", before="1")
    assert after["rows"]["station"] == before["rows"]["station"]
    assert voters_of(after, "before") != voters_of(before, "before")


def test_a_change_of_the_districts_is_seen_at_once(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.bob)
    own = halle.municipality
    before, areas = houses(client, halle, draft="1"), client.get(f"{halle.url}map/areas.json").content
    day_map = client.get("/23027/districts/map/houses.json").content
    with tenant(own.pk):
        old = StreetRange.objects.select_related("street").get(municipality=own, street__name="Basiliekstraat")
    put(halle.world, own, row(halle.districts["02"], old.street), removed=[old.pk])
    after = houses(client, halle, draft="1")

    second = halle.districts["02"].pk
    assert voters_of(after, "district")[second] > voters_of(before, "district")[second] > 0
    assert client.get(f"{halle.url}map/areas.json").content != areas
    assert client.get("/23027/districts/map/houses.json").content != day_map


def test_new_addresses_are_seen_at_once(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.bob)
    before = houses(client, halle, draft="1")
    with tenant(halle.municipality.pk):
        house = Address.objects.filter(municipality=halle.municipality, latitude__isnull=False).order_by("pk")[0]
        house.latitude = 50.75
        house.save()
        AddressImport.objects.create(
            municipality=halle.municipality, file_name="a.csv", imported_at=NOW, finished_at=NOW, counts={"added": 0, "changed": 1}
        )

    after = houses(client, halle, draft="1")
    assert max(after["rows"]["y"]) + after["origin"][0] == 5_075_000 > max(before["rows"]["y"]) + before["origin"][0]


def test_addresses_are_written_by_the_import_alone() -> None:
    """Else the map would not hear of it (voters/sql/map_state.py)."""
    folders = [settings.BASE_DIR / name for name in (*settings.FIRST_PARTY_APPS, "demo", "documents", "electionadmin")]
    files = [file for folder in folders for file in Path(folder).rglob("*.py") if "migrations" not in file.parts]
    found = {str(file.relative_to(settings.BASE_DIR)) for file in files if WRITES.search(file.read_text(encoding="utf-8"))}

    assert found == {"districts/sql/addresses.py"}


def test_two_municipalities_never_see_each_other(world: World, client: Client) -> None:
    """The same streets and the same people: only their numbers differ."""
    towns = make_town(world, world.horebeke), make_town(world, world.halle)
    found = []
    for town, user in zip(towns, (world.charlie, world.alice), strict=True):
        sign_in(client, user)
        for _look in range(2):
            found.append(houses(client, town, draft="1"))
            assert set(voters_of(found[-1])) == {one.pk for one in town.stations.values()}

    assert found[0] == found[1] != found[2] == found[3]
    assert client.get(f"{towns[0].url}map/houses.json", {"draft": "1"}).status_code == 404
    other = towns[0]
    with tenant(towns[1].municipality.pk):
        asked = Shown(towns[1].municipality.pk, towns[1].election.date, draft_id=other.draft.pk)
        assert not any(json.loads(map_data.first_view(asked).houses)["rows"]["voters"])


def test_what_changes_while_it_is_made_is_not_kept(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        shown = Shown(halle.municipality.pk, halle.election.date, draft_id=halle.draft.pk)

        def make() -> str:
            draft_moves.move_households(
                draft=halle.draft, station=halle.stations[2], what=basiliekstraat(halle), by=halle.world.actor(halle.world.alice), at=NOW
            )
            return "half"

        assert map_data.kept(shown, "test", make) == "half"
        assert map_data.kept(shown, "test", lambda: "whole") == "whole"
        assert map_data.kept(shown, "test", lambda: "never") == "whole"


def test_a_change_that_is_given_up_leaves_nothing_behind(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        shown = Shown(halle.municipality.pk, halle.election.date, draft_id=halle.draft.pk)
        by = halle.world.actor(halle.world.alice)

        def change(station: int) -> str:
            draft_moves.move_households(draft=halle.draft, station=halle.stations[station], what=basiliekstraat(halle), by=by, at=NOW)
            return map_data.first_view(shown).houses

        with transaction.atomic():
            given_up = change(2)
            transaction.set_rollback(True)
        assert change(1) != given_up
