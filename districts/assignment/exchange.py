"""One path for each side so that loads stay in bounds: from the linear program's answer, by changing one or two sides at a time.

The undecided sides of the program are few, and what remains is a knapsack in some buildings at once. All single changes and all pairs that
start with a promising one are weighed together; loads out of bounds cost a price that doubles until they are in.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .chains import Paths
from .problem import Ints

FIRST: Final = 120  # how many changes are tried as the first of a pair
CHANGES: Final = 600
DOUBLINGS: Final = 10
IMPOSSIBLE: Final = 1 << 60
STRICT: Final = 10**12


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What loads must keep, and what a seat is worth: arrays of shape (buildings,)."""

    low: Ints
    high: Ints
    price: Ints

    def excess(self, load: Ints) -> Ints:
        """Voters above the upper or below the lower bounds, summed over buildings (last axis)."""
        return np.asarray((np.maximum(load - self.high, 0) + np.maximum(self.low - load, 0)).sum(axis=-1))

    def idle(self, load: Ints) -> int:
        """What the seats are worth that have a price and stand empty (or are taken for a minimum): all that changes could win."""
        return int(np.where(self.price > 0, self.price * (self.high - load), self.price * (self.low - load)).clip(0).sum())

    def tighter(self, by: int) -> "Bounds":
        """The same with room to spare; buildings too narrow for that stay as they are."""
        wide = self.high - self.low >= 2 * by
        return Bounds(self.low + wide * by * (self.low > 0), self.high - wide * by, self.price)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """``chosen`` (sides,) positions in the paths; ``excess`` voters out of bounds; ``cost`` in decimetre-voters."""

    chosen: NDArray[np.intp]
    excess: int
    cost: int


def distinct(paths: Paths) -> NDArray[np.intp]:
    """Positions of paths that differ in side, cost or load; of equal ones the first."""
    factors = np.random.default_rng(1).integers(1, 1 << 62, 2 + paths.load.shape[1])
    with np.errstate(over="ignore"):
        mixed = paths.chain * factors[0] + paths.cost * factors[1] + (paths.load * factors[2:]).sum(axis=1)
    return np.sort(np.unique(mixed, return_index=True)[1])


def exchange(paths: Paths, bounds: Bounds, start: NDArray[np.intp], *, strict: bool = False) -> Choice:
    """Improve ``start`` (one position per side) until no single change or pair helps. ``strict``: no load leaves its bounds on the way."""
    chosen = start.copy()
    load = paths.load[chosen].sum(axis=0)
    penalty, doublings = STRICT if strict else max(2 * int(np.abs(bounds.price).max()), 1000), 0
    priced = paths.cost + paths.load @ bounds.price
    for _ in range(CHANGES):
        best = _best_change(paths, priced, bounds, chosen, load, penalty)
        if best:
            for position in best:
                side = paths.chain[position]
                load = load + paths.load[position] - paths.load[chosen[side]]
                chosen[side] = position
        elif not bounds.excess(load) or doublings == DOUBLINGS:
            break
        else:
            penalty, doublings = penalty * 2, doublings + 1
    return Choice(chosen, int(bounds.excess(load)), int(paths.cost[chosen].sum()))


def _best_change(paths: Paths, priced: Ints, bounds: Bounds, chosen: NDArray[np.intp], load: Ints, penalty: int) -> list[int]:
    """Positions of the one or two paths that help most, none if nothing helps."""
    base = chosen[paths.chain]
    more_priced = priced - priced[base]
    now = int(bounds.excess(load))
    # At given prices a change can win no more than what idle seats are worth, what is out of bounds, and what another change wins.
    useful = np.flatnonzero((more_priced <= bounds.idle(load) + penalty * now - more_priced.min()) & (base != np.arange(len(base))))
    if not len(useful):
        return []
    more_cost = (paths.cost - paths.cost[base])[useful]
    more_load = (paths.load[useful] - paths.load[base[useful]]).astype(np.int32)
    alone = bounds.excess(load + more_load)
    value = more_cost + penalty * (alone - now)
    single = int(value.argmin())
    promising = np.flatnonzero((more_cost < 0) | (alone < now))
    promising = promising[np.argsort(value[promising], kind="stable")[:FIRST]]
    if len(promising):
        excess = _excess_of_pairs(more_load, promising, (load - bounds.high).astype(np.int32), (bounds.low - load).astype(np.int32))
        total = more_cost[promising][:, None] + more_cost + penalty * (excess.astype(np.int64) - now)
        side = paths.chain[useful]
        total[side[promising][:, None] == side] = IMPOSSIBLE
        first, second = divmod(int(total.argmin()), total.shape[1])
        if total[first, second] < min(0, int(value[single])):
            return [int(useful[promising[first]]), int(useful[second])]
    return [int(useful[single])] if value[single] < 0 else []


def _excess_of_pairs(
    more: NDArray[np.int32], first: NDArray[np.intp], above: NDArray[np.int32], below: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Voters out of bounds after two changes at once: (firsts, changes)."""
    excess = np.zeros((len(first), len(more)), np.int32)
    for building in np.flatnonzero((more != 0).any(axis=0)):
        column = more[:, building]
        after = column[first][:, None] + column
        excess += np.maximum(np.maximum(after + above[building], below[building] - after), 0)
    for building in np.flatnonzero(~(more != 0).any(axis=0)):
        excess += max(int(above[building]), int(below[building]), 0)
    return excess
