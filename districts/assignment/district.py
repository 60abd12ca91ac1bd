"""One district as the solver sees it: its units in canonical order, its buildings, and the bounds that their loads must keep."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from .limits import Limits, limits_of
from .problem import NONE, SCALE, Flags, Ints, Problem, Weights

FORBIDDEN: Final = 10**11  # decimetres per voter where a unit may not vote: above every price, and sums of it stay exact


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """n units, k buildings. ``unit`` (n,) where they stand in the problem; ``building`` (k,) likewise, the last one NONE if somebody must
    stay without a seat. ``rate`` (n, k): decimetres per voter, with the price of a move. ``allowed`` (n, k). ``limits`` of the
    loads. ``chain`` (n,) numbers the street sides, and units without a street, each a chain of its own; ``place`` (n,) the house numbers (links
    of a chain), ``grain`` (n,) the parts of house numbers to which every building is equally dear. ``row``: decimetre-voters that one more
    row costs.
    """

    number: int
    unit: Ints
    building: Ints
    rate: Ints
    allowed: Flags
    voters: Ints
    limits: Limits
    chain: Ints
    place: Ints
    grain: Ints
    row: int

    @property
    def cost(self) -> Ints:
        """(n, k): decimetre-voters of each unit in each building."""
        return np.asarray(np.where(self.allowed, self.rate, FORBIDDEN) * self.voters[:, None])


def districts_of(problem: Problem, weights: Weights, numbers: list[int] | None = None) -> Iterator[District]:
    """The districts that have voters (all, or those of these numbers), from the lowest number."""
    order = problem.order()
    side, district = problem.units.side[order], problem.units.district[order]
    new = np.ones(len(order), bool)
    new[1:] = (side[1:] != side[:-1]) | (district[1:] != district[:-1]) | (side[1:] == NONE)
    chain = np.cumsum(new)
    by_district = np.argsort(district, kind="stable")
    start = np.searchsorted(district[by_district], np.arange(problem.districts + 1))
    allowed_not = _bans(problem)
    for number in range(problem.districts) if numbers is None else sorted(numbers):
        inside = by_district[start[number] : start[number + 1]]
        if len(inside):
            yield _district(problem, weights, number, order[inside], chain[inside], allowed_not)


def _bans(problem: Problem) -> tuple[Ints, Ints]:
    """Bans by unit, ascending, to be looked up."""
    order = np.lexsort((problem.banned_building, problem.banned_unit))
    return problem.banned_unit[order].astype(np.int64), problem.banned_building[order].astype(np.int64)


def _district(problem: Problem, weights: Weights, number: int, unit: Ints, chain: Ints, bans: tuple[Ints, Ints]) -> District:
    units = problem.units
    building = np.unique(problem.stations.building[problem.stations.district == number]).astype(np.int64)
    allowed = allowed_buildings(problem, number, unit, building, bans)
    voters = units.voters[unit].astype(np.int64)
    rate, at_home = _rates(problem, weights, unit, building, allowed)
    chain = np.cumsum(np.diff(chain, prepend=chain[0]) != 0)
    same_place = (np.diff(chain, prepend=-1) == 0) & (np.diff(units.place[unit], prepend=-1) == 0) & _as_before(allowed)
    place = np.cumsum(~same_place) - 1
    kind = np.column_stack([at_home, units.x[unit], units.y[unit]])
    grain = np.cumsum(~(same_place & _as_before(np.nan_to_num(kind, nan=-1e9)))) - 1
    limits = limits_of(problem, number, building, (allowed, voters), weights.balance)
    if not limits.enough:
        building = np.append(building, NONE)
        rate = np.column_stack([rate, np.full(len(unit), _no_seat(rate, weights), np.int64)])
        allowed = np.column_stack([allowed, np.ones(len(unit), bool)])
        limits = limits.with_nowhere(allowed, voters)
    return District(
        number=number, unit=unit, building=building, rate=rate, allowed=allowed, voters=voters, limits=limits,
        chain=chain, place=place, grain=grain, row=weights.priced()[1] * SCALE,
    )  # fmt: skip


def _no_seat(rate: Ints, weights: Weights) -> int:
    """What it costs a voter to stay without a seat: more than the walks and moves of a chain of neighbours, or a few rows, could save."""
    return 8 * int(rate.max(initial=SCALE)) + 4 * weights.priced()[1] * SCALE


def _as_before(table: Flags | Ints) -> Flags:
    """Which rows equal the row before."""
    same = np.zeros(len(table), bool)
    same[1:] = (table[1:] == table[:-1]).all(axis=1)
    return same


def allowed_buildings(problem: Problem, number: int, unit: Ints, building: Ints, bans: tuple[Ints, Ints] | None = None) -> Flags:
    """(units, buildings): where each may vote, by pins and bans. A pin outside the district leaves nothing."""
    units, stations = problem.units, problem.stations
    allowed = np.ones((len(unit), len(building)), bool)
    if not len(building):
        return allowed
    for pinned in (np.where(units.pinned[unit] >= 0, stations.building[units.pinned[unit]], NONE), units.pinned_building[unit]):
        held = pinned >= 0
        allowed[held] &= building == pinned[held][:, None]
    held = units.pinned[unit] >= 0
    allowed[held & (stations.district[units.pinned[unit]] != number)] = False
    banned_unit, banned_building = _bans(problem) if bans is None else bans
    if len(banned_unit):
        first, last = np.searchsorted(banned_unit, unit, "left"), np.searchsorted(banned_unit, unit, "right")
        for row in np.flatnonzero(last > first):
            allowed[row, np.isin(building, banned_building[first[row] : last[row]])] = False
    return allowed


def _rates(problem: Problem, weights: Weights, unit: Ints, building: Ints, allowed: Flags) -> tuple[Ints, Ints]:
    """Decimetres per voter (n, k) with the price of a move, and the column of the earlier building (n,), NONE if there is none or it is barred."""
    units, buildings = problem.units, problem.buildings
    metres = np.hypot(units.x[unit][:, None] - buildings.x[building], units.y[unit][:, None] - buildings.y[building])
    rate = np.rint(np.nan_to_num(metres, nan=0.0) * SCALE).astype(np.int64)
    at_home = np.full(len(unit), NONE, np.int64)
    if len(building):
        column = np.searchsorted(building, units.previous[unit]).clip(0, len(building) - 1)
        still = (units.previous[unit] >= 0) & (building[column] == units.previous[unit]) & allowed[np.arange(len(unit)), column]
        at_home = np.where(still, column, NONE)
    move = weights.priced()[0] * SCALE
    rate += move * ((at_home >= 0)[:, None] & (at_home[:, None] != np.arange(len(building))))
    return rate, at_home
