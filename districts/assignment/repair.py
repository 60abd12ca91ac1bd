"""Whole units into buildings when prices alone do not make it fit: a small integer program over the units that are least committed.

Everybody else stays where he is. At first 150 units are free, then more, until the loads are within bounds. Limits count nodes, never
seconds: the same input gives the same answer on a slow machine too.
"""

from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from .exchange import Bounds
from .master import quiet_solver
from .problem import Ints

FREE: Final = (150, 500, 2000)
NODES: Final = 40
CHOICES: Final = 4  # buildings besides its own that a free unit may go to


def repair(cost: Ints, voters: Ints, bounds: Bounds, column: Ints, *, moving: int, forbidden: int, improve: bool = False) -> Ints:
    """A building (units,) for each unit with loads in bounds if that can be found, from ``column`` (units,) with as little extra as can be.

    ``cost`` (units, buildings) in decimetre-voters, ``forbidden`` per voter and more where a unit may not go; ``moving`` is added for each
    unit that leaves its column (rows that its going makes). ``improve`` solves once even if nothing is out of bounds.
    """
    load = np.bincount(column, voters, cost.shape[1]).astype(np.int64)
    best, excess = column, int(bounds.excess(load))
    everyone = np.arange(len(column))
    priced = cost + voters[:, None] * bounds.price
    extra = priced - priced[everyone, column][:, None]
    extra[everyone, column] = np.iinfo(np.int64).max
    order = np.argsort(extra.min(axis=1), kind="stable")
    for count in FREE:
        if not excess and not (improve and count == FREE[0]):
            break
        free = np.sort(order[:count])
        choices = np.argsort(extra[free], axis=1, kind="stable")[:, : min(CHOICES, cost.shape[1] - 1)]
        choices = np.column_stack([column[free], choices])
        unit, choice = np.nonzero(cost[free[:, None], choices] < forbidden * voters[free][:, None])
        found = _solve(cost + np.where(everyone[:, None] < 0, 0, moving) * (column[:, None] != np.arange(cost.shape[1])),
                       voters, bounds, column, (free, unit, choices[unit, choice]))  # fmt: skip
        if found is None:
            continue
        now = int(bounds.excess(np.bincount(found, voters, cost.shape[1]).astype(np.int64)))
        if now < excess or (improve and now == excess):
            best, excess = found, now
        if count >= len(column):
            break
    return best


def _solve(cost: Ints, voters: Ints, bounds: Bounds, column: Ints, arcs: tuple[NDArray[np.intp], NDArray[np.intp], Ints]) -> Ints | None:
    """Choose one arc (position in free, building) for each free unit; None if HiGHS finds nothing within its limits."""
    free, position, building = arcs
    buildings, count = cost.shape[1], len(free)
    fixed = np.bincount(column, voters, buildings) - np.bincount(column[free], voters[free], buildings)
    solver = quiet_solver()
    solver.setOptionValue("mip_max_nodes", NODES)
    solver.setOptionValue("mip_rel_gap", 1e-6)
    rows = count + buildings
    lower = np.concatenate([np.ones(count), bounds.low - fixed])
    upper = np.concatenate([np.ones(count), bounds.high - fixed])
    solver.addRows(rows, lower, upper, 0, np.zeros(rows, np.int32), np.zeros(0, np.int32), np.zeros(0))
    own = cost[free, column[free]]
    price = (cost[free[position], building] - own[position]).astype(np.float64)
    dear = 10.0 * (np.abs(price).max(initial=0.0) + 1e5)
    spare = 2 * buildings
    columns = len(position) + spare
    start = np.concatenate([2 * np.arange(len(position)), 2 * len(position) + np.arange(spare)])
    index = np.concatenate([np.column_stack([position, count + building]).ravel(), count + np.tile(np.arange(buildings), 2)])
    weight = voters[free[position]]
    value = np.concatenate([np.column_stack([np.ones(len(position)), weight]).ravel(), np.repeat([-1.0, 1.0], buildings)])
    most = np.concatenate([np.ones(len(position)), np.full(spare, highspy.kHighsInf)])
    price = np.concatenate([price, np.full(spare, dear)])
    solver.addCols(columns, price, np.zeros(columns), most, len(index), start.astype(np.int32), index.astype(np.int32), value)
    solver.changeColsIntegrality(len(position), np.arange(len(position), dtype=np.int32), np.ones(len(position), np.uint8))
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    taken = np.array(solver.getSolution().col_value)[: len(position)] > 0.5
    found = column.copy()
    found[free[position[taken]]] = building[taken]
    return found
