"""Outlines of areas that are known only by the houses in them: districts, and what a station serves.

A grid is laid over the houses. Each cell belongs to whoever has most houses in it; cells without houses go to the nearest
neighbour, up to a few hundred metres. What is left is a partition: neighbours share their border and never overlap. The same
houses give the same outlines, in whatever order they come.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]
Ring = list[Point]
Cell = tuple[int, int]

LEAST_CELL: Final = 40.0
MOST_CELLS: Final = 24_000
REACH: Final = 420.0
"""Metres from a house at which an area ends while it is grown; ``KEPT`` of it stays, so that gaps close and edges stay near the houses."""
KEPT: Final = 130.0
NOBODY: Final = -1


def outlines(houses: Iterable[tuple[float, float, int]]) -> dict[int, list[Ring]]:
    """For each key the rings around its houses; houses are (east, north, key) in metres. Holes are rings that run the other way."""
    houses = list(houses)
    if not houses:
        return {}
    keys = sorted({key for _x, _y, key in houses})
    grid = _Grid.over(houses)
    cells = grid.owners(houses, {key: at for at, key in enumerate(keys)})
    seeds = [at for at, owner in enumerate(cells) if owner != NOBODY]
    _grow(cells, seeds, grid.across, round(REACH / grid.size))
    _erode(cells, seeds, grid.across, round((REACH - KEPT) / grid.size))
    return {keys[owner]: [grid.place(ring) for ring in rings] for owner, rings in sorted(_traced(cells, grid.across).items())}


@dataclass(frozen=True, slots=True)
class _Grid:
    """``across`` cells a row, row after row, with room at the edges to grow into."""

    west: float
    south: float
    size: float
    across: int
    rows: int

    @classmethod
    def over(cls, houses: Sequence[tuple[float, float, int]]) -> "_Grid":
        west, east = min(x for x, _y, _key in houses), max(x for x, _y, _key in houses)
        south, north = min(y for _x, y, _key in houses), max(y for _x, y, _key in houses)
        size = max(LEAST_CELL, math.sqrt((east - west) * (north - south) / MOST_CELLS))
        edge = round(REACH / size) + 2
        across, rows = int((east - west) // size) + 1 + 2 * edge, int((north - south) // size) + 1 + 2 * edge
        return cls(west - edge * size, south - edge * size, size, across, rows)

    def owners(self, houses: Sequence[tuple[float, float, int]], numbers: dict[int, int]) -> list[int]:
        """Whose each cell with houses is: those around count with it, its own twice, so that a border does not fray."""
        counts: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for x, y, key in houses:
            cell = counts[int((y - self.south) // self.size) * self.across + int((x - self.west) // self.size)]
            cell[numbers[key]] = cell.get(numbers[key], 0) + 1
        cells = [NOBODY] * (self.across * self.rows)
        for at, own in counts.items():
            votes = {owner: 2 * count for owner, count in own.items()}
            for step in _around(self.across):
                for owner, count in counts.get(at + step, {}).items():
                    votes[owner] = votes.get(owner, 0) + count
            cells[at] = max(votes, key=lambda owner: (votes[owner], -owner)) if len(votes) > 1 else next(iter(votes))
        return cells

    def place(self, ring: Ring) -> Ring:
        return [(self.west + x * self.size, self.south + y * self.size) for x, y in ring]


def _beside(across: int) -> tuple[int, ...]:
    return (-across, -1, 1, across)


def _around(across: int) -> tuple[int, ...]:
    return (-across - 1, -across, -across + 1, -1, 1, across - 1, across, across + 1)


def _grow(cells: list[int], seeds: Sequence[int], across: int, steps: int) -> None:
    """Give every cell within ``steps`` of a house to the owner of the nearest."""
    edge = seeds
    for step in range(steps):
        # Straight steps and slanting ones by turns: what grows is nearly round. Whoever has the lower number goes first.
        near = _around(across) if step % 2 else _beside(across)
        taken: dict[int, int] = {}
        for at in edge:
            owner = cells[at]
            for move in near:
                there = at + move
                if cells[there] == NOBODY and taken.get(there, owner) >= owner:
                    taken[there] = owner
        for there, owner in taken.items():
            cells[there] = owner
        edge = list(taken)


def _erode(cells: list[int], seeds: Sequence[int], across: int, steps: int) -> None:
    """Take the outermost ``steps`` cells away again; a cell with houses stays, and so does what lies between houses."""
    kept, beside = set(seeds), _beside(across)
    edge = {at for at, owner in enumerate(cells) if owner != NOBODY and any(cells[at + move] == NOBODY for move in beside)}
    for step in range(steps):
        gone = edge - kept
        for at in gone:
            cells[at] = NOBODY
        near = _around(across) if step % 2 else beside
        edge = {at + move for at in gone for move in near if cells[at + move] != NOBODY}


def _traced(cells: Sequence[int], across: int) -> dict[int, list[Ring]]:
    """The borders of each owner's cells, the inside on the left, through the middles of the cells' sides and then rounded."""
    starts: defaultdict[int, dict[Cell, list[Cell]]] = defaultdict(dict)
    for at, owner in enumerate(cells):
        if owner == NOBODY:
            continue
        y, x = divmod(at, across)
        edges = starts[owner]
        if cells[at - across] != owner:
            edges.setdefault((x, y), []).append((x + 1, y))
        if cells[at + 1] != owner:
            edges.setdefault((x + 1, y), []).append((x + 1, y + 1))
        if cells[at + across] != owner:
            edges.setdefault((x + 1, y + 1), []).append((x, y + 1))
        if cells[at - 1] != owner:
            edges.setdefault((x, y + 1), []).append((x, y))
    corners = {corner for edges in starts.values() for corner in edges}
    fixed = {corner for corner in corners if _is_junction(cells, across, corner)}
    return {owner: [_rounded(ring, fixed) for ring in _rings(edges)] for owner, edges in starts.items()}


def _is_junction(cells: Sequence[int], across: int, corner: Cell) -> bool:
    """Whether three areas meet here: such a corner is not cut, or a hole would open between them."""
    at = corner[1] * across + corner[0]
    return len({cells[at], cells[at - 1], cells[at - across], cells[at - across - 1]}) > 2


def _rings(edges: dict[Cell, list[Cell]]) -> Iterator[list[Cell]]:
    while edges:
        first = next(iter(edges))
        ring, here, before = [first], _step(edges, first, None), first
        while here != first:
            ring.append(here)
            here, before = _step(edges, here, before), here
        yield ring


def _step(edges: dict[Cell, list[Cell]], here: Cell, before: Cell | None) -> Cell:
    """The next corner. Where two areas of one owner touch at a corner, turn left: they stay two rings."""
    ends = edges[here]
    if len(ends) > 1 and before is not None:
        heading = (here[0] - before[0], here[1] - before[1])
        ends.sort(key=lambda end: heading[1] * (end[0] - here[0]) - heading[0] * (end[1] - here[1]))
    end = ends.pop(0)
    if not ends:
        del edges[here]
    return end


def _rounded(corners: list[Cell], fixed: Collection[Cell]) -> Ring:
    """Corners cut through the middles of the sides, then once more at a quarter; points on a straight line left out."""
    middles: Ring = []
    for corner, following in zip(corners, corners[1:] + corners[:1], strict=True):
        if corner in fixed:
            middles.append(corner)
        middles.append(((corner[0] + following[0]) / 2, (corner[1] + following[1]) / 2))
    kept: Collection[Point] = fixed
    ring = _straightened(middles, kept)
    cut: Ring = []
    for before, here, after in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True):
        cut += [here] if here in kept else [_quarter(here, before), _quarter(here, after)]
    return _straightened(cut)


def _quarter(here: Point, there: Point) -> Point:
    return (3 * here[0] + there[0]) / 4, (3 * here[1] + there[1]) / 4


def _straightened(ring: Ring, kept: Collection[Point] = ()) -> Ring:
    """Leave out what lies on a straight line, but for ``kept``: all areas that share a line must cut it at the same points."""
    bent = [
        here
        for before, here, after in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True)
        if here in kept or abs((here[0] - before[0]) * (after[1] - before[1]) - (here[1] - before[1]) * (after[0] - before[0])) > 1e-9
    ]
    return bent or ring
