"""What comes out: a station for each unit, the street table that says the same, and the figures that judge it."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from .problem import NONE, SCALE, Flags, Floats, Ints, Problem, Small


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Ranges of street sides, arrays of shape (rows,), in order of side and place: disjoint and complete for units with a street.

    A range runs from ``first_place`` to ``last_place``, of the units in canonical order from ``first_unit`` to ``last_unit``.
    ``shares_first`` and ``shares_last`` tell where the house number at that end is divided with the row beside it. ``station`` is NONE in
    the table of buildings, and in both where nobody found a seat.
    """

    side: Small
    first_place: Ints
    last_place: Ints
    first_unit: Ints
    last_unit: Ints
    shares_first: Flags
    shares_last: Flags
    building: Small
    station: Small
    units: Ints
    voters: Ints

    def __len__(self) -> int:
        return len(self.side)


@dataclass(frozen=True, slots=True, eq=False)
class NameRanges:
    """Where rooms go by the alphabet: the first and last name rank of each station that shares its building, arrays of shape (ranges,)."""

    station: Small
    first_rank: Ints
    last_rank: Ints


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan is worth, in all or in one district.

    ``mean_distance`` and ``p95_distance``: metres per voter, of those with a position. ``value`` = distance + move price × moved + row price ×
    extra rows, in voter-metres; no plan of this problem is below ``bound``, and none below ``transport_bound`` in distance and moves alone.
    ``gap`` = value / bound - 1. ``over`` and ``under``: voters above and below stations' sizes, summed. ``unplaced``: voters without a seat (an
    infeasible district; then value and bound hold their penalty). ``sides`` have ``rows`` by building, ``station_rows`` by station;
    ``extra_rows`` = rows - sides; ``split_sides`` have more than one. ``moved`` voters left a building that they could have kept,
    ``forced_moves`` one that is closed or barred to them, ``room_moves`` only their station.
    """

    voters: int
    units: int
    mean_distance: float
    p95_distance: float
    value: float
    bound: float
    gap: float
    transport_bound: float
    over: int
    under: int
    unplaced: int
    sides: int
    rows: int
    station_rows: int
    extra_rows: int
    split_sides: int
    moved: int
    forced_moves: int
    room_moves: int
    load_min: int
    load_max: int


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """``station`` and ``building`` (units,), NONE only where seats do not suffice; ``price`` (stations,): metres per voter that a seat more
    would save (below 0: that the minimum costs); ``load`` (stations,); ``districts`` by number, for those that have voters.
    """

    station: Small
    building: Small
    rows: Rows
    station_rows: Rows
    name_ranges: NameRanges
    price: Floats
    load: Ints
    figures: Figures
    districts: dict[int, Figures]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One district's share: ``unit`` (n,), their ``building`` and ``station``; ``open`` (k,) buildings and the ``price`` of their seats; value
    and bounds in decimetre-voters.
    """

    number: int
    unit: Ints
    building: Small
    station: Small
    open: Small
    price: Ints
    value: int
    bound: int
    transport_bound: int


def make_rows(problem: Problem, order: NDArray[np.intp], building: Small, station: Small) -> Rows:
    """The street table of a plan: a row ends where the side, the district, the building or the station changes."""
    units = problem.units
    order = order[units.side[order] >= 0]
    side, place = units.side[order], units.place[order]
    new = np.ones(len(order), bool)
    kind = np.column_stack([side, units.district[order], building[order], station[order]])
    new[1:] = (kind[1:] != kind[:-1]).any(axis=1)
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(order)) - 1 if len(first) else first
    shares = np.zeros(len(order) + 1, bool)
    if len(order):
        shares[1:-1] = (side[1:] == side[:-1]) & (place[1:] == place[:-1])
    voters = units.voters[order].astype(np.int64)
    return Rows(
        side=side[first], first_place=place[first], last_place=place[last], first_unit=order[first], last_unit=order[last],
        shares_first=shares[first], shares_last=shares[last + 1], building=building[order][first], station=station[order][first],
        units=last - first + 1, voters=np.add.reduceat(voters, first) if len(first) else voters,
    )  # fmt: skip


