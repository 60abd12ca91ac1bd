"""The pages of districts with people in them: looked at first, kept on the second asking, refused without a trace."""

import csv
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import DistrictChange, DistrictImport, StreetRange
from districts.rules.district_file import COLUMNS
from tests.districts.splits import add_houses, make_districts, make_streets, put, row, rows_of
from tests.personas import sign_in
from tests.voters.people import make_town

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def town(world):
    """Halle with two districts and a list of voters; Horebeke with a row that stays as it is."""
    streets = make_streets(world.halle, kerkstraat=["1", "2", "3", "4", "12A"], dorp=["1"])
    districts = make_districts(world, world.halle, "1", "2")
    put(world, world.halle, row(districts["1"], streets["kerkstraat"], "-3 all"), row(districts["2"], streets["kerkstraat"], "4- all"))
    halle = make_town(world, world.halle)
    with tenant(world.halle.pk):
        house = streets["kerkstraat"].addresses.get(number=4)
    halle.person(address=house, street_name="kerkstraat", house_number="4")
    halle.trial()
    other = make_streets(world.horebeke, kerkstraat=["1"])["kerkstraat"]
    put(world, world.horebeke, row(make_districts(world, world.horebeke, "9")["9"], other))
    yield {**streets, **districts}
    assert rows_of(world.horebeke, removed=True) == ["kerkstraat all → 9"]


def url(name, **kwargs):
    return reverse(name, kwargs={"nis": "23027", **kwargs})


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def state(world):
    with tenant(world.halle.pk):
        return rows_of(world.halle, removed=True), DistrictChange.objects.count(), AuditEvent.objects.count()


def test_the_list_is_there_at_once_and_counts_people_after(client, world, town):
    sign_in(client, world.bob)

    page, counted = client.get(url("district_list")), client.get(url("district_list"), headers=HTMX)

    assert "1 Wijk 1" in text(page)
    assert 'hx-trigger="load"' in page.content.decode()
    assert "…" in text(page)
    rows = re.findall(r"<tr.*?</tr>", counted.content.decode(), re.DOTALL)
    cells = [re.sub(r"<[^>]+>", " ", one).split() for one in rows[1:]]
    assert cells == [["1", "Wijk", "1", "1", "1", "0", "3", "0", "0"], ["2", "Wijk", "2", "1", "1", "0", "2", "1", "1"]]
    assert "1 adres ligt in geen kieswijk" in text(counted)
    assert client.get(url("district_list") + "?figures=1").context["lost"].addresses == 1


def test_the_list_looks_at_the_day_and_the_words_asked_for(client, world, town):
    sign_in(client, world.bob)

    assert [one.record.district.code for one in client.get(url("district_list") + "?q=wijk+2").context["table"].rows] == ["2"]
    assert client.get(url("district_list") + "?day=01/01/1890").context["table"].rows[0].record.rows == 0
    assert client.get(url("district_list") + "?day=gisteren").status_code == 200


def test_a_municipality_without_districts_is_told_how_to_begin(client, world):
    sign_in(client, world.alice)

    page = client.get(url("district_list"))

    assert "Nog geen kieswijken" in text(page)
    assert url("district_import_new") in page.content.decode()
    client.logout()
    assert url("district_import_new") not in sign_in(client, world.bob).get(url("district_list")).content.decode()


def test_a_district_shows_its_rows_figures_and_history(client, world, town):
    sign_in(client, world.bob)

    page = client.get(url("district_detail", pk=town["2"].pk))
    figures = client.get(url("district_detail", pk=town["2"].pk) + "?part=figures", headers=HTMX)

    assert "vanaf 4" in text(page)
    assert "Met de hand gewijzigd" in text(page)
    assert "checkbox" not in page.content.decode().split('id="results"')[1]
    assert [figure["value"] for figure in figures.context["figures"]] == ["2", "1", "1"]
    assert client.get(url("district_detail", pk=town["2"].pk) + "?part=figures").status_code == 200


