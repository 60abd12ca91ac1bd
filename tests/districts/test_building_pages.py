"""The pages of buildings, as each person sees them."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Address, Building
from districts.rules import place_picture
from districts.services import buildings as services
from tests.districts.station_files import PLACE
from tests.districts.test_photos import SVG, picture
from tests.districts.test_stations import freeze
from tests.personas import NOW, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def url(name, **kwargs):
    return reverse(name, kwargs={"nis": "23027", **kwargs})


def filled(**values):
    """What the form of a building sends."""
    ordinary = {"name": "De Bres", "street_name": "Kerkstraat", "house_number": "12", "postcode": "1500", "rooms": "1"}
    return {**ordinary, **values}


def names(page):
    return re.findall(r'/buildings/\d+/"[^>]*>([^<]+)<', page.content.decode())


@pytest.fixture
def three(halle, horebeke):
    """Three buildings in Halle, one of them closed, and one in Horebeke."""
    made = [halle.building("Café", rooms=2), halle.building("basisschool", position=(50.8, 4.3)), halle.building("Échevin")]
    horebeke.building("Elders")
    with tenant(halle.municipality.pk):
        services.close_building(building=made[2], by=halle.by, at=NOW)
    halle.station(1, made[0])
    return made


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["basisschool", "Café"]),
        ("state=closed", ["Échevin"]),
        ("state=all", ["basisschool", "Café", "Échevin"]),
        ("q=CAFE", ["Café"]),
        ("q=elders", []),
        ("position=without", []),
        ("accessible=unknown&state=all", ["basisschool", "Café", "Échevin"]),
        ("sort=-name", ["Café", "basisschool"]),
        ("sort=-stations", ["Café", "basisschool"]),
        ("sort=address", ["Café", "basisschool"]),
        ("sort=accessibility", ["basisschool", "Café"]),
        ("state=nonsense", ["basisschool", "Café"]),
    ],
)
def test_a_list_and_its_export_hold_the_same_buildings(client, world, halle, three, query, shown):
    sign_in(client, world.alice)

    page = client.get(f"{url('building_list')}?{query}", headers={"HX-Request": "true"})
    file = b"".join(client.get(f"{url('building_export')}?{query}").streaming_content).decode("utf-8-sig")

    assert names(page) == shown
    assert [row["name"] for row in csv.DictReader(io.StringIO(file), delimiter=";")] == shown
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="buildings.exported").count() == 1


def test_a_list_without_buildings_says_how_to_fill_it(client, world, halle):
    sign_in(client, world.alice)

    page = client.get(url("building_list")).content.decode()

    assert "Nog geen gebouwen" in page
    assert url("building_new") in page


def test_the_list_takes_as_many_queries_for_thirty_as_for_three(
    client, world, halle, three, django_assert_num_queries, django_assert_max_num_queries
):
    sign_in(client, world.alice)
    with django_assert_max_num_queries(30) as few:
        client.get(url("building_list"))
    for number in range(30):
        halle.station(number + 10, halle.building(f"Gebouw {number}"))

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(url("building_list"))


def test_a_building_shows_where_it_is_and_what_is_in_it(client, world, halle, three, django_assert_max_num_queries):
    sign_in(client, world.bob)

    with django_assert_max_num_queries(30):
        page = client.get(url("building_detail", pk=three[0].pk)).content.decode()

    assert "Kerkstraat 12, 1500 Halle" in page
    assert "50,73450° N, 4,23750° O" in page
    assert reverse("station_detail", kwargs={"nis": "23027", "election_date": halle.election.date, "pk": halle_station(halle)}) in page
    assert "Gebouw toegevoegd" in page
    assert url("building_edit", pk=three[0].pk) not in page  # a reader changes nothing


def halle_station(halle):
    with tenant(halle.municipality.pk):
        return halle.election.stations.get().pk


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"closed_at": NOW}, "Dit gebouw is gesloten"),
        ({"latitude": None, "longitude": None}, "De plaats op de kaart is niet gekend"),
        ({"address": None}, "Het adressenbestand kent dit adres niet"),
        ({"latitude": 50.74}, "ligt op 612 meter van het adres"),
    ],
)
def test_a_building_says_what_is_not_as_it_should_be(client, world, halle, values, text):
    building = halle.building()
    with tenant(halle.municipality.pk):
        Building.objects.update(**values)
    sign_in(client, world.alice)

    assert text in client.get(url("building_detail", pk=building.pk)).content.decode()


def test_a_building_leads_to_its_place_on_the_map_or_says_how_it_gets_one(client, world, halle):
    building = halle.building()
    there = f'href="{reverse("election_map", kwargs={"nis": "23027", "election_date": halle.election.date})}?building={building.pk}"'
    sign_in(client, world.alice)

    assert there in client.get(url("building_detail", pk=building.pk)).content.decode()
    with tenant(halle.municipality.pk):
        Building.objects.update(latitude=None, longitude=None)
    page = client.get(url("building_detail", pk=building.pk)).content.decode()
    assert there not in page
    assert "bewaar het" in page
    with tenant(halle.municipality.pk):
        Address.objects.update(latitude=None, longitude=None)
    assert "niet de plaats: vul breedte- en lengtegraad in" in client.get(url("building_detail", pk=building.pk)).content.decode()
    with tenant(halle.municipality.pk):
        Building.objects.update(address=None)
    page = client.get(url("building_detail", pk=building.pk)).content.decode()
    assert "dat het adressenbestand kent, of vul breedte- en lengtegraad in" in page
    assert f'<a href="{url("building_edit", pk=building.pk)}">Het gebouw wijzigen</a>' in page
    client.logout()
    page = sign_in(client, world.bob).get(url("building_detail", pk=building.pk)).content.decode()
    assert "vul breedte- en lengtegraad in" in page
    assert "Het gebouw wijzigen" not in page


def test_a_building_is_made_on_its_page(client, world, halle, horebeke):
    sign_in(client, world.alice)

    sent = client.post(url("building_new"), filled(contact_name="Jan Maes", latitude="50,8", longitude="4.3"))

    with tenant(halle.municipality.pk):
        made = Building.objects.get()
    assert sent.headers["Location"] == url("building_detail", pk=made.pk)
    assert (made.latitude, made.longitude, made.contact_name) == (50.8, 4.3, "Jan Maes")
    assert horebeke.buildings() == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "教会"}, "name"),
        ({"name": "DE  BRES"}, "name"),
        ({"postcode": "150"}, "postcode"),
        ({"postcode": "1500\n"}, None),  # blanks around it are no fault
        ({"street_name": ""}, "street_name"),
        ({"rooms": "0"}, "rooms"),
        ({"latitude": "4.2", "longitude": "4.3"}, "latitude"),
        ({"latitude": "50.7", "longitude": "50.7"}, "longitude"),
        ({"latitude": "50.7"}, "longitude"),
        ({"longitude": "4.2"}, "latitude"),
        ({"latitude": "noord", "longitude": "4.2"}, "latitude"),
        ({"contact_email": "geen adres"}, "contact_email"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_changes_nothing(client, world, halle, values, field):
    halle.building()
    sign_in(client, world.alice)

    page = client.post(url("building_new"), filled(**{"name": "Nieuw", **values}))

    if field is None:
        assert page.status_code == 302
    else:
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert list(halle.buildings()) == ["De Bres"]


def test_a_place_that_is_the_address_s_own_moves_along_with_the_address(client, world, halle):
    building = halle.building()
    sign_in(client, world.alice)
    form = client.get(url("building_edit", pk=building.pk)).context["form"]

    client.post(url("building_edit", pk=building.pk), filled(house_number="13", latitude=form["latitude"].value() or "", longitude=""))

    assert halle.buildings()["De Bres"][1] == (PLACE[0] + 0.0001, PLACE[1])


def test_a_change_after_the_freeze_warns_of_what_was_sent(client, world, halle):
    building = halle.building()
    halle.station(1, building)
    freeze(halle)
    sign_in(client, world.alice)

    quiet = client.post(url("building_edit", pk=building.pk), filled(keys="conciërge"), follow=True).content.decode()
    loud = client.post(url("building_edit", pk=building.pk), filled(keys="conciërge", entrance="achteraan"), follow=True).content.decode()

    assert "bureau-indeling van een verkiezing is vastgesteld" not in quiet
    assert "bureau-indeling van een verkiezing is vastgesteld" in loud


def test_the_checklist_is_filled_in(client, world, halle):
    building = halle.building()
    sign_in(client, world.alice)
    page = url("building_accessibility", pk=building.pk)

    assert client.post(page, {"toilet": "misschien"}).status_code == 422
    assert client.post(page, {"toilet": "no", "bus_stop": "yes", "ramp": ""}).status_code == 302
    assert client.get(page).context["form"]["toilet"].value() == "no"

    with tenant(halle.municipality.pk):
        assert Building.objects.get().accessibility == {"bus_stop": True, "toilet": False}


def test_closing_says_which_stations_are_in_it(client, world, halle):
    building = halle.building()
    halle.station(3, building)
    sign_in(client, world.alice)
    with tenant(halle.municipality.pk):
        type(halle.election).objects.filter(pk=halle.election.pk).update(date=NOW.replace(year=2090).date())
    page = url("building_close", pk=building.pk)

    assert "3 De Bres" in client.get(page).content.decode()
    client.post(page, {"decision": "close"})
    with tenant(halle.municipality.pk):
        assert Building.objects.get().closed_at is not None
    client.post(page, {"decision": "open"})
    with tenant(halle.municipality.pk):
        assert Building.objects.get().closed_at is None


def test_a_photo_comes_back_as_a_picture_that_nothing_can_hide_in(client, world, halle):
    building = halle.building("Café 't Hof")
    sign_in(client, world.alice)
    shown = url("building_photo", pk=building.pk)
    assert client.get(shown).status_code == 404

    upload = SimpleUploadedFile("foto.png", picture("PNG"), content_type="text/html")
    assert client.post(url("building_photo_edit", pk=building.pk), {"photo": upload}).status_code == 302

    answer = client.get(shown)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == 'inline; filename="cafe-t-hof.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    client.post(url("building_photo_edit", pk=building.pk), {"decision": "remove"})
    assert client.get(shown).status_code == 404


@pytest.mark.parametrize(("content", "text"), [(SVG, "Dit is geen foto"), (b"x" * (12 << 20) + b"x", "groter dan 12 MB"), (b"", "leeg")])
def test_another_file_is_refused_at_the_field(client, world, halle, content, text):
    building = halle.building()
    sign_in(client, world.alice)

    page = client.post(url("building_photo_edit", pk=building.pk), {"photo": SimpleUploadedFile("foto.jpg", content)})

    assert page.status_code == 422
    assert text in page.content.decode()
    with tenant(halle.municipality.pk):
        assert Building.objects.get().photo == ""


def test_the_picture_of_a_place_is_drawn_from_the_houses_around_it(client, world, halle):
    building, nowhere = halle.building(), halle.building("Nergens", position=(51.0, 5.0))
    sign_in(client, world.bob)

    answer = client.get(url("building_place", pk=building.pk))
    drawn = answer.content.decode()

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert drawn.count("h0") == 29  # of forty houses in one line: those within 200 metres
    assert "Kerkstraat" in drawn
    assert "<script" not in drawn
    assert client.get(url("building_place", pk=nowhere.pk)).content.decode().count("h0") == 0
    with tenant(halle.municipality.pk):
        Building.objects.filter(pk=building.pk).update(latitude=None, longitude=None)
    assert client.get(url("building_place", pk=building.pk)).status_code == 404


def test_names_in_a_picture_are_text_and_keep_apart():
    houses = [(PLACE[0] + step / 50_000, PLACE[1], name) for name in ("A & B <straat>", "Tweede") for step in range(5)]

    picture = place_picture.draw(PLACE, [*houses, (PLACE[0] + 0.001, PLACE[1] - 0.001, "Derde")])

    assert [label.text for label in picture.labels] == ["Derde"]  # the others lie on the building itself
    assert picture == place_picture.draw(PLACE, [*houses, (PLACE[0] + 0.001, PLACE[1] - 0.001, "Derde")])


PAGES = [
    "building_detail",
    "building_edit",
    "building_accessibility",
    "building_close",
    "building_photo",
    "building_photo_edit",
    "building_place",
]


@pytest.mark.parametrize("name", PAGES)
def test_a_building_of_another_municipality_is_not_there(client, world, halle, name):
    building = halle.building()
    sign_in(client, world.charlie)

    for nis in ("23027", "45062"):
        assert client.get(reverse(name, kwargs={"nis": nis, "pk": building.pk})).status_code == 404
        assert client.post(reverse(name, kwargs={"nis": nis, "pk": building.pk}), filled()).status_code in {404, 405}
    assert list(halle.buildings()) == ["De Bres"]


def test_a_reader_changes_nothing_and_takes_nothing_out(client, world, halle):
    building = halle.building()
    sign_in(client, world.bob)
    before = halle.buildings()

    for name in ("building_edit", "building_accessibility", "building_close", "building_photo_edit"):
        assert client.post(url(name, pk=building.pk), filled(name="X", decision="close")).status_code == 403
    assert client.post(url("building_new"), filled(name="X")).status_code == 403
    assert client.get(url("building_export")).status_code == 403
    assert halle.buildings() == before
    with tenant(halle.municipality.pk):
        assert Building.objects.get().closed_at is None
