"""Districts, the levels above them, and streets without addresses yet."""

from datetime import date

import pytest

from core import jobs
from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Area, Building, District, Station, Street
from districts.services import districts as services
from districts.services.addresses import request_address_import
from districts.services.districts import DistrictData, DistrictRefusedError
from elections.models import Election
from tests.districts.address_files import address_file, kerkstraat, line
from tests.districts.splits import ELECTION, make_districts, make_streets, put, row, rows_of
from tests.personas import NOW


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def events(municipality, kind):
    with tenant(municipality.pk):
        return list(AuditEvent.objects.filter(kind=kind).order_by("seq"))


def act(world, service, **values):
    """Call a service as alice in Halle."""
    with tenant(world.halle.pk):
        return service(by=world.actor(world.alice), at=NOW, **values)


def refused(world, service, **values):
    """The codes of a refusal, and that nothing was recorded."""
    with tenant(world.halle.pk):
        before = AuditEvent.objects.count()
    with pytest.raises(DistrictRefusedError) as refusal:
        act(world, service, **values)
    with tenant(world.halle.pk):
        assert AuditEvent.objects.count() == before
    return refusal.value.problems


def test_a_district_is_made_and_changed_and_says_so(world):
    area = act(world, services.save_area, municipality=world.halle, area=None, kind="canton", code="H", name="Halle")
    district = act(world, services.make_district, municipality=world.halle, data=DistrictData(code=" 3 ", name="De  Berg"))

    changed = act(world, services.change_district, district=district, data=DistrictData(code="3", name="Berg", areas={"canton": area}))

    assert changed == ["name", "canton"]
    with tenant(world.halle.pk):
        assert District.objects.values_list("code", "name", "canton__code").get() == ("3", "Berg", "H")
    (event,) = events(world.halle, "district.changed")
    assert (event.before, event.after) == ({"name": "De Berg", "canton": ""}, {"name": "Berg", "canton": "H"})
    assert act(world, services.change_district, district=district, data=DistrictData(code="3", name="Berg", areas={"canton": area})) == []
    assert len(events(world.halle, "district.changed")) == 1


def test_a_code_is_taken_once_a_municipality(world):
    make_districts(world, world.halle, "1", "2")
    make_districts(world, world.horebeke, "1")
    with tenant(world.halle.pk):
        second = District.objects.get(code="2")

    assert refused(world, services.make_district, municipality=world.halle, data=DistrictData(code="1", name="x")) == [
        ("code", "code_taken")
    ]
    assert refused(world, services.change_district, district=second, data=DistrictData(code="1", name="x")) == [("code", "code_taken")]
    act(world, services.make_district, municipality=world.halle, data=DistrictData(code="01", name="x"))


def test_a_district_is_closed_only_when_nothing_holds_on_to_it(world):
    streets = make_streets(world.halle, Kerkstraat=["1"])
    district = make_districts(world, world.halle, "1")["1"]
    put(world, world.halle, row(district, streets["Kerkstraat"], until=date(2025, 1, 1)))

    assert refused(world, services.close_district, district=district, day=date(2024, 12, 31)) == [("", "has_rows")]
    with tenant(world.halle.pk):
        election = Election.objects.create(municipality=world.halle, date=ELECTION, list_date=date(2024, 8, 1), created_at=NOW)
        building = Building.objects.create(
            municipality=world.halle, name="School", postcode="1500", street_name="Kerkstraat", house_number="1"
        )
        Station.objects.create(municipality=world.halle, election=election, number=1, name="1", district=district, building=building)
    assert refused(world, services.close_district, district=district, day=ELECTION) == [("", "has_rows")]
    assert act(world, services.close_district, district=district, day=date(2025, 1, 1)) is True
    assert act(world, services.close_district, district=district, day=date(2025, 1, 1)) is False
    assert act(world, services.reopen_district, district=district) is True
    assert [len(events(world.halle, f"district.{kind}")) for kind in ("closed", "reopened")] == [1, 1]


def test_a_district_with_a_station_of_a_coming_election_stays_open(world):
    district = make_districts(world, world.halle, "1")["1"]
    with tenant(world.halle.pk):
        election = Election.objects.create(municipality=world.halle, date=ELECTION, list_date=date(2024, 8, 1), created_at=NOW)
        building = Building.objects.create(
            municipality=world.halle, name="School", postcode="1500", street_name="Kerkstraat", house_number="1"
        )
        Station.objects.create(municipality=world.halle, election=election, number=1, name="1", district=district, building=building)

    assert refused(world, services.close_district, district=district, day=ELECTION) == [("", "has_stations")]
    assert act(world, services.close_district, district=district, day=date(2024, 10, 14)) is True


def test_levels_are_made_changed_and_taken_away_while_unused(world):
    area = act(world, services.save_area, municipality=world.halle, area=None, kind="former_municipality", code="L", name="Lembeek")
    assert refused(world, services.save_area, municipality=world.halle, area=None, kind="former_municipality", code="L", name="x") == [
        ("code", "code_taken")
    ]
    act(world, services.save_area, municipality=world.halle, area=None, kind="canton", code="L", name="Lennik")
    act(world, services.save_area, municipality=world.halle, area=area, kind="canton", code="LB", name="Lembeek")
    with tenant(world.halle.pk):
        assert sorted(Area.objects.values_list("kind", "code", "name")) == [
            ("canton", "L", "Lennik"),
            ("former_municipality", "LB", "Lembeek"),
        ]

    act(world, services.make_district, municipality=world.halle, data=DistrictData(code="1", name="x", areas={"former_municipality": area}))
    assert refused(world, services.delete_area, area=area) == [("", "in_use")]
    with tenant(world.halle.pk):
        District.objects.update(former_municipality=None)
    act(world, services.delete_area, area=area)
    (event,) = events(world.halle, "area.deleted")
    assert event.before == {"kind": "former_municipality", "code": "LB", "name": "Lembeek"}


