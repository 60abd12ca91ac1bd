"""Making drafts: everybody once, households whole, sizes and pins kept, two municipalities apart, and what is refused."""

import random

import pytest
from django.db import connection

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Station
from tests.personas import World
from tests.voters.assignment.town import AssignmentTown, make_assignment_town, two_schools
from voters.models import Draft, Placement


def test_each_household_is_placed_once_and_whole_in_the_nearer_school(halle: AssignmentTown) -> None:
    halle.town.trial()

    draft = halle.draft(name="Basis")

    places = halle.places(draft)
    assert len(places) == 20
    assert {key for key, station in places.items() if station == 1} == {f"hKerkstraat-{number}" for number in range(1, 11)}
    assert halle.loads(draft) == {1: 20, 2: 20}
    assert (draft.state, draft.name, draft.number) == ("ready", "Basis", 1)
    figures = draft.figures
    assert (figures["voters"], figures["households"], figures["stations"], figures["unplaced"]) == (40, 20, 2, 0)
    assert (figures["over"], figures["under"], figures["load_min"], figures["load_max"]) == (0, 0, 20, 20)
    assert figures["mean_distance_m"] == pytest.approx(450, abs=2)
    assert figures["furthest_m"] == pytest.approx(900, abs=2)
    assert figures["gap"] == pytest.approx(0, abs=1e-6)
    with tenant(halle.municipality.pk):
        assert list(AuditEvent.objects.order_by("-seq").values_list("kind", flat=True)[:2]) == ["assignment.made", "assignment.requested"]


def test_two_municipalities_with_the_same_streets_keep_apart(halle: AssignmentTown, world: World) -> None:
    horebeke = two_schools(world, world.horebeke)
    for town in (halle, horebeke):
        town.town.trial()

    first, second = halle.draft(), horebeke.draft()

    assert (first.number, second.number) == (1, 1)
    for town, draft in ((halle, first), (horebeke, second)):
        assert town.loads(draft) == {1: 20, 2: 20}
        with tenant(town.municipality.pk):
            assert Draft.objects.count() == 1
            assert Placement.objects.count() == 20


def test_the_same_people_in_another_order_of_rows_are_placed_the_same(halle: AssignmentTown) -> None:
    halle.station(3, "West", maximum=15)
    halle.town.trial()
    first = halle.draft()
    with tenant(halle.municipality.pk), connection.cursor() as cursor:
        # An update writes a row anew: afterwards they lie in another order in the table.
        cursor.execute("SELECT id FROM voters_entry WHERE municipality_id = %s", [halle.municipality.pk])
        keys = [row[0] for row in cursor.fetchall()]
        random.Random(1).shuffle(keys)
        for key in keys:
            cursor.execute("UPDATE voters_entry SET sex = sex WHERE municipality_id = %s AND id = %s", [halle.municipality.pk, key])

    second = halle.draft()

    assert halle.places(second) == halle.places(first)
    assert {**second.figures, "seconds": 0} == {**first.figures, "seconds": 0}


def test_a_household_is_the_registers_else_the_address_and_box_else_the_person(world: World) -> None:
    town = make_assignment_town(world, world.halle)
    town.street("Kerkstraat", [1, 2])
    town.district("01", "Kerkstraat")
    town.building("West", east=0)
    town.station(1, "West")
    town.household("Kerkstraat", 1, 2, key="g1")
    (one,) = town.household("Kerkstraat", 1, 1, key="")
    town.household("Kerkstraat", 2, 2, key="")
    lost = town.household("Nergensstraat", 5, 2, key="", known=False)
    town.town.trial()

    draft = town.draft()

    with tenant(town.municipality.pk):
        rows = dict(Placement.objects.filter(draft=draft).values_list("household", "voters"))
    assert rows.pop("hg1") == 2
    assert rows.pop(f"a{one.address_id}/") == 1
    assert {rows.pop(f"p{person.pk}") for person in lost} == {1}
    assert list(rows.values()) == [2]


