"""Buildings: made, changed, closed; their place comes from the address; their list is filtered."""

import itertools

import pytest

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Building
from districts.rules.accessibility import NEEDED_FEATURES, Verdict, verdict
from districts.rules.station_file import BuildingAddress
from districts.selectors import buildings as selectors
from districts.selectors.buildings import BuildingCriteria
from districts.services import buildings as services
from districts.services.buildings import BuildingData, BuildingRefusedError
from tests.districts.station_files import HOUSE, PLACE
from tests.personas import NOW

pytestmark = pytest.mark.django_db


def events(town, kind):
    with tenant(town.municipality.pk):
        return list(AuditEvent.objects.filter(kind=kind).order_by("seq").values_list("target", "before", "after"))


@pytest.mark.parametrize(
    ("street", "number", "known", "position"),
    [
        ("Kerkstraat", "12", True, PLACE),
        ("KERKSTR.", "12", True, PLACE),
        ("kerk straat", " 012 ", True, PLACE),
        ("Kerkstraat", "40", True, (None, None)),  # an address whose place the source does not know
        ("Kerkstraat", "41", False, (None, None)),
        ("Molenstraat", "12", False, (None, None)),
    ],
)
def test_the_place_is_that_of_the_address_when_it_is_known(halle, street, number, known, position):
    building = halle.building(address=BuildingAddress("1500", street, number))

    assert halle.buildings() == {"De Bres": (f"{street.strip()} {number.strip()}", position, known, 1)}
    assert building.locality == "Halle"


def test_a_place_that_was_typed_goes_before_that_of_the_address(halle):
    halle.building(position=(50.8, 4.3), locality="Essenbeek")

    assert halle.buildings()["De Bres"][1] == (50.8, 4.3)
    with tenant(halle.municipality.pk):
        assert Building.objects.get().locality == "Essenbeek"


def test_an_address_of_another_municipality_is_not_known_here(halle, horebeke):
    with tenant(halle.municipality.pk):
        halle.municipality.address_set.filter(number=12).delete()

    halle.building()
    horebeke.building()

    assert halle.buildings()["De Bres"][1:3] == ((None, None), False)
    assert horebeke.buildings()["De Bres"][1:3] == (PLACE, True)


@pytest.mark.parametrize("name", ["De Bres", "DE BRES", "  De   Bres "])
def test_two_buildings_never_have_names_that_read_the_same(halle, horebeke, name):
    halle.building()
    horebeke.building()

    with pytest.raises(BuildingRefusedError) as caught:
        halle.building(name)

    assert caught.value.problems == [("name", "name_taken")]
    assert len(halle.buildings()) == len(horebeke.buildings()) == 1
    assert len(events(halle, "building.created")) == 1


def test_a_change_is_kept_with_what_it_was_and_leaves_the_twin_alone(halle, horebeke):
    building = halle.building(rooms=2, contact_name="Jan Maes")
    horebeke.building(rooms=2)
    data = BuildingData(name="De Bres", address=BuildingAddress("1500", "Kerkstraat", "14"), rooms=3, contact_name="An Peeters")

    with tenant(halle.municipality.pk):
        changed = services.change_building(building=building, data=data, by=halle.by, at=NOW)
        again = services.change_building(building=building, data=data, by=halle.by, at=NOW)

    assert (set(changed), again) == ({"house_number", "latitude", "address_id", "room_count", "contact_name"}, [])
    [(target, before, after)] = events(halle, "building.changed")
    assert target == f"building:{building.pk}"
    assert (before["house_number"], after["house_number"], before["room_count"], after["room_count"]) == ("12", "14", 2, 3)
    assert (before["contact_name"], after["contact_name"]) == ("…", "…")
    assert halle.buildings()["De Bres"] == ("Kerkstraat 14", (PLACE[0] + 0.0002, PLACE[1]), True, 3)
    assert horebeke.buildings()["De Bres"] == ("Kerkstraat 12", PLACE, True, 2)


def test_a_change_to_the_name_of_another_changes_nothing(halle):
    halle.building("De Zandloper")
    building = halle.building()

    with tenant(halle.municipality.pk), pytest.raises(BuildingRefusedError):
        services.change_building(building=building, data=BuildingData(name="de zandloper", address=HOUSE, rooms=4), by=halle.by, at=NOW)

    assert halle.buildings()["De Bres"][3] == 1
    assert events(halle, "building.changed") == []


