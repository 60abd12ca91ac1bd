"""A map drawn as SVG: areas, lines, dots, marks and names. No tiles, no network, no library; the same input gives the same text.

Places are (east, north) in metres around any middle. Sizes and widths are units of the picture; on paper a unit is what the page makes it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

Point = tuple[float, float]

INK: Final = "#17212b"
QUIET: Final = "#52606d"
LETTER: Final = 0.53
"""Average width of a letter of Source Sans 3, in ems: near enough to keep names apart."""
BARS: Final = (50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Area:
    """A surface with a border; rings within rings are holes."""

    rings: Sequence[Sequence[Point]]
    colour: str
    fill: float = 0.16
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of places joined by strokes."""

    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that look alike."""

    lines: Sequence[Line]
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Dots:
    """Places that look alike."""

    points: Sequence[Point]
    colour: str
    size: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A disc with a number in it. ``share``: how much of the ring around it is filled, up to 1; ``None``: no ring. ``shift``: units to the right."""

    place: Point
    text: str
    colour: str
    size: float = 11.0
    share: float | None = None
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Name:
    """A name on its place, with a pale edge so that it can be read on anything."""

    place: Point
    text: str
    size: float = 11.0
    strong: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a picture of ``width`` by ``height`` units over the places from ``west, south`` to ``east, north``."""

    width: float
    height: float
    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: Iterable[Point], *, width: float, height: float, margin: float = 0.06, least: float = 300.0) -> "View":
        """Everything of ``points`` with some room around it; never closer than ``least`` metres from edge to edge."""
        points = list(points) or [(0.0, 0.0)]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        metres = max((east - west) / width, (north - south) / height, least / min(width, height)) * (1 + 2 * margin)
        x, y = (west + east) / 2, (south + north) / 2
        return cls(width, height, x - metres * width / 2, y - metres * height / 2, x + metres * width / 2, y + metres * height / 2)

    @property
    def scale(self) -> float:
        """Units a metre."""
        return self.width / (self.east - self.west)

    def at(self, place: Point) -> Point:
        """Where a place lies in the picture, to a tenth of a unit."""
        return round((place[0] - self.west) * self.scale, 1), round((self.north - place[1]) * self.scale, 1)

    def holds(self, place: Point, reach: float = 0.0) -> bool:
        """Whether a place lies in the picture, or at most ``reach`` units outside."""
        away = reach / self.scale
        return self.west - away <= place[0] <= self.east + away and self.south - away <= place[1] <= self.north + away


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole map, drawn in this order. ``title`` says what it shows to who does not see it."""

    view: View
    title: str
    areas: Sequence[Area] = ()
    lines: Sequence[Lines] = ()
    dots: Sequence[Dots] = ()
    names: Sequence[Name] = ()
    marks: Sequence[Mark] = ()
    ground: str = "#ffffff"


def draw(picture: Picture, *, font: str = "Source Sans 3, sans-serif") -> str:
    """The picture as an SVG document."""
    view = picture.view
    size = f'width="{_n(view.width)}" height="{_n(view.height)}"'
    box = f"0 0 {_n(view.width)} {_n(view.height)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{box}" font-family="{escape(font)}" role="img">',
        f"<title>{escape(picture.title)}</title>",
        f'<clipPath id="frame"><rect {size}/></clipPath>',
        f'<rect {size} fill="{picture.ground}"/>',
        '<g clip-path="url(#frame)">',
        *(_area(area, view) for area in picture.areas),
        *(_lines(lines, view) for lines in picture.lines),
        *(_dots(dots, view) for dots in picture.dots),
        *(_name(name, view) for name in picture.names),
        *(_mark(mark, view) for mark in picture.marks),
        "</g>",
        _bar(view),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _xy(place: Point, view: View) -> str:
    x, y = view.at(place)
    return f"{_n(x)} {_n(y)}"


def _area(area: Area, view: View) -> str:
    data = "".join(f"M{'L'.join(_xy(point, view) for point in ring)}Z" for ring in area.rings if ring)
    if not data:
        return ""
    return (
        f'<path d="{data}" fill="{area.colour}" fill-opacity="{_n2(area.fill)}" fill-rule="evenodd" stroke="{area.colour}" '
        f'stroke-opacity="0.7" stroke-width="{_n(area.width)}" stroke-linejoin="round"/>'
    )