def test_the_reference_person_says_where_a_household_lives(world: World) -> None:
    town = two_schools(world, world.halle)
    town.household("Kerkstraat", 20, 1, key="kin")
    with tenant(town.municipality.pk):
        from voters.models import Person

        head = Person.objects.get(household_id="kin")
    other = town.household("Kerkstraat", 1, 1, key="kin")[0]
    with tenant(town.municipality.pk):
        Person.objects.filter(pk=other.pk).update(household_role=2, born_on="1940-01-01")
    town.town.trial()

    draft = town.draft()

    with tenant(town.municipality.pk):
        placed = Placement.objects.get(draft=draft, household="hkin")
        assert placed.station is not None
        assert (placed.head_id, placed.voters, placed.station.number) == (head.pk, 2, 2)


def test_sizes_are_kept_or_it_is_said_why_not(world: World) -> None:
    town = two_schools(world, world.halle, most=15)
    town.town.trial()

    draft = town.draft()

    assert draft.state == "infeasible"
    [shortage] = draft.shortages
    assert (shortage["kind"], shortage["voters"], shortage["seats"], shortage["short"]) == ("seats", 40, 30, 10)
    assert {advice["remedy"]: advice["amount"] for advice in shortage["advice"]} == {"raise_maximum": 21, "add_stations": 1}
    with tenant(town.municipality.pk):
        assert AuditEvent.objects.latest("seq").kind == "assignment.impossible"


def test_a_draft_that_leaves_a_station_over_its_maximum_is_not_possible_though_the_seats_suffice(world: World) -> None:
    """Households of seven and of three for rooms of nine and thirteen: forty voters, forty seats, and no sums that fill them."""
    town = make_assignment_town(world, world.halle)
    town.street("Kerkstraat", range(1, 9))
    town.district("01", "Kerkstraat")
    for number, most in enumerate((9, 9, 9, 13), start=1):
        town.building(f"School {number}", east=20 * number)
        town.station(number, f"School {number}", maximum=most)
    for number in range(1, 9):
        town.household("Kerkstraat", number, 7 if number <= 4 else 3)
    town.town.trial()

    draft = town.draft()

    assert draft.state == "infeasible"
    assert draft.figures["over"] + draft.figures["unplaced"] > 0
    [shortage] = draft.shortages
    assert (shortage["kind"], shortage["voters"], shortage["seats"]) == ("whole_units", 40, 40)
    [enough] = [advice["amount"] for advice in shortage["advice"] if advice["remedy"] == "raise_maximum"]
    with tenant(town.municipality.pk):
        Station.objects.filter(maximum__lt=enough).update(maximum=enough)
    assert town.draft().state == "ready"


def test_raising_a_maximum_never_makes_it_worse(world: World) -> None:
    town = two_schools(world, world.halle, most=20)
    town.household("Kerkstraat", 1, 1, key="extra")
    with tenant(town.municipality.pk):
        town.buildings["Oost"].stations.update(maximum=30)
    town.town.trial()
    before = town.draft()
    with tenant(town.municipality.pk):
        town.buildings["West"].stations.update(maximum=25)

    after = town.draft()

    assert before.state == after.state == "ready"
    assert after.figures["mean_distance_m"] <= before.figures["mean_distance_m"]
    assert before.basis["stations"] != after.basis["stations"]


def test_a_minimum_that_cannot_be_met_is_told_and_lived_with(world: World) -> None:
    town = two_schools(world, world.halle, least=30)
    town.town.trial()

    draft = town.draft()

    assert draft.state == "ready"
    assert [one["kind"] for one in draft.shortages] == ["minimum"]
    assert draft.figures["unplaced"] == 0


def test_districts_are_kept_however_near_the_other_school_is(world: World) -> None:
    town = make_assignment_town(world, world.halle)
    town.street("Kerkstraat", range(1, 21))
    town.district("01", ("Kerkstraat", "odd", None, None))
    town.district("02", ("Kerkstraat", "even", None, None))
    town.building("West", east=0)
    town.building("Oost", east=190)
    town.station(1, "West", district="01")
    town.station(2, "Oost", district="02")
    town.fill("Kerkstraat")
    town.town.trial()

    places = town.places(town.draft())

    assert dict(places.items()) == {f"hKerkstraat-{n}": 1 if n % 2 else 2 for n in range(1, 21)}


