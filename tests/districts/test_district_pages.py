"""The pages of districts that count nobody: made and closed, levels, history, findings, which district, prepared streets."""

import csv
import io
import re

import pytest
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Area, District, Street, StreetRange
from tests.districts.splits import make_districts, make_streets, put, row, rows_of
from tests.personas import sign_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def town(world):
    """Halle with a gap in one street; Horebeke with the same street."""
    streets = make_streets(world.halle, kerkstraat=["1", "2", "3", "4", "12A"], dorp=["1"])
    districts = make_districts(world, world.halle, "1", "2")
    put(
        world,
        world.halle,
        row(districts["1"], streets["kerkstraat"], "-3 all"),
        row(districts["2"], streets["kerkstraat"], "5- all"),
        row(districts["1"], streets["dorp"]),
    )
    make_streets(world.horebeke, kerkstraat=["1"])
    return {**streets, **districts}


def url(name, **kwargs):
    return reverse(name, kwargs={"nis": "23027", **kwargs})


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def events(world, kind):
    with tenant(world.halle.pk):
        return AuditEvent.objects.filter(kind=kind).count()


def test_a_district_is_made_changed_closed_and_opened_again(client, world, town):
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        area = Area.objects.create(municipality=world.halle, kind="canton", code="H", name="Kanton Halle")

    made = client.post(url("district_new"), {"code": "01", "name": "Proef", "canton": area.pk}, follow=True)
    assert "Kieswijk 01 Proef is gemaakt" in text(made)
    assert "verschilt alleen in nullen van die van 1 Wijk 1" in text(made)
    assert "Kanton Kanton Halle" in text(made)
    with tenant(world.halle.pk):
        pk = District.objects.get(code="01").pk
    assert "Kieswijk gewijzigd" not in text(client.get(url("district_edit", pk=pk)))
    client.post(url("district_edit", pk=pk), {"code": "3", "name": "Proef", "canton": ""})
    assert "gesloten" in text(client.post(url("district_close", pk=pk), follow=True))
    assert "opnieuw in gebruik" in text(client.post(url("district_close", pk=pk), {"open": "1"}, follow=True))
    with tenant(world.halle.pk):
        district = District.objects.get(pk=pk)
    assert (district.code, district.canton_id, district.closed_at) == ("3", None, None)


def test_a_code_that_is_taken_stays_in_the_form_with_the_reason(client, world, town):
    sign_in(client, world.alice)

    for address in (url("district_new"), url("district_edit", pk=town["2"].pk)):
        refused = client.post(address, {"code": "1", "name": "Nog een"})
        assert refused.status_code == 422
        assert "Deze code is al in gebruik." in text(refused)
        assert 'value="Nog een"' in refused.content.decode()
    assert client.post(url("district_new"), {"code": "", "name": ""}).status_code == 422
    assert events(world, "district.created") == 2


def test_a_district_with_streets_stays_open(client, world, town):
    sign_in(client, world.alice)

    refused = client.post(url("district_close", pk=town["1"].pk), follow=True)

    assert "Er horen nog straten bij deze kieswijk" in text(refused)
    assert events(world, "district.closed") == 0


def test_levels_are_made_changed_and_taken_away(client, world, town):
    sign_in(client, world.alice)

    client.post(url("district_area_new"), {"kind": "former_municipality", "code": "L", "name": "Lembeek"})
    with tenant(world.halle.pk):
        area = Area.objects.get()
    assert client.post(url("district_area_new"), {"kind": "former_municipality", "code": "L", "name": "x"}).status_code == 422
    client.post(url("district_area_edit", pk=area.pk), {"kind": "canton", "code": "LB", "name": "Lembeek"})
    page = client.get(url("district_area_list"))
    assert "LB" in text(page)
    with tenant(world.halle.pk):
        assert Area.objects.get().kind == "former_municipality"
        District.objects.filter(code="1").update(former_municipality=area)
    assert "in gebruik" in text(client.post(url("district_area_delete", pk=area.pk), follow=True))
    with tenant(world.halle.pk):
        District.objects.update(former_municipality=None)
    assert "Lembeek is weggenomen" in text(client.post(url("district_area_delete", pk=area.pk), follow=True))