def _n2(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _lines(lines: Lines, view: View) -> str:
    data = "".join(
        f"M{'L'.join(_xy(point, view) for point in line.points)}"
        for line in lines.lines
        if len(line.points) > 1 and any(view.holds(point, lines.width) for point in line.points)
    )
    if not data:
        return ""
    return f'<path d="{data}" fill="none" stroke="{lines.colour}" stroke-width="{_n(lines.width)}" stroke-linecap="round" stroke-linejoin="round"/>'


def _dots(dots: Dots, view: View) -> str:
    data = "".join(f"M{_xy(point, view)}h0" for point in dots.points if view.holds(point, dots.size))
    return f'<path d="{data}" fill="none" stroke="{dots.colour}" stroke-width="{_n(dots.size)}" stroke-linecap="round"/>' if data else ""


def _name(name: Name, view: View) -> str:
    x, y = view.at(name.place)
    weight = ' font-weight="600"' if name.strong else ""
    text = f'x="{_n(x)}" y="{_n(y + name.size * 0.35)}" font-size="{_n(name.size)}" text-anchor="middle"{weight}'
    # The pale edge is a text of its own below the other: not everything that draws SVG knows paint-order.
    return (
        f'<text {text} fill="#ffffff" stroke="#ffffff" stroke-width="{_n(name.size * 0.28)}" stroke-linejoin="round" aria-hidden="true">'
        f'{escape(name.text)}</text><text {text} fill="{INK if name.strong else QUIET}">{escape(name.text)}</text>'
    )


def _mark(mark: Mark, view: View) -> str:
    if not view.holds(mark.place, mark.size):
        return ""
    x, y = view.at(mark.place)
    x += mark.shift
    size = mark.size * (0.95 if len(mark.text) < 3 else 0.78)
    ring = "" if mark.share is None else _ring(x, y, mark)
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(mark.size * (1.0 if mark.share is None else 1.36))}" fill="#ffffff"/>{ring}'
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(mark.size * 0.86)}" fill="{mark.colour}"/>'
        f'<text x="{_n(x)}" y="{_n(y + size * 0.35)}" font-size="{_n(size)}" font-weight="600" text-anchor="middle" fill="#ffffff">'
        f"{escape(mark.text)}</text>"
    )


def _ring(x: float, y: float, mark: Mark) -> str:
    radius, share = mark.size * 1.12, min(max(mark.share or 0.0, 0.0), 1.0)
    track = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="none" stroke="#d3dbe2" stroke-width="{_n(mark.size * 0.3)}"/>'
    if share <= 0:
        return track
    turn = min(share, 0.9999) * 2 * math.pi
    end = (x + radius * math.sin(turn), y - radius * math.cos(turn))
    arc = f"M{_n(x)} {_n(y - radius)}A{_n(radius)} {_n(radius)} 0 {int(share > 0.5)} 1 {_n(end[0])} {_n(end[1])}"
    if share > 0.99:  # an arc that ends where it begins is none
        arc = f"M{_n(x)} {_n(y - radius)}a{_n(radius)} {_n(radius)} 0 1 1 0 {_n(2 * radius)}a{_n(radius)} {_n(radius)} 0 1 1 0 {_n(-2 * radius)}"
    return f'{track}<path d="{arc}" fill="none" stroke="{mark.colour}" stroke-width="{_n(mark.size * 0.3)}"/>'


def _bar(view: View) -> str:
    """A bar of a round number of metres, at the foot on the left."""
    metres = max((bar for bar in BARS if bar * view.scale <= view.width / 4), default=BARS[0])
    length, text = metres * view.scale, f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    foot = view.height - 12
    return (
        f'<rect x="6" y="{_n(foot - 12)}" width="{_n(length + 14 + 7 * len(text))}" height="18" fill="#ffffff" fill-opacity="0.85"/>'
        f'<path d="M12 {_n(foot - 6)}v6h{_n(length)}v-6" fill="none" stroke="{INK}" stroke-width="1.2"/>'
        f'<text x="{_n(length + 17)}" y="{_n(foot)}" font-size="11" fill="{INK}">{text}</text>'
    )


def place_names(candidates: Iterable[Name], view: View, *, most: int, taken: Sequence[tuple[Point, float, float]] = ()) -> list[Name]:
    """Those of the names, the first first, that fit into the picture without touching another or what is ``taken``.

    ``taken``: middle (a place), half the width and half the height in units.
    """
    boxes = [(*view.at(place), half, high) for place, half, high in taken]
    placed: list[Name] = []
    for name in candidates:
        if len(placed) == most:
            break
        (x, y), half, high = view.at(name.place), len(name.text) * name.size * LETTER / 2 + 2, name.size * 0.62
        inside = half < x < view.width - half and high < y < view.height - high - (22 if x - half < view.width / 4 + 60 else 0)
        if inside and all(abs(x - bx) >= half + bw or abs(y - by) >= high + bh for bx, by, bw, bh in boxes):
            boxes.append((x, y, half, high))
            placed.append(name)
    return placed
