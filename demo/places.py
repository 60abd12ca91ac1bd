"""Where the houses of a town are, in metres on a flat map, and how to cut the map into compact parts with as many dwellings each."""

import csv
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from demo.towns import Town
from districts.rules.position import flat
from districts.rules.station_file import Position


@dataclass(frozen=True, slots=True)
class House:
    """A house number with its dwellings. ``number`` is the whole number that it begins with; ``east`` and ``north`` are metres."""

    postcode: str
    postname: str
    street: str
    house_number: str
    number: int
    dwellings: int
    position: Position
    east: float
    north: float

    @property
    def even(self) -> bool:
        """On which side of the street it stands."""
        return self.number % 2 == 0


@cache
def houses(town: Town) -> tuple[House, ...]:
    """Every house of a town with its place, in the order of postcode, street and number."""
    found: dict[tuple[str, str, str, str], list[dict[str, str]]] = defaultdict(list)
    with town.address_file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["status"] == "current" and float(row["EPSG:4326_lat"]):
                found[row["postcode"], row["postname_nl"], row["streetname_nl"], row["house_number"]].append(row)
    places = {key: (float(rows[0]["EPSG:4326_lat"]), float(rows[0]["EPSG:4326_lon"])) for key, rows in found.items()}
    middle = (sum(lat for lat, _lon in places.values()) / len(places), sum(lon for _lat, lon in places.values()) / len(places))
    made = []
    for (postcode, postname, street, house_number), rows in found.items():
        position = places[postcode, postname, street, house_number]
        digits = re.match(r"\d+", house_number)
        boxes = sum(bool(row["box_number"]) for row in rows)
        made.append(
            House(
                postcode,
                postname,
                street,
                house_number,
                int(digits.group()) if digits else 0,
                boxes or 1,
                position,
                *flat(position, around=middle),
            )
        )
    return tuple(sorted(made, key=lambda house: (house.postcode, house.street, house.number, house.house_number)))


def cut(places: Sequence[House], shares: Sequence[int]) -> list[list[House]]:
    """Cut the map into parts that hold these shares of the dwellings: across its longest stretch, and each piece again."""
    if len(shares) == 1:
        return [list(places)]
    half = len(shares) // 2
    east, north = centre(places)
    along, across = _longest_stretch(places, east, north)
    ordered = sorted(places, key=lambda house: (house.east * along + house.north * across, house.street, house.house_number))
    wanted = sum(house.dwellings for house in ordered) * sum(shares[:half]) / sum(shares)
    seen = count = 0
    while seen < wanted and count < len(ordered) - (len(shares) - half):
        seen += ordered[count].dwellings
        count += 1
    return [*cut(ordered[:count], shares[:half]), *cut(ordered[count:], shares[half:])]


def _longest_stretch(places: Sequence[House], east: float, north: float) -> tuple[float, float]:
    """The direction in which the houses lie furthest apart, as a step of length 1."""
    xx = sum(house.dwellings * (house.east - east) ** 2 for house in places)
    yy = sum(house.dwellings * (house.north - north) ** 2 for house in places)
    xy = sum(house.dwellings * (house.east - east) * (house.north - north) for house in places)
    angle = math.atan2(2 * xy, xx - yy) / 2
    return math.cos(angle), math.sin(angle)


def centre(places: Sequence[House]) -> tuple[float, float]:
    """Where the middle of the dwellings is."""
    total = sum(house.dwellings for house in places)
    return (
        sum(house.dwellings * house.east for house in places) / total,
        sum(house.dwellings * house.north for house in places) / total,
    )
