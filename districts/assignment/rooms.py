"""Which station of its building a household votes in: a sequence of households, cut at most once per station but the last.

The sequence is the building's street rows, ordered by the station that their voters had last time (or the names of the reference persons).
Cuts lie between households, so none is split, and each costs at most one row more. A building's bounds hold a reserve of the largest
household per cut, so that cuts that keep every station's size exist.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from .problem import NONE, Ints

NEVER: Final = 1 << 50
HARDLY: Final = 1 << 42  # only where a room's size could not be kept otherwise
EVEN: Final = 0.1  # loads this near to even are even
UNEVEN: Final = 1_000  # decimetre-voters per voter beyond
BETWEEN_HOUSES: Final = 1
INSIDE_A_HOUSE: Final = 3  # rows that a cut is worth avoiding


@dataclass(frozen=True, slots=True, eq=False)
class Building:
    """k stations in order of their number with ``minimum`` and ``maximum`` (k,); units (n,) in canonical order with ``voters``, the ``row`` they
    are in, their house (``place``), the room they had (``before``, 0 to k - 1 or NONE), the room they are pinned to, and ``name_rank``.
    """

    minimum: Ints
    maximum: Ints
    voters: Ints
    row: Ints
    place: Ints
    before: Ints
    pinned: Ints
    name_rank: Ints


@dataclass(frozen=True, slots=True)
class Prices:
    """Decimetre-voters: of another room, per voter, and of a row more; whether houses stay whole."""

    move: int
    row: int
    whole: bool


def rooms_by_street(building: Building, prices: Prices) -> tuple[Ints, bool]:
    """The room (n,) of each unit, 0 to k - 1: street rows whole but for at most k - 1 of them; and whether that kept every size."""
    order = _by_room_before(building)
    free = order[building.pinned[order] == NONE]
    row, place = building.row[free], building.place[free]
    cut = np.zeros(len(free) + 1, np.int64)
    inside_row = row[1:] == row[:-1]
    inside_house = inside_row & (place[1:] == place[:-1])
    cut[1:-1] = inside_row * (BETWEEN_HOUSES * prices.row) + inside_house * ((INSIDE_A_HOUSE - BETWEEN_HOUSES) * prices.row)
    if prices.whole:
        cut[1:-1][inside_house] = HARDLY
    return _rooms(building, free, cut, prices)


def rooms_by_name(building: Building, prices: Prices) -> tuple[Ints, bool]:
    """The room (n,) of each unit: one range of names each, units of the same name rank together where that fits; and whether it kept sizes."""
    order = np.argsort(building.name_rank, kind="stable")
    free = order[building.pinned[order] == NONE]
    cut = np.zeros(len(free) + 1, np.int64)
    cut[1:-1][np.diff(building.name_rank[free]) == 0] = HARDLY
    return _rooms(building, free, cut, prices)


def _by_room_before(building: Building) -> Ints:
    """Units row by row, the rows by the room that their voters had on average; a row of newcomers follows the row before it."""
    rows = int(building.row.max(initial=NONE)) + 1
    known = building.before >= 0
    weight = np.bincount(building.row[known], building.voters[known], rows)
    total = np.bincount(building.row[known], (building.voters * building.before)[known], rows)
    mean = np.where(weight > 0, total * 1000 // np.maximum(weight, 1), NONE).astype(np.int64)
    last = np.maximum.accumulate(np.where(mean >= 0, np.arange(rows), 0))
    rank = np.maximum(mean[last], 0)
    return np.lexsort((np.arange(len(building.row)), building.row, rank[building.row]))


def _rooms(building: Building, free: Ints, cut: Ints, prices: Prices) -> tuple[Ints, bool]:
    room = building.pinned.copy()
    held = np.bincount(room[room >= 0], building.voters[room >= 0], len(building.maximum)).astype(np.int64)
    most = building.maximum - held
    for quarters in (4, 3, 2, 1, 0):  # a minimum that whole households cannot keep is kept as far as they can
        least = np.maximum(building.minimum * quarters // 4 - held, 0)
        found = _cuts(building, free, cut, (least, most, held), prices)
        if found is not None:
            room[free] = found
            return room, quarters == 4
    room[free] = _packed(building.voters[free], most)
    return room, False


def _cuts(building: Building, free: Ints, cut: Ints, limits: tuple[Ints, Ints, Ints], prices: Prices) -> Ints | None:
    """The cheapest cuts of the sequence that keep every room's size, by dynamic programming; None if there are none."""
    least, most, held = limits
    voters, before = building.voters[free], building.before[free]
    rooms, count = len(most), len(free)
    upto = np.concatenate([[0], np.cumsum(voters)])
    even = np.rint(np.cumsum(building.maximum * ((upto[-1] + held.sum()) / max(1, int(building.maximum.sum()))) - held)).astype(np.int64)
    slack = int(EVEN * (upto[-1] + held.sum()) / rooms)
    value = np.full(count + 1, NEVER)
    value[0] = 0
    values: list[Ints] = []
    for room in range(rooms):
        elsewhere = np.concatenate([[0], np.cumsum(np.where((before >= 0) & (before != room), voters, 0))]) * prices.move
        first = np.searchsorted(upto, upto - most[room], "left")
        after_last = np.searchsorted(upto, upto - least[room], "right")
        values.append(value - elsewhere)
        value = _least_between(values[-1], first, after_last) + elsewhere + cut
        value += UNEVEN * np.maximum(np.abs(upto - even[room]) - slack, 0)
        value = np.minimum(value, NEVER)
    if value[-1] >= NEVER // 8:
        return None
    result, end = np.empty(count, np.int64), count
    for room in range(rooms - 1, -1, -1):
        first = int(np.searchsorted(upto, upto[end] - most[room], "left"))
        after_last = int(np.searchsorted(upto, upto[end] - least[room], "right"))
        begin = first + int(values[room][first:after_last].argmin())
        result[begin:end], end = room, begin
    return result


def _least_between(values: Ints, first: Ints, after_last: Ints) -> Ints:
    """The least of ``values[first:after_last]`` for many ranges at once, NEVER for empty ones: minima over powers of two."""
    levels = [values]
    while (width := 1 << len(levels)) <= len(values):
        half = levels[-1]
        levels.append(np.minimum(half[: len(values) - width + 1], half[width // 2 : width // 2 + len(values) - width + 1]))
    length = after_last - first
    result = np.full(len(first), NEVER)
    level = np.frexp(np.maximum(length, 1))[1] - 1
    for number, table in enumerate(levels):
        here = (level == number) & (length > 0)
        result[here] = np.minimum(table[first[here]], table[after_last[here] - (1 << number)])
    return result


def _packed(voters: Ints, most: Ints) -> Ints:
    """Largest unit first, each into the room with most seats left: for what no cuts can hold."""
    left = most.copy()
    room = np.empty(len(voters), np.int64)
    for unit in np.argsort(-voters, kind="stable"):
        room[unit] = int(left.argmax())
        left[room[unit]] -= voters[unit]
    return room
