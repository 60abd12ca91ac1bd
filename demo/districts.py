"""Districts for a town of the demo: compact parts of its map, whole streets where that can be, written as ``districts.csv``.

Made from the town's real addresses and nothing else, so always the same for a town. Every house number lies in one district.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.places import House, centre, cut, houses
from demo.towns import Town

COLUMNS = ("district_code", "district_name", "postcode", "street_name", "side", "number_from", "number_to")
DWELLINGS_A_DISTRICT = 1900
ROW_COSTS = {"all": 22, "even": 11, "odd": 11}
"""A street is parted only where that puts more than so many dwellings in the district around them."""
TWO_SIDES_COST = 6
# Where a part is named after what it holds; elsewhere by its place on the compass or its longest street.
LANDMARKS = {
    ("23027", "Grote Markt"): "Halle Centrum",
    ("23027", "Sint-Rochusstraat"): "Sint-Rochus",
    ("23027", "Gemeenteplein"): "Buizingen Centrum",
    ("23027", "Stevens-de Waelplein"): "Lembeek Centrum",
    ("23027", "Hallerbosstraat"): "Essenbeek",
    ("45062", "Sint-Kornelisplein"): "Sint-Kornelis-Horebeke",
    ("45062", "Kerkplein"): "Sint-Maria-Horebeke",
}
COMPASS = ("Oost", "Noordoost", "Noord", "Noordwest", "West", "Zuidwest", "Zuid", "Zuidoost")


@dataclass(frozen=True, slots=True)
class Range:
    """A row of a district: numbers of one street; ``None`` is an open end."""

    postcode: str
    street: str
    side: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class District:
    """A part of the town with its rows and its houses."""

    code: str
    name: str
    ranges: tuple[Range, ...]
    houses: tuple[House, ...]


def districts(town: Town) -> list[District]:
    """The districts of a town by code, from north to south within a postcode."""
    counts = _counts(town)
    parts = [part for postcode, places in _by_postcode(houses(town)) for part in _north_to_south(cut(places, [1] * counts[postcode]))]
    nearest = {house: number for number, part in enumerate(parts) for house in part}
    rows: dict[int, list[Range]] = defaultdict(list)
    inside: dict[int, list[House]] = defaultdict(list)
    for street in _streets(houses(town)):
        for number, row, own in _rows(street, nearest):
            rows[number].append(row)
            inside[number] += own
    names = _names(town, [inside[number] for number in range(len(parts))])
    return [
        District(f"{number + 1:02d}", names[number], tuple(rows[number]), tuple(inside[number]))
        for number in range(len(parts))
        if rows[number]
    ]


def write(town: Town, path: Path) -> list[District]:
    """Write ``districts.csv`` and return what stands in it."""
    made = districts(town)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for district in made:
            for row in district.ranges:
                writer.writerow([district.code, district.name, row.postcode, row.street, row.side, _end(row.first), _end(row.last)])
    return made


def _end(number: int | None) -> str:
    return "" if number is None else str(number)


def _by_postcode(places: Iterable[House]) -> list[tuple[str, list[House]]]:
    found: dict[str, list[House]] = defaultdict(list)
    for house in places:
        found[house.postcode].append(house)
    return sorted(found.items())


def _counts(town: Town) -> dict[str, int]:
    """How many districts each postcode gets: one at least, then always to where most dwellings share one (D'Hondt).

    One district in a hamlet, two in a village, and one for every 1,900 dwellings of a town.
    """
    dwellings = {postcode: sum(house.dwellings for house in places) for postcode, places in _by_postcode(houses(town))}
    everything = sum(dwellings.values())
    wanted = max(2 if everything > 500 else 1, round(everything / DWELLINGS_A_DISTRICT))
    counts = dict.fromkeys(dwellings, 1)
    while sum(counts.values()) < wanted:
        counts[max(counts, key=lambda postcode: dwellings[postcode] / (counts[postcode] + 1))] += 1
    return counts


def _north_to_south(parts: list[list[House]]) -> list[list[House]]:
    return sorted(parts, key=lambda part: -centre(part)[1])


def _streets(places: Iterable[House]) -> Iterator[list[House]]:
    found: dict[tuple[str, str], list[House]] = defaultdict(list)
    for house in places:
        found[house.postcode, house.street].append(house)
    yield from found.values()


def _rows(street: list[House], nearest: dict[House, int]) -> list[tuple[int, Range, list[House]]]:
    """The rows of one street: on both sides alike, or each side by itself where that fits much better."""
    together, cost = _parted(street, nearest, "all")
    sides = [("even", [house for house in street if house.even]), ("odd", [house for house in street if not house.even])]
    if not all(places for _side, places in sides):
        return together
    apart = [_parted(places, nearest, side) for side, places in sides]
    if sum(own for _found, own in apart) + TWO_SIDES_COST >= cost:
        return together
    return [row for found, _own in apart for row in found]


def _parted(places: list[House], nearest: dict[House, int], side: str) -> tuple[list[tuple[int, Range, list[House]]], float]:
    """Cut a street (or a side of it) into runs of numbers for the least cost: dwellings in another part than around them, and rows."""
    numbers = sorted({house.number for house in places})
    at = {number: [house for house in places if house.number == number] for number in numbers}
    parts = sorted({nearest[house] for house in places})
    # best[part]: cost of everything so far with the last number in that part, and where each run began
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {}
    for place, number in enumerate(numbers):
        wrong = {part: sum(house.dwellings for house in at[number] if nearest[house] != part) for part in parts}
        if place == 0:
            best = {part: (ROW_COSTS[side] + wrong[part], [(part, 0)]) for part in parts}
            continue
        cheapest = min(best, key=lambda part: (best[part][0], part))
        step = {}
        for part in parts:
            stay, change = best[part], best[cheapest]
            if stay[0] <= change[0] + ROW_COSTS[side]:
                step[part] = (stay[0] + wrong[part], stay[1])
            else:
                step[part] = (change[0] + ROW_COSTS[side] + wrong[part], [*change[1], (part, place)])
        best = step
    cost, runs = best[min(best, key=lambda part: (best[part][0], part))]
    return list(_ranges(places[0], numbers, at, runs, side)), cost


def _ranges(
    sample: House, numbers: list[int], at: dict[int, list[House]], runs: list[tuple[int, int]], side: str
) -> Iterator[tuple[int, Range, list[House]]]:
    step = 1 if side == "all" else 2
    for place, (part, begin) in enumerate(runs):
        end = runs[place + 1][1] if place + 1 < len(runs) else len(numbers)
        first = None if place == 0 else numbers[begin - 1] + step
        last = None if place + 1 == len(runs) else numbers[end - 1]
        own = [house for number in numbers[begin:end] for house in at[number]]
        yield part, Range(sample.postcode, sample.street, side, first, last), own


def _names(town: Town, parts: list[list[House]]) -> list[str]:
    """After a landmark; else by the compass, as near as a direction is free; else after the longest street. No two the same."""
    landmarks = {
        name: max(parts, key=lambda part: _dwellings(part, street)) for (nis, street), name in LANDMARKS.items() if nis == town.nis
    }
    whole = {postcode: centre(places) for postcode, places in _by_postcode(house for part in parts for house in part)}
    names: list[str] = []
    for part in parts:
        alone = sum(other[0].postcode == part[0].postcode for other in parts) == 1
        wanted = [name for name, holder in landmarks.items() if holder is part] or [part[0].postname] * alone
        wanted += [f"{part[0].postname} {direction}" for direction in _compass(part, whole[part[0].postcode])]
        wanted += sorted({house.street for house in part}, key=lambda street: (-_dwellings(part, street), street))
        names.append(next(name for name in wanted if name not in names))
    return names


def _dwellings(part: list[House], street: str) -> int:
    return sum(house.dwellings for house in part if house.street == street)


def _compass(part: list[House], middle: tuple[float, float]) -> list[str]:
    """The three directions that fit best, the nearest first."""
    east, north = centre(part)
    turned = math.atan2(north - middle[1], east - middle[0]) / (math.pi / 4) % 8
    apart = [min(abs(turned - number), 8 - abs(turned - number)) for number in range(8)]
    return [COMPASS[number] for number in sorted(range(8), key=apart.__getitem__)[:3]]