def rows_sent(world, *changes, new=(), **extra):
    """The editor of Kerkstraat as a browser sends it: ``changes`` by place, ``new`` rows below."""
    with tenant(world.halle.pk):
        held = [
            {"pk": one.pk, "district": one.district_id, "side": one.side, "number_from": one.number_from, "number_to": one.number_to}
            for one in StreetRange.objects.filter(removed_at=None, street__name="kerkstraat").order_by("number_from")
        ]
    held.sort(key=lambda one: one["number_from"] or 0)
    for place, values in changes:
        held[place] |= values
    sent = [*held, *new]
    data: dict[str, Any] = {
        "rows-TOTAL_FORMS": len(sent),
        "rows-INITIAL_FORMS": len(held),
        "rows-MIN_NUM_FORMS": 0,
        "rows-MAX_NUM_FORMS": 200,
    }
    for place, values in enumerate(sent):
        for name, value in {"postcode": "1500", "side": "all", **values}.items():
            data[f"rows-{place}-{name}"] = "" if value is None else value
    return {**data, "valid_from": "", **extra}


MOVED = (0, {"number_to": 7}), (1, {"number_from": 8})


def test_a_boundary_is_looked_at_and_then_kept(client, world, town):
    sign_in(client, world.alice)
    address, before = url("district_street", pk=town["kerkstraat"].pk), state(world)
    assert client.get(address).status_code == 200

    looked = client.post(address, rows_sent(world, *MOVED, step="preview"))
    assert looked.status_code == 200
    assert [(way["before"], way["after"], tuple(way["figures"])) for way in looked.context["preview"]["ways"]] == [
        ("2 Wijk 2", "1 Wijk 1", (1, 1, 1))
    ]
    assert state(world) == before

    kept = client.post(address, {**dict(looked.context["sent"]), "step": "save"})
    assert kept.headers["Location"] == url("street_detail", pk=town["kerkstraat"].pk)
    assert sorted(rows_of(world.halle)) == ["kerkstraat -7 all → 1", "kerkstraat 8- all → 2"]
    assert "2 rijen erbij, 2 rijen weg" in text(client.get(kept.headers["Location"]))


def test_while_typing_the_effect_is_shown_beside(client, world, town):
    sign_in(client, world.alice)
    address, before = url("district_street", pk=town["kerkstraat"].pk), state(world)

    live = client.post(address, rows_sent(world, *MOVED, step="live"), headers=HTMX)
    clash = client.post(address, rows_sent(world, MOVED[0], step="live"), headers=HTMX)
    wrong = client.post(address, rows_sent(world, (0, {"number_to": "x"}), step="live"), headers=HTMX)

    assert "<html" not in live.content.decode()
    assert "2 Wijk 2 1 Wijk 1 1 1 1" in text(live)
    assert "‘tot en met 7’ heeft nummers gemeen met ‘kerkstraat vanaf 4’ van 2 Wijk 2." in text(clash)
    assert "Rij 1: Tot" in text(wrong)
    assert state(world) == before


def test_what_cannot_be_is_refused_with_what_was_typed_and_without_a_trace(client, world, town):
    sign_in(client, world.alice)
    address, before = url("district_street", pk=town["kerkstraat"].pk), state(world)

    clash = client.post(address, rows_sent(world, MOVED[0], step="save"))
    nothing = client.post(address, rows_sent(world, (0, {"district": ""}), step="save"))
    backwards = client.post(address, rows_sent(world, (0, {"number_from": 9, "number_to": 3}), step="save"))
    gone = client.post(address, rows_sent(world, (0, {"pk": 999_999, "number_to": 2}), step="save"))
    no_day = client.post(address, rows_sent(world, *MOVED, step="save", valid_from="morgen"))

    assert [one.status_code for one in (clash, nothing, backwards, gone, no_day)] == [409, 422, 422, 409, 422]
    assert 'value="7"' in clash.content.decode()
    assert "Kies een kieswijk." in text(nothing)
    assert "Iemand wijzigde deze straat intussen" in text(gone)
    assert state(world) == before
    assert client.post(address, rows_sent(world, *MOVED, step="edit")).status_code == 200


