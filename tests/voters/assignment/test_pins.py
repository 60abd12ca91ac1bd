"""What is fixed or closed beforehand is kept by every draft to come, and noted in the trail."""

import pytest

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Station
from tests.personas import NOW, World
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.models import Pin
from voters.services import pins
from voters.services.pins import PinData


def pin(town: AssignmentTown, kind: str = "here", **values) -> Pin:
    with tenant(town.municipality.pk):
        if "station" in values:
            values["station"] = Station.objects.get(election=town.election, number=values["station"])
        if "building" in values:
            values["building"] = town.buildings[values["building"]]
        if "street" in values:
            values["street"], values["postcode"] = town.streets[values["street"]], "1500"
        return pins.add_pin(election=town.election, data=PinData(kind=Pin.Kind(kind), **values), by=town.town.clerk, at=NOW)


def test_houses_fixed_in_a_station_vote_there_in_every_draft_to_come(halle: AssignmentTown, world: World) -> None:
    horebeke = two_schools(world, world.horebeke)
    for town in (halle, horebeke):
        town.town.trial()
    before = halle.draft()

    made = pin(halle, station=2, street="Kerkstraat", side="odd", number_from=1, number_to=5, note="Werken")

    after = halle.draft()
    assert {key: halle.places(after)[key] for key in ("hKerkstraat-1", "hKerkstraat-3", "hKerkstraat-5", "hKerkstraat-2")} == {
        "hKerkstraat-1": 2, "hKerkstraat-3": 2, "hKerkstraat-5": 2, "hKerkstraat-2": 1,
    }  # fmt: skip
    assert halle.places(before)["hKerkstraat-1"] == 1
    assert horebeke.places(horebeke.draft())["hKerkstraat-1"] == 1
    assert before.basis["pins"] != after.basis["pins"]
    with tenant(halle.municipality.pk):
        event = AuditEvent.objects.filter(kind="pin.added").get()
    assert (event.target, event.actor_name) == (f"pin:{made.pk}", "Alice Test")
    assert event.after == {
        "kind": "here", "street": "Kerkstraat", "postcode": "1500", "side": "odd", "number_from": 1, "number_to": 5, "station": 2,
        "note": "Werken",
    }  # fmt: skip


def test_a_closed_building_takes_nobody_of_these_houses(halle: AssignmentTown) -> None:
    halle.town.trial()

    pin(halle, "not_here", building="West", street="Kerkstraat", side="even")

    places = halle.places(halle.draft())
    assert {places[f"hKerkstraat-{number}"] for number in range(2, 21, 2)} == {2}
    assert {places[f"hKerkstraat-{number}"] for number in range(1, 10, 2)} == {1}


def test_closing_one_room_closes_its_building(halle: AssignmentTown) -> None:
    made = pin(halle, "not_here", station=1, street="Kerkstraat")

    assert (made.station_id, made.building_id) == (None, halle.buildings["West"].pk)


def test_a_household_goes_before_a_street_and_a_narrow_range_before_a_wide_one(halle: AssignmentTown) -> None:
    people = halle.household("Kerkstraat", 19, 2, key="gezin")
    halle.town.trial()
    pin(halle, station=2, street="Kerkstraat")
    pin(halle, station=1, street="Kerkstraat", side="odd", number_from=19, number_to=19)
    pin(halle, station=2, person=people[1], household="hgezin", note="Rolstoel")

    places = halle.places(halle.draft())

    assert (places["hKerkstraat-1"], places["hKerkstraat-19"], places["hgezin"]) == (2, 1, 2)
    with tenant(halle.municipality.pk):
        told = AuditEvent.objects.filter(kind="pin.added").latest("seq").after
    assert told == {"kind": "here", "person": f"person:{people[1].pk}", "station": 2}


