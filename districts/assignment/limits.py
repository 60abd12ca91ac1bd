"""How many voters a building can take: its stations together, as far as that can be kept, with or without a reserve for cuts between rooms."""

from dataclasses import dataclass

import numpy as np

from .problem import Flags, Ints, Problem
from .seats import Groups, fits, groups_of


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Arrays of shape (buildings,): loads at least ``low`` and at most ``high``, in so many ``rooms``. ``enough``: everybody finds a seat."""

    low: Ints
    high: Ints
    rooms: Ints
    groups: Groups
    enough: bool = True

    def with_nowhere(self, allowed: Flags, voters: Ints) -> "Limits":
        """With one building more, which takes whoever finds no seat."""
        low, high, rooms = np.append(self.low, 0), np.append(self.high, voters.sum()), np.append(self.rooms, 1)
        return Limits(low, high, rooms, groups_of(allowed, voters), enough=False)

    def reserved(self, per_cut: int) -> "Limits":
        """With a reserve of so many seats (or fewer, if they do not suffice) for each cut between two rooms.

        A cut lies between whole units, so it can miss its mark by one voter less than the largest of them; with that reserve, cuts
        that keep each room's size always exist.
        """
        cuts = self.rooms - 1
        while per_cut > 0:
            for low in (self.low + cuts * per_cut, self.low):
                high = self.high - cuts * per_cut
                if (low <= high).all() and fits(self.groups, low, high):
                    return Limits(low, high, self.rooms, self.groups, self.enough)
            per_cut = per_cut * 3 // 4
        return self


def limits_of(problem: Problem, number: int, building: Ints, arrays: tuple[Flags, Ints], band: float | None) -> Limits:
    """The narrowest that can be kept: within the band if there is one (widened as far as need be), else by sizes, else without minimums."""
    allowed, voters = arrays
    groups = groups_of(allowed, voters)
    while band is not None and band < 2:
        limits = _sizes(problem, number, building, groups, band)
        if fits(groups, limits.low, limits.high):
            return limits
        band = max(band * 1.5, 0.02)
    limits = _sizes(problem, number, building, groups, None)
    for low in (limits.low, np.zeros_like(limits.low)):
        if fits(groups, low, limits.high):
            return Limits(low, limits.high, limits.rooms, groups)
    return Limits(np.zeros_like(limits.low), limits.high, limits.rooms, groups, enough=False)


def _sizes(problem: Problem, number: int, building: Ints, groups: Groups, band: float | None) -> Limits:
    stations, voters = problem.stations, int(groups.voters.sum())
    here = np.flatnonzero(stations.district == number)
    least, most = stations.minimum[here].astype(np.float64), stations.maximum[here].astype(np.float64)
    if band is not None and most.sum():
        even = most * voters / most.sum()
        least, most = np.maximum(least, np.floor(even * (1 - band))), np.minimum(most, np.ceil(even * (1 + band)))
        least = np.minimum(least, most)
    column = np.searchsorted(building, stations.building[here])
    low, high, rooms = (np.bincount(column, values, len(building)).astype(np.int64) for values in (least, most, np.ones(len(here))))
    return Limits(low, high, rooms, groups)
