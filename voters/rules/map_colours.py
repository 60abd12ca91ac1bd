"""Which colour a district or a station has on the map: few colours, far apart where they are the same."""

import math
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Final

PALETTE: Final = ("#1f62a8", "#c2500a", "#23743a", "#b3242b", "#6f4599", "#7d7000", "#b02c7c", "#0a7683", "#7a4a32", "#232f75")
"""Dark enough for white figures (4.5:1), and apart from each other for most who do not see all colours."""
EMPTY: Final = "#aab6c1"
"""Houses in which nobody votes."""


def colours(places: Mapping[int, tuple[float, float] | None], *, count: int = len(PALETTE)) -> dict[int, int]:
    """A colour (0 to ``count`` - 1) for each key by its place in metres; what is near another of a colour takes a different one.

    In the order of the keys each takes the colour whose nearest other is furthest, so that the same places give the same colours.
    """
    found: dict[int, int] = {}
    used: Counter[int] = Counter()
    taken: list[list[tuple[float, float]]] = [[] for _ in range(count)]
    for key in sorted(places):
        place = places[key]
        nearest = [min(map(partial(math.dist, place), own), default=math.inf) if place is not None else math.inf for own in taken]
        found[key] = min(range(count), key=lambda colour: (-nearest[colour], used[colour], colour))
        used[found[key]] += 1
        if place is not None:
            taken[found[key]].append(place)
    return found
