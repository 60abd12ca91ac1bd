"""Addresses come in whole or not at all, and only the rows that differ are written."""

import gzip
import io
import zipfile
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from core import jobs
from core.models import AuditEvent, Job
from core.tenancy import tenant
from districts.models import Address, AddressImport, Street
from districts.services import addresses as services
from districts.services.addresses import AddressFileRefusedError
from tests.districts.address_files import HEADER, address_file, kerkstraat, line
from tests.personas import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bring_in(world, django_capture_on_commit_callbacks):
    def run(file, municipality=None, name="adressen.csv", confirmed=False):
        municipality = municipality or world.halle
        by = world.actor(world.charlie if municipality == world.horebeke else world.alice)
        with jobs.inline(), django_capture_on_commit_callbacks(execute=True), tenant(municipality.pk):
            asked = services.request_address_import(
                municipality=municipality, file=file, file_name=name, by=by, at=NOW, confirmed=confirmed
            )
        with tenant(municipality.pk):
            return AddressImport.objects.get(pk=asked.pk)

    return run


def refused(bring_in, file, **options):
    with pytest.raises(AddressFileRefusedError) as caught:
        bring_in(file, **options)
    return [(problem.row, problem.column, problem.value, problem.code) for problem in caught.value.problems]


def addresses(municipality):
    with tenant(municipality.pk):
        return list(
            Address.objects.filter(municipality=municipality)
            .order_by("best_id")
            .values_list("best_id", "street__name", "number", "suffix", "box_key", "closed_at")
        )


def test_new_addresses_get_their_keys_and_positions(world, bring_in):
    done = bring_in(
        address_file(
            line(1, house_number="12A", box_number="0003"),
            line(2, house_number="12/1", **{"EPSG:4326_lat": "0.00000", "EPSG:4326_lon": "0.00000"}),
            line(3, status="retired"),
            line(4, street_id="2", streetname_nl="Stationsstr."),
        )
    )

    assert done.counts == {
        "rows": 3, "added": 3, "changed": 0, "closed": 0, "reopened": 0, "unchanged": 0,
        "streets": 2, "streets_adopted": 0, "streets_added": 2, "streets_changed": 0, "streets_closed": 0,
    }  # fmt: skip
    assert addresses(world.halle) == [
        (1, "Kerkstraat", 12, "a", "3", None),
        (2, "Kerkstraat", 12, "/1", "", None),
        (4, "Stationsstr.", 1, "", "", None),
    ]
    with tenant(world.halle.pk):
        assert list(Address.objects.order_by("best_id").values_list("latitude", flat=True)) == [50.72448, None, 50.72448]
        assert list(Street.objects.order_by("best_id").values_list("name_key", flat=True)) == ["kerkstraat", "stationsstraat"]
        assert AuditEvent.objects.filter(kind="addresses.imported", after=done.counts).count() == 1
    assert done.file == ""
    assert default_storage.listdir("23027/addresses") == ([], [])


def test_each_kind_of_difference_is_counted_and_made(world, bring_in):
    bring_in(address_file(*kerkstraat(20), line(1), line(2, street_id="2", streetname_nl="Dries")))

    done = bring_in(address_file(*kerkstraat(20)[1:], line(1, box_number="A"), line(3)))
    assert {key: done.counts[key] for key in ("added", "changed", "closed", "reopened", "unchanged", "streets_closed")} == {
        "added": 1, "changed": 1, "closed": 2, "reopened": 0, "unchanged": 19, "streets_closed": 1,
    }  # fmt: skip
    with tenant(world.halle.pk):
        assert set(Address.objects.filter(closed_at=NOW).values_list("best_id", flat=True)) == {2, 1001}

    back = bring_in(address_file(*kerkstraat(20), line(1, box_number="A"), line(2, street_id="2", streetname_nl="Dries"), line(3)))
    assert {key: back.counts[key] for key in ("added", "changed", "closed", "reopened", "streets_changed")} == {
        "added": 0, "changed": 0, "closed": 0, "reopened": 2, "streets_changed": 1,
    }  # fmt: skip
    with tenant(world.halle.pk):
        assert not Address.objects.filter(closed_at__isnull=False).exists()


