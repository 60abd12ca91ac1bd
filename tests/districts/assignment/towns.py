"""Small made-up municipalities, and an independent judgement of plans."""

import itertools
from dataclasses import replace

import numpy as np

from districts.assignment.problem import NONE, Buildings, Problem, Stations, Units


def town(seed, *, districts=2, sides=8, places=7, buildings=3, rooms=2, spare=0.25, minimum=0, boxes=3, lost=True):
    """A municipality: at most so many buildings and rooms per district, seats for its voters and a part more."""
    draw = np.random.default_rng(seed)
    side_places = draw.integers(1, places + 1, sides)
    house_side = np.repeat(np.arange(sides), side_places)
    house_place = np.concatenate([np.arange(count) * 2 + 1 for count in side_places])
    corner = draw.uniform(0, 3000, (sides, 2))
    per_house = np.where(draw.random(len(house_side)) < 0.2, draw.integers(1, boxes + 1, len(house_side)), 1)
    house = np.repeat(np.arange(len(house_side)), per_house)
    count = len(house)
    voters = draw.integers(1, 6, count)
    home = draw.integers(0, districts, sides)[house_side]
    home[:districts] = np.arange(districts) if lost else home[:districts]  # every district has somebody
    side = house_side[house].copy()
    district = home[house]
    x = corner[side, 0] + house_place[house] * 12.0
    y = corner[side, 1] + house_place[house] * 3.0
    if lost:
        side[draw.random(count) < 0.04] = NONE
        x[draw.random(count) < 0.04] = np.nan
    station_building, station_district, maxima = [], [], []
    spots: list[np.ndarray] = []
    for number in range(districts):
        load, largest = int(voters[district == number].sum()), 5
        rooms_here = [int(draw.integers(1, rooms + 1)) for _ in range(int(draw.integers(1, buildings + 1)))]
        each = int(np.ceil(load * (1 + spare) / sum(rooms_here))) + largest
        for amount in rooms_here:
            station_building += [len(spots)] * amount
            station_district += [number] * amount
            maxima += [each + int(draw.integers(0, 3)) for _ in range(amount)]
            spots.append(draw.uniform(0, 3000, 2))
    spots.append(draw.uniform(0, 3000, 2))  # closed now
    stations = Stations.of(building=station_building, district=station_district, minimum=[minimum] * len(maxima), maximum=maxima)
    before = draw.integers(NONE, len(spots), sides)[house_side[house]]
    before_station = np.full(count, NONE)
    for unit in range(count):
        there = np.flatnonzero(stations.building == before[unit])
        if len(there):
            before_station[unit] = there[draw.integers(len(there))]
    position = np.array(spots)
    return Problem(
        units=Units.of(
            key=draw.permutation(count),
            voters=voters,
            district=district,
            side=side,
            place=house_place[house],
            x=x,
            y=y,
            previous=before,
            previous_station=before_station,
            name_rank=draw.permutation(count),
        ),
        stations=stations,
        buildings=Buildings.of(x=position[:, 0], y=position[:, 1]),
    )


def shuffled(problem, seed):
    """The same problem with its units in another order, and that order."""
    order = np.random.default_rng(seed).permutation(len(problem.units))
    units = Units(**{name: getattr(problem.units, name)[order] for name in Units.__slots__})
    back = np.argsort(order)
    return replace(problem, units=units, banned_unit=back[problem.banned_unit].astype(np.int32)), order


def with_units(problem, **arrays):
    """The same problem with other arrays of units."""
    return replace(problem, units=replace(problem.units, **{name: np.asarray(value) for name, value in arrays.items()}))


def with_stations(problem, **arrays):
    """The same problem with other arrays of stations."""
    return replace(problem, stations=replace(problem.stations, **{name: np.asarray(value, np.int32) for name, value in arrays.items()}))


def with_maximum(problem, maximum):
    return with_stations(problem, maximum=maximum)