def test_rows_are_added_and_taken_away_in_one_go(client, world, town):
    sign_in(client, world.alice)
    address = url("district_street", pk=town["kerkstraat"].pk)

    client.post(
        address,
        rows_sent(
            world,
            (1, {"gone": "on"}),
            new=[{"district": town["1"].pk, "side": "even", "number_from": 4}, {"district": "", "number_from": ""}],
            step="save",
            valid_from="01/01/2025",
        ),
    )

    assert sorted(rows_of(world.halle)) == [
        "kerkstraat -3 all → 1",
        "kerkstraat 4- all → 2 until 2025-01-01",
        "kerkstraat 4- even → 1 from 2025-01-01",
    ]


def test_a_new_row_ends_where_a_later_split_of_the_street_begins(client, world, town):
    later = date(2027, 1, 1)
    put(world, world.halle, row(town["2"], town["dorp"], day=later), day=later)
    sign_in(client, world.alice)
    data = {
        "rows-TOTAL_FORMS": 1,
        "rows-INITIAL_FORMS": 0,
        "rows-0-district": town["1"].pk,
        "rows-0-postcode": "1500",
        "rows-0-side": "all",
    }

    client.post(url("district_street", pk=town["dorp"].pk), {**data, "step": "save"})

    assert sorted(text for text in rows_of(world.halle) if "dorp" in text) == [
        "dorp all → 1 until 2027-01-01",
        "dorp all → 2 from 2027-01-01",
    ]


def test_chosen_rows_go_to_another_district(client, world, town):
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        pk = StreetRange.objects.get(removed_at=None, district=town["2"]).pk
    address = url("district_move", pk=town["2"].pk)
    before = state(world)

    assert "1 rij van 2 Wijk 2" in text(client.post(address, {"row": [pk], "action": "move"}))
    assert client.post(address, {"row": [pk], "step": "preview"}).status_code == 422
    looked = client.post(address, {"row": [pk], "target": town["1"].pk, "step": "preview"})
    assert [(way["before"], way["after"]) for way in looked.context["preview"]["ways"]] == [("2 Wijk 2", "1 Wijk 1")]
    assert state(world) == before

    client.post(address, {"row": [pk], "target": town["1"].pk, "step": "save"})
    assert sorted(rows_of(world.halle)) == ["kerkstraat -3 all → 1", "kerkstraat 4- all → 1"]


def test_chosen_rows_are_taken_away_only_when_that_is_said(client, world, town):
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        pk = StreetRange.objects.get(removed_at=None, district=town["2"]).pk

    looked = client.post(url("district_move", pk=town["2"].pk), {"row": [pk, "x"], "target": "none", "step": "preview"})
    assert "2 adressen liggen dan in geen kieswijk" in text(looked)
    client.post(url("district_move", pk=town["2"].pk), {"row": [pk], "target": "none", "step": "save"})
    assert rows_of(world.halle) == ["kerkstraat -3 all → 1"]
    assert "Er werd geen rij gekozen" in text(client.post(url("district_move", pk=town["2"].pk), {"row": [pk]}))


def test_the_last_change_is_undone_through_the_same_page(client, world, town):
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        first = DistrictChange.objects.get()
    assert "Deze wijziging ongedaan maken" in text(client.get(url("district_change_detail", pk=first.pk)))
    before = state(world)

    looked = client.post(url("district_change_undo", pk=first.pk))
    assert "5 adressen" in text(looked).replace("5 adressen liggen", "5 adressen")
    assert state(world) == before
    assert client.post(url("district_change_undo", pk=first.pk), {"step": "edit"}).status_code == 302
    client.post(url("district_change_undo", pk=first.pk), {"step": "save"})
    assert rows_of(world.halle) == []

    again = client.post(url("district_change_undo", pk=first.pk), {"step": "save"}, follow=True)
    assert "alleen de laatste kan ongedaan worden gemaakt" in text(again)
    assert "Een wijziging ongedaan gemaakt" in text(client.get(url("district_change_list")))


