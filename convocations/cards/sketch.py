"""A sketch of the streets around a polling station, as the operators of PDF: from the municipality's own addresses, no tiles.

It fills the ``station_map`` slot of a form, 85 by 55 mm. Lengths in points unless said otherwise; places in metres.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from documents.engine.fonts import REGULAR
from documents.engine.map_picture import Line, Name, Point, View, place_names
from documents.stream.styles import OutsideError, Style
from voters.rules.map_scene import Spot, street_lines, street_names

MM: Final = 72 / 25.4
WIDTH, HEIGHT = 85 * MM, 55 * MM
REACH: Final = 330.0
"""Metres from the station to the left and right edge: a walk of some minutes."""
SIZE: Final = 6.6
MOST_NAMES: Final = 14
ROAD: Final = "0.85 0.88 0.9 RG"
ACCENT: Final = "0.114 0.31 0.569"
BAND, GAP = 6.0, 45.0
"""Metres: how wide a row of houses is drawn, and from which distance between two of them it is interrupted."""
_CIRCLE: Final = 0.5523
BAR: Final = 100
"""Metres."""


def draw(spots: Sequence[Spot], station: Point) -> bytes:
    """The sketch around a station; nothing where no street is near enough to help."""
    view = _view(station)
    near = [spot for spot in spots if view.holds(spot.place, 40)]
    lines = list(street_lines(near))
    if not lines:
        return b""
    parts = [
        b"q %.2f %.2f %.2f %.2f re W n 0.975 0.98 0.985 rg 0 0 %.2f %.2f re f" % (0, 0, WIDTH, HEIGHT, WIDTH, HEIGHT),
        *_streets(lines, view),
        *_names(near, view, station),
        *_mark(view.at(station)),
        *_bar(view),
        b"Q 0.76 0.8 0.84 RG 0.5 w %.2f %.2f %.2f %.2f re S" % (0.25, 0.25, WIDTH - 0.5, HEIGHT - 0.5),
    ]
    return b"\n".join(parts)


def _view(station: Point) -> View:
    x, y = station
    tall = REACH * HEIGHT / WIDTH
    return View(WIDTH, HEIGHT, x - REACH, y - tall, x + REACH, y + tall)


def _up(place: Point) -> Point:
    """From the top, as a picture counts, to the bottom, as a page does."""
    return place[0], HEIGHT - place[1]


def _streets(lines: Sequence[Line], view: View) -> Iterator[bytes]:
    """Rows of houses as soft bands; where two houses lie far apart there is none."""
    yield b"1 J 1 j %.2f w %b" % (BAND * view.scale, ROAD.encode())
    for line in lines:
        parts, before = [], None
        for point in line.points:
            x, y = _up(view.at(point))
            joined = before is not None and math.dist(before, point) <= GAP
            # A house alone is a dot: a stroke of no length with round ends.
            parts.append(b"%.1f %.1f l" % (x, y) if joined else b"%.1f %.1f m %.1f %.1f l" % (x, y, x, y))
            before = point
        yield b" ".join(parts) + b" S"


def _names(near: Sequence[Spot], view: View, station: Point) -> Iterator[bytes]:
    style = Style(REGULAR, SIZE)
    wanted = [Name(name.place, name.text, SIZE) for name in street_names(near)]
    for name in place_names(wanted, view, most=MOST_NAMES, taken=[(station, 9.0, 9.0)]):
        try:
            text, wide = style.write(name.text), style.measure(name.text)
        except OutsideError:
            continue  # a street that the faces cannot write stands on the sketch without its name
        x, y = _up(view.at(name.place))
        place = b"1 0 0 1 %.2f %.2f Tm" % (x - wide / 2, y - SIZE * 0.33)
        yield b"BT %b 1 1 1 RG 1.8 w 1 Tr %b %b 0 Tr 0.32 0.38 0.43 rg %b %b ET" % (style.font, place, text, place, text)


def _mark(place: Point) -> Iterator[bytes]:
    """A disc with a pale edge."""
    x, y = _up(place)
    yield b"1 1 1 rg %b f" % _disc(x, y, 7.2)
    yield b"%b rg %b f" % (ACCENT.encode(), _disc(x, y, 5.4))
    yield b"1 1 1 rg %b f" % _disc(x, y, 2.0)


def _disc(x: float, y: float, r: float) -> bytes:
    k = r * _CIRCLE
    corners = [(x + r, y + k, x + k, y + r, x, y + r), (x - k, y + r, x - r, y + k, x - r, y)]
    corners += [(x - r, y - k, x - k, y - r, x, y - r), (x + k, y - r, x + r, y - k, x + r, y)]
    return b"%.2f %.2f m " % (x + r, y) + b" ".join(b"%.2f %.2f %.2f %.2f %.2f %.2f c" % corner for corner in corners)


def _bar(view: View) -> Iterator[bytes]:
    length, style = BAR * view.scale, Style(REGULAR, SIZE)
    yield b"1 1 1 rg 4 4 %.2f 11 re f 0.09 0.13 0.17 RG 0.7 w 8 9 m 8 6.5 l %.2f 6.5 l %.2f 9 l S" % (length + 32, length + 8, length + 8)
    yield b"BT %b 0.09 0.13 0.17 rg 1 0 0 1 %.2f 6.5 Tm %b ET" % (style.font, length + 12, style.write(f"{BAR} m"))


def sample() -> bytes:
    """A made-up neighbourhood, for previews."""
    spots: list[Spot] = []
    streets = (("Kerkstraat", (-320, 40), (90, 20)), ("Stationsstraat", (-60, -220), (-30, 220)), ("Molenweg", (-280, -120), (320, -90)))
    for number, (name, (x, y), (to_x, to_y)) in enumerate((*streets, ("Schoolstraat", (170, -210), (90, 210)))):
        steps = int(math.dist((x, y), (to_x, to_y)) // 20)
        for step in range(steps + 1):
            place = (x + (to_x - x) * step / steps, y + (to_y - y) * step / steps)
            spots.append(Spot(place, name, (number, "1500", 0), None, None, 2))
    return draw(spots, (20.0, 24.0))
