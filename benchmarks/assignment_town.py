"""Made-up municipalities to place: clustered streets with sides, houses and blocks, buildings with 1 to 5 stations, and an earlier plan.

The earlier plan is like one made by hand (whole street sides to the nearest building with room), for an older population: one household
in eight has come since, some streets are new, and some buildings are closed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from districts.assignment.problem import Buildings, Problem, Stations, Units

Array = NDArray[Any]
NEW_HOUSEHOLDS, NEW_STREETS, CLOSED = 0.12, 0.02, 0.07
BLOCKS, BOXES, MAX_BOXES = 0.14, 10.0, 70
FAMILY = np.array([0.52, 0.36, 0.075, 0.03, 0.01, 0.003, 0.0015, 0.0005])


@dataclass(frozen=True, slots=True)
class Size:
    """How large a municipality is; ``radius`` in metres; ``apart`` is the seed of streets and people, districts excepted."""

    sides: int
    places_per_side: float
    districts: int
    stations: int
    radius: float


SIZES = {
    "town": Size(sides=522, places_per_side=14.5, districts=12, stations=45, radius=2_500),
    "city": Size(sides=4_584, places_per_side=19.45, districts=40, stations=500, radius=8_400),
    "city9": Size(sides=4_584, places_per_side=19.45, districts=9, stations=500, radius=8_400),
}


def make(size: Size, seed: int = 1) -> Problem:
    """A municipality of this size; the same for the same seed."""
    draw = np.random.default_rng(seed)
    streets = _streets(draw, size)
    units = _households(draw, size, *streets)
    district_of_street = _districts(np.random.default_rng(seed + 1), size, streets[0], units["street"])
    units["district"] = district_of_street[units["street"]].astype(np.int32)
    stations, buildings = _stations(np.random.default_rng(seed + 2), size, units)
    previous, previous_station = _earlier(np.random.default_rng(seed + 3), units, stations, buildings)
    count = len(units["voters"])
    return Problem(
        units=Units.of(
            key=draw.permutation(count),
            voters=units["voters"],
            district=units["district"],
            side=units["side"],
            place=units["place"],
            x=units["x"],
            y=units["y"],
            previous=previous,
            previous_station=previous_station,
            name_rank=draw.permutation(count),
        ),
        stations=stations,
        buildings=buildings,
    )


def _streets(draw: np.random.Generator, size: Size) -> tuple[Array, Array, Array]:
    """Middle (streets, 2), direction (streets, 2) and places per side (streets,): more of them where the clusters are."""
    count = size.sides // 2
    clusters = max(6, size.districts * 2)
    middle = draw.normal(0, size.radius * 0.45, (clusters, 2))
    spread = size.radius / np.sqrt(clusters) * draw.uniform(0.5, 1.3, clusters)
    cluster = draw.integers(0, clusters, count)
    position = middle[cluster] + draw.normal(0, 1, (count, 2)) * spread[cluster, None]
    angle = draw.uniform(0, np.pi, count)
    places = np.clip(np.rint(draw.lognormal(0, 0.65, count) * size.places_per_side / 1.235), 2, 140).astype(np.int64)
    return position, np.stack([np.cos(angle), np.sin(angle)], 1), places


def _households(draw: np.random.Generator, size: Size, middle: Array, direction: Array, places: Array) -> dict[str, Array]:
    """Every household with its street, side, place, position and voters."""
    sides = np.repeat(np.arange(size.sides), np.repeat(places, 2))
    first = np.concatenate([[0], np.cumsum(np.repeat(places, 2))[:-1]])
    place = np.arange(len(sides)) - first[sides]
    street = sides // 2
    along = (place - places[street] / 2) * 9.0
    across = np.where(sides % 2 == 0, 7.0, -7.0)
    normal = np.stack([-direction[:, 1], direction[:, 0]], 1)
    position = middle[street] + direction[street] * along[:, None] + normal[street] * across[:, None]
    block = draw.random(len(sides)) < BLOCKS
    boxes = np.where(block, np.minimum(3 + draw.geometric(1 / BOXES, len(sides)), MAX_BOXES), 1 + (draw.random(len(sides)) < 0.06))
    house = np.repeat(np.arange(len(sides)), boxes)
    family = draw.choice(np.arange(1, len(FAMILY) + 1), len(house), p=FAMILY / FAMILY.sum())
    return {
        "street": street[house], "side": sides[house], "place": place[house] * 2 + 1 + sides[house] % 2, "house": house,
        "x": position[house, 0], "y": position[house, 1], "voters": family,
    }  # fmt: skip


def _districts(draw: np.random.Generator, size: Size, middle: Array, street: Array) -> Array:
    """District of each street: nearest of some centres that have moved to the middle of their households, of like weight."""
    weight = np.bincount(street, minlength=len(middle)).astype(float)
    centres = middle[draw.choice(len(middle), size.districts, replace=False, p=weight / weight.sum())].copy()
    price = np.zeros(size.districts)
    nearest = np.zeros(len(middle), np.int64)
    for _ in range(200):
        nearest = (((middle[:, None] - centres[None]) ** 2).sum(2) + price).argmin(1)
        total = np.bincount(nearest, weight, size.districts)
        price += (total / total.mean() - 1) * (size.radius**2 / size.districts) * 0.25
        for axis in (0, 1):
            centres[:, axis] = np.bincount(nearest, weight * middle[:, axis], size.districts) / np.maximum(total, 1)
    return nearest


def _stations(draw: np.random.Generator, size: Size, units: dict[str, Array]) -> tuple[Stations, Buildings]:
    """Stations by largest remainder over the districts, 1 to 5 in a building; the maximum is the smallest ten that gives seats enough."""
    voters = np.bincount(units["district"], units["voters"], size.districts)
    share = voters / voters.sum() * (size.stations - size.districts)
    count = 1 + np.floor(share).astype(int)
    count[np.argsort(count - 1 - share, kind="stable")[: size.stations - count.sum()]] += 1
    building: list[int] = []
    place: list[int] = []
    for district in range(size.districts):
        inside = np.flatnonzero(units["district"] == district)
        left = int(count[district])
        while left:
            rooms = min(left, int(draw.choice([1, 2, 3, 4, 5], p=[0.25, 0.27, 0.22, 0.15, 0.11])))
            if left == count[district] and rooms == left and left > 1:
                rooms = left - 1  # two buildings at least
            building += [len(place)] * rooms
            place.append(int(draw.choice(inside)))
            left -= rooms
    of_district = np.repeat(np.arange(size.districts), count)
    closed = draw.choice(len(units["x"]), round(len(place) * CLOSED), replace=False)  # stood open last time
    spots = np.concatenate([np.array(place), closed])
    maximum = int(np.ceil((voters / count).max() * 1.01 / 10) * 10 + 10)
    return (
        Stations.of(building=building, district=of_district, minimum=np.full(size.stations, 150), maximum=np.full(size.stations, maximum)),
        Buildings.of(x=units["x"][spots] + draw.normal(0, 30, len(spots)), y=units["y"][spots] + draw.normal(0, 30, len(spots))),
    )


def _earlier(draw: np.random.Generator, units: dict[str, Array], stations: Stations, buildings: Buildings) -> tuple[Array, Array]:
    """Building and station of the earlier election, -1 for newcomers."""
    sides = units["side"].max() + 1
    new = (draw.random(len(units["voters"])) < NEW_HOUSEHOLDS) | (draw.random(units["street"].max() + 1) < NEW_STREETS)[units["street"]]
    rooms = np.bincount(stations.building, minlength=len(buildings))
    district = np.full(len(buildings), -1)
    district[stations.building] = stations.district
    for gone in np.flatnonzero(rooms == 0):  # it stood in for one of today's
        near = np.argsort(np.hypot(buildings.x - buildings.x[gone], buildings.y - buildings.y[gone]), kind="stable")
        other = next(int(b) for b in near if rooms[b] > 0 and (district == district[b]).sum() > 1)
        district[gone], rooms[gone], district[other] = district[other], rooms[other], -1
    weight = np.bincount(units["side"], units["voters"] * (~new), sides)
    x, y = (np.bincount(units["side"], units[axis], sides) / np.bincount(units["side"], minlength=sides) for axis in ("x", "y"))
    home = np.zeros(sides, np.int64)
    home[units["side"]] = units["district"]
    room = rooms * float(stations.maximum[0])
    chosen = np.full(sides, -1)
    for side in range(sides):
        open_here = np.flatnonzero(district == home[side])
        by_distance = open_here[np.argsort(np.hypot(buildings.x[open_here] - x[side], buildings.y[open_here] - y[side]), kind="stable")]
        fits = by_distance[room[by_distance] >= weight[side]]
        chosen[side] = fits[0] if len(fits) else by_distance[0]
        room[chosen[side]] -= weight[side]
    building = np.where(new, -1, chosen[units["side"]])
    return building, _room_then(units, building, stations, len(buildings))


def _room_then(units: dict[str, Array], building: Array, stations: Stations, buildings: int) -> Array:
    """Station within the building: its sides in street order, in even parts."""
    result = np.full(len(building), -1)
    for b in range(buildings):
        inside, rooms = np.flatnonzero(building == b), np.flatnonzero(stations.building == b)
        if len(rooms) and len(inside):
            load = np.cumsum(units["voters"][inside])
            result[inside] = rooms[np.minimum((load - 1) * len(rooms) // load[-1], len(rooms) - 1)]
    return result