def test_closing_and_opening_happen_once(halle):
    building = halle.building()
    with tenant(halle.municipality.pk):
        assert services.close_building(building=building, by=halle.by, at=NOW)
        assert not services.close_building(building=building, by=halle.by, at=NOW)
        assert services.reopen_building(building=building, by=halle.by, at=NOW)
        assert not services.reopen_building(building=building, by=halle.by, at=NOW)

    assert len(events(halle, "building.closed")) == len(events(halle, "building.reopened")) == 1


def test_the_checklist_is_kept_as_it_was_answered(halle):
    building = halle.building()
    with tenant(halle.municipality.pk):
        assert services.set_accessibility(building=building, answers={"toilet": False, "bus_stop": True}, by=halle.by, at=NOW)
        assert not services.set_accessibility(
            building=building, answers={"bus_stop": True, "toilet": False, "?": True}, by=halle.by, at=NOW
        )

        building.refresh_from_db()
    assert building.accessibility == {"bus_stop": True, "toilet": False}
    assert [event[1:] for event in events(halle, "building.accessibility_changed")] == [({}, {"bus_stop": True, "toilet": False})]


def found(town, **criteria):
    with tenant(town.municipality.pk):
        rows = selectors.buildings(municipality_id=town.municipality.pk, criteria=BuildingCriteria(**criteria), election=town.election)
        return [row.name for row in rows]


def test_the_list_is_filtered_by_every_question(halle, horebeke):
    closed, elsewhere, bare = (
        halle.building("Échevin"),
        halle.building("basisschool", position=(50.8, 4.3)),
        halle.building("Café", address=BuildingAddress("1502", "Dorp", "1"), locality="Lembeek"),
    )
    horebeke.building("Échevin")
    with tenant(halle.municipality.pk):
        services.close_building(building=closed, by=halle.by, at=NOW)
        services.set_accessibility(building=elsewhere, answers={"door_width": False}, by=halle.by, at=NOW)
        services.set_accessibility(building=bare, answers={"door_width": True, "ramp": True, "adapted_booth": True}, by=halle.by, at=NOW)

    assert found(halle) == ["basisschool", "Café", "Échevin"]
    assert found(halle, q="ECHE") == ["Échevin"]
    assert found(halle, q="kerkSTR") == ["basisschool", "Échevin"]
    assert found(halle, q="lembeek") == ["Café"]
    assert found(halle, q="%") == []
    assert found(halle, state="open") == ["basisschool", "Café"]
    assert found(halle, state="closed") == ["Échevin"]
    assert found(halle, position="without") == ["Café"]
    assert found(halle, position="with") == ["basisschool", "Échevin"]
    assert found(halle, accessible="yes") == ["Café"]
    assert found(halle, accessible="no") == ["basisschool"]
    assert found(halle, accessible="unknown") == ["Échevin"]


def test_the_condition_on_accessibility_is_the_rule(halle):
    """Every answer to every question that counts, in the database and in Python."""
    features = sorted(NEEDED_FEATURES)
    combinations = list(itertools.product((None, False, True), repeat=len(features)))
    with tenant(halle.municipality.pk):
        Building.objects.bulk_create(
            Building(
                municipality=halle.municipality, name=f"{place}", postcode="1500", street_name="K", house_number="1",
                accessibility={feature: answer for feature, answer in zip(features, answers, strict=True) if answer is not None},
            )
            for place, answers in enumerate(combinations)
        )  # fmt: skip
        for wanted in Verdict:
            chosen = set(Building.objects.annotate(verdict=selectors.verdict()).filter(verdict=wanted).values_list("name", flat=True))
            assert chosen == {row.name for row in Building.objects.all() if verdict(row.accessibility) == wanted}


def test_the_list_counts_the_stations_of_one_election(halle, horebeke, django_assert_num_queries):
    building, empty = halle.building(), halle.building("Leeg")
    halle.station(1, building)
    halle.station(2, building)
    halle.station(1, building, election=halle.earlier)
    horebeke.station(1, horebeke.building())

    with tenant(halle.municipality.pk), django_assert_num_queries(1):
        rows = selectors.buildings(municipality_id=halle.municipality.pk, election=halle.election)
        assert {row.name: vars(row)["station_count"] for row in rows} == {building.name: 2, empty.name: 0}


def test_a_building_shows_the_stations_of_each_election_and_too_few_rooms(halle, django_assert_num_queries):
    building = halle.building(rooms=1)
    halle.station(2, building)
    halle.station(1, building)
    halle.station(5, building, election=halle.earlier)

    with tenant(halle.municipality.pk), django_assert_num_queries(2):
        seen = selectors.in_elections(building)

    assert [(row.election.date.year, [station.number for station in row.stations], row.rooms_lack) for row in seen] == [
        (2024, [1, 2], True),
        (2018, [5], False),
    ]
