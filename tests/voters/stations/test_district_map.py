"""The map of the districts: what is picked on it comes back as pieces, is looked at first, kept through the one service, and undone."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Address, DistrictChange, Street, StreetRange
from districts.selectors.split import SplitDay
from tests.districts.splits import rows_of
from tests.personas import NOW, World, sign_in
from tests.voters.stations.town import SOUTH, WEST, Town
from voters.selectors import district_map as selectors

MAP = "/23027/districts/map/"
CHANGE = f"{MAP}change/"
HTMX = {"HX-Request": "true"}
UNTOUCHED = ["Alsembergsesteenweg all → 01", "Basiliekstraat all → 01", "Zinkstraat all → 02", "Église du Nord all → 02"]


@pytest.fixture
def clerk(halle: Town, client: Client) -> Client:
    return sign_in(client, halle.world.alice)


def pk(town: Town, name: str = "Basiliekstraat") -> int:
    with tenant(town.municipality.pk):
        return Street.objects.get(municipality=town.municipality, name=name).pk


def sent(*pieces: dict[str, Any], target: str = "", **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    data: dict[str, Any] = {
        "pieces-TOTAL_FORMS": len(pieces),
        "pieces-INITIAL_FORMS": len(pieces),
        "target": target,
        "valid_from": "",
        **more,
    }
    for at, piece in enumerate(pieces):
        for name, value in {"postcode": "1500", "side": "all", "number_from": "", "number_to": "", **piece}.items():
            data[f"pieces-{at}-{name}"] = value
    return data


def pieces(answer: HttpResponseBase) -> list[tuple[Any, ...]]:
    """What is picked: street, side, from, to."""
    return [
        tuple(row["form"][name].value() for name in ("street", "side", "number_from", "number_to"))
        for row in answer.context["pieces"]  # type: ignore[attr-defined]
    ]


def state(town: Town) -> tuple[list[str], int, int]:
    with tenant(town.municipality.pk):
        return sorted(rows_of(town.municipality, removed=True)), DistrictChange.objects.count(), AuditEvent.objects.count()


def text(answer: HttpResponseBase) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def test_houses_a_side_a_street_and_a_rectangle_are_picked(halle: Town, clerk: Client) -> None:
    street, before = pk(halle), state(halle)
    house = clerk.post(CHANGE, sent(step="pick", house=[f"{street}:1500:7", f"{street}:1500:5"]), headers=HTMX)
    side = clerk.post(CHANGE, sent({"street": street, "number_to": 4}, step="pick", side=f"{street}:1500:even"), headers=HTMX)
    whole = clerk.post(CHANGE, sent({"street": street, "number_to": 4}, step="pick", street=f"{street}:1500"), headers=HTMX)
    # Basiliekstraat lies north of Alsembergsesteenweg: its odd numbers a little further north, two thousandths of a degree a number.
    edges = SOUTH + 0.0021, WEST + 0.0009, SOUTH + 0.0023, WEST + 0.0019
    box = clerk.post(CHANGE, sent(step="pick", box=",".join(map(str, edges))), headers=HTMX)

    assert pieces(house) == [(street, "odd", 5, 7)]
    assert pieces(side) == [(street, "all", None, 4), (street, "even", None, None)]
    assert pieces(whole) == [(street, "all", None, None)]
    assert pieces(box) == [(street, "odd", 5, 9)]
    assert "<html" not in house.content.decode()
    assert "Basiliekstraat 1500 · 5–7 oneven" in text(house)
    assert state(halle) == before


def test_nothing_of_another_municipality_and_nothing_that_is_not_there_is_picked(halle: Town, clerk: Client) -> None:
    with tenant(halle.world.horebeke.pk):
        other = Street.objects.get(municipality=halle.world.horebeke, name="Basiliekstraat").pk
    picked = [
        {"house": f"{other}:1500:5"},
        {"street": str(other)},
        {"side": f"{other}:1500:odd"},
        {"house": f"{pk(halle)}:1500:999"},
        {"house": "1:2"},
        {"street": "x"},
        {"box": "1,2"},
        {"box": "50,nan,51,5"},
    ]

    for one in picked:
        assert pieces(clerk.post(CHANGE, sent(step="pick", **one), headers=HTMX)) == []
    mine = sent({"street": other}, target=str(halle.districts["02"].pk), step="save")
    before = state(halle)
    assert clerk.post(CHANGE, mine).status_code == 409
    assert state(halle) == before


@pytest.mark.parametrize(("step", "status"), [("pick", 200), ("show", 422), ("save", 422)])
def test_a_piece_of_which_nothing_was_sent_is_wrong_and_gives_nothing_away(halle: Town, clerk: Client, step: str, status: int) -> None:
    more = {"pieces-TOTAL_FORMS": 2, "pieces-INITIAL_FORMS": 0, "step": step}

    answer = clerk.post(CHANGE, {**sent({"street": pk(halle)}), **more})

    assert answer.status_code == status
    assert pieces(answer)[0][:2] == (str(pk(halle)) if status == 422 else pk(halle), "all")
    assert state(halle)[0] == UNTOUCHED


def test_too_large_a_rectangle_is_told(halle: Town, clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_PICKED", 10)

    answer = clerk.post(CHANGE, sent({"street": pk(halle)}, step="pick", box="50,4,51,5"), headers=HTMX)

    assert "te veel huizen" in text(answer)
    assert pieces(answer) == [(pk(halle), "all", None, None)]


def test_what_is_picked_is_looked_at_kept_told_and_undone(halle: Town, clerk: Client) -> None:
    street, target, before = pk(halle), str(halle.districts["02"].pk), state(halle)
    form = sent({"street": street, "side": "odd", "number_from": 1, "number_to": 9}, target=target)
    voters = halle.one(
        """SELECT count(*) FROM voters_entry e JOIN districts_address a ON a.id = e.address_id
            WHERE e.extraction_id = %(extraction)s AND a.street_id = %(street)s AND a.number IN (1, 3, 5, 7, 9)""",
        street=street,
    )

    live = clerk.post(CHANGE, {**form, "step": "live"}, headers=HTMX)
    looked = clerk.post(CHANGE, {**form, "step": "preview"})
    assert [
        (way["before"], way["after"], way["figures"].addresses, way["figures"].voters) for way in looked.context["preview"]["ways"]
    ] == [("01 Centrum", "02 Buizingen", 5, voters)]
    assert live.context["preview"]["ways"] == looked.context["preview"]["ways"]
    assert voters > 0
    assert state(halle) == before

    again = clerk.post(CHANGE, {**dict(looked.context["sent"]), "step": "edit"})
    assert pieces(again) == [(str(street), "odd", "1", "9")]
    assert again.context["editor"].give["target"].value() == target

    kept = clerk.post(CHANGE, {**dict(looked.context["sent"]), "step": "save"})
    assert kept.headers["Location"] == MAP
    assert "Bewaard:" in text(clerk.get(MAP))
    rows = ["Basiliekstraat -9 odd → 02", "Basiliekstraat 11- odd → 01", "Basiliekstraat even → 01"]
    assert sorted(rows_of(halle.municipality)) == sorted([*rows, *(row for row in UNTOUCHED if "Basiliek" not in row)])
    assert sorted(rows_of(halle.world.horebeke)) == UNTOUCHED
    with tenant(halle.municipality.pk):
        change = DistrictChange.objects.get()
        assert AuditEvent.objects.filter(kind="districts.changed", target=f"district_change:{change.pk}").exists()
    clerk.post(f"/23027/districts/changes/{change.pk}/undo/", {"step": "save"})
    assert sorted(rows_of(halle.municipality)) == UNTOUCHED


def test_a_later_day_prepares_the_change(halle: Town, clerk: Client) -> None:
    form = sent({"street": pk(halle)}, target=str(halle.districts["02"].pk), valid_from="01/01/2025", step="save")

    assert clerk.post(CHANGE, form).status_code == 302

    found = [row for row in rows_of(halle.municipality) if "Basiliek" in row]
    assert sorted(found) == ["Basiliekstraat all → 01 until 2025-01-01", "Basiliekstraat all → 02 from 2025-01-01"]
    later = clerk.get(MAP, {"day": "02/01/2025"})
    assert [one["houses"] for one in later.context["districts"]] == [40, 119]
    assert "day=02%2F01%2F2025" in later.context["data"]["urls"]["houses"]
    data = json.loads(clerk.get(f"{MAP}houses.json", {"day": "02/01/2025"}).content)
    assert data["rows"]["district"].count(halle.districts["01"].pk) == 40


def test_taking_streets_out_warns_of_who_lies_nowhere(halle: Town, clerk: Client) -> None:
    looked = clerk.post(CHANGE, sent({"street": pk(halle)}, target="none", step="preview"))

    assert "Straten uit hun kieswijk halen" in text(looked)
    assert "Basiliekstraat (1500): 40 adressen" in text(looked)


def test_what_cannot_be_is_said_and_keeps_what_was_picked(halle: Town, clerk: Client) -> None:
    street, target, before = pk(halle), str(halle.districts["02"].pk), state(halle)
    backwards = {"street": street, "number_from": 9, "number_to": 3}

    nothing = clerk.post(CHANGE, sent(target=target, step="save"))
    left_out = clerk.post(CHANGE, sent({"street": street, "gone": "on"}, target=target, step="preview"))
    nowhere = clerk.post(CHANGE, sent({"street": street}, step="save"))
    wrong = clerk.post(CHANGE, sent(backwards, target=target, step="save"))
    live = clerk.post(CHANGE, sent(backwards, target=target, step="live"), headers=HTMX)
    untold = clerk.post(CHANGE, sent({"street": street}, step="live"), headers=HTMX)
    empty = clerk.post(CHANGE, sent({"street": street, "side": "even", "number_from": 5, "number_to": 5}, target=target, step="save"))
    many = clerk.post(CHANGE, sent(*[{"street": street}] * 101, target=target, step="save"))

    assert [one.status_code for one in (nothing, left_out, nowhere, wrong, empty, many)] == [409, 409, 422, 422, 422, 422]
    assert "Kies eerst een straat of huizen" in text(nothing)
    assert "Het laatste nummer ligt onder het eerste" in text(wrong)
    assert "Het laatste nummer ligt onder het eerste" in text(live)
    assert "Kies een kieswijk om te zien wie er verhuist" in text(untold)
    assert pieces(wrong) == [(str(street), "all", "9", "3")]
    assert state(halle) == before


def test_who_only_reads_looks_and_changes_nothing(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.bob)
    before = state(halle)

    page = client.get(MAP, {"street": pk(halle)})
    assert page.status_code == 200
    assert "map-editor" not in page.content.decode()
    assert 'name="house"' not in page.content.decode()
    assert "edit_street" not in page.context["data"]["words"]
    for step in ("pick", "preview", "save", "live", "edit"):
        assert client.post(CHANGE, sent({"street": pk(halle)}, target=str(halle.districts["02"].pk), step=step)).status_code == 403
    assert state(halle) == before


def test_without_a_script_the_table_of_a_street_does_it_all(halle: Town, clerk: Client) -> None:
    street = pk(halle)
    page = clerk.get(MAP, {"street": street})
    body = page.content.decode()

    assert body.count('name="house"') == 40
    assert f'href="/23027/districts/street/{street}/"' in body
    assert f"{MAP}picture.svg" in body
    assert clerk.get(f"{MAP}picture.svg")["Content-Type"].startswith("image/svg+xml")
    picked = clerk.post(f"{CHANGE}?street={street}", sent(step="pick", house=[f"{street}:1500:{number}" for number in (2, 4)]))
    assert "<html" in picked.content.decode()
    assert pieces(picked) == [(street, "even", None, 4)]
    assert picked.content.decode().count('name="house"') == 40
    whole = clerk.post(CHANGE, sent(street=str(street)))
    assert pieces(whole) == [(street, "all", None, None)]


def test_the_table_and_the_search_say_what_lies_where(halle: Town, clerk: Client) -> None:
    page = clerk.get(MAP, {"q": "basiliekstr 12"})

    assert page.context["data"]["found"]["number"] == 12
    assert page.context["street"]["rows"][0]["district"] == "01 Centrum"
    assert [(one["code"], one["houses"]) for one in page.context["districts"]] == [("01", 80), ("02", 79)]
    assert sum(one["voters"] for one in page.context["districts"]) + page.context["without_position"] == halle.one(
        "SELECT count(*) FROM voters_entry WHERE extraction_id = %(extraction)s AND address_id IS NOT NULL"
    )
    assert "Geen straat" in text(clerk.get(MAP, {"q": "zzzzzzzz"}))
    assert clerk.get(MAP, {"district": halle.districts["02"].pk}).context["editor"].give["target"].value() == str(halle.districts["02"].pk)


def test_a_municipality_without_anything_has_a_map(world: World, client: Client) -> None:
    sign_in(client, world.alice)

    page = client.get(MAP)

    assert page.status_code == 200
    assert "Er zijn nog geen kieswijken" in text(page)
    assert json.loads(client.get(f"{MAP}houses.json").content)["rows"] == {}
    assert json.loads(client.get(f"{MAP}areas.json").content) == {"districts": {}}


def test_closed_houses_with_voters_go_along(halle: Town, clerk: Client) -> None:
    street = pk(halle)
    with tenant(halle.municipality.pk):
        Address.objects.filter(street_id=street, number=6).update(closed_at=NOW)

    assert pieces(clerk.post(CHANGE, sent(step="pick", house=f"{street}:1500:6"), headers=HTMX)) == [(street, "even", 6, 6)]


def test_it_takes_as_many_questions_for_many_streets_as_for_one(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        split = SplitDay(halle.election.date, halle.election, None, None, date(1900, 1, 1))
        streets = list(Street.objects.filter(municipality=halle.municipality).order_by("pk").values_list("pk", flat=True))

        def asked(count: int) -> int:
            found = [piece for street in streets[:count] for piece in selectors.pieces_of_street(halle.municipality.pk, street)]
            with CaptureQueriesContext(connection) as queries:
                selectors.giving(
                    municipality_id=halle.municipality.pk,
                    split=split,
                    pieces=found,
                    target=halle.districts["02"].pk,
                    valid_from=split.start,
                )
            return len(queries)

        assert asked(1) == asked(4)
        assert StreetRange.objects.filter(removed_at=None).count() == 4
