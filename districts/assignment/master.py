"""Prices of seats at which every street side may be cut for itself: the linear program over whole ways to cut a side, solved by columns.

Its rows are the sides (one way each) and the buildings (loads within bounds). The sides' cheapest ways at the current prices join as columns
until the program is worth (nearly) no more than the bound that its prices prove. A basic solution leaves at most two sides per building
undecided, so the bound is tight and little is left to decide (docs/adr/0009-assignment.md).
"""

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np

from .chains import Chains, Paths, best_paths, make_paths
from .district import FORBIDDEN
from .problem import Floats, Ints

CLOSE: Final = 1e-4
ROUNDS: Final = 60
TRUST: Final = 0.75  # how far new prices go from the best ones so far to what the program says


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """``bound`` in decimetre-voters, proved by ``price`` (buildings,); the ``paths`` that were tried, and their ``share`` in the program."""

    bound: int
    price: Ints
    paths: Paths
    share: Floats


def seat_prices(chains: Chains, low: Ints, high: Ints, row: int, *, start: Ints | None = None, close: float = CLOSE) -> Priced:
    """The best prices, to ``close`` (relative) or for ROUNDS rounds; from ``start`` if given."""
    price = np.zeros(len(low), np.int64) if start is None else start
    program = _Program(len(chains.length), low, high, _dear(chains))
    best_price, best_bound = price, None
    paths = _whole_sides(chains, row)
    program.add(paths)
    for _ in range(ROUNDS):
        bound, found = lower_bound(chains, low, high, row, price)
        if best_bound is None or bound > best_bound:
            best_price, best_bound = price, bound
        program.add(found)
        paths = paths.with_more(found)
        value, asked = program.solve()
        if value - best_bound <= close * max(abs(value), 1.0):
            break
        price = np.rint(TRUST * asked + (1 - TRUST) * best_price).astype(np.int64)
    return Priced(best_bound or 0, best_price, paths, program.shares())


def lower_bound(chains: Chains, low: Ints, high: Ints, row: int, price: Ints) -> tuple[int, Paths]:
    """What these prices prove, in whole numbers, and the cheapest way of each side at them."""
    value, paths = best_paths(chains, price, row)
    return int(value.sum() - np.maximum(price * high, price * low).sum()), paths


def _dear(chains: Chains) -> float:
    """More per voter than any seat can be worth: what a load out of bounds costs."""
    usable = chains.cost[chains.cost < FORBIDDEN]
    return 2.0 * float(usable.max(initial=0) + 10**6)


def _whole_sides(chains: Chains, row: int) -> Paths:
    """Each side whole, in each building where all of it may vote."""
    _, buildings, count = chains.cost.shape
    label = np.concatenate([np.where(chains.inside, building, -1) for building in range(buildings)], axis=1).astype(np.int16)
    paths = make_paths(chains, np.tile(np.arange(count), buildings), label, row)
    return paths.take(np.flatnonzero(paths.cost < FORBIDDEN))


class _Program:
    """The linear program, kept in HiGHS from round to round so that each starts where the last one ended."""

    def __init__(self, sides: int, low: Ints, high: Ints, dear: float) -> None:
        self.sides, self.buildings = sides, len(low)
        self.solver = quiet_solver()
        rows = sides + self.buildings
        lower = np.concatenate([np.ones(sides), low]).astype(np.float64)
        upper = np.concatenate([np.ones(sides), high]).astype(np.float64)
        nothing = np.zeros(0, np.int32)
        self.solver.addRows(rows, lower, upper, 0, np.zeros(rows, np.int32), nothing, np.zeros(0))
        # Loads may leave their bounds at a price that nothing else reaches: the program always has a solution.
        self.slack = 2 * self.buildings
        building = sides + np.tile(np.arange(self.buildings), 2)
        sign = np.repeat([-1.0, 1.0], self.buildings)
        self._columns(np.full(self.slack, dear), np.arange(self.slack), building, sign)

    def add(self, paths: Paths) -> None:
        """Paths as columns: one side, and a load in each building that they touch."""
        path, building = np.nonzero(paths.load)
        touched = 1 + np.bincount(path, minlength=len(paths))
        start = np.cumsum(touched) - touched
        index, value = np.empty(touched.sum(), np.int32), np.empty(touched.sum())
        index[start], value[start] = paths.chain, 1.0
        place = start[path] + 1 + np.arange(len(path)) - (np.cumsum(touched - 1) - (touched - 1))[path]
        index[place], value[place] = self.sides + building, paths.load[path, building]
        self._columns(paths.cost.astype(np.float64), start, index, value)

    def _columns(self, cost: Floats, start: Ints, index: Ints, value: Floats) -> None:
        count = len(cost)
        unbounded = np.full(count, highspy.kHighsInf)
        self.solver.addCols(
            count, cost, np.zeros(count), unbounded, len(index), start.astype(np.int32), index.astype(np.int32), value.astype(np.float64)
        )

    def solve(self) -> tuple[float, Floats]:
        """The program's value, and what it says a seat is worth in each building."""
        self.solver.run()
        dual = np.array(self.solver.getSolution().row_dual)
        return float(self.solver.getInfo().objective_function_value), -dual[self.sides :]

    def shares(self) -> Floats:
        """How much of each path the program takes, 0 to 1."""
        return np.array(self.solver.getSolution().col_value)[self.slack :]


class _Quiet(highspy.Highs):
    """HiGHS without the callbacks of its Python wrapper, whose installation prints a notice."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def quiet_solver() -> highspy.Highs:
    """HiGHS on one thread (the same answer everywhere), without its talk."""
    solver = _Quiet()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    return solver
