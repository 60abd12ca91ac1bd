"""Why a plan cannot be, before one is sought: exact reasons, and what would mend each.

Seats are counted per district, then by a maximum flow over who may vote where: what its minimum cut leaves in want is the explanation.
A plan's units are whole, so the advice leaves room for the largest of them in each station; then a plan surely exists.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .district import allowed_buildings
from .problem import NONE, Flags, Ints, Problem
from .seats import groups_of, seat
from .solution import Solution

NAMED: Final = 20  # units that a reason names at most


class Kind(StrEnum):
    """What is wrong."""

    NO_STATION = "no_station"  # a district with voters and without a station
    PIN_IMPOSSIBLE = "pin_impossible"  # a pin outside the district, against another pin or against a ban
    BANNED_EVERYWHERE = "banned_everywhere"  # no building is left
    PINS_OVERFILL = "pins_overfill"  # more voters pinned to a station than its maximum
    TOO_LARGE = "too_large"  # a unit larger than every station that it may use
    SEATS = "seats"  # fewer seats than voters in the district
    REACH = "reach"  # pins and bans leave some voters too few seats, though the district has enough
    WHOLE_UNITS = "whole_units"  # the seats suffice, but no sums of whole units fill them
    MINIMUM = "minimum"  # the minimums ask for more voters than there are
    MINIMUM_REACH = "minimum_reach"  # pins and bans keep some stations below their minimum


MINIMUMS: Final = frozenset({Kind.MINIMUM, Kind.MINIMUM_REACH})
"""What can be told and lived with; a voter without a seat cannot."""


class Remedy(StrEnum):
    """What would mend it."""

    RAISE_MAXIMUM = "raise_maximum"  # of the named buildings' stations, each at least to `amount`
    ADD_STATIONS = "add_stations"  # `amount` more, of the usual size, in or near the named buildings
    CLOSE_STATIONS = "close_stations"  # `amount` of them, those with the largest minimum first
    LOWER_MINIMUM = "lower_minimum"  # of each station at most to `amount`
    REMOVE_PINS = "remove_pins"
    REMOVE_BANS = "remove_bans"


@dataclass(frozen=True, slots=True)
class Advice:
    """One remedy; either of several is enough."""

    remedy: Remedy
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Shortage:
    """One reason: so many ``voters`` for so many ``seats``, ``short`` too few (or, of minimums, too many). ``buildings`` and ``stations`` are
    those it is about, ``units`` some of the units (NAMED at most), ``advice`` the remedies.
    """

    kind: Kind
    district: int
    voters: int
    seats: int
    short: int
    buildings: tuple[int, ...] = ()
    stations: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    advice: tuple[Advice, ...] = ()


def explain(problem: Problem) -> list[Shortage]:
    """Every reason, by district; empty if voters, taken one by one, can be seated (whole units may still miss: ``explain_plan``)."""
    order = problem.order()
    by_district = order[np.argsort(problem.units.district[order], kind="stable")]
    start = np.searchsorted(problem.units.district[by_district], np.arange(problem.districts + 1))
    found: list[Shortage] = []
    for number in range(problem.districts):
        unit = by_district[start[number] : start[number + 1]].astype(np.int64)
        found += _District.of(problem, number, unit).reasons()
    return found


def explain_plan(problem: Problem, solution: Solution, before: list[Shortage]) -> list[Shortage]:
    """The districts whose plan leaves somebody over or without a seat though ``explain`` (``before``) finds seats enough: whole units do not
    fit into them, or the search has not found how.
    """
    known = {reason.district for reason in before if reason.kind not in MINIMUMS}
    found = []
    for number, figures in solution.districts.items():
        short = figures.over + figures.unplaced
        if short and number not in known:
            unit = np.flatnonzero(problem.units.district == number).astype(np.int64)
            found.append(_District.of(problem, number, unit).whole_units(short))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _District:
    """What the reasons of one district are drawn from."""

    problem: Problem
    number: int
    unit: Ints
    voters: Ints
    building: Ints
    station: Ints
    column: Ints
    allowed: Flags

    @classmethod
    def of(cls, problem: Problem, number: int, unit: Ints) -> "_District":
        station = np.flatnonzero(problem.stations.district == number)
        building, column = np.unique(problem.stations.building[station], return_inverse=True)
        allowed = allowed_buildings(problem, number, unit, building.astype(np.int64))
        voters = problem.units.voters[unit].astype(np.int64)
        return cls(problem, number, unit, voters, building.astype(np.int64), station, column.reshape(-1), allowed)

    @property
    def maximum(self) -> Ints:
        """(stations of the district,)"""
        return self.problem.stations.maximum[self.station].astype(np.int64)

    @property
    def minimum(self) -> Ints:
        """(stations of the district,)"""
        return self.problem.stations.minimum[self.station].astype(np.int64)

    def summed(self, values: Ints) -> Ints:
        """Per building, from values per station."""
        return np.bincount(self.column, values, len(self.building)).astype(np.int64)

    def reasons(self) -> list[Shortage]:
        """All that is wrong here."""
        total = int(self.voters.sum())
        if not len(self.station):
            return [Shortage(Kind.NO_STATION, self.number, total, 0, total, advice=(Advice(Remedy.ADD_STATIONS, 1),))] if total else []
        if not len(self.unit):
            return self._minimums()
        found = self._without_a_building() + self._too_large() + self._pins()
        if total > self.maximum.sum():
            found.append(self._seats())
        else:
            found += self._whole_units() if not found else []
            found += self._reach()
        return found + self._minimums()

    def _names(self, chosen: NDArray[np.bool_]) -> tuple[int, ...]:
        return tuple(int(unit) for unit in self.unit[chosen][:NAMED])

    def _without_a_building(self) -> list[Shortage]:
        nowhere = ~self.allowed.any(axis=1)
        pinned = (self.problem.units.pinned[self.unit] >= 0) | (self.problem.units.pinned_building[self.unit] >= 0)
        found = []
        for kind, chosen, remedy in (
            (Kind.PIN_IMPOSSIBLE, nowhere & pinned, Remedy.REMOVE_PINS),
            (Kind.BANNED_EVERYWHERE, nowhere & ~pinned, Remedy.REMOVE_BANS),
        ):
            if chosen.any():
                voters = int(self.voters[chosen].sum())
                found.append(Shortage(kind, self.number, voters, 0, voters, units=self._names(chosen), advice=(Advice(remedy),)))
        return found

    def _too_large(self) -> list[Shortage]:
        roomiest = np.zeros(len(self.building), np.int64)
        np.maximum.at(roomiest, self.column, self.maximum)
        best = np.where(self.allowed, roomiest, NONE).max(axis=1)
        chosen = (best >= 0) & (self.voters > best)
        if not chosen.any():
            return []
        largest, seats = int(self.voters[chosen].max()), int(best[chosen].max())
        advice = (Advice(Remedy.RAISE_MAXIMUM, largest),)
        return [Shortage(Kind.TOO_LARGE, self.number, largest, seats, largest - seats, units=self._names(chosen), advice=advice)]

    def _pins(self) -> list[Shortage]:
        """Stations to which more voters are pinned than fit."""
        pinned = self.problem.units.pinned[self.unit]
        held = np.bincount(pinned[pinned >= 0], self.voters[pinned >= 0], len(self.problem.stations)).astype(np.int64)
        found = []
        for station, most in zip(self.station.tolist(), self.maximum.tolist(), strict=True):
            if held[station] > most:
                load = int(held[station])
                advice = (Advice(Remedy.RAISE_MAXIMUM, load), Advice(Remedy.REMOVE_PINS))
                units = self._names(pinned == station)
                found.append(Shortage(Kind.PINS_OVERFILL, self.number, load, most, load - most, (), (station,), units, advice))
        return found

    def _seats(self) -> Shortage:
        voters, seats = int(self.voters.sum()), int(self.maximum.sum())
        everywhere = np.ones(len(self.building), bool)
        return Shortage(Kind.SEATS, self.number, voters, seats, voters - seats, advice=self._more_seats(voters, everywhere))

    def _more_seats(self, voters: int, inside: Flags) -> tuple[Advice, ...]:
        """What would seat so many voters, in whole units, in these buildings."""
        most = self.maximum[inside[self.column]]
        largest = int(self.voters.max())
        usual = int(np.sort(most)[len(most) // 2])
        # Any plan of divisible voters into seats less one unit's reserve can be rounded to whole units.
        missing = voters - int((most - (largest - 1)).sum())
        more = -(-missing // max(1, usual - (largest - 1)))
        raised = _level(most - (largest - 1), voters) + largest - 1
        return Advice(Remedy.RAISE_MAXIMUM, raised), Advice(Remedy.ADD_STATIONS, max(1, more))

    def _reach(self) -> list[Shortage]:
        """Voters that pins and bans leave too few seats: what the minimum cut separates."""
        reachable = self.allowed.any(axis=1)
        groups = groups_of(self.allowed[reachable], self.voters[reachable])
        capacity = self.summed(self.maximum)
        seating = seat(groups, capacity)
        short = int(groups.voters.sum()) - seating.placed
        if not short:
            return []
        inside = np.asarray(groups.allowed[seating.wanting].any(axis=0))
        chosen = np.zeros(len(self.unit), bool)
        chosen[reachable] = seating.wanting[groups.member]
        voters, seats = int(self.voters[chosen].sum()), int(capacity[inside].sum())
        buildings = tuple(int(building) for building in self.building[inside])
        advice = (*self._more_seats(voters, inside), Advice(Remedy.REMOVE_PINS), Advice(Remedy.REMOVE_BANS))
        return [Shortage(Kind.REACH, self.number, voters, seats, short, buildings, (), self._names(chosen), advice)]

    def _whole_units(self) -> list[Shortage]:
        """Seats that no sum of whole units reaches are no seats."""
        voters = int(self.voters.sum())
        if voters <= int((self.maximum - (int(self.voters.max()) - 1)).sum()):
            return []
        sums = _sums(self.voters)
        reached = [(sums & ((1 << (int(most) + 1)) - 1)).bit_length() - 1 for most in self.maximum]
        short = voters - sum(reached)
        return [self.whole_units(short)] if short > 0 else []

    def whole_units(self, short: int) -> Shortage:
        """Seats enough for voters, not for units."""
        voters, everywhere = int(self.voters.sum()), np.ones(len(self.building), bool)
        advice = self._more_seats(voters, everywhere)
        return Shortage(Kind.WHOLE_UNITS, self.number, voters, int(self.maximum.sum()), short, advice=advice)

    def _minimums(self) -> list[Shortage]:
        voters, asked = int(self.voters.sum()), int(self.minimum.sum())
        if asked > voters:
            left = asked - np.cumsum(np.sort(self.minimum)[::-1])
            closing = int(np.searchsorted(-left, -voters)) + 1
            advice = (Advice(Remedy.CLOSE_STATIONS, closing), Advice(Remedy.LOWER_MINIMUM, voters // len(self.station)))
            return [Shortage(Kind.MINIMUM, self.number, voters, asked, asked - voters, advice=advice)]
        low = self.summed(self.minimum)
        groups = groups_of(self.allowed, self.voters)
        filled = seat(groups, low).placed
        if filled == asked:
            return []
        buildings = tuple(int(b) for b, least, near in zip(self.building, low, self.voters @ self.allowed, strict=True) if near < least)
        remedies = (Advice(Remedy.REMOVE_PINS), Advice(Remedy.REMOVE_BANS), Advice(Remedy.CLOSE_STATIONS, 1))
        return [Shortage(Kind.MINIMUM_REACH, self.number, filled, asked, asked - filled, buildings, advice=remedies)]


def _level(values: Ints, wanted: int) -> int:
    """The least level so that the values, each raised to it if below, sum to what is wanted."""
    ascending = np.sort(values)
    for count in range(1, len(ascending) + 1):
        above = int(ascending[count:].sum())
        level = -(-(wanted - above) // count)
        if level <= (ascending[count] if count < len(ascending) else level):
            return max(level, int(ascending[0]))
    return int(ascending[-1])


def _sums(voters: Ints) -> int:
    """Every sum that some units have, as the bits of one number."""
    reachable = 1
    for size, count in zip(*np.unique(voters, return_counts=True), strict=True):
        left, bundle = int(count), 1
        while left:
            taken = min(bundle, left)
            reachable |= reachable << (int(size) * taken)
            left, bundle = left - taken, bundle * 2
    return reachable