def test_the_split_of_an_earlier_day_is_copied(client, world, town):
    sign_in(client, world.alice)
    later = date(2025, 1, 1)
    with tenant(world.halle.pk):
        pk = StreetRange.objects.get(removed_at=None, district=town["2"]).pk
    put(world, world.halle, row(town["1"], town["kerkstraat"], "4- all", day=later), removed=[pk], day=later)

    values = {"source": "13/10/2024", "valid_from": "01/01/2026"}
    looked = client.post(url("district_copy"), {**values, "step": "preview"})
    assert [(way["before"], way["after"]) for way in looked.context["preview"]["ways"]] == [("1 Wijk 1", "2 Wijk 2")]
    assert client.post(url("district_copy"), {"source": "", "step": "preview"}).status_code == 422
    client.post(url("district_copy"), {**values, "step": "save"})
    assert "kerkstraat 4- all → 2 from 2026-01-01" in rows_of(world.halle)
    same = client.post(url("district_copy"), {**values, "step": "save"}, follow=True)
    assert "Er is niets gewijzigd: het was al zo." in text(same)


def upload(*rows):
    return SimpleUploadedFile("kieswijken.csv", "\n".join([",".join(COLUMNS), *rows, ""]).encode())


def test_a_file_is_checked_compared_and_then_brought_in(client, world, town):
    sign_in(client, world.alice)
    before = state(world)

    sent = client.post(url("district_import_new"), {"file": upload("1,Wijk 1,1500,Kerkstraat,all,,", "3,Zuid,1500,Dorp,all,,")})
    page = client.get(sent.headers["Location"])
    assert state(world)[:2] == before[:2]
    assert [(way["before"], way["after"], tuple(way["figures"])) for way in page.context["preview"]["ways"]] == [
        ("2 Wijk 2", "1 Wijk 1", (2, 1, 1)),
        ("geen kieswijk", "3 Zuid", (1, 0, 0)),
    ]
    assert "Nieuwe kieswijken: 3 Zuid" in text(page)

    with tenant(world.halle.pk):
        pk = DistrictImport.objects.get().pk
    stale = client.post(url("district_import_decide", pk=pk), {"decision": "bring_in", "fingerprint": "x"}, follow=True)
    assert "Dit zijn de verschillen van nu" in text(stale)
    assert state(world)[:2] == before[:2]
    done = client.post(
        url("district_import_decide", pk=pk), {"decision": "bring_in", "fingerprint": page.context["fingerprint"]}, follow=True
    )
    assert sorted(rows_of(world.halle)) == ["dorp all → 3", "kerkstraat all → 1"]
    assert "Ingelezen: 2 rijen erbij, 2 rijen weg." in text(done)
    assert "kieswijken.csv" in text(client.get(url("district_import_new")))
    assert "intussen" in text(client.post(url("district_import_decide", pk=pk), {"decision": "drop"}, follow=True))


def test_a_file_with_faults_says_all_of_them(client, world, town):
    sign_in(client, world.alice)
    before = state(world)

    sent = client.post(url("district_import_new"), {"file": upload("1,Wijk 1,1500,Kerkstrat,all,,", "1,Wijk 1,1500,Dorp,links,,")})
    page = text(client.get(sent.headers["Location"]))

    assert "misschien kerkstraat?" in page
    assert "Dit is geen kant van een straat" in page
    assert state(world)[:2] == before[:2]
    assert client.post(url("district_import_new")).status_code == 422


def test_many_faults_are_read_page_by_page_or_all_as_a_file(client, world, town):
    sign_in(client, world.alice)
    rows = [f"1,Wijk 1,1500,kerkstraat,links,{number},{number}" for number in range(1, 121)]
    sent = client.post(url("district_import_new"), {"file": upload(*rows, "=1,Wijk 9,1500,dorp,=A1,,")})
    where = sent.headers["Location"]

    pages = [client.get(where, {"page": page}) for page in (1, 2, 3)]
    with tenant(world.halle.pk):
        pk = DistrictImport.objects.get().pk
    answer = client.get(url("district_import_problems", pk=pk))

    read = [problem["row"] for page in pages for problem in page.context["problems"]]
    assert [len(page.context["problems"]) for page in pages] == [50, 50, len(read) - 100]
    assert set(range(2, 122)) <= set(read)
    assert "?page=2" in pages[0].content.decode()
    assert url("district_import_problems", pk=pk) in pages[0].content.decode()
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert lines[0] == ["row", "column", "value", "problem", "expected"]
    assert lines[1] == ["2", "side", "links", "Dit is geen kant van een straat", "all, even, odd"]
    assert len(lines) == 1 + len(read)
    assert not [cell for line in lines for cell in line if cell.startswith("=")]
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="districts.exported", after__what="findings").count() == 1