def opened(problem, building, district, maximum, minimum=0):
    """One station more."""
    stations = problem.stations
    return replace(
        problem,
        stations=Stations.of(
            building=[*stations.building, building],
            district=[*stations.district, district],
            minimum=[*stations.minimum, minimum],
            maximum=[*stations.maximum, maximum],
        ),
    )


def assert_valid(problem, solution):
    """Everyone once, in the own district, sizes, pins and bans kept, tables complete, disjoint and giving the plan back."""
    units, stations = problem.units, problem.stations
    assert solution.station.shape == (len(units),)
    assert (solution.station >= 0).all()
    assert (stations.district[solution.station] == units.district).all()
    assert (stations.building[solution.station] == solution.building).all()
    load = np.bincount(solution.station, units.voters, len(stations))
    assert (load == solution.load).all()
    assert (load <= stations.maximum).all()
    assert (load >= stations.minimum).all()
    pinned = units.pinned >= 0
    assert (solution.station[pinned] == units.pinned[pinned]).all()
    held = units.pinned_building >= 0
    assert (solution.building[held] == units.pinned_building[held]).all()
    assert not (solution.building[problem.banned_unit] == problem.banned_building).any()
    assert_table(problem, solution.rows, "building", solution.building)
    figures = solution.figures
    assert figures.voters == units.voters.sum()
    assert figures.over == figures.under == figures.unplaced == 0
    assert figures.value >= figures.bound >= figures.transport_bound - 1e-6 * abs(figures.transport_bound) - 1


def assert_table(problem, rows, column, expected):
    """Walk along every side as a reader of the table would."""
    units = problem.units
    order = sorted((s, p, k, u) for u, (s, p, k) in enumerate(zip(units.side, units.place, units.key, strict=True)) if s >= 0)
    walked = iter(range(len(rows)))
    row, left = None, 0
    for side, place, _, unit in order:
        if not left:
            row = next(walked)
            left = int(rows.units[row])
            assert rows.first_unit[row] == unit
            assert rows.first_place[row] == place
        assert rows.side[row] == side
        assert getattr(rows, column)[row] == expected[unit]
        left -= 1
        if not left:
            assert rows.last_unit[row] == unit
            assert rows.last_place[row] == place
    assert left == 0
    assert next(walked, None) is None


def value_of(problem, weights, building):
    """Metres, moves and rows of a plan, in decimetre-voters, counted in the plainest way."""
    units, buildings = problem.units, problem.buildings
    total = 0
    open_here = {(b, d) for b, d in zip(problem.stations.building.tolist(), problem.stations.district.tolist(), strict=True)}
    for unit, at in enumerate(building):
        metres = np.hypot(units.x[unit] - buildings.x[at], units.y[unit] - buildings.y[at])
        total += 0 if np.isnan(metres) else int(np.rint(metres * 10)) * int(units.voters[unit])
        before = int(units.previous[unit])
        if before not in (NONE, at) and (before, int(units.district[unit])) in open_here:
            total += weights.move * 10 * int(units.voters[unit])
    order = sorted(range(len(units)), key=lambda u: (units.side[u], units.place[u], units.key[u]))
    for one, other in itertools.pairwise(order):
        same = units.side[one] == units.side[other] >= 0 and units.district[one] == units.district[other]
        total += weights.row * 10 if same and building[one] != building[other] else 0
    return total


def best_by_trial(problem, weights):
    """The least value of all plans that keep the maxima of single-room buildings, by trying each; None if there is none."""
    units, stations = problem.units, problem.stations
    choices = [np.unique(stations.building[stations.district == district]).tolist() for district in units.district]
    seats = np.bincount(stations.building, stations.maximum, len(problem.buildings))
    best = None
    for plan in itertools.product(*choices):
        if (np.bincount(plan, units.voters, len(seats)) <= seats).all():
            value = value_of(problem, weights, plan)
            best = value if best is None else min(best, value)
    return best
