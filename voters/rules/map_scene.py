"""The map as a picture: a municipality by district or station, and one station with its streets. Plain values in, a picture out."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from documents.engine.map_picture import Area, Dots, Line, Lines, Mark, Name, Picture, Point, View, place_names
from voters.rules.map_colours import EMPTY, PALETTE
from voters.rules.outlines import Ring

METRES_A_STEP: Final = 1.11195
"""Metres to the north of a hundred-thousandth of a degree."""
STREET_GAP: Final = 110.0
"""Metres between two houses of a street side from which it is drawn as two pieces."""
STREETS: Final = "#d3dce4"
MARK, LEAST_MARK = 11.0, 7.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A house on the map, in metres: its street, its side and number, and of whom it is (keys of a district and a station)."""

    place: Point
    street: str
    side: tuple[int, str, int]
    district: int | None
    station: int | None
    voters: int


@dataclass(frozen=True, slots=True)
class StationSpot:
    """A station on the map; ``share``: how full it is."""

    key: int
    number: int
    building: int
    place: Point | None
    colour: int
    share: float | None


@dataclass(frozen=True, slots=True)
class DistrictSpot:
    """A district on the map."""

    key: int
    name: str
    colour: int
    rings: Sequence[Ring]


@dataclass(frozen=True, slots=True)
class Projection:
    """From hundred-thousandths of a degree to metres around a middle, flat: exact to a metre over a municipality."""

    y: float
    x: float

    @classmethod
    def over(cls, ys: Sequence[int], xs: Sequence[int]) -> "Projection":
        """Around the middle of what is there."""
        return cls((min(ys) + max(ys)) / 2, (min(xs) + max(xs)) / 2) if ys and xs else cls(0.0, 0.0)

    @property
    def squeeze(self) -> float:
        """How much narrower a degree to the east is than one to the north."""
        return math.cos(math.radians(self.y / 100_000))

    def metres(self, y: float, x: float) -> Point:
        """East and north."""
        return (x - self.x) * METRES_A_STEP * self.squeeze, (y - self.y) * METRES_A_STEP

    def degrees(self, place: Point) -> tuple[int, int]:
        """The way back: (y, x) as whole hundred-thousandths."""
        return round(self.y + place[1] / METRES_A_STEP), round(self.x + place[0] / METRES_A_STEP / self.squeeze)


def street_lines(spots: Iterable[Spot]) -> Iterator[Line]:
    """The sides of streets as lines through their houses, which come in the order of street, side and number."""
    line: list[Point] = []
    side: tuple[int, str, int] | None = None
    for spot in spots:
        if spot.side != side or math.dist(line[-1], spot.place) > STREET_GAP:
            if len(line) > 1:
                yield Line(line)
            line, side = [], spot.side
        if not line or spot.place != line[-1]:
            line.append(spot.place)
    if len(line) > 1:
        yield Line(line)


def street_names(spots: Iterable[Spot]) -> list[Name]:
    """The name of each street on a house in its middle, those with most houses first."""
    places: defaultdict[str, list[Point]] = defaultdict(list)
    for spot in spots:
        places[spot.street].append(spot.place)
    ordered = sorted(places.items(), key=lambda street: (-len(street[1]), street[0]))
    return [Name(_middle(points), name) for name, points in ordered]


def _middle(points: Sequence[Point]) -> Point:
    centre = (median(x for x, _ in points), median(y for _, y in points))
    return min(points, key=lambda point: (math.dist(point, centre), point))


def municipality(
    spots: Sequence[Spot],
    districts: Sequence[DistrictSpot],
    stations: Sequence[StationSpot],
    *,
    title: str,
    width: float = 960.0,
    height: float = 640.0,
) -> Picture:
    """Everything: districts as surfaces, houses as dots in the colour of their station (of their district while there is none)."""
    edges = [point for district in districts for ring in district.rings for point in ring]
    view = View.around([*edges, *(spot.place for spot in spots)], width=width, height=height, margin=0.02)
    by_station = any(spot.station is not None for spot in spots)
    colour_of = {one.key: one.colour for one in (stations if by_station else districts)}
    dots: defaultdict[str, list[Point]] = defaultdict(list)
    for spot in spots:
        key = spot.station if by_station else spot.district
        dots[EMPTY if key is None else PALETTE[colour_of[key]]].append(spot.place)
    marks = _marks(stations)
    names = [Name(_inner(one.rings), one.name, 12.0, strong=True) for one in districts if one.rings]
    taken = [(mark.place, mark.size * 1.4 + abs(mark.shift), mark.size * 1.4) for mark in marks]
    return Picture(
        view,
        title,
        areas=[Area(one.rings, PALETTE[one.colour]) for one in districts],
        dots=[
            Dots(points, colour, 2.2 if colour == EMPTY else 2.8)
            for colour, points in sorted(dots.items(), key=lambda one: one[0] != EMPTY)
        ],
        names=place_names(names, view, most=40, taken=taken),
        marks=marks,
        ground="#f7f9fa",
    )


def _inner(rings: Sequence[Ring]) -> Point:
    """A place for a name: the middle of the largest ring's points."""
    ring = max(rings, key=len)
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def _marks(stations: Sequence[StationSpot]) -> list[Mark]:
    """Stations in one building stand beside each other."""
    size = max(LEAST_MARK, min(MARK, MARK * math.sqrt(60 / max(len(stations), 1))))
    by_building: defaultdict[int, list[StationSpot]] = defaultdict(list)
    for station in stations:
        if station.place is not None:
            by_building[station.building].append(station)
    return [
        Mark(one.place, str(one.number), PALETTE[one.colour], size, one.share, (position - (len(group) - 1) / 2) * size * 2.7)
        for _building, group in sorted(by_building.items())
        for position, one in enumerate(group)
        if one.place is not None
    ]


def one_station(
    spots: Sequence[Spot],
    rings: Sequence[Ring],
    stations: Sequence[StationSpot],
    own: StationSpot,
    *,
    title: str,
    width: float = 520.0,
    height: float = 400.0,
) -> Picture:
    """A station with the houses that vote in it, the streets around them, and where the other stations are."""
    mine = [spot for spot in spots if spot.station == own.key]
    seen = [spot.place for spot in mine] + ([own.place] if own.place else [])
    view = View.around(seen, width=width, height=height, margin=0.08)
    near = [spot for spot in spots if view.holds(spot.place, 60)]
    colour = PALETTE[own.colour]
    own_marks = [] if own.place is None else [Mark(own.place, str(own.number), colour, 13.0)]
    marks = [
        Mark(one.place, str(one.number), "#6b7885", 8.0, None, 0.0)
        for one in stations
        if one.place is not None and one.building != own.building
    ]
    taken = [(mark.place, mark.size * 1.2, mark.size * 1.2) for mark in [*marks, *own_marks]]
    names = {name.text: name for name in [*street_names(near), *street_names(mine)]}  # its own houses say where a name stands
    names = {name.text: names[name.text] for name in [*street_names(mine), *street_names(near)]}
    wide = min(9.0, max(2.2, 14 * view.scale))
    return Picture(
        view,
        title,
        areas=[Area(rings, colour, 0.1, 1.2)],
        lines=[Lines(list(street_lines(near)), STREETS, wide)],
        dots=[Dots([spot.place for spot in mine], colour, 4.2)],
        names=place_names(names.values(), view, most=26, taken=taken),
        marks=[*marks, *own_marks],
    )
