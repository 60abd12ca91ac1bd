"""The same town gives the same draft, whatever the order in which it came into the database and whatever ids it has there."""

import random
from typing import Any

import pytest

from core.tenancy import tenant
from districts.models import Address
from tests.personas import World
from tests.voters.assignment.town import AssignmentTown, make_assignment_town
from voters.models import Draft, Person, Placement

STREETS = ("Akkerstraat", "Beekstraat", "Dorpstraat", "Eikstraat")
BUILDINGS = {"Noord": (0, 300), "Oost": (300, 0), "Zuid": (0, -300), "West": (-300, 0)}
STATIONS = {1: "Noord", 2: "Oost", 3: "Zuid", 4: "West", 5: "Noord"}


def build(world: World, municipality, order: random.Random) -> AssignmentTown:
    """Four streets through one point, a building at each end, everything made in a random order."""
    made = make_assignment_town(world, municipality)
    for place, name in shuffled(enumerate(STREETS), order):
        numbers = shuffled(range(1, 25), order)
        with tenant(made.municipality.pk):
            street = made.street(name, [])
        for number in numbers:
            made.address(street, number, east=(place - 1) * 10.0, north=(number - 12) * 10.0)
    made.district("01", *shuffled(STREETS, order))
    for name, (east, north) in shuffled(BUILDINGS.items(), order):
        made.building(name, east=east, north=north)
    for number, name in shuffled(STATIONS.items(), order):
        made.station(number, name, maximum=60)
    # Every third household is not the register's; who shares a house then is one all the same.
    for name, number in shuffled([(name, number) for name in STREETS for number in range(1, 25)], order):
        people = [(f"{name} {number} {place}", place) for place in range(1 + number % 4)]
        for last_name, place in shuffled(people, order):
            with tenant(made.municipality.pk):
                address = Address.objects.get(street__name=name, number=number)
            made.town.person(
                last_name=last_name, street_name=name, house_number=str(number), address=address,
                household_id="" if number % 3 == 0 else f"{name}-{number}", household_role=None if place else 1,
            )  # fmt: skip
    return made


def shuffled(things, order: random.Random) -> list:
    """In another order."""
    found = list(things)
    order.shuffle(found)
    return found


def marry(town: AssignmentTown) -> None:
    """Of each two neighbours one moves in with the other, so that a household has voted in two buildings."""
    with tenant(town.municipality.pk):
        for name in STREETS:
            for number in (4, 8, 12):
                here, there = (Address.objects.get(street__name=name, number=at) for at in (number, number + 12))
                Person.objects.filter(address=there).update(address=here, house_number=str(number), household_id=f"{name}-{number}")
                Person.objects.filter(address=here).update(household_id=f"{name}-{number}")


def by_name(town: AssignmentTown, draft: Draft) -> dict[str, tuple[int | None, float | None, str | None]]:
    """Reference person → station, distance and the building before."""
    with tenant(town.municipality.pk):
        rows = Placement.objects.filter(draft=draft).values_list(
            "head__last_name", "station__number", "distance", "previous_building__name"
        )
        return {name: (station, distance, before) for name, station, distance, before in rows}


SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"row": 0},
    {"row": 0, "move": 0, "balance": 10},
    {"rooms": "alphabet"},
    {"wishes": "row,move,distance"},
)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_town_made_in_another_order_is_assigned_the_same(world: World, seed: int) -> None:
    towns = [build(world, place, random.Random(seed * 10 + turn)) for turn, place in enumerate((world.halle, world.horebeke))]
    before = []
    for town in towns:
        then = town.earlier_election()
        with tenant(town.municipality.pk):
            for number, name in STATIONS.items():
                town.station(number, name, election=then, maximum=60)
        town.town.election, now = then, town.town.election
        town.town.final()
        before.append(town.freeze(town.draft(row=0)))
        town.town.election = now
        marry(town)
        town.town.trial()

    for settings in SETTINGS:
        made = [town.draft(previous=frozen, **settings) for town, frozen in zip(towns, before, strict=True)]
        first, second = (by_name(town, draft) for town, draft in zip(towns, made, strict=True))
        assert first == second, settings
        assert {**made[0].figures, "seconds": 0} == {**made[1].figures, "seconds": 0}
