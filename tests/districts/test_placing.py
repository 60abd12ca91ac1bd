"""The district of an address: one statement against a naive reference, on random streets; and of a spelling without an address."""

from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection

from core.tenancy import tenant
from districts.models import Address, StreetLink, StreetRange
from districts.rules.split import SplitRow
from districts.rules.street_ranges import BEGINNING, NumberRange, Side, contains, normalised
from districts.sql import districts as sql
from tests.districts.splits import ELECTION, add_houses, make_districts, make_streets, put, row
from tests.personas import NOW

LATER = date(2025, 1, 1)


@pytest.fixture
def town(world):
    """Halle, and Horebeke with the same street and another district."""
    streets = make_streets(world.halle, Kerkstraat=["1", "2", "12A", "12/0301", "12-14", "1501:1"], Dorp=["z"])
    other = make_streets(world.horebeke, Kerkstraat=["1", "2"])["Kerkstraat"]
    put(world, world.horebeke, row(make_districts(world, world.horebeke, "9")["9"], other))
    return {**streets, **make_districts(world, world.halle, "1", "2")}


def placed(municipality, day=ELECTION):
    """House → code of the district, for every address."""
    with tenant(municipality.pk), connection.cursor() as cursor:
        sql.place(municipality_id=municipality.pk, day=day)
        cursor.execute(
            "SELECT s.name, p.postcode, a.house_number, d.code FROM districts_placed p JOIN districts_address a ON a.id = p.address_id"
            " JOIN districts_street s ON s.id = a.street_id LEFT JOIN districts_district d ON d.id = p.district_id"
        )
        return {f"{street} {postcode} {house}": code for street, postcode, house, code in cursor.fetchall()}


def test_letters_boxes_and_double_numbers_lie_where_their_number_lies(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"], "12-12 even"), row(town["2"], town["Kerkstraat"], "1-11 odd"))

    assert placed(world.halle) == {
        "Kerkstraat 1500 1": "2",
        "Kerkstraat 1500 2": None,
        "Kerkstraat 1500 12A": "1",
        "Kerkstraat 1500 12/0301": "1",
        "Kerkstraat 1500 12-14": "1",
        "Kerkstraat 1501 1": None,
        "Dorp 1500 z": None,
    }
    assert placed(world.horebeke) == {"Kerkstraat 1500 1": "9", "Kerkstraat 1500 2": "9"}


def test_a_row_places_on_its_days_only_and_not_once_it_is_removed(world, town):
    put(world, world.halle, row(town["1"], town["Dorp"], day=ELECTION, until=LATER), day=ELECTION)

    days = [date(2024, 10, 12), ELECTION, date(2024, 12, 31), LATER]
    assert [placed(world.halle, day)["Dorp 1500 z"] for day in days] == [None, "1", "1", None]
    with tenant(world.halle.pk):
        made = StreetRange.objects.get()
    put(world, world.halle, removed=[made.pk], day=ELECTION)
    assert placed(world.halle)["Dorp 1500 z"] is None


def test_who_lives_at_a_closed_address_has_a_district_too(world, town):
    put(world, world.halle, row(town["1"], town["Dorp"]))
    with tenant(world.halle.pk):
        Address.objects.filter(street=town["Dorp"]).update(closed_at=NOW)

    assert placed(world.halle)["Dorp 1500 z"] == "1"


def random_street(dice):
    """Rows of one street that do not meet, and houses."""
    rows: list[Any] = []
    taken: set[Any] = set()
    for _ in range(dice.randint(0, 8)):
        first, last = (dice.choice([None, *range(31)]) for _end in "fl")
        numbers = normalised(NumberRange(dice.choice(list(Side)), first, last))
        held = {number for number in range(100) if numbers and contains(numbers, number)}
        if held and not held & taken:
            taken |= held
            rows.append((dice.choice("12"), numbers))
    return rows, dice.sample(range(33), dice.randint(1, 12))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_streets_are_placed_as_one_would_by_hand(world, town, seed):
    dice = Random(seed)
    wanted = {f"Straat{place}": random_street(dice) for place in range(60)}
    made = make_streets(world.halle, **{name: map(str, houses) for name, (_rows, houses) in wanted.items()})
    rows = [
        SplitRow(town[code].pk, made[name].pk, "1500", numbers, BEGINNING)
        for name, (held, _houses) in wanted.items()
        for code, numbers in held
    ]
    put(world, world.halle, *rows)

    found = placed(world.halle)

    for name, (held, houses) in wanted.items():
        for number in houses:
            expected = next((code for code, numbers in held if contains(numbers, number)), None)
            assert found[f"{name} 1500 {number}"] == expected


SPELLINGS = "(VALUES ('1500', 'Kerkstr.', '7'), ('1500', 'KERKSTRAAT', '8'), ('1500', 'Kerkstraat', ''), ('1501', 'Kerkstraat', '7'), ('1500', 'Oude naam', '2'), ('1500', 'Onbekend', '1')) v (postcode, street_name, house_number)"


def spelled(municipality, day=ELECTION):
    with tenant(municipality.pk), connection.cursor() as cursor:
        sql.place_spellings(municipality_id=municipality.pk, day=day, source=SPELLINGS)
        cursor.execute(
            "SELECT s.postcode, s.street_name, s.house_number, d.code FROM districts_placed_spelling s JOIN districts_district d ON d.id = s.district_id"
        )
        return {" ".join(found[:3]): found[3] for found in cursor.fetchall()}


def test_a_spelling_without_an_address_is_placed_by_street_and_number(world, town):
    put(
        world,
        world.halle,
        row(town["1"], town["Kerkstraat"], "- odd"),
        row(town["2"], town["Kerkstraat"], "- even"),
        row(town["2"], town["Dorp"]),
    )
    with tenant(world.halle.pk):
        StreetLink.objects.create(
            municipality=world.halle, postcode="1500", street_key="oudenaam", street=town["Dorp"], linked_by_name="x", linked_at=NOW
        )

    assert spelled(world.halle) == {"1500 Kerkstr. 7": "1", "1500 KERKSTRAAT 8": "2", "1500 Oude naam 2": "2"}
    assert spelled(world.horebeke) == {"1500 Kerkstr. 7": "9", "1500 KERKSTRAAT 8": "9", "1500 Kerkstraat ": "9"}
    assert spelled(world.halle, date(1899, 12, 31)) == {}


def test_of_two_streets_of_one_name_a_spelling_is_placed_only_where_they_agree(world, town):
    twin = make_streets(world.halle, kerkstraat=["90"])["kerkstraat"]
    put(world, world.halle, row(town["1"], town["Kerkstraat"]), row(town["1"], twin, "1-7 all"), row(town["2"], twin, "8- all"))

    assert spelled(world.halle) == {"1500 Kerkstr. 7": "1", "1500 Kerkstraat ": "1"}


def test_the_days_on_which_the_split_changes(world, town):
    put(world, world.halle, row(town["1"], town["Dorp"]))
    put(world, world.halle, row(town["1"], town["Kerkstraat"], day=ELECTION, until=LATER), day=ELECTION)
    add_houses(town["Dorp"], "3")

    with tenant(world.halle.pk):
        assert sql.days_of_change(municipality_id=world.halle.pk) == [BEGINNING, ELECTION, LATER]
        assert sql.counts(municipality_id=world.halle.pk, day=ELECTION) == {town["1"].pk: (2, 2)}
        assert sql.counts(municipality_id=world.halle.pk, day=LATER) == {town["1"].pk: (1, 1)}
