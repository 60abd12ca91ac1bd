"""Places one district: prices of seats, then one way to cut each street side, then whatever is still out of bounds household by household."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .chains import Chains, Paths, make_paths
from .district import FORBIDDEN, District
from .exchange import Bounds, Choice, distinct, exchange
from .finish import finish
from .master import Priced, lower_bound, seat_prices
from .pool import near_paths, neighbours
from .problem import Ints
from .repair import repair

POOL: Final = 2000
ROUNDS: Final = 6
MARGINS: Final = (0, 2, 4, 8)
FINE: Final = 1e-5
WIDE: Final = 1e-3  # a gap worth an integer program where that is small
TINY: Final = 1000  # units times buildings
WORTH_SPLITTING: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """``column`` (units,) of the district's buildings; ``price`` (buildings,) of a seat, decimetres per voter; the lower bounds in
    decimetre-voters: of distance, moves and rows together, and of distance and moves alone.
    """

    column: NDArray[np.int64]
    price: Ints
    bound: int
    transport_bound: int


def place(district: District, *, whole: bool, per_cut: int, firm: bool) -> Placing:
    """A plan of the district, with a reserve of ``per_cut`` seats for each cut between rooms, which at need is touched unless it is ``firm``:
    cuts may be found without. ``whole``: no house number is ever split.
    Otherwise one is where seats do not suffice without, or where its parts differ so much in what a move costs them (newcomers beside
    those who voted here) that it pays for the rows.
    """
    by_house, by_grain = chains_of(district, district.place), chains_of(district, district.grain)
    limits, row = district.limits, district.row
    low, high = limits.low, limits.high
    chains, link = by_house, district.place
    priced = seat_prices(chains, low, high, row)
    bound = priced.bound
    if not whole:
        bound, _ = lower_bound(by_grain, low, high, row, priced.price)
        if bound < priced.bound - WORTH_SPLITTING * abs(priced.bound):
            chains, link = by_grain, district.grain
            priced = seat_prices(chains, low, high, row)
            bound = priced.bound
    alone = seat_prices(by_house if whole else by_grain, low, high, 0, start=priced.price, close=FINE).bound
    reserved = limits.reserved(per_cut)
    bounds = Bounds(reserved.low, reserved.high, priced.price)
    choice, paths = _choose(chains, bounds, row, priced)
    if limits.enough and not choice.excess and _is_wide(choice.cost, priced.bound):
        paths = finish(chains, bounds, row, paths, priced.bound)
    column = chains.gather(paths.label.astype(np.int64))[link]
    load = np.bincount(column, district.voters, len(low)).astype(np.int64)
    if (bounds if firm else Bounds(low, high, priced.price)).excess(load):
        column = _repaired(district, column, bounds, whole=whole)
    if limits.enough and not whole and column.size * len(low) <= TINY:
        column = _unit_by_unit(district, column, bounds, bound)
    return Placing(column, priced.price, max(bound, alone), alone)


def _is_wide(cost: int, bound: int) -> bool:
    return cost - bound > WIDE * abs(bound)


def _unit_by_unit(district: District, column: Ints, bounds: Bounds, bound: int) -> Ints:
    """The same, or better, where house numbers may be split: for districts of some dozens of units, in which one house weighs much."""
    chains, row = chains_of(district, np.arange(len(column))), district.row
    now = make_paths(chains, np.arange(len(chains.length)), np.where(chains.inside, chains.spread(column), -1).astype(np.int16), row)
    if bounds.excess(now.load.sum(axis=0)) or not _is_wide(int(now.cost.sum()), bound):
        return column
    return chains.gather(finish(chains, bounds, row, now, bound).label.astype(np.int64))


def _repaired(district: District, column: Ints, bounds: Bounds, *, whole: bool) -> Ints:
    """Loads into bounds by single units (house numbers if they are to stay whole), each of which may make two rows more."""
    link = district.place if whole else np.arange(len(district.unit))
    first = np.flatnonzero(np.diff(link, prepend=-1))
    cost, voters = np.add.reduceat(district.cost, first, axis=0), np.add.reduceat(district.voters, first)
    return repair(cost, voters, bounds, column[first], moving=2 * district.row, forbidden=FORBIDDEN)[link]


def chains_of(district: District, link: Ints) -> Chains:
    """The district's sides as chains of links (house numbers, grains or units, numbered in order)."""
    first = np.flatnonzero(np.diff(link, prepend=-1))
    return Chains.of(district.chain[first], np.add.reduceat(district.cost, first, axis=0), np.add.reduceat(district.voters, first))


def _choose(chains: Chains, bounds: Bounds, row: int, priced: Priced) -> tuple[Choice, Paths]:
    """One path per side, with bounds made a little tighter as long as something is out of the true ones."""
    within = max(row, priced.bound // 500)
    near = near_paths(chains, bounds.price, row, within=within, most=POOL)
    share = np.concatenate([priced.share, np.zeros(len(near))])
    paths = priced.paths.with_more(near)
    cheapest = np.full(len(chains.length), np.iinfo(np.int64).max)
    value = paths.cost + paths.load @ bounds.price
    np.minimum.at(cheapest, paths.chain, value)
    extra = value - cheapest[paths.chain]
    kept = np.flatnonzero((extra <= within) | (share > 1e-6))
    kept = kept[distinct(paths.take(kept))]
    order = np.lexsort((extra[kept], -share[kept], paths.chain[kept]))
    start = order[np.flatnonzero(np.diff(paths.chain[kept][order], prepend=-1))]
    paths = paths.take(kept)
    best: tuple[Choice, Paths] | None = None
    margin = 0
    for margin in MARGINS:
        choice = exchange(paths, bounds.tighter(margin), start)
        choice, now = _polish(chains, bounds.tighter(margin), row, (choice, paths.take(choice.chosen)), within)
        true = Choice(choice.chosen, int(bounds.excess(now.load.sum(axis=0))), choice.cost)
        if best is None or (true.excess, true.cost) < (best[0].excess, best[0].cost):
            best = true, now
        if not true.excess:
            break
        start = np.arange(len(now))
        paths = now.with_more(paths)
    if best is None:
        raise AssertionError("no margin was tried")
    return _polish(chains, bounds, row, best, within, strict=True) if margin and not best[0].excess else best


def _polish(
    chains: Chains, bounds: Bounds, row: int, best: tuple[Choice, Paths], within: int, *, strict: bool = False
) -> tuple[Choice, Paths]:
    """Change parts of runs as long as that helps."""
    choice, now = best
    for _ in range(ROUNDS):
        paths = now.with_more(neighbours(chains, now, bounds.price, row, within=2 * within, most=POOL))
        better = exchange(paths, bounds, np.arange(len(now)), strict=strict)
        if (better.excess, better.cost) >= (choice.excess, choice.cost):
            break
        choice, now = better, paths.take(better.chosen)
    return choice, now
