"""The whole work: each district for itself, then its buildings' rooms, then the tables and figures."""

from collections.abc import Iterable

import numpy as np

from .district import FORBIDDEN, District, districts_of
from .exchange import Bounds
from .master import seat_prices
from .placing import FINE, chains_of, place
from .problem import NONE, SCALE, Ints, Problem, Rooms, Small, Weights
from .repair import repair
from .rooms import Building, Prices, rooms_by_name, rooms_by_street
from .solution import Part, Solution, assemble

# A move to another room of the same building: a tenth of a move to another building, and this many metres at least.
ROOM_MOVE, ROOM_MOVE_LEAST = 10, 30
# Seats left free for each cut between rooms at first: nearly always enough to hit every size, where the largest household would waste more.
SMALL_RESERVE = 2


def solve(problem: Problem, weights: Weights) -> Solution:
    """A station for every unit. Deterministic: the same problem, whatever the order of its rows, gives the same solution."""
    return assemble(problem, list(solve_parts(problem, weights)), by_name=weights.rooms is Rooms.ALPHABET)


def solve_parts(problem: Problem, weights: Weights, numbers: list[int] | None = None) -> Iterable[Part]:
    """The districts one by one (all, or those of these numbers)."""
    for district in districts_of(problem, weights, numbers):
        link = district.place if weights.whole_buildings else np.arange(len(district.unit))
        largest = int(np.bincount(link, district.voters).max())
        part, amiss = _part(problem, weights, district, min(SMALL_RESERVE, largest - 1), firm=False)
        if amiss:
            other, still_amiss = _part(problem, weights, district, largest - 1, firm=True)
            part = other if still_amiss < amiss else part
        yield part


def _part(problem: Problem, weights: Weights, district: District, per_cut: int, *, firm: bool) -> tuple[Part, int]:
    """One district with so large a reserve for cuts between rooms, and how much is amiss: buildings that could not be cut as they should."""
    placing = place(district, whole=weights.whole_buildings, per_cut=per_cut, firm=firm)
    building = district.building[placing.column].astype(np.int32)
    station, amiss = _stations(problem, weights, district, building)
    moves_and_metres = int(district.rate[np.arange(len(district.unit)), placing.column] @ district.voters)
    part = Part(
        number=district.number, unit=district.unit, building=np.where(station >= 0, building, NONE).astype(np.int32), station=station,
        open=district.building.astype(np.int32), price=placing.price, value=moves_and_metres + district.row * changes(district, building),
        bound=placing.bound, transport_bound=placing.transport_bound,
    )  # fmt: skip
    return part, amiss


def changes(district: District, building: Small) -> int:
    """Rows beyond one per street side."""
    same_side = district.chain[1:] == district.chain[:-1]
    return int((same_side & (building[1:] != building[:-1])).sum())


def _stations(problem: Problem, weights: Weights, district: District, building: Small) -> tuple[Small, int]:
    """The station (n,) of each of the district's units in its building, and how many buildings could not be cut as they should."""
    units, stations = problem.units, problem.stations
    row = np.cumsum(_starts(district.chain, building)) - 1
    move, row_price = weights.priced()
    prices = Prices(max(move // ROOM_MOVE, ROOM_MOVE_LEAST) * SCALE, row_price * SCALE, weights.whole_buildings)
    result, amiss = np.full(len(building), NONE, np.int32), 0
    for spot in np.unique(building[building >= 0]):
        here = np.flatnonzero((stations.building == spot) & (stations.district == district.number))
        here = here[np.argsort(stations.number[here], kind="stable")]
        inside = np.flatnonzero(building == spot)
        unit = district.unit[inside]
        described = Building(
            minimum=stations.minimum[here].astype(np.int64), maximum=stations.maximum[here].astype(np.int64),
            voters=district.voters[inside], row=np.unique(row[inside], return_inverse=True)[1].reshape(-1), place=district.place[inside],
            before=_position(here, units.previous_station[unit]), pinned=_position(here, units.pinned[unit]), name_rank=units.name_rank[unit],
        )  # fmt: skip
        if len(here) == 1:
            room, kept = np.zeros(len(inside), np.int64), True
        elif weights.rooms is Rooms.ALPHABET:
            room, kept = rooms_by_name(described, prices)
        else:
            room, kept = rooms_by_street(described, prices)
        result[inside] = here[room]
        amiss += not kept
    return result, amiss


def _starts(chain: Ints, building: Small) -> Ints:
    return np.asarray((np.diff(chain, prepend=-1) != 0) | (np.diff(building, prepend=-2) != 0))


def _position(here: Ints, station: Small) -> Ints:
    """Where a station stands among these, NONE if it does not."""
    order = np.argsort(here, kind="stable")
    found = order[np.searchsorted(here[order], station).clip(0, len(here) - 1)]
    return np.where(here[found] == station, found, NONE)


def transport(problem: Problem, weights: Weights, numbers: list[int] | None = None) -> tuple[Small, int, int, int]:
    """Distance and moves alone, with whole units and no thought of rows or rooms: building (units,), value, bound and voters out of bounds."""
    building = np.full(len(problem.units), NONE, np.int32)
    value = bound = excess = 0
    for district in districts_of(problem, weights, numbers):
        grains = chains_of(district, district.grain)
        priced = seat_prices(grains, district.limits.low, district.limits.high, 0, close=FINE)
        bounds = Bounds(district.limits.low, district.limits.high, priced.price)
        cost = district.cost
        cheapest = (cost + district.voters[:, None] * priced.price).argmin(axis=1)
        column = repair(cost, district.voters, bounds, cheapest, moving=0, forbidden=FORBIDDEN, improve=True)
        building[district.unit] = district.building[column]
        value += int(cost[np.arange(len(column)), column].sum())
        bound += priced.bound
        excess += int(bounds.excess(np.bincount(column, district.voters, len(district.building)).astype(np.int64)))
    return building, value, bound, excess
