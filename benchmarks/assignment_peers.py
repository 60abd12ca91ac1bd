"""How else households could be given a building: what people and simple programs do. Each answers a building per unit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from districts.assignment.master import quiet_solver
from districts.assignment.problem import Problem

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One district: unit (n,), building (k,), metres (n, k), voters (n,), seats (k,), side (n,), units in street order."""

    unit: Array
    building: Array
    metres: Array
    voters: Array
    seats: Array
    side: Array


Peer = Callable[[View], Array]


def apply(problem: Problem, peer: Peer) -> Array:
    """A building for every unit, district by district."""
    result = np.full(len(problem.units), -1)
    for view in views(problem):
        result[view.unit] = view.building[peer(view)]
    return result


def views(problem: Problem) -> Iterator[View]:
    """The districts. Seats are those that ours may use (its reserve for cuts between rooms taken off); minimums are left out for the peers."""
    units, stations, order = problem.units, problem.stations, problem.order()
    for district in range(problem.districts):
        unit = order[units.district[order] == district]
        here = stations.district == district
        building = np.unique(stations.building[here])
        metres = np.hypot(units.x[unit, None] - problem.buildings.x[building], units.y[unit, None] - problem.buildings.y[building])
        column = np.searchsorted(building, stations.building[here])
        reserve = (np.bincount(column) - 1) * (units.voters[unit].max() - 1)
        seats = np.bincount(column, stations.maximum[here]).astype(np.int64) - reserve
        yield View(unit, building, metres, units.voters[unit].astype(np.int64), seats, units.side[unit])


def sequential(view: View) -> Array:
    """Fill the buildings one after the other in street order, each to the same degree."""
    upto = np.cumsum(view.voters)
    share = np.cumsum(view.seats) / view.seats.sum() * upto[-1]
    return np.minimum(np.searchsorted(share, upto - view.voters / 2), len(view.seats) - 1)


def whole_sides(view: View) -> Array:
    """As by hand: each side of a street, whole, to the nearest building that has room, in street order."""
    left, result = view.seats.copy(), np.zeros(len(view.unit), np.int64)
    for side in np.unique(view.side):
        inside = view.side == side
        load = view.voters[inside].sum()
        near = np.argsort(view.metres[inside].mean(axis=0), kind="stable")
        fits = near[left[near] >= load]
        result[inside] = chosen = fits[0] if len(fits) else int(left.argmax())
        left[chosen] -= load
    return result


def nearest_first(view: View) -> Array:
    """The shortest walk first, as long as there is room."""
    left, result = view.seats.tolist(), [-1] * len(view.unit)
    units, count = view.voters.tolist(), len(view.seats)
    for pair in np.argsort(view.metres, axis=None, kind="stable").tolist():
        unit, building = divmod(pair, count)
        if result[unit] < 0 and left[building] >= units[unit]:
            result[unit] = building
            left[building] -= units[unit]
    return _remaining(np.array(result), np.array(left), view)


def regret(view: View) -> Array:
    """Whoever would lose most by his second choice first; anew whenever a building has no room for the next."""
    left, result = view.seats.copy(), np.full(len(view.unit), -1)
    closed = np.zeros(len(left), bool)
    while (waiting := np.flatnonzero(result < 0)).size and not closed.all():
        metres = np.where(closed, np.inf, view.metres[waiting])
        best = metres.argmin(axis=1)
        second = np.partition(metres, 1, axis=1)[:, 1] if metres.shape[1] > 1 else metres[:, 0]
        loss = np.where(np.isfinite(second), second, 1e9) - metres.min(axis=1)
        for position in np.argsort(-loss, kind="stable"):
            unit, building = waiting[position], best[position]
            if left[building] < view.voters[unit]:
                closed[building] = True
                break
            result[unit] = building
            left[building] -= view.voters[unit]
    return _remaining(result, left, view)


def _remaining(result: Array, left: Array, view: View) -> Array:
    """Whoever found no room: where most is left."""
    left = left.astype(np.int64)
    for unit in np.flatnonzero(result < 0):
        result[unit] = int(left.argmax())
        left[result[unit]] -= view.voters[unit]
    return result


def regret_and_swaps(view: View) -> Array:
    """Regret, then moves into free seats and swaps of households of the same size, until neither helps."""
    result = regret(view)
    everyone, buildings = np.arange(len(view.unit)), len(view.seats)
    for _ in range(50):
        before = result.copy()
        left = view.seats - np.bincount(result, view.voters, buildings)
        gain = view.metres[everyone, result][:, None] - view.metres
        for pair in np.argsort(-gain, axis=None, kind="stable")[: (gain > 0).sum()].tolist():
            unit, building = divmod(pair, buildings)
            if result[unit] == before[unit] and left[building] >= view.voters[unit]:
                left[result[unit]] += view.voters[unit]
                left[building] -= view.voters[unit]
                result[unit] = building
        for size in np.unique(view.voters):
            for one in range(buildings):
                for other in range(one + 1, buildings):
                    _swap(view, result, np.flatnonzero(view.voters == size), one, other)
        if (result == before).all():
            break
    return result


def _swap(view: View, result: Array, alike: Array, one: int, other: int) -> None:
    here, there = alike[result[alike] == one], alike[result[alike] == other]
    loss_here = view.metres[here, other] - view.metres[here, one]
    loss_there = view.metres[there, one] - view.metres[there, other]
    here, loss_here = here[np.argsort(loss_here, kind="stable")], np.sort(loss_here)
    there, loss_there = there[np.argsort(loss_there, kind="stable")], np.sort(loss_there)
    pairs = min(len(here), len(there))
    better = int((loss_here[:pairs] + loss_there[:pairs] < -1e-9).sum())
    result[here[:better]], result[there[:better]] = other, one


def flow_rounded(view: View) -> Array:
    """The linear program of divisible voters, each household to where most of it goes; nothing is repaired."""
    return flow(view)[0]


def flow(view: View) -> tuple[Array, float]:
    """Rounded optimum of divisible voters, and its value in voter-metres: an independent transport bound."""
    units, buildings = view.metres.shape
    solver = quiet_solver()
    rows, columns = units + buildings, units * buildings
    lower = np.concatenate([view.voters, np.zeros(buildings)])
    upper = np.concatenate([view.voters, view.seats])
    solver.addRows(rows, lower, upper, 0, np.zeros(rows, np.int32), np.zeros(0, np.int32), np.zeros(0))
    unit, building = np.repeat(np.arange(units), buildings), np.tile(np.arange(buildings), units)
    index = np.column_stack([unit, units + building]).ravel().astype(np.int32)
    start = (2 * np.arange(columns)).astype(np.int32)
    most = np.full(columns, highspy.kHighsInf)
    solver.addCols(columns, view.metres.ravel(), np.zeros(columns), most, 2 * columns, start, index, np.ones(2 * columns))
    solver.run()
    amount = np.array(solver.getSolution().col_value).reshape(units, buildings)
    return amount.argmax(axis=1), float(solver.getInfo().objective_function_value)


PEERS: dict[str, Peer] = {
    "sequential": sequential,
    "whole_sides": whole_sides,
    "nearest_first": nearest_first,
    "regret": regret,
    "regret_and_swaps": regret_and_swaps,
    "flow_rounded": flow_rounded,
}
