"""What the preparatory checks find with stations, buildings and districts; nothing where all is well."""

import pytest

from core.tenancy import tenant
from districts.models import Building, District, Station
from districts.rules.station_file import BuildingAddress
from districts.selectors import stations as selectors
from districts.services import buildings as building_services
from elections.models import Election, ElectionBallot
from tests.districts.station_files import PLACE
from tests.districts.test_stations import close
from tests.personas import NOW

pytestmark = pytest.mark.django_db


def findings(town):
    with tenant(town.municipality.pk):
        election = Election.objects.prefetch_related("ballots").get(pk=town.election.pk)
        return [(found.code, found.severity.value, found.target, found.values) for found in selectors.findings(election)]


@pytest.fixture
def good(halle):
    """Two districts with a station each, in a building that is as it should be."""
    building = halle.building(rooms=2)
    halle.station(1, building)
    halle.station(2, building, district="02")
    return building


def test_nothing_is_found_where_all_is_well(halle, horebeke, good):
    horebeke.building("Zonder plaats", address=BuildingAddress("1500", "Nergens", "1"))

    assert findings(halle) == []


def test_districts_without_a_station_are_found(halle):
    close(halle, halle.districts["02"])

    assert findings(halle) == [
        ("district_without_station", "bad", f"district:{halle.districts['01'].pk}", {"district": "Centrum", "code": "01"})
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"latitude": None, "longitude": None}, [("without_position", "bad", {})]),
        ({"rooms": 1}, [("too_few_rooms", "warn", {"rooms": 1, "count": 2})]),
        ({"closed_at": NOW}, [("building_closed", "bad", {})]),
        ({"address_id": None}, [("address_unknown", "warn", {"address": "Kerkstraat 12, 1500 Halle"})]),
        ({"latitude": PLACE[0] + 0.0017}, []),  # 189 metres
        ({"latitude": PLACE[0] + 0.0019}, [("far_from_address", "warn", {"address": "Kerkstraat 12, 1500 Halle", "metres": 211})]),
    ],
)
def test_each_flaw_of_a_building_is_found_once_with_its_stations(halle, good, values, expected):
    with tenant(halle.municipality.pk):
        Building.objects.update(**values)

    assert findings(halle) == [
        (code, severity, f"building:{good.pk}", {"building": "De Bres", "stations": [1, 2], **more}) for code, severity, more in expected
    ]


@pytest.mark.parametrize(("refuses", "severity"), [(False, "warn"), (True, "bad")])
@pytest.mark.parametrize(
    ("own", "codes"),
    [
        ((None, None), []),
        ((150, 800), []),
        ((149, None), ["below_norm"]),
        ((None, 801), ["above_norm"]),
        ((100, 900), ["below_norm", "above_norm"]),
    ],
)
def test_sizes_outside_the_norm_weigh_as_the_election_says(halle, good, refuses, severity, own, codes):
    with tenant(halle.municipality.pk):
        ElectionBallot.objects.create(municipality=halle.municipality, election=halle.election, ballot="chamber")
        Election.objects.filter(pk=halle.election.pk).update(sizes_refuse=refuses)
        Station.objects.filter(number=1).update(minimum=own[0], maximum=own[1])
        station = Station.objects.get(number=1)

    values = {"number": 1, "name": "De Bres", "minimum": own[0], "maximum": own[1], "norm_minimum": 150, "norm_maximum": 800}
    assert findings(halle) == [(code, severity, f"station:{station.pk}", values) for code in codes]


def test_a_station_of_a_closed_district_is_found(halle, good):
    close(halle, halle.districts["02"])

    assert [(code, values) for code, _severity, _target, values in findings(halle)] == [
        ("district_closed", {"number": 2, "name": "De Bres", "district": "Buizingen"})
    ]


def test_accessibility_is_asked_for_and_held_against_the_checklist(halle, good):
    with tenant(halle.municipality.pk):
        Station.objects.filter(number=2).update(accessible=False)
        building_services.set_accessibility(building=good, answers={"door_width": False}, by=halle.by, at=NOW)

    assert [(code, values["number"]) for code, _severity, _target, values in findings(halle)] == [
        ("accessibility_doubtful", 1),
        ("not_accessible", 2),
    ]


def test_the_checks_take_three_queries_however_much_there_is(halle, good, django_assert_num_queries):
    for number in range(3, 30):
        halle.station(number, halle.building(f"Gebouw {number}", address=BuildingAddress("1500", "Nergens", "1")))
    with tenant(halle.municipality.pk):
        District.objects.create(municipality=halle.municipality, code="03", name="Leeg")
        election = Election.objects.prefetch_related("ballots").get(pk=halle.election.pk)

        with django_assert_num_queries(3):
            assert len(selectors.findings(election)) == 27 * 2 + 1