def test_history_tells_every_change_row_by_row(client, world, town):
    sign_in(client, world.bob)
    with tenant(world.halle.pk):
        pk = StreetRange.objects.get(street=town["dorp"]).pk
    put(world, world.halle, removed=[pk])

    page = client.get(url("district_change_list"))
    assert [one["counts"] for one in page.context["rows"]] == ["1 rij weg", "3 rijen erbij"]
    detail = client.get(page.context["rows"][0]["url"])
    assert "verwijderd dorp 1500 alle nummers 1 Wijk 1" in text(detail)
    assert "ongedaan" not in text(detail)
    client.logout()
    assert "Er is nog niets gebeurd" not in text(page)


def test_history_begins_empty(client, world):
    assert "Er is nog niets gebeurd" in text(sign_in(client, world.bob).get(url("district_change_list")))


def test_the_split_goes_out_as_a_file_that_says_so(client, world, town):
    sign_in(client, world.alice)

    file = client.get(url("district_export"))

    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="kieswijken-23027-' in file.headers["Content-Disposition"]
    assert file.content.decode().splitlines()[1:] == [
        "1,Wijk 1,1500,dorp,all,,",
        "1,Wijk 1,1500,kerkstraat,all,,3",
        "2,Wijk 2,1500,kerkstraat,all,5,",
    ]
    assert client.get(url("district_export") + "?day=01/01/1890").content.decode().count("\n") == 1
    assert events(world, "districts.exported") == 2
    client.logout()
    assert sign_in(client, world.bob).get(url("district_export")).status_code == 403
    assert events(world, "districts.exported") == 2


def test_findings_are_counted_by_kind_and_lead_to_where_they_are_mended(client, world, town):
    sign_in(client, world.alice)

    page = client.get(url("district_findings"))

    assert {kind["code"]: kind["count"] for kind in page.context["kinds"] if kind["count"]} == {"gap": 1}
    assert "Huisnummers zonder kieswijk kerkstraat · 1500 nr. 4" in text(page)
    assert url("street_detail", pk=town["kerkstraat"].pk) in page.content.decode()
    part = client.get(url("district_findings") + "?kind=unused_row", headers=HTMX)
    assert "<html" not in part.content.decode()
    assert "kerkstraat" not in text(part)
    rows = list(csv.DictReader(io.StringIO(client.get(url("district_findings_export")).content.decode())))
    assert [(one["code"], one["where"], one["numbers"], one["addresses"]) for one in rows] == [("gap", "kerkstraat · 1500", "nr. 4", "1")]
    assert client.get(url("district_findings") + "?day=morgen&kind=x").status_code == 200


def test_where_all_fits_it_says_so(client, world):
    street = make_streets(world.halle, kerkstraat=["1", "2"])["kerkstraat"]
    put(world, world.halle, row(make_districts(world, world.halle, "1")["1"], street))

    assert "Alles klopt" in text(sign_in(client, world.bob).get(url("district_findings")))


