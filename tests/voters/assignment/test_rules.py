"""Settings, and houses drawn together to ranges: against a naive reference on random streets."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voters.rules.assignment import DraftSettings, House, HouseRun, ListOrder, Numbering, Rooms, Wishes, house_runs, join_sides


def test_settings_come_back_from_json_as_they_were() -> None:
    asked = DraftSettings(
        wishes=Wishes.ROW_MOVE, move=7, row=9, balance=10, whole_buildings=True, rooms=Rooms.ALPHABET,
        numbering=Numbering.DISTRICT, order=ListOrder.STREET, rest=3,
    )  # fmt: skip

    assert DraftSettings.of(asked.as_json()) == asked
    assert DraftSettings.of({}) == DraftSettings()
    assert DraftSettings.of({"sizes": {}, "move": 5}) == DraftSettings(move=5)


@pytest.mark.parametrize("values", [{"move": -1}, {"row": -1}, {"balance": 101}, {"balance": -1}, {"wishes": "nothing"}])
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - also from an enumeration
        DraftSettings.of(values)


@pytest.mark.parametrize(
    ("wishes", "metres"), [("prices", 300), ("move,row,distance", 100_000), ("row,move,distance", 30_000), ("distance,move,row", 1)]
)
def test_what_a_move_weighs_follows_from_the_wishes(wishes, metres) -> None:
    assert DraftSettings.of({"wishes": wishes}).metres_of_a_move == metres


@st.composite
def streets(draw):
    """Houses in their order: streets, sides, numbers, each number in one or more of four stations."""
    houses = []
    for street in range(draw(st.integers(0, 3))):
        for side, parity in (("even", 0), ("odd", 1)):
            numbers = sorted(draw(st.sets(st.integers(0, 12), max_size=8)))
            for number in numbers:
                stations = sorted(draw(st.sets(st.integers(1, 4), min_size=1, max_size=3 if draw(st.booleans()) else 1)))
                for station in stations:
                    count = draw(st.integers(1, 3))
                    houses.append(House(street, f"Straat {street}", "1500", side, 2 * number + parity, station, count, 2 * count))
    return houses


def naive(houses, group):
    """Number by number: the run of a number is as far as its neighbours on the side have exactly its one group."""
    sides: dict[tuple[Any, str], dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for house in houses:
        sides[house.street_id, house.side][house.number].append(house)
    found = []
    for (street, side), numbers in sides.items():
        whole = len({group(house.station_id) for here in numbers.values() for house in here}) == 1
        previous = None
        for number in sorted(numbers):
            groups = {group(house.station_id) for house in numbers[number]}
            if len(groups) == 1 and previous == groups:
                found[-1][1].append(number)
            else:
                found.append(((street, side), [number], len(groups) > 1, whole))
            previous = groups if len(groups) == 1 else None
    rows = set()
    for (street, side), held, shared, whole in found:
        own = [house for number in held for house in sides[street, side][number]]
        for station in {house.station_id for house in own}:
            here = [house for house in own if house.station_id == station]
            rows.add(
                HouseRun(
                    street,
                    f"Straat {street}",
                    "1500",
                    side,
                    held[0],
                    held[-1],
                    station,
                    sum(h.households for h in here),
                    sum(h.voters for h in here),
                    whole_side=whole,
                    shared=shared,
                )
            )
    return rows


@given(streets(), st.sampled_from([lambda station: station, lambda station: station % 2]))
def test_runs_are_those_of_the_naive_reference(houses, group) -> None:
    found = list(house_runs(houses, group))

    assert set(found) == naive(houses, group)
    assert len(set(found)) == len(found)


@given(streets())
def test_runs_hold_every_house_once_and_follow_each_other(houses) -> None:
    found = list(house_runs(houses))

    assert sum(run.voters for run in found) == sum(house.voters for house in houses)
    for house in houses:
        holding = [
            run for run in found
            if (run.street_id, run.side, run.station_id) == (house.street_id, house.side, house.station_id) and run.first <= house.number <= run.last
        ]  # fmt: skip
        assert len(holding) == 1
    assert [(run.street_id, run.side, run.first) for run in found] == sorted((run.street_id, run.side, run.first) for run in found)


@given(streets())
def test_joining_sides_keeps_every_voter_and_joins_only_what_is_whole(houses) -> None:
    runs = list(house_runs(houses))
    joined = join_sides(runs)

    assert sum(run.voters for run in joined) == sum(run.voters for run in runs)
    for run in joined:
        if run.side == "all":
            assert {house.station_id for house in houses if house.street_id == run.street_id} == {run.station_id}
    separate = {run.street_id for run in joined if run.side != "all"}
    for street in separate:
        own = [house for house in houses if house.street_id == street]
        assert len({house.station_id for house in own}) > 1 or len({house.side for house in own}) == 1


def test_a_house_of_two_stations_stands_alone_and_a_whole_side_says_so() -> None:
    def house(number, station, side="odd"):
        return House(1, "Kerkstraat", "1500", side, number, station, 1, 2)

    runs = list(house_runs([house(1, 5), house(3, 5), house(3, 6), house(5, 6), house(2, 6, "even"), house(4, 6, "even")]))

    assert [(run.side, run.first, run.last, run.station_id, run.shared, run.whole_side) for run in runs] == [
        ("odd", 1, 1, 5, False, False),
        ("odd", 3, 3, 5, True, False),
        ("odd", 3, 3, 6, True, False),
        ("odd", 5, 5, 6, False, False),
        ("even", 2, 4, 6, False, True),
    ]