def test_who_lives_in_no_district_waits_or_goes_to_the_station_for_the_rest(halle: AssignmentTown) -> None:
    halle.household("Nergensstraat", 3, 3, known=False)
    halle.town.trial()

    waiting, settled = halle.draft(), halle.draft(rest=2)

    assert halle.places(waiting)["hNergensstraat-3"] is None
    assert (waiting.state, waiting.figures["unplaced"]) == ("ready", 3)
    assert halle.places(settled)["hNergensstraat-3"] == 2
    assert settled.figures["unplaced"] == 0


def test_the_rest_counts_for_the_size_of_its_station(world: World) -> None:
    town = two_schools(world, world.halle, most=22)
    town.household("Nergensstraat", 3, 3, known=False)
    town.town.trial()

    loads = town.loads(town.draft(rest=2))

    assert loads[1] <= 22
    assert loads[2] <= 22


def test_an_unknown_house_in_a_known_street_goes_where_its_number_lies(halle: AssignmentTown) -> None:
    halle.household("Kerkstraat", 99, 2, known=False)
    halle.town.trial()

    draft = halle.draft()

    with tenant(halle.municipality.pk):
        placed = Placement.objects.get(draft=draft, household="hKerkstraat-99")
    assert placed.district_id == halle.districts["01"].pk
    assert placed.station_id is not None
    assert placed.address_id is None


def test_an_address_linked_after_the_list_was_made_counts_in_the_next_draft(halle: AssignmentTown) -> None:
    people = halle.household("Krkstraat", 1, 2, known=False)
    halle.town.final()
    before = halle.draft()
    with tenant(halle.municipality.pk):
        from districts.models import Address
        from voters.models import Person

        address = Address.objects.get(street__name="Kerkstraat", number=1)
        Person.objects.filter(pk__in=[person.pk for person in people]).update(address=address)

    after = halle.draft()

    assert halle.places(before)["hKrkstraat-1"] is None
    assert halle.places(after)["hKrkstraat-1"] == 1


def test_voters_keep_the_building_of_the_election_compared_with(halle: AssignmentTown) -> None:
    earlier = halle.earlier_election()
    halle.station(1, "Oost", election=earlier, maximum=100)
    with tenant(halle.municipality.pk):
        election, halle.town.election = halle.town.election, earlier
        halle.town.final()
        old = halle.freeze(halle.draft(election=earlier))
        halle.town.election = election
    halle.town.trial()

    free, kept = halle.draft(), halle.draft(previous=old, move=2000)
    some = halle.draft(previous=old, move=500)

    assert halle.loads(free) == {1: 20, 2: 20}
    assert halle.loads(kept) == {2: 40}
    assert (kept.figures["moved"], kept.figures["known_before"]) == (0, 40)
    assert 0 < some.figures["moved"] < 20


def test_whole_houses_stay_together(world: World) -> None:
    town = make_assignment_town(world, world.halle)
    town.street("Kerkstraat", [1])
    town.district("01", "Kerkstraat")
    town.building("West", east=0)
    town.station(1, "West", maximum=30)
    town.station(2, "West", maximum=30)
    for place in range(10):
        town.household("Kerkstraat", 1, 2, key=f"g{place}")
    town.town.trial()

    draft = town.draft(whole_buildings=True)

    assert set(town.loads(draft).values()) == {20}


def test_rooms_by_the_alphabet_go_by_the_name_of_the_reference_person(world: World) -> None:
    town = make_assignment_town(world, world.halle)
    town.street("Kerkstraat", range(1, 9))
    town.district("01", "Kerkstraat")
    town.building("West", east=0)
    town.station(1, "West", maximum=9)
    town.station(2, "West", maximum=9)
    for number, name in enumerate(["Zwart", "Adams", "Maes", "Nys", "Claes", "Wuyts", "Dubois", "Peeters"], start=1):
        _head, other = town.household("Kerkstraat", number, 2, last_name=name)
        with tenant(town.municipality.pk):
            other.name_key, other.last_name = "zz", "Zz"
            other.save()
    town.town.trial()

    draft = town.draft(rooms="alphabet")

    assert sorted(draft.settings["names"].values()) == [["Adams, An", "Maes, An"], ["Nys, An", "Zwart, An"]]
    assert draft.figures["split_sides"] == 0