def test_which_district_answers_as_page_as_part_and_as_json(client, world, town):
    sign_in(client, world.bob)
    address = url("which_district")

    page = client.get(address, {"q": "Kerkstr. 12A"})
    part = client.get(address, {"q": "Kerkstr. 12A"}, headers=HTMX)
    machine = client.get(address, {"q": "Kerkstr. 12A"}, headers={"Accept": "application/json"})

    assert "2 Wijk 2 kerkstraat 12A , 1500 Halle" in text(page)
    assert "2 Wijk 2" in text(part)
    assert "<html" not in part.content.decode()
    assert machine.json()["answers"][0]["district_code"] == "2"
    assert machine.json()["answers"][0]["address_known"] is True
    assert "Accept" in machine.headers["Vary"]
    assert "In geen kieswijk" in text(client.get(address, {"q": "kerkstraat 4"}))
    assert "Het hangt af van het huisnummer" in text(client.get(address, {"q": "kerkstraat"}))
    assert "Geen enkele straat lijkt hierop" in text(client.get(address, {"q": "qqqqqq"}))
    assert "nog geen indeling" in text(client.get(address, {"q": "dorp", "day": "01/01/1890"}))
    assert client.get(address, headers={"Accept": "application/json"}).json()["answers"] == []


def test_a_street_is_prepared_and_taken_away(client, world, town):
    sign_in(client, world.alice)

    made = client.post(url("street_prepare"), {"name": "Nieuwe Vaart"}, follow=True)
    with tenant(world.halle.pk):
        street = Street.objects.get(best_id=None)
    assert made.redirect_chain[-1][0] == url("district_street", pk=street.pk)
    again = client.post(url("street_prepare"), {"name": "nieuwevaart"})
    assert (again.status_code, "al een straat met deze naam" in text(again)) == (422, True)
    assert "Nieuwe Vaart" in text(client.get(url("street_prepare")))
    assert "voorbereid" in text(client.get(url("street_list")))
    assert "nog geen adressenbestand bracht ze" in text(client.get(url("street_detail", pk=street.pk)))
    assert "kan dus niet worden weggenomen" in text(client.post(url("street_drop", pk=town["dorp"].pk), follow=True))
    assert "Nieuwe Vaart is weggenomen" in text(client.post(url("street_drop", pk=street.pk), follow=True))


def test_a_street_for_a_district_is_searched(client, world, town):
    sign_in(client, world.alice)
    address = url("district_street_search", pk=town["2"].pk)

    assert client.get(address).status_code == 200
    found = client.get(address, {"q": "dorp"}, headers=HTMX)
    assert "Nu in" in text(found)
    assert f"{url('district_street', pk=town['dorp'].pk)}?district={town['2'].pk}" in found.content.decode()
    assert "Geen enkele straat" in text(client.get(address, {"q": "qqqqqq"}))


def test_the_page_of_a_street_shows_its_rows_and_what_lies_nowhere(client, world, town):
    page = sign_in(client, world.bob).get(url("street_detail", pk=town["kerkstraat"].pk))

    assert "1 adres van deze straat ligt in geen kieswijk" in text(page)
    assert "tot en met 3 1500 1 Wijk 1 altijd" in text(page)
    assert "Kieswijken wijzigen" not in text(page)
    runs = page.context["split_sides"]
    assert [(one["numbers"], one["district"] and one["district"].code) for one in runs[1]["runs"]] == [("2", "1"), ("4", None), ("12", "2")]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("district_new", {"code": "9", "name": "x"}),
        ("district_area_new", {"kind": "canton", "code": "9", "name": "x"}),
        ("street_prepare", {"name": "Nieuwe Vaart"}),
        ("district_close", {}),
        ("street_drop", {}),
    ],
)
def test_a_reader_changes_nothing(client, world, town, name, values):
    sign_in(client, world.bob)
    before = rows_of(world.halle, removed=True)
    kwargs = {"pk": town["2"].pk} if name in {"district_close", "street_drop"} else {}

    assert client.post(url(name, **kwargs), values).status_code == 403
    assert rows_of(world.halle, removed=True) == before
    with tenant(world.halle.pk):
        assert District.objects.count() == 2
        assert not Street.objects.filter(best_id=None).exists()


def test_codes_and_names_that_no_list_can_print_are_refused(client, world, town):
    sign_in(client, world.alice)

    assert client.post(url("district_new"), {"code": "9", "name": "漢字"}).status_code == 422
    assert events(world, "district.created") == 2
