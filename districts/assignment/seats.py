"""Do the seats suffice? A maximum flow between kinds of units (who may vote where) and buildings: some dozens of nodes, exact."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from .problem import Flags, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Units that may vote in the same buildings, together: ``allowed`` (groups, buildings), ``voters`` (groups,), ``member`` (units,)."""

    allowed: Flags
    voters: Ints
    member: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Seating:
    """The most voters that find a seat, and the kinds of units that stay in want (groups,): all that can reach only what is full."""

    placed: int
    wanting: Flags


def groups_of(allowed: Flags, voters: Ints) -> Groups:
    """Units by where they may vote."""
    packed = np.packbits(allowed, axis=1)
    kinds, first, member = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    member = member.reshape(-1)
    return Groups(allowed[first], np.bincount(member, voters, len(kinds)).astype(np.int64), member)


def seat(groups: Groups, capacity: Ints) -> Seating:
    """A maximum flow of voters into ``capacity`` (buildings,), by shortest augmenting ways."""
    count, buildings = groups.allowed.shape
    left, free = groups.voters.copy(), capacity.copy()
    flow = np.zeros((count, buildings), np.int64)
    while True:
        way, reached = _way(groups.allowed, flow, left, free)
        if way is None:
            return Seating(int(flow.sum()), reached)
        back = [int(flow[g, b]) for g, b in way[1::2]]
        amount = min([int(left[way[0][0]]), int(free[way[-1][1]]), *back])
        for position, (group, building) in enumerate(way):
            flow[group, building] += amount if position % 2 == 0 else -amount
        left[way[0][0]] -= amount
        free[way[-1][1]] -= amount


def _way(allowed: Flags, flow: Ints, left: Ints, free: Ints) -> tuple[list[tuple[int, int]] | None, Flags]:
    """A shortest way from a group with voters left to a building with room, as (group, building) pairs, forward and back in turns."""
    count, buildings = allowed.shape
    came_to_group = np.full(count, -1)  # building through which it was reached
    came_to_building = np.full(buildings, -1)
    reached = left > 0
    queue = deque(int(group) for group in np.flatnonzero(reached))
    while queue:
        group = queue.popleft()
        for building in np.flatnonzero(allowed[group] & (came_to_building < 0)):
            came_to_building[building] = group
            if free[building] > 0:
                return _trace(int(building), came_to_group, came_to_building), reached
            for other in np.flatnonzero((flow[:, building] > 0) & ~reached):
                reached[other], came_to_group[other] = True, building
                queue.append(int(other))
    return None, reached


def _trace(building: int, came_to_group: Ints, came_to_building: Ints) -> list[tuple[int, int]]:
    way: list[tuple[int, int]] = []
    while True:
        group = int(came_to_building[building])
        way.append((group, building))
        if came_to_group[group] < 0:
            return way[::-1]
        building = int(came_to_group[group])
        way.append((group, building))


def fits(groups: Groups, low: Ints, high: Ints) -> bool:
    """Can everybody be seated with loads between low and high, voters being divisible? If all find a seat, and all least loads can be filled
    at once, then both can be had at the same time (Mendelsohn and Dulmage)."""
    if groups.voters.sum() > high.sum() or low.sum() > groups.voters.sum():
        return False
    return seat(groups, high).placed == int(groups.voters.sum()) and seat(groups, low).placed == int(low.sum())
