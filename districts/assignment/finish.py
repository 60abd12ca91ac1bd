"""The last of the gap, where it is wide: an integer program over what can still be part of a better plan.

At the best prices, every building at every link has a least extra cost of any path through it. Where that is more than the plan's distance
from the bound, no better plan goes there: what is left is small, and in a small district the program is exact.
"""

from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from .chains import Chains, Paths, make_paths, sweep, sweep_back
from .exchange import Bounds
from .master import quiet_solver
from .problem import Floats, Ints

LARGEST: Final = 150  # choices (a link, a building) up to which it is solved: seconds else
NODES: Final = 30
CLOSE: Final = 2e-4


def finish(chains: Chains, bounds: Bounds, row: int, now: Paths, bound: int) -> Paths:
    """The best plan, if what is left is small; else ``now`` (one path per chain, loads within bounds). ``bound``: what the prices prove."""
    forward, backward = sweep(chains, chains.priced(bounds.price), row), sweep_back(chains, chains.priced(bounds.price), row)
    extra = forward.value + backward.value - chains.priced(bounds.price) - forward.value[-1].min(axis=0)
    _, buildings, count = extra.shape
    inside = chains.inside[:, None]
    current = (now.label[:, None] == np.arange(buildings)[:, None]) & inside
    kept = ((extra <= int(now.cost.sum()) - bound) & inside) | current
    free = (kept.sum(axis=1) > 1).any(axis=0)
    if not 0 < (kept & free).sum() <= LARGEST:
        return now
    label = _solve(chains, bounds, row, (kept & free, current), now.load[~free].sum(axis=0))
    if label is None:
        return now
    merged = np.where(free, label, now.label).astype(np.int16)
    found = make_paths(chains, np.arange(count), merged, row)
    better = not bounds.excess(found.load.sum(axis=0)) and found.cost.sum() < now.cost.sum()
    return found if better else now


def _solve(
    chains: Chains, bounds: Bounds, row: int, tables: tuple[NDArray[np.bool_], NDArray[np.bool_]], fixed: Ints
) -> NDArray[np.int64] | None:
    """Labels (steps, chains) of the best choice of one kept building per link; None if HiGHS finds nothing within its limits.

    Columns: choices, then one per choice that may come from the same building at the link before: whether it does not.
    """
    kept, current = tables
    step, building, chain = np.nonzero(kept)
    choices = len(step)
    number = np.full(kept.shape, -1)
    number[step, building, chain] = np.arange(choices)
    before = np.where(step > 0, number[step - 1, building, chain], -1)
    turning = np.flatnonzero(before >= 0)
    links, link = np.unique(step * kept.shape[2] + chain, return_inverse=True)
    first_load, first_turn = len(links), len(links) + len(bounds.low)
    turns = np.arange(len(turning))
    entries = [
        (link.reshape(-1), np.arange(choices), np.ones(choices)),
        (first_load + building, np.arange(choices), chains.weight[step, chain].astype(np.float64)),
        (first_turn + turns, turning, np.ones(len(turns))),
        (first_turn + turns, before[turning], -np.ones(len(turns))),
        (first_turn + turns, choices + turns, -np.ones(len(turns))),
    ]
    # A choice that nothing kept leads to without a change has its row in its own cost.
    cost = chains.cost[step, building, chain] + row * ((step > 0) & (before < 0))
    cost = np.concatenate([cost, np.full(len(turns), row)]).astype(np.float64)
    infinite = highspy.kHighsInf
    lower = np.concatenate([np.ones(first_load), bounds.low - fixed, np.full(len(turns), -infinite)])
    upper = np.concatenate([np.ones(first_load), bounds.high - fixed, np.zeros(len(turns))])
    chosen = current[step, building, chain]
    start = np.concatenate([chosen, chosen[turning] & ~chosen[before[turning]]]).astype(np.float64)
    solver = _program(cost, (lower, upper), entries, choices)
    solution = highspy.HighsSolution()
    solution.col_value = start.tolist()
    solver.setSolution(solution)
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    taken = np.array(solver.getSolution().col_value)[:choices] > 0.5
    label = np.full((kept.shape[0], kept.shape[2]), -1)
    label[step[taken], chain[taken]] = building[taken]
    return label


def _program(cost: Floats, sides: tuple[Floats, Floats], entries: list[tuple[Ints, Ints, Floats]], whole: int) -> highspy.Highs:
    """The program with the first ``whole`` columns whole, all from 0 to 1, limited in nodes."""
    row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    order = np.lexsort((row, column))
    solver = quiet_solver()
    solver.setOptionValue("mip_max_nodes", NODES)
    solver.setOptionValue("mip_rel_gap", CLOSE)
    rows, columns = len(sides[0]), len(cost)
    solver.addRows(rows, *sides, 0, np.zeros(rows, np.int32), np.zeros(0, np.int32), np.zeros(0))
    start = np.searchsorted(column[order], np.arange(columns)).astype(np.int32)
    solver.addCols(columns, cost, np.zeros(columns), np.ones(columns), len(row), start, row[order].astype(np.int32), value[order])
    solver.changeColsIntegrality(whole, np.arange(whole, dtype=np.int32), np.ones(whole, np.uint8))
    return solver