def test_an_unchanged_file_writes_no_row(world, bring_in):
    file = address_file(*kerkstraat(30), line(1, house_number="7", box_number="0102"))
    bring_in(file)
    versions = "SELECT array_agg((ctid, xmin, xmax)::text ORDER BY id) FROM {}"
    with tenant(world.halle.pk), connection.cursor() as cursor:
        before = [cursor.execute(versions.format(table)).fetchone() for table in ("districts_address", "districts_street")]

    done = bring_in(file)

    assert done.counts["unchanged"] == 31
    with tenant(world.halle.pk), connection.cursor() as cursor:
        assert [cursor.execute(versions.format(table)).fetchone() for table in ("districts_address", "districts_street")] == before


def test_a_region_file_gives_each_municipality_its_own_rows(world, bring_in):
    file = address_file(
        line(1), line(2, municipality_id="45062", postcode="9667", postname_nl="Horebeke"), line(3, municipality_id="11002")
    )

    bring_in(file)
    bring_in(file, municipality=world.horebeke)

    assert [row[0] for row in addresses(world.halle)] == [1]
    assert [row[0] for row in addresses(world.horebeke)] == [2]


def test_another_municipality_with_the_same_numbers_is_left_alone(world, bring_in):
    bring_in(address_file(*kerkstraat(5)))
    bring_in(address_file(*kerkstraat(5, municipality_id="45062")), municipality=world.horebeke)

    bring_in(address_file(line(1001)), confirmed=True)

    assert sum(row[-1] is not None for row in addresses(world.halle)) == 4
    assert all(row[-1] is None for row in addresses(world.horebeke))


def packed(kind, content):
    buffer = io.BytesIO()
    if kind == "gz":
        buffer.write(gzip.compress(content))
    else:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("lees-mij.txt", "x")
            archive.writestr("openaddress.csv", content)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_packed_files_are_read(world, bring_in, kind):
    bring_in(packed(kind, address_file(*kerkstraat(3)).getvalue()), name=f"adressen.{kind}")

    assert len(addresses(world.halle)) == 3


def test_columns_are_found_by_name_also_those_of_lambert_2008(world, bring_in):
    header = ",".join(reversed(HEADER.replace("31370", "3812").split(",")))

    bring_in(io.BytesIO(b"\xef\xbb\xbf" + address_file(line(7, header=header), header=header).getvalue().replace(b"\n", b"\r\n")))

    assert addresses(world.halle) == [(7, "Kerkstraat", 1, "", "", None)]


def test_all_problems_are_reported_together_and_nothing_changes(world, bring_in):
    bring_in(address_file(*kerkstraat(3)))
    before = addresses(world.halle)

    problems = refused(
        bring_in,
        address_file(
            line("x"),
            line(2, postcode="15000", house_number=""),
            line(3, **{"EPSG:4326_lat": "51,2"}).replace("51,2", '"51,2"'),
            line(4, status="valid"),
            line(5) + ",more",
            line(6, municipality_id="45062", postcode="wrong"),
            line(7, streetname_nl="K" * 121),
        ),
    )

    assert problems == [
        (2, "address_id", "x", "not_a_number"),
        (3, "postcode", "15000", "not_a_postcode"),
        (3, "house_number", "", "required"),
        (4, "EPSG:4326_lat", "51,2", "not_a_position"),
        (5, "status", "valid", "not_a_status"),
        (6, "", "21", "cells"),
        (8, "streetname_nl", "K" * 121, "too_long_value"),
    ]
    assert addresses(world.halle) == before
    with tenant(world.halle.pk):
        kept = AddressImport.objects.latest("pk")
        assert kept.counts == {"problems": 7}
        assert kept.problems[0] == {"row": 2, "column": "address_id", "value": "x", "code": "not_a_number",
                                    "expected": "a whole number of at most 18 figures"}  # fmt: skip
        assert kept.finished_at is not None
        assert kept.file == ""
        assert kept.job_id is not None
        assert Job.objects.get(pk=kept.job_id).state == "failed"
        assert AuditEvent.objects.filter(kind="addresses.import_refused").count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (address_file(line(1)).getvalue().replace(b"status", b"toestand", 1), "column_unknown"),
        (address_file(line(1, municipality_id="45062")).getvalue(), "other_municipality"),
        (HEADER.encode(), "other_municipality"),
        (address_file(line(1, status="retired")).getvalue(), "none_current"),
        (address_file(line(1)).getvalue().replace(b"Kerkstraat", b"Kerkstr\xe9"), "not_utf8"),
        (address_file(line(1)).getvalue().replace(b"Kerkstraat", b'"Kerkstraat'), "not_csv"),
        (address_file(line(1)).getvalue().replace(b"Kerkstraat", b"Kerk\x00straat"), "control_character"),
        (HEADER.encode() + b"\n" + b"x" * 70_000, "too_long"),
        (gzip.compress(address_file(*kerkstraat(500)).getvalue(), mtime=0)[:-40], "damaged"),
        (packed("zip", address_file(line(1)).getvalue()).getvalue()[:-30], "damaged"),
        (address_file(line(1), line(2), line(1)).getvalue(), "address_twice"),
        (address_file(line(1), line(2, streetname_nl="Kerkstr.")).getvalue(), "street_two_names"),
    ],
)
def test_a_file_that_cannot_be_trusted_changes_nothing(world, bring_in, content, code):
    bring_in(address_file(*kerkstraat(3)))
    before = addresses(world.halle)

    problems = refused(bring_in, io.BytesIO(content))

    assert code in {problem[-1] for problem in problems}
    assert addresses(world.halle) == before


