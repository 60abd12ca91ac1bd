"""Why a household votes where it does: what speaks for each building of its district."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .district import allowed_buildings
from .problem import NONE, Problem, Weights
from .solution import Solution


class Hindrance(StrEnum):
    """Why a nearer building was not taken; several may hold."""

    BANNED = "banned"
    PINNED = "pinned"  # a person has decided otherwise
    FULL = "full"  # a seat there costs others more than it saves here
    MOVE = "move"  # the household would leave its earlier building for too little
    MINIMUM = "minimum"  # its own building needs it for its minimum
    ROWS = "rows"  # it would be one more row in the street table


@dataclass(frozen=True, slots=True)
class Alternative:
    """A building of the district: ``distance`` in metres (None without a position), voters there now and seats in all, ``price`` in metres per
    voter that a seat there is worth to others, ``moves`` whether going there leaves the earlier building.
    """

    building: int
    distance: float | None
    load: int
    seats: int
    price: float
    moves: bool
    hindrances: tuple[Hindrance, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Where the unit votes and how far that is; ``nearer`` buildings by distance, each with what hinders; ``nearest`` if there is none."""

    unit: int
    station: int
    building: int
    distance: float | None
    nearest: bool
    kept: bool
    pinned: bool
    price: float
    nearer: tuple[Alternative, ...]


def why(problem: Problem, weights: Weights, solution: Solution, unit: int) -> Why:
    """The reasons of one unit's place in a plan of this problem at these weights."""
    units, stations = problem.units, problem.stations
    number = int(units.district[unit])
    here = stations.district == number
    open_here = np.unique(stations.building[here]).astype(np.int64)
    allowed = allowed_buildings(problem, number, np.array([unit]), open_here)[0]
    own = int(solution.building[unit])
    distances = np.hypot(problem.buildings.x[open_here] - units.x[unit], problem.buildings.y[open_here] - units.y[unit])
    known = bool(np.isfinite(units.x[unit]) and np.isfinite(units.y[unit]))
    own_distance = float(distances[open_here == own][0]) if known and own >= 0 else None
    prices = {int(b): float(solution.price[here & (stations.building == b)][0]) for b in open_here}
    move, previous = weights.priced()[0], int(units.previous[unit])
    nearer = []
    for place in np.argsort(distances, kind="stable"):
        building, distance = int(open_here[place]), float(distances[place])
        if own_distance is None or building == own or distance >= own_distance:
            continue
        if allowed[place]:
            gain = own_distance - distance + (move if previous == building else 0)
            hindrances = _prices_against(gain, move=move if previous == own else 0, there=prices[building], here=prices[own])
        else:
            banned = ((problem.banned_unit == unit) & (problem.banned_building == building)).any()
            hindrances = (Hindrance.BANNED if banned else Hindrance.PINNED,)
        rooms = here & (stations.building == building)
        seats, load = int(stations.maximum[rooms].sum()), int(solution.load[rooms].sum())
        nearer.append(Alternative(building, distance, load, seats, prices[building], previous == own, hindrances))
    pinned = int(units.pinned[unit]) >= 0 or int(units.pinned_building[unit]) >= 0
    return Why(
        unit=unit, station=int(solution.station[unit]), building=own, distance=own_distance, nearest=own >= 0 and not nearer,
        kept=own >= 0 and int(units.previous[unit]) == own, pinned=pinned, price=prices.get(own, 0.0), nearer=tuple(nearer),
    )  # fmt: skip


def _prices_against(gain: float, *, move: float, there: float, here: float) -> tuple[Hindrance, ...]:
    """What outweighs a gain, all in metres per voter: those prices without any one of which the unit would go, or else all of them."""
    prices = {Hindrance.FULL: max(there, 0.0), Hindrance.MOVE: move, Hindrance.MINIMUM: max(-here, 0.0)}
    net = gain - there + here - move
    if net > 0:  # it would go, but for its neighbours, who stay in one row with it
        return (Hindrance.ROWS,)
    decisive = tuple(hindrance for hindrance, price in prices.items() if net + price > 0)
    return decisive or tuple(hindrance for hindrance, price in prices.items() if price > 0) or (Hindrance.ROWS,)


def unplaced(solution: Solution) -> tuple[int, ...]:
    """Units without a seat, in order."""
    return tuple(int(unit) for unit in np.flatnonzero(solution.station == NONE))