def test_the_faults_of_a_file_are_for_who_may_bring_it_in(client, world, town):
    sign_in(client, world.alice)
    client.post(url("district_import_new"), {"file": upload("1,Wijk 1,1500,Kerkstrat,all,,")})
    with tenant(world.halle.pk):
        pk = DistrictImport.objects.get().pk
        before = AuditEvent.objects.count()

    assert sign_in(client, world.bob).get(url("district_import_problems", pk=pk)).status_code == 403
    assert sign_in(client, world.charlie).get(url("district_import_problems", pk=pk)).status_code == 404
    with tenant(world.halle.pk):
        assert AuditEvent.objects.count() == before


def test_a_file_can_be_let_go(client, world, town):
    sign_in(client, world.alice)
    client.post(url("district_import_new"), {"file": upload("1,Wijk 1,1500,Kerkstraat,all,,")})
    with tenant(world.halle.pk):
        pk = DistrictImport.objects.get().pk

    gone = client.post(url("district_import_decide", pk=pk), {"decision": "drop"}, follow=True)

    assert "Het bestand werd niet ingelezen" in text(gone)
    assert "Dit bestand werd niet ingelezen" in text(client.get(url("district_import_detail", pk=pk)))
    assert len(rows_of(world.halle)) == 2


@pytest.mark.parametrize("person", ["bob", "dora"])
def test_who_may_not_change_districts_changes_none(client, world, town, person):
    sign_in(client, getattr(world, person))
    before = state(world)

    for name, values in (
        ("district_street", rows_sent(world, *MOVED, step="save")),
        ("district_copy", {"source": "13/10/2024", "step": "save"}),
        ("district_import_new", {"file": upload("1,Wijk 1,1500,Kerkstraat,all,,")}),
    ):
        kwargs = {"pk": town["kerkstraat"].pk} if name == "district_street" else {}
        assert client.post(url(name, **kwargs), values).status_code in {403, 404}
    assert state(world) == before


def test_districts_of_another_municipality_are_not_there(client, world, town):
    sign_in(client, world.charlie)
    with tenant(world.halle.pk):
        change = DistrictChange.objects.get()

    for nis in ("23027", "45062"):
        for name, pk in (
            ("district_detail", town["1"].pk),
            ("district_edit", town["1"].pk),
            ("district_street", town["dorp"].pk),
            ("district_change_detail", change.pk),
        ):
            assert client.get(reverse(name, kwargs={"nis": nis, "pk": pk})).status_code == 404


def queries(client, address, **headers):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=headers).status_code == 200
    return len(captured)


def test_pages_ask_the_same_of_few_districts_and_of_many(client, world, town):
    sign_in(client, world.alice)
    addresses = [url("district_list"), url("district_detail", pk=town["1"].pk), url("district_street", pk=town["kerkstraat"].pk)]
    few = [queries(client, address) for address in addresses]
    counted = queries(client, url("district_list"), **HTMX)

    more = make_districts(world, world.halle, *(f"m{place}" for place in range(12)))
    streets = make_streets(world.halle, **{f"weg{place}": ["1", "2"] for place in range(12)})
    put(world, world.halle, *(row(one, street) for one, street in zip(more.values(), streets.values(), strict=True)))
    put(world, world.halle, *(row(town["1"], town["dorp"], f"{place}-{place} all") for place in range(1, 12)))
    add_houses(town["dorp"], *map(str, range(2, 12)))

    assert [queries(client, address) for address in addresses] == few
    assert queries(client, url("district_list"), **HTMX) == counted
    assert max(few) <= 30
