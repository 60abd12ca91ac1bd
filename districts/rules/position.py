"""Positions in WGS84 degrees: what lies in Belgium, how far two are apart, and a flat piece of map around one."""

import math
from typing import Final

LATITUDES: Final = (49.4, 51.6)
LONGITUDES: Final = (2.5, 6.5)
METRES_A_DEGREE: Final = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""


def in_belgium(latitude: float, longitude: float) -> bool:
    """Whether a position lies in the rectangle around Belgium; not for a number that is none."""
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance in a straight line between two positions (latitude, longitude), to within a metre over a municipality."""
    east, north = flat(one, around=other)
    return math.hypot(east, north)


def flat(position: tuple[float, float], *, around: tuple[float, float]) -> tuple[float, float]:
    """Metres to the east and to the north of ``around``."""
    squeezed = math.cos(math.radians((position[0] + around[0]) / 2))
    return (position[1] - around[1]) * METRES_A_DEGREE * squeezed, (position[0] - around[0]) * METRES_A_DEGREE
