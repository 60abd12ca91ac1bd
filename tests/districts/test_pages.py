"""The pages of streets, addresses and their import, as each person sees them."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import jobs
from core.models import AuditEvent, Job
from core.tenancy import tenant
from districts.models import Address, AddressImport, Street
from districts.services import addresses as services
from tests.districts.address_files import address_file, kerkstraat, line
from tests.personas import NOW, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bring_in(world, django_capture_on_commit_callbacks):
    def run(*lines, nis="23027"):
        municipality, user = (world.halle, world.alice) if nis == "23027" else (world.horebeke, world.charlie)
        with jobs.inline(), django_capture_on_commit_callbacks(execute=True), tenant(municipality.pk):
            services.request_address_import(
                municipality=municipality, file=address_file(*lines), file_name="x.csv", by=world.actor(user), at=NOW
            )

    return run


@pytest.fixture
def streets(bring_in):
    bring_in(
        *kerkstraat(12),
        line(1, house_number="12A"),
        line(2, box_number="10"),
        line(3, box_number="2"),
        line(4, street_id="2", streetname_nl="Zevenblok", postcode="1501", postname_nl="Buizingen", **{"EPSG:4326_lat": "0.00000"}),
    )
    bring_in(line(1, municipality_id="45062", streetname_nl="Dorp"), nis="45062")


def url(name, **kwargs):
    return reverse(name, kwargs={"nis": "23027", **kwargs})


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Kerkstraat", "Zevenblok"]),
        ("q=kerkstr.", ["Kerkstraat"]),
        ("q=KÉRK", ["Kerkstraat"]),
        ("postcode=1501", ["Zevenblok"]),
        ("state=closed", []),
        ("q=dorp", []),
        ("sort=-addresses", ["Kerkstraat", "Zevenblok"]),
        ("sort=-name", ["Zevenblok", "Kerkstraat"]),
        ("sort=houses", ["Zevenblok", "Kerkstraat"]),
    ],
)
def test_a_list_and_its_export_hold_the_same_streets(client, world, streets, query, shown):
    sign_in(client, world.alice)

    page = client.get(f"{url('street_list')}?{query}", headers={"HX-Request": "true"})
    file = client.get(f"{url('street_export')}?{query}")

    assert re.findall(r'/addresses/\d+/"[^>]*>([^<]+)<', page.content.decode()) == shown
    assert [row["street_name"] for row in csv.DictReader(io.StringIO(file.content.decode()))] == shown
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="streets.exported").count() == 1


def test_a_street_shows_its_houses_and_boxes_in_natural_order(client, world, streets):
    sign_in(client, world.bob)
    with tenant(world.halle.pk):
        street = Street.objects.get(name="Kerkstraat")

    page = client.get(url("street_detail", pk=street.pk))

    labels = [house.label for house in page.context["houses"]]
    assert labels == [*map(str, range(1, 13)), "12A"]
    assert [box.label for box in page.context["houses"][0].boxes] == ["2", "10"]


def test_a_list_without_streets_says_how_to_fill_it(client, world):
    sign_in(client, world.alice)

    page = client.get(url("street_list")).content.decode()

    assert "Nog geen straten" in page
    assert url("address_import_new") in page


def test_a_file_is_brought_in_from_the_page(client, world, django_capture_on_commit_callbacks):
    sign_in(client, world.alice)
    upload = SimpleUploadedFile("adressen.csv", address_file(*kerkstraat(3)).getvalue())

    with jobs.inline(), django_capture_on_commit_callbacks(execute=True):
        sent = client.post(url("address_import_new"), {"file": upload})
    page = client.get(sent.headers["Location"])

    assert sent.status_code == 302
    assert [figure["value"] for figure in page.context["figures"]][:2] == ["3", "3"]
    assert client.get(sent.headers["Location"], headers={"HX-Request": "true"}).status_code == 286
    assert "adressen.csv" in client.get(url("address_import_new")).content.decode()


def test_a_refused_file_shows_its_problems(client, world, django_capture_on_commit_callbacks):
    sign_in(client, world.alice)
    upload = SimpleUploadedFile("adressen.csv", address_file(line("x")).getvalue())

    with django_capture_on_commit_callbacks() as later:
        sent = client.post(url("address_import_new"), {"file": upload})
    with jobs.inline(), pytest.raises(services.AddressFileRefusedError):
        later[0]()
    page = client.get(sent.headers["Location"]).content.decode()

    assert "Dit is geen geheel getal" in page
    assert "address_id" in page


def test_no_file_is_an_error_at_the_field(client, world):
    sign_in(client, world.alice)

    assert client.post(url("address_import_new")).status_code == 422
    with tenant(world.halle.pk):
        assert not AddressImport.objects.exists()
        assert not Job.objects.exists()


def test_a_waiting_file_is_confirmed_on_its_page(client, world, bring_in, django_capture_on_commit_callbacks):
    bring_in(*kerkstraat(20))
    with pytest.raises(services.AddressFileRefusedError):
        bring_in(*kerkstraat(5))
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        waiting = AddressImport.objects.latest("pk")

    assert "15 van de 20 gekende adressen" in client.get(url("address_import_detail", pk=waiting.pk)).content.decode()
    assert "wacht: het zou veel adressen sluiten" in client.get(url("address_import_new")).content.decode()
    with jobs.inline(), django_capture_on_commit_callbacks(execute=True):
        client.post(url("address_import_confirm", pk=waiting.pk), {"decision": "confirm"})
    with tenant(world.halle.pk):
        assert Address.objects.filter(closed_at=None).count() == 5
    again = client.post(url("address_import_confirm", pk=waiting.pk), {"decision": "confirm"}, follow=True)
    assert "Over dit bestand is intussen beslist" in again.content.decode()


def test_a_file_that_was_let_go_is_not_called_refused(client, world, bring_in):
    bring_in(*kerkstraat(20))
    with pytest.raises(services.AddressFileRefusedError):
        bring_in(*kerkstraat(5))
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        waiting = AddressImport.objects.latest("pk")

    client.post(url("address_import_confirm", pk=waiting.pk), {"decision": "drop"})

    page, history = client.get(url("address_import_detail", pk=waiting.pk)), client.get(url("address_import_new"))
    assert "15 van de 20 gekende adressen" in page.content.decode()
    assert "Wat er mis is" not in page.content.decode()
    assert history.context["history"][0]["state"] == ""
    assert "geweigerd" not in history.content.decode()


@pytest.mark.parametrize(("wrong", "told"), [(1, "geweigerd, 1 fout<"), (2, "geweigerd, 2 fouten<")])
def test_a_refused_file_says_how_many_faults_it_has_and_what_was_expected_in_the_readers_language(client, world, bring_in, wrong, told):
    rows = [line(1), *(line(number, postcode="15000") for number in range(2, 2 + wrong))]
    with pytest.raises(services.AddressFileRefusedError):
        bring_in(*rows)
    sign_in(client, world.alice)
    with tenant(world.halle.pk):
        refused = AddressImport.objects.latest("pk")

    assert told in client.get(url("address_import_new")).content.decode()
    page = client.get(url("address_import_detail", pk=refused.pk)).content.decode()
    assert "vier cijfers" in page
    assert "four figures" not in page


def test_a_reader_brings_nothing_in_and_takes_nothing_out(client, world, streets):
    sign_in(client, world.bob)
    upload = SimpleUploadedFile("adressen.csv", address_file(line(1)).getvalue())

    assert client.post(url("address_import_new"), {"file": upload}).status_code == 403
    assert client.get(url("street_export")).status_code == 403
    with tenant(world.halle.pk):
        assert AddressImport.objects.count() == 1


def test_a_street_of_another_municipality_is_not_there(client, world, streets):
    sign_in(client, world.charlie)
    with tenant(world.halle.pk):
        street, address_import = Street.objects.first(), AddressImport.objects.first()
    assert street is not None
    assert address_import is not None

    for nis in ("23027", "45062"):
        for name, pk in (("street_detail", street.pk), ("address_import_detail", address_import.pk)):
            assert client.get(reverse(name, kwargs={"nis": nis, "pk": pk})).status_code == 404
