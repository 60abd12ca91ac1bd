"""The streets around the polling stations of an election, for the sketch on its cards."""

from collections.abc import Iterable, Mapping
from datetime import date

from convocations.cards import sketch
from voters.rules.map_scene import Projection, Spot
from voters.sql.map import SCALE, Box, House, Shown, houses

NORTH, EAST = 0.0025, 0.006
"""Degrees around a station of which houses are read: somewhat more than the sketch shows."""


def sketches(*, municipality_id: int, day: date, positions: Iterable[tuple[float, float]]) -> Mapping[tuple[float, float], bytes]:
    """The sketch of every position (WGS84, latitude first); stations in one building share it."""
    return {position: _sketch(Shown(municipality_id, day), position) for position in set(positions)}


def _sketch(shown: Shown, position: tuple[float, float]) -> bytes:
    latitude, longitude = position
    box = Box(latitude - NORTH, longitude - EAST, latitude + NORTH, longitude + EAST)
    near = Projection(latitude * SCALE, longitude * SCALE)
    found = houses(shown, box=box)
    return sketch.draw([spot for house in found if (spot := _spot(house, near))], near.metres(latitude * SCALE, longitude * SCALE))


def _spot(house: House, near: Projection) -> Spot | None:
    if house.y is None or house.x is None:
        return None
    side = (house.street_id, house.postcode, house.number % 2)
    return Spot(near.metres(house.y, house.x), house.street, side, None, None, 0)