def test_a_file_that_closes_many_waits_until_somebody_confirms(world, bring_in, django_capture_on_commit_callbacks):
    bring_in(address_file(*kerkstraat(20)))
    before = addresses(world.halle)

    assert refused(bring_in, address_file(*kerkstraat(17))) == [(0, "", "3 / 20", "closes_too_many")]
    assert addresses(world.halle) == before

    with tenant(world.halle.pk):
        waiting = AddressImport.objects.latest("pk")
        assert services.waits_for_confirmation(waiting)
    with jobs.inline(), django_capture_on_commit_callbacks(execute=True), tenant(world.halle.pk):
        services.confirm_address_import(address_import=waiting, by=world.actor(world.alice), at=NOW)
    with tenant(world.halle.pk):
        waiting.refresh_from_db()
        assert (waiting.counts["closed"], waiting.problems, waiting.file) == (3, [], "")
        with pytest.raises(services.NotWaitingError):
            services.confirm_address_import(address_import=waiting, by=world.actor(world.alice), at=NOW)


def test_a_tenth_may_go_without_a_question(world, bring_in):
    bring_in(address_file(*kerkstraat(20)))

    assert bring_in(address_file(*kerkstraat(18))).counts["closed"] == 2


def test_a_waiting_file_can_be_dropped(world, bring_in):
    bring_in(address_file(*kerkstraat(20)))
    refused(bring_in, address_file(*kerkstraat(1)))

    with tenant(world.halle.pk):
        waiting = AddressImport.objects.latest("pk")
        services.drop_address_import(address_import=waiting, by=world.actor(world.alice), at=NOW)
        waiting.refresh_from_db()
        assert not services.waits_for_confirmation(waiting)
        assert Address.objects.filter(closed_at=None).count() == 20


def test_an_import_that_was_finished_is_not_done_again(world, bring_in):
    done = bring_in(address_file(*kerkstraat(3)))
    run = jobs.JobRun(done.job_id, world.halle.pk, {"address_import": done.pk}, world.actor(world.alice), uuid4())

    assert services.import_addresses(run=run, at=NOW) == done.counts
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="addresses.imported").count() == 1


def test_a_stop_in_the_middle_leaves_nothing(world, bring_in, monkeypatch):
    def stopped(**_values):
        raise jobs.JobCancelledError

    bring_in(address_file(*kerkstraat(3)))
    monkeypatch.setattr("districts.sql.addresses.merge", stopped)

    done = bring_in(address_file(*kerkstraat(9)))

    assert done.counts == {}
    assert done.file == ""
    assert len(addresses(world.halle)) == 3