def assemble(problem: Problem, parts: list[Part], *, by_name: bool) -> Solution:
    """The districts' shares together, with their tables and figures."""
    count, stations = len(problem.units), problem.stations
    station, building = np.full(count, NONE, np.int32), np.full(count, NONE, np.int32)
    price = np.zeros(len(stations))
    for part in parts:
        station[part.unit], building[part.unit] = part.station, part.building
        for spot, each in zip(part.open, part.price, strict=True):
            price[(stations.building == spot) & (stations.district == part.number)] = each / SCALE
    order = problem.order()
    rows = make_rows(problem, order, building, np.full(count, NONE, np.int32))
    station_rows = rows if by_name else make_rows(problem, order, building, station)
    placed = station >= 0
    load = np.bincount(station[placed], problem.units.voters[placed], len(stations)).astype(np.int64)
    measured = _Measured.of(problem, station, building, rows, station_rows, load)
    names = _name_ranges(problem, station) if by_name else NameRanges(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Solution(
        station=station, building=building, rows=rows, station_rows=station_rows, name_ranges=names, price=price, load=load,
        figures=measured.figures(parts, None),
        districts={part.number: measured.figures([part], part.number) for part in sorted(parts, key=lambda part: part.number)},
    )  # fmt: skip


def _name_ranges(problem: Problem, station: Small) -> NameRanges:
    stations, rank = problem.stations, problem.units.name_rank
    place = np.column_stack([stations.building, stations.district])
    _, kind, shared = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    chosen = np.flatnonzero(shared[kind.reshape(-1)] > 1)
    first, last = np.full(len(stations), np.iinfo(np.int64).max), np.full(len(stations), NONE, np.int64)
    free = (station >= 0) & (problem.units.pinned < 0)
    np.minimum.at(first, station[free], rank[free])
    np.maximum.at(last, station[free], rank[free])
    chosen = chosen[last[chosen] >= 0]
    return NameRanges(chosen.astype(np.int32), first[chosen], last[chosen])


def distance_of(problem: Problem, building: Small) -> Floats:
    """Metres (units,) to a building each; NaN without a position or a building."""
    units, buildings = problem.units, problem.buildings
    metres = np.hypot(units.x - buildings.x[building], units.y - buildings.y[building])
    return np.where(building >= 0, metres, np.nan)


def _weighted(distance: Floats, voters: Ints) -> tuple[float, float]:
    """Mean, and what 95 of 100 voters stay at or below; in whole decimetres inside, so that the order of the units has no influence."""
    known = np.isfinite(distance)
    if not known.any():
        return 0.0, 0.0
    decimetres, voters = np.rint(distance[known] * SCALE).astype(np.int64), voters[known]
    order = np.argsort(decimetres, kind="stable")
    upto = np.cumsum(voters[order])
    p95 = decimetres[order][np.searchsorted(upto, 0.95 * upto[-1])]
    return int(decimetres @ voters) / SCALE / int(voters.sum()), int(p95) / SCALE


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """What figures are drawn from, per unit, row and station."""

    problem: Problem
    voters: Ints
    distance: Floats
    placed: Flags
    moved: Flags
    forced: Flags
    room_moved: Flags
    row_district: Ints
    side_of_row: Ints
    station_row_district: Ints
    load: Ints

    @classmethod
    def of(cls, problem: Problem, station: Small, building: Small, rows: Rows, station_rows: Rows, load: Ints) -> "_Measured":
        units = problem.units
        placed = building >= 0
        left = placed & (units.previous >= 0) & (units.previous != building)
        free = ~_barred(problem)
        again = placed & (units.previous == building)
        district = units.district[rows.first_unit].astype(np.int64)
        new_side = np.ones(len(rows), bool)
        new_side[1:] = (np.diff(rows.side) != 0) | (np.diff(district) != 0)
        return cls(
            problem, units.voters.astype(np.int64), distance_of(problem, building), placed, left & free, left & ~free,
            again & (units.previous_station >= 0) & (units.previous_station != station), district, np.cumsum(new_side),
            units.district[station_rows.first_unit].astype(np.int64), load,
        )  # fmt: skip

    def figures(self, parts: list[Part], number: int | None) -> Figures:
        """Of one district, or of all."""
        problem, voters = self.problem, self.voters
        inside = slice(None) if number is None else parts[0].unit
        stations = problem.stations
        here = np.ones(len(stations), bool) if number is None else stations.district == number
        row_here = slice(None) if number is None else self.row_district == number
        per_side = np.bincount(self.side_of_row[row_here])
        sides, rows = int((per_side > 0).sum()), int(per_side.sum())
        mean, p95 = _weighted(self.distance[inside], voters[inside])
        value, bound = sum(part.value for part in parts), sum(part.bound for part in parts)
        load = self.load[here]
        counted = {name: int(voters[inside] @ getattr(self, name)[inside]) for name in ("moved", "forced", "room_moved", "placed")}
        total = int(voters[inside].sum())
        return Figures(
            voters=total, units=len(voters[inside]), mean_distance=mean, p95_distance=p95,
            value=value / SCALE, bound=bound / SCALE, gap=value / bound - 1 if bound > 0 else 0.0,
            transport_bound=sum(part.transport_bound for part in parts) / SCALE,
            over=int(np.maximum(load - stations.maximum[here], 0).sum()), under=int(np.maximum(stations.minimum[here] - load, 0).sum()),
            unplaced=total - counted["placed"], sides=sides, rows=rows,
            station_rows=len(self.station_row_district[slice(None) if number is None else self.station_row_district == number]),
            extra_rows=rows - sides, split_sides=int((per_side > 1).sum()), moved=counted["moved"], forced_moves=counted["forced"],
            room_moves=counted["room_moved"], load_min=int(load.min(initial=0)) if not len(load) else int(load.min()),
            load_max=int(load.max(initial=0)),
        )  # fmt: skip


def _barred(problem: Problem) -> Flags:
    """Units (units,) whose earlier building is closed to their district, banned, or excluded by a pin."""
    units, stations = problem.units, problem.stations
    opened = set(zip(stations.building.tolist(), stations.district.tolist(), strict=True))
    pairs = np.array(sorted(opened), np.int64).reshape(-1, 2)
    span = max(problem.districts, 1)
    barred = ~np.isin(units.previous.astype(np.int64) * span + units.district, pairs[:, 0] * span + pairs[:, 1])
    pinned = np.where(units.pinned >= 0, stations.building[units.pinned] if len(stations) else NONE, units.pinned_building)
    barred |= (pinned >= 0) & (pinned != units.previous)
    banned = problem.banned_unit[units.previous[problem.banned_unit] == problem.banned_building]
    barred[banned] = True
    return barred


def _tables(one: Solution, other: Solution) -> list[tuple[Rows, Rows] | tuple[NameRanges, NameRanges]]:
    return [(one.rows, other.rows), (one.station_rows, other.station_rows), (one.name_ranges, other.name_ranges)]


def same(one: Solution, other: Solution) -> bool:
    """Are two solutions equal, byte for byte?"""
    arrays = [(getattr(a, item.name), getattr(b, item.name)) for a, b in _tables(one, other) for item in fields(a)]
    arrays += [(one.station, other.station), (one.building, other.building), (one.price, other.price)]
    return one.figures == other.figures and one.districts == other.districts and all(a.tobytes() == b.tobytes() for a, b in arrays)