def test_a_level_of_another_kind_or_municipality_is_not_taken(world):
    area = act(world, services.save_area, municipality=world.halle, area=None, kind="canton", code="H", name="Halle")

    with pytest.raises(ValueError, match="Halle"):
        act(world, services.make_district, municipality=world.halle, data=DistrictData(code="1", name="x", areas={"urban_district": area}))
    with pytest.raises(ValueError, match="Halle"):
        act(world, services.make_district, municipality=world.horebeke, data=DistrictData(code="1", name="x", areas={"canton": area}))


def prepare(world, name):
    return act(world, services.prepare_street, municipality=world.halle, name=name)


def bring_in(world, capture, *lines, nis="23027"):
    municipality, user = (world.halle, world.alice) if nis == "23027" else (world.horebeke, world.charlie)
    with jobs.inline(), capture(execute=True), tenant(municipality.pk):
        return request_address_import(
            municipality=municipality, file=address_file(*lines), file_name="x.csv", by=world.actor(user), at=NOW, confirmed=True
        )


def streets(municipality):
    with tenant(municipality.pk):
        return sorted(Street.objects.values_list("name", "best_id", "closed_at"), key=str)


def test_a_street_is_prepared_once(world, django_capture_on_commit_callbacks):
    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(1))

    street = prepare(world, " Nieuwe  Str. ")
    assert (street.name, street.name_key, street.best_id) == ("Nieuwe Str.", "nieuwestraat", None)
    for name in ("Nieuwestraat", "Kerkstr", "KERKSTRAAT"):
        assert refused(world, services.prepare_street, municipality=world.halle, name=name) == [("name", "street_exists")]


def test_the_address_file_takes_a_prepared_street_over_with_its_rows(world, django_capture_on_commit_callbacks):
    street = prepare(world, "Nieuwestr.")
    put(world, world.halle, row(make_districts(world, world.halle, "1")["1"], street))
    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(1, municipality_id="45062"), nis="45062")
    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(2))
    assert streets(world.halle) == [("Kerkstraat", 1, None), ("Nieuwestr.", None, None)]

    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(2), line(9, street_id="5", streetname_nl="Nieuwestraat"))

    assert streets(world.halle) == [("Kerkstraat", 1, None), ("Nieuwestraat", 5, None)]
    assert rows_of(world.halle) == ["Nieuwestraat all → 1"]
    with tenant(world.halle.pk):
        assert Street.objects.get(best_id=5).pk == street.pk
        assert Street.objects.get(best_id=5).addresses.count() == 1
    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(2), line(9, street_id="5", streetname_nl="Nieuwestraat"))
    assert streets(world.halle) == [("Kerkstraat", 1, None), ("Nieuwestraat", 5, None)]


def test_of_two_new_streets_of_that_name_the_one_in_the_postcode_of_the_rows_is_it(world, django_capture_on_commit_callbacks):
    street = prepare(world, "Nieuwestraat")
    put(world, world.halle, row(make_districts(world, world.halle, "1")["1"], street, postcode="1501"))

    bring_in(
        world,
        django_capture_on_commit_callbacks,
        line(8, street_id="5", streetname_nl="Nieuwestraat"),
        line(9, street_id="6", streetname_nl="Nieuwestraat", postcode="1501"),
    )

    with tenant(world.halle.pk):
        assert {one.best_id: one.pk == street.pk for one in Street.objects.all()} == {5: False, 6: True}


def test_a_street_that_is_known_already_takes_nothing_over(world, django_capture_on_commit_callbacks):
    both = [line(9, street_id="5", streetname_nl="Nieuwestraat"), *kerkstraat(1)]
    bring_in(world, django_capture_on_commit_callbacks, *both)
    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(1))
    prepare(world, "Nieuwestraat")

    bring_in(world, django_capture_on_commit_callbacks, *both)

    assert streets(world.halle) == [("Kerkstraat", 1, None), ("Nieuwestraat", 5, None), ("Nieuwestraat", None, None)]


def test_a_prepared_street_is_taken_away_while_it_never_had_a_row(world, django_capture_on_commit_callbacks):
    bring_in(world, django_capture_on_commit_callbacks, *kerkstraat(1))
    used, unused = prepare(world, "Nieuwestraat"), prepare(world, "Berglaan")
    put(world, world.halle, row(make_districts(world, world.halle, "1")["1"], used))
    with tenant(world.halle.pk):
        known = Street.objects.get(best_id=1)

    for street in (used, known):
        assert refused(world, services.drop_street, street=street) == [("", "in_use")]
    act(world, services.drop_street, street=unused)
    assert streets(world.halle) == [("Kerkstraat", 1, None), ("Nieuwestraat", None, None)]
    assert len(events(world.halle, "street.dropped")) == 1


def test_a_street_needs_a_name(world):
    assert refused(world, services.prepare_street, municipality=world.halle, name="…") == [("name", "not_a_street")]
    assert streets(world.halle) == []
