"""A small picture of where a building stands, drawn from the houses around it: no map, no tiles, no network."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from districts.rules.position import METRES_A_DEGREE, flat
from districts.rules.station_file import Position

WIDTH: Final = 480
HEIGHT: Final = 320
PIXELS_A_METRE: Final = 0.8
MOST_LABELS: Final = 8
LETTER: Final = 6.2
LINE: Final = 16

House = tuple[float, float, str]


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a street, centred on a point."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: all houses as one path of dots, the names of the streets with most of them, and a bar of 100 metres."""

    houses: str
    labels: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    bar: float = 100 * PIXELS_A_METRE

    @property
    def middle(self) -> tuple[float, float]:
        """Where the building is."""
        return self.width / 2, self.height / 2


def bounds(centre: Position) -> tuple[float, float, float, float]:
    """South, north, west and east of what the picture shows."""
    up = HEIGHT / 2 / PIXELS_A_METRE / METRES_A_DEGREE
    aside = WIDTH / 2 / PIXELS_A_METRE / METRES_A_DEGREE / math.cos(math.radians(centre[0]))
    return centre[0] - up, centre[0] + up, centre[1] - aside, centre[1] + aside


def draw(centre: Position, houses: Iterable[House]) -> Picture:
    """The same houses give the same picture."""
    streets: dict[str, list[tuple[float, float]]] = {}
    for latitude, longitude, street in houses:
        streets.setdefault(street, []).append(_point((latitude, longitude), centre))
    dots = "".join(f"M{x:g} {y:g}h0" for points in streets.values() for x, y in points)
    return Picture(dots, tuple(_labels(streets)))


def _point(position: Position, centre: Position) -> tuple[float, float]:
    east, north = flat(position, around=centre)
    return round(WIDTH / 2 + east * PIXELS_A_METRE, 1), round(HEIGHT / 2 - north * PIXELS_A_METRE, 1)


def _labels(streets: dict[str, list[tuple[float, float]]]) -> list[Label]:
    """The streets with most houses first; a name that would lie on another, on the building or over the edge is left out."""
    placed = [Label(WIDTH / 2, HEIGHT / 2 + 4, "xxxx")]
    for name, points in sorted(streets.items(), key=lambda street: (-len(street[1]), street[0])):
        if len(placed) > MOST_LABELS:
            break
        label = _in_the_middle(name, points)
        if _inside(label) and not any(_overlap(label, other) for other in placed):
            placed.append(label)
    return placed[1:]


def _in_the_middle(name: str, points: Sequence[tuple[float, float]]) -> Label:
    middle = (median(x for x, _y in points), median(y for _x, y in points))
    x, y = min(points, key=lambda point: (math.dist(point, middle), point))
    return Label(x, y, name)


def _inside(label: Label) -> bool:
    half = len(label.text) * LETTER / 2
    return half + 4 < label.x < WIDTH - half - 4 and LINE < label.y < HEIGHT - LINE


def _overlap(one: Label, other: Label) -> bool:
    reach = (len(one.text) + len(other.text)) * LETTER / 2
    return abs(one.x - other.x) < reach and abs(one.y - other.y) < LINE
