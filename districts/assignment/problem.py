"""What goes in: households, stations, buildings, and how the wishes weigh against each other."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NONE: Final = -1
# Distances are whole decimetres inside: sums are exact, and the same on every machine and in every order.
SCALE: Final = 10


class ProblemInvalid(ValueError):
    """The arrays do not fit together: another length, an index that points nowhere, a household without voters."""


class Rooms(StrEnum):
    """How stations in one building are told apart."""

    STREETS = "streets"
    ALPHABET = "alphabet"  # of the household's reference person: of each person, it would split households


class Wish(StrEnum):
    """What an order of wishes can put first."""

    MOVE = "move"
    ROW = "row"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """What is placed whole: households, or whole house numbers. All arrays have shape (units,).

    ``key`` (integers or fixed-width strings) tells units at one house number apart and puts them in order: (side, place, key) is the
    canonical order, so the order of the rows has no influence. ``voters`` is at least 1. ``side`` is a side of a street (street × postcode
    × parity), -1 without a known street; units with the same ``place`` on a side stand at the same house number. ``x`` and ``y`` are
    metres in a local projection; NaN means no position, and then no distance counts. ``previous`` and ``previous_station`` are the building
    and the station of the earlier election (a building that is not open now forces a move), ``pinned`` and ``pinned_building`` what a person
    has decided; -1 is none. ``name_rank`` orders the households' reference persons by name.
    """

    key: NDArray[Any]
    voters: Small
    district: Small
    side: Small
    place: Ints
    x: Floats
    y: Floats
    previous: Small
    previous_station: Small
    pinned: Small
    pinned_building: Small
    name_rank: Ints

    @classmethod
    def of(
        cls,
        *,
        key: ArrayLike,
        voters: ArrayLike,
        district: ArrayLike,
        side: ArrayLike,
        place: ArrayLike,
        x: ArrayLike,
        y: ArrayLike,
        previous: ArrayLike | None = None,
        previous_station: ArrayLike | None = None,
        pinned: ArrayLike | None = None,
        pinned_building: ArrayLike | None = None,
        name_rank: ArrayLike | None = None,
    ) -> Self:
        """Units from anything like arrays; what is left out is 'none' for all."""
        count = len(np.asarray(voters))
        optional = {"previous": previous, "previous_station": previous_station, "pinned": pinned, "pinned_building": pinned_building}
        return cls(
            key=np.ascontiguousarray(key),
            voters=np.ascontiguousarray(voters, np.int32),
            district=np.ascontiguousarray(district, np.int32),
            side=np.ascontiguousarray(side, np.int32),
            place=np.ascontiguousarray(place, np.int64),
            x=np.ascontiguousarray(x, np.float64),
            y=np.ascontiguousarray(y, np.float64),
            name_rank=np.zeros(count, np.int64) if name_rank is None else np.ascontiguousarray(name_rank, np.int64),
            **{
                name: np.full(count, NONE, np.int32) if value is None else np.ascontiguousarray(value, np.int32)
                for name, value in optional.items()
            },
        )

    def __len__(self) -> int:
        return len(self.voters)


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """Polling stations, arrays of shape (stations,): where, for which district, how many voters at least and at most, and their number."""

    building: Small
    district: Small
    minimum: Small
    maximum: Small
    number: Small

    @classmethod
    def of(
        cls, *, building: ArrayLike, district: ArrayLike, maximum: ArrayLike, minimum: ArrayLike, number: ArrayLike | None = None
    ) -> Self:
        """Stations from anything like arrays; numbered as they stand unless told otherwise."""
        count = len(np.asarray(building))
        return cls(
            building=np.ascontiguousarray(building, np.int32),
            district=np.ascontiguousarray(district, np.int32),
            minimum=np.ascontiguousarray(minimum, np.int32),
            maximum=np.ascontiguousarray(maximum, np.int32),
            number=np.arange(1, count + 1, dtype=np.int32) if number is None else np.ascontiguousarray(number, np.int32),
        )

    def __len__(self) -> int:
        return len(self.building)


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """Positions in metres, shape (buildings,). A building without a station of a district is closed to that district."""

    x: Floats
    y: Floats

    @classmethod
    def of(cls, *, x: ArrayLike, y: ArrayLike) -> Self:
        """Buildings from anything like arrays."""
        return cls(x=np.ascontiguousarray(x, np.float64), y=np.ascontiguousarray(y, np.float64))

    def __len__(self) -> int:
        return len(self.x)


def _no_bans() -> Small:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """All that a plan depends on. ``banned_unit[i]`` may not vote in ``banned_building[i]``."""

    units: Units
    stations: Stations
    buildings: Buildings
    banned_unit: Small = field(default_factory=_no_bans)
    banned_building: Small = field(default_factory=_no_bans)

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together (ProblemInvalid)."""
        for part in (self.units, self.stations, self.buildings):
            for item in fields(part):
                if getattr(part, item.name).shape != (len(part),):
                    raise ProblemInvalid(
                        f"{type(part).__name__}.{item.name} has shape {getattr(part, item.name).shape}, not ({len(part)},)"
                    )
        if self.banned_unit.shape != self.banned_building.shape:
            raise ProblemInvalid("banned_unit and banned_building differ in length")
        units, stations, buildings = len(self.units), len(self.stations), len(self.buildings)
        _expect("units.previous", self.units.previous, NONE, buildings)
        _expect("units.pinned_building", self.units.pinned_building, NONE, buildings)
        _expect("units.previous_station", self.units.previous_station, NONE, stations)
        _expect("units.pinned", self.units.pinned, NONE, stations)
        _expect("stations.building", self.stations.building, 0, buildings)
        _expect("banned_unit", self.banned_unit, 0, units)
        _expect("banned_building", self.banned_building, 0, buildings)
        _expect("units.voters", self.units.voters, 1)
        _expect("units.district", self.units.district, 0)
        _expect("units.side", self.units.side, NONE)
        _expect("stations.district", self.stations.district, 0)
        _expect("stations.minimum", self.stations.minimum, 0)
        if (self.stations.minimum > self.stations.maximum).any():
            raise ProblemInvalid("a station's minimum is above its maximum")
        if not (np.isfinite(self.buildings.x).all() and np.isfinite(self.buildings.y).all()):
            raise ProblemInvalid("a building without a position")

    @property
    def districts(self) -> int:
        """One more than the highest district that is named."""
        highest = [int(part.district.max()) for part in (self.units, self.stations) if len(part)]
        return max(highest, default=NONE) + 1

    def order(self) -> NDArray[np.intp]:
        """Units in canonical order: side, place, key."""
        return np.lexsort((self.units.key, self.units.place, self.units.side))