def test_a_household_is_found_again_by_its_person_when_its_key_has_changed(halle: AssignmentTown) -> None:
    (person,) = halle.household("Krkstraat", 1, 1, key="", known=False)
    halle.town.trial()
    pin(halle, station=2, person=person, household=f"p{person.pk}")
    with tenant(halle.municipality.pk):
        from districts.models import Address

        person.address = Address.objects.get(street__name="Kerkstraat", number=1)
        person.save()
    halle.town.trial()

    assert halle.places(halle.draft())[f"a{person.address_id}/"] == 2


def test_a_household_without_a_district_votes_where_it_is_fixed(halle: AssignmentTown) -> None:
    people = halle.household("Nergensstraat", 3, 2, known=False)
    halle.town.trial()
    pin(halle, station=1, person=people[0], household="hNergensstraat-3")

    draft = halle.draft(rest=2)

    assert halle.places(draft)["hNergensstraat-3"] == 1


def test_a_place_in_another_district_is_told_as_not_possible(world: World) -> None:
    town = two_schools(world, world.halle)
    town.street("Zinkstraat", [1], north=50)
    town.district("02", "Zinkstraat")
    town.station(5, "West", district="02")
    town.fill("Zinkstraat")
    town.town.trial()
    pin(town, station=1, street="Zinkstraat")

    draft = town.draft()

    assert draft.state == "infeasible"
    assert [one["kind"] for one in draft.shortages] == ["pin_impossible"]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("nothing_named", {"station": 1}),
        ("no_place", {"street": "Kerkstraat"}),
        ("no_place", {"street": "Kerkstraat", "station": 1, "building": "West"}),
        ("numbers", {"street": "Kerkstraat", "station": 1, "number_from": 9, "number_to": 3}),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(halle: AssignmentTown, code, values) -> None:
    with pytest.raises(pins.PinRefusedError, match=code):
        pin(halle, **values)

    with tenant(halle.municipality.pk):
        assert not Pin.objects.exists()
        assert not AuditEvent.objects.filter(kind="pin.added").exists()


def test_what_is_not_ours_is_refused(halle: AssignmentTown, world: World) -> None:
    horebeke = two_schools(world, world.horebeke)
    with tenant(horebeke.municipality.pk):
        foreign = Station.objects.get(election=horebeke.election, number=1)
    old = halle.station(1, "West", election=halle.earlier_election())

    for station in (foreign, old):
        data = PinData(kind=Pin.Kind.HERE, station=station, street=halle.streets["Kerkstraat"])
        with tenant(halle.municipality.pk), pytest.raises(pins.PinRefusedError, match="not_ours"):
            pins.add_pin(election=halle.election, data=data, by=halle.town.clerk, at=NOW)


def test_the_same_twice_is_refused_and_removing_frees(halle: AssignmentTown) -> None:
    halle.town.trial()
    made = pin(halle, station=2, street="Kerkstraat")
    with pytest.raises(pins.PinRefusedError, match="exists"):
        pin(halle, station=2, street="Kerkstraat")

    with tenant(halle.municipality.pk):
        pins.remove_pin(pin=made, by=halle.town.head, at=NOW)
        pins.remove_pin(pin=made, by=halle.town.head, at=NOW)
        assert AuditEvent.objects.filter(kind="pin.removed").count() == 1
    assert halle.loads(halle.draft()) == {1: 20, 2: 20}


def test_after_the_freeze_nothing_is_fixed_or_freed(halle: AssignmentTown) -> None:
    halle.town.final()
    made = pin(halle, station=2, street="Kerkstraat", number_from=1, number_to=1, side="odd")
    halle.freeze(halle.draft())

    with pytest.raises(pins.PinRefusedError, match="frozen"):
        pin(halle, station=1, street="Kerkstraat")
    with tenant(halle.municipality.pk):
        with pytest.raises(pins.PinRefusedError, match="frozen"):
            pins.remove_pin(pin=made, by=halle.town.clerk, at=NOW)
        assert Pin.objects.count() == 1
