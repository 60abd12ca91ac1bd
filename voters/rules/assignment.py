"""The assignment of a list to stations: what a municipality can set, how lists are numbered, how streets read (docs/formats/assignment.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


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


MOVES = (0, 100, 300, 1000, 100_000)
ROWS = (0, 1000, 3000, 10_000, 30_000)


@dataclass(frozen=True, slots=True)
class DraftSettings:
    """How the wishes weigh against each other in a draft.

    ``move``: metres that a voter must save before moving to another building than last time. ``row``: metres of walking, over all
    voters together, that one more row in the table of streets costs. ``balance``: how far the load of a station may lie from the mean
    of its district, in percent; ``None``: as far as its sizes allow. ``rest``: the number of the station for voters whose street nobody
    knows, so that no district can be found for them; ``None``: they wait for somebody to place them by hand.
    """

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
        for name, kind in (("rooms", Rooms), ("numbering", Numbering), ("order", ListOrder)):
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


@dataclass(frozen=True, slots=True)
class HouseRun:
    """Houses that follow each other on one side of a street, all in one station. ``first`` and ``last`` are house numbers as written."""

    street_id: int | None
    street_name: str
    postcode: str
    side: str
    first: str
    last: str
    station_id: int
    households: int
    voters: int
    whole_side: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """A house number of a street side with the voters of one station in it."""

    street_id: int | None
    street_name: str
    postcode: str
    side: str
    label: str
    station_id: int
    households: int
    voters: int


def house_runs(houses: Iterable[House]) -> Iterator[HouseRun]:
    """Draw together what follows on a side and votes in the same station.

    ``houses`` come in the order of street, postcode, side and number; a house that is split over stations comes once for each and is a
    run of its own. A run that is its whole side says so: it reads as *all even numbers*.
    """
    side: list[House] = []
    for house in houses:
        if side and _side(side[0]) != _side(house):
            yield from _runs_of_side(side)
            side = []
        side.append(house)
    if side:
        yield from _runs_of_side(side)


def _side(house: House) -> tuple[object, ...]:
    return house.street_id, house.street_name, house.postcode, house.side


def _runs_of_side(houses: list[House]) -> Iterator[HouseRun]:
    whole = len({house.station_id for house in houses}) == 1
    run: list[House] = []
    for house in houses:
        if run and run[-1].station_id != house.station_id:
            yield _run(run, whole=whole)
            run = []
        run.append(house)
    yield _run(run, whole=whole)


def _run(houses: list[House], *, whole: bool) -> HouseRun:
    first = houses[0]
    return HouseRun(
        first.street_id,
        first.street_name,
        first.postcode,
        first.side,
        first.label,
        houses[-1].label,
        first.station_id,
        sum(house.households for house in houses),
        sum(house.voters for house in houses),
        whole,
    )