def _expect(name: str, values: Small, least: int, below: int | None = None) -> None:
    if len(values) and (values.min() < least or (below is not None and values.max() >= below)):
        raise ProblemInvalid(f"{name} must be at least {least}" + ("" if below is None else f" and below {below}"))


# What an order of wishes is turned into, as (metres per moved voter, voter-metres per row): above distance is what hardly any walk outweighs,
# below it what only breaks ties. No price is really without limit: whole numbers and a linear program must carry it.
ORDERED: Final = {
    (Wish.MOVE, Wish.ROW, Wish.DISTANCE): (3_000_000, 300_000),
    (Wish.MOVE, Wish.DISTANCE, Wish.ROW): (100_000, 30),
    (Wish.ROW, Wish.MOVE, Wish.DISTANCE): (30_000, 30_000_000),
    (Wish.ROW, Wish.DISTANCE, Wish.MOVE): (1, 1_000_000),
    (Wish.DISTANCE, Wish.MOVE, Wish.ROW): (1, 1),
    (Wish.DISTANCE, Wish.ROW, Wish.MOVE): (1, 100),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """How the wishes weigh against each other. Hard, always: one station per unit, its own district, maxima, pins, bans; minima where they fit.

    ``move``: metres that a move away from the previous building must save per voter. ``row``: voter-metres that one more row in the
    street table costs. ``balance``: how far a station's load may lie from what is even (0.1 is ten percent), None for as far as the maximum
    and minimum let it; widened where it cannot be. ``whole_buildings``: a house number is never split. ``order``: instead of prices, the
    wishes from most to least important; each beats the next at (nearly) any price.
    """

    move: int = 300
    row: int = 3000
    balance: float | None = None
    whole_buildings: bool = False
    rooms: Rooms = Rooms.STREETS
    order: tuple[Wish, Wish, Wish] | None = None

    def __post_init__(self) -> None:
        """Refuse prices below zero and an order that names a wish twice (ValueError)."""
        if self.move < 0 or self.row < 0 or (self.balance is not None and not self.balance >= 0):
            raise ValueError("a price or band below zero")
        if self.order is not None and self.order not in ORDERED:
            raise ValueError("an order names each wish once")

    def priced(self) -> tuple[int, int]:
        """The price of a move (metres per voter) and of a row (voter-metres), from the order if there is one."""
        return ORDERED[self.order] if self.order else (self.move, self.row)
