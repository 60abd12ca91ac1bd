"""The assignment of a list to stations: what a municipality can set, how lists are numbered, how streets read (docs/formats/assignment.md)."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, Self


class Rooms(StrEnum):
    """How stations in one building are told apart."""

    STREETS = "streets"
    ALPHABET = "alphabet"  # of the household's reference person: of each person, it would split households


class Numbering(StrEnum):
    """Within what the numbers of a list run on: the whole municipality, or one district after the other. Always 1 to n, without a gap."""

    MUNICIPALITY = "municipality"
    DISTRICT = "district"


class ListOrder(StrEnum):
    """In which order numbers are given."""

    NAME = "name"
    STREET = "street"


class Wishes(StrEnum):
    """Which wish goes before which at any price; ``PRICES``: none, they are weighed by the two prices."""

    PRICES = "prices"
    MOVE_ROW = "move,row,distance"
    MOVE_DISTANCE = "move,distance,row"
    ROW_MOVE = "row,move,distance"
    ROW_DISTANCE = "row,distance,move"
    DISTANCE_MOVE = "distance,move,row"
    DISTANCE_ROW = "distance,row,move"


APPROVAL_KIND: Final = "assignment"
CURVE: Final = "voters.weigh_settings"
"""The kinds of what a second person decides, and of the work that tries other settings."""
CURVE_BELOW: Final = 60_000
"""Voters up to which other settings are worked out of themselves: a minute's work at most."""


@dataclass(frozen=True, slots=True)
class DraftSettings:
    """How the wishes weigh against each other in a draft.

    ``move``: metres that a voter must save before moving to another building than last time. ``row``: metres of walking, over all
    voters together, that one more row in the table of streets costs. ``balance``: how far the load of a station may lie from the mean
    of its district, in percent; ``None``: as far as its sizes allow. ``rest``: the number of the station for voters whose street nobody
    knows, so that no district can be found for them; ``None``: they wait for somebody to place them by hand.
    """

    wishes: Wishes = Wishes.PRICES
    move: int = 300
    row: int = 3000
    balance: int | None = None
    whole_buildings: bool = False
    rooms: Rooms = Rooms.STREETS
    numbering: Numbering = Numbering.MUNICIPALITY
    order: ListOrder = ListOrder.NAME
    rest: int | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From what ``as_json`` gave, or a form; unknown names are left out, missing ones take their default."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        for name, kind in (("wishes", Wishes), ("rooms", Rooms), ("numbering", Numbering), ("order", ListOrder)):
            if name in known:
                known[name] = kind(known[name])
        return cls(**known)

    def __post_init__(self) -> None:
        """Refuse prices below zero and a band that is no band (ValueError)."""
        if self.move < 0 or self.row < 0 or (self.balance is not None and not 0 <= self.balance <= 100):
            raise ValueError("a price below zero, or a band that is no percentage")

    def as_json(self) -> dict[str, Any]:
        """For the row of the draft."""
        return asdict(self)

    @property
    def metres_of_a_move(self) -> int:
        """What a move must save per voter, for telling why somebody did not move."""
        return {Wishes.PRICES: self.move, Wishes.ROW_MOVE: 30_000, Wishes.MOVE_ROW: 100_000, Wishes.MOVE_DISTANCE: 100_000}.get(
            self.wishes, 1
        )


@dataclass(frozen=True, slots=True)
class House:
    """A house number of a street side with the voters of one station in it."""

    street_id: int
    street_name: str
    postcode: str
    side: str
    number: int
    station_id: int
    households: int
    voters: int


@dataclass(frozen=True, slots=True)
class HouseRun:
    """Houses that follow each other on one side of a street, all in one station; ``first`` and ``last`` are house numbers.

    ``whole_side``: it is all that lives on the side, or on both (``side`` is ``all`` then). ``shared``: one house, of which other
    households vote elsewhere.
    """

    street_id: int
    street_name: str
    postcode: str
    side: str
    first: int
    last: int
    station_id: int
    households: int
    voters: int
    whole_side: bool = False
    shared: bool = False


def _itself(station_id: int) -> Hashable:
    return station_id


def house_runs(houses: Iterable[House], group: Callable[[int], Hashable] = _itself) -> Iterator[HouseRun]:
    """Draw together what follows on a side and votes in the same station.

    ``houses`` come in the order of street, postcode, side and number; a house that is split over stations comes once for each and is a
    run of its own for each. ``group`` names what stations are taken together in, where those of one building are told apart by the
    alphabet: a run then is the group's, and comes once for each of its stations that has voters in it.
    """
    for _key, side in groupby(houses, key=lambda house: (house.street_id, house.postcode, house.side)):
        yield from _runs_of_side(list(side), group)


def _runs_of_side(houses: list[House], group: Callable[[int], Hashable]) -> Iterator[HouseRun]:
    whole = len({group(house.station_id) for house in houses}) == 1
    run: list[House] = []
    for _number, found in groupby(houses, key=lambda house: house.number):
        here = list(found)
        shared = len({group(house.station_id) for house in here}) > 1
        if run and (shared or group(run[0].station_id) != group(here[0].station_id)):
            yield from _by_station(run, whole_side=whole)
            run = []
        if shared:
            yield from _by_station(here, shared=True)
        else:
            run += here
    if run:
        yield from _by_station(run, whole_side=whole)


def _by_station(houses: list[House], **flags: bool) -> Iterator[HouseRun]:
    first, last = houses[0], houses[-1]
    stations = dict.fromkeys(house.station_id for house in houses)
    for station_id in stations if len(stations) == 1 else sorted(stations):
        own = [house for house in houses if house.station_id == station_id]
        yield HouseRun(
            first.street_id,
            first.street_name,
            first.postcode,
            first.side,
            first.number,
            last.number,
            station_id,
            sum(house.households for house in own),
            sum(house.voters for house in own),
            **flags,
        )


def join_sides(runs: Iterable[HouseRun]) -> list[HouseRun]:
    """The same runs, with both sides of a street as one where each is whole and votes in the same station (or group of them)."""
    found: list[HouseRun] = []
    for _key, street in groupby(runs, key=lambda run: (run.street_id, run.postcode)):
        rows = list(street)
        sides = [[row for row in rows if row.side == side] for side in dict.fromkeys(row.side for row in rows)]
        stations = [[row.station_id for row in side] for side in sides]
        if len(sides) == 2 and all(row.whole_side for row in rows) and stations[0] == stations[1]:
            rows = [_both(one, other) for one, other in zip(*sides, strict=True)]
        found += rows
    return found


def _both(one: HouseRun, other: HouseRun) -> HouseRun:
    return replace(
        one,
        side="all",
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        households=one.households + other.households,
        voters=one.voters + other.voters,
    )
