"""Ways to cut a street side that are worth weighing against each other, once seats have prices."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .chains import Chains, Paths, Sweep, make_paths, sweep, sweep_back, walk_back, walk_on
from .problem import Ints

UNREACHED: Final = 1 << 60


def near_paths(chains: Chains, price: Ints, row: int, *, within: int, most: int) -> Paths:
    """For every border between house numbers and every pair of a building and its best partner across: the cheapest path of the side that
    changes there. Those that cost at most ``within`` more than the side's best (decimetre-voters), the ``most`` nearest of them.
    """
    priced = chains.priced(price)
    forward, backward = sweep(chains, priced, row), sweep_back(chains, priced, row)
    best = forward.value[-1].min(axis=0)
    before, after = forward.value[:-1], backward.value[1:]
    inside = chains.length > np.arange(1, len(chains.running))[:, None]
    found: list[tuple[Ints, ...]] = []
    for building in range(priced.shape[1]):
        for onward in (True, False):
            other, own = (before, after) if onward else (after, before)
            partner, value = _best_other(other, building)
            extra = value + own[:, building] + row - best
            step, chain = np.nonzero(inside & (extra <= within))
            mine, theirs = np.full(len(step), building), partner[step, chain]
            found.append((extra[step, chain], step, chain, *((theirs, mine) if onward else (mine, theirs))))
    extra, step, chain, left, right = (np.concatenate(part) for part in zip(*found, strict=True))
    nearest = np.argsort(extra, kind="stable")[:most]
    step, chain, left, right = step[nearest], chain[nearest], left[nearest], right[nearest]
    return _joined(chains, forward, backward, (chain, step, left, right), row)


def _best_other(value: Ints, building: int) -> tuple[NDArray[np.intp], Ints]:
    """Cheapest of all buildings but one: which, and its value; (steps - 1, chains)."""
    others = value.copy()
    others[:, building] = UNREACHED
    partner = others.argmin(axis=1)
    return partner, np.take_along_axis(others, partner[:, None], 1)[:, 0]


def _joined(chains: Chains, forward: Sweep, backward: Sweep, border: tuple[Ints, ...], row: int) -> Paths:
    chain, step, left, right = border
    label = walk_back(chains, forward, chain, step, left)
    return make_paths(chains, chain, np.where(label >= 0, label, walk_on(chains, backward, chain, step + 1, right)), row)


def neighbours(chains: Chains, now: Paths, price: Ints, row: int, *, within: int, most: int) -> Paths:
    """Paths one step away from those of now (one per chain, in order): the part of a run up to or from a link goes to another building.

    Those that cost at most ``within`` more than now (decimetre-voters, seats priced), the ``most`` nearest of them.
    """
    label = now.label
    steps, count = label.shape
    inside = label >= 0
    priced = chains.priced(price)
    own = np.take_along_axis(priced, np.maximum(label, 0)[:, None].astype(np.int64), 1)
    total = np.concatenate([np.zeros((1, *priced.shape[1:]), np.int64), np.cumsum((priced - own) * inside[:, None], axis=0)])
    change = np.zeros(label.shape, bool)
    change[1:] = label[1:] != label[:-1]
    numbers = np.arange(steps)[:, None]
    first = np.maximum.accumulate(np.where(change, numbers, 0), axis=0)
    ends = np.concatenate([change[1:] | ~inside[1:], np.ones((1, count), bool)])
    last = np.minimum.accumulate(np.where(ends, numbers, steps)[::-1], axis=0)[::-1]
    columns = np.arange(count)
    found: list[tuple[Ints, ...]] = []
    for building in range(priced.shape[1]):
        usable = inside & (label != building)
        for begin, end in ((first, np.broadcast_to(numbers, first.shape)), (np.broadcast_to(numbers, last.shape), last)):
            extra = total[end + 1, building, columns] - total[begin, building, columns] + row * _more_rows(label, begin, end, building)
            step, chain = np.nonzero(usable & (extra <= within))
            found.append((extra[step, chain], chain, begin[step, chain], end[step, chain], np.full(len(step), building)))
    extra, chain, begin, end, building_of = (np.concatenate(part) for part in zip(*found, strict=True))
    nearest = np.argsort(extra, kind="stable")[:most]
    chain, begin, end, building_of = chain[nearest], begin[nearest], end[nearest], building_of[nearest]
    moved = (numbers >= begin) & (numbers <= end)
    return make_paths(chains, chain, np.where(moved, building_of, label[:, chain]).astype(np.int16), row)


def _more_rows(label: NDArray[np.int16], begin: Ints, end: Ints, building: int) -> Ints:
    """How many rows more (or fewer) when links begin to end, all of one run, go to a building."""
    padded = np.concatenate([np.full((1, label.shape[1]), -1, np.int16), label, np.full((1, label.shape[1]), -1, np.int16)])
    columns = np.arange(label.shape[1])
    own = np.take_along_axis(label, begin, 0)
    result = np.zeros(begin.shape, np.int64)
    for beside in (padded[begin, columns], padded[end + 2, columns]):
        there = beside >= 0
        result += (there & (beside != building)).astype(np.int64) - (there & (beside != own))
    return result
