"""Outlines, colours and pictures: pure, the same for the same houses, whatever their order."""

import math
import random
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.engine.map_picture import Area, Dots, Line, Lines, Mark, Name, Picture, View, draw, place_names
from voters.rules.map_colours import PALETTE, colours
from voters.rules.map_scene import Projection, Spot, StationSpot, one_station, street_lines
from voters.rules.outlines import outlines

SVG = "{http://www.w3.org/2000/svg}"


def holds(rings, point):
    """Whether a point lies inside an area, by the rule of even and odd."""
    x, y = point
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
    return inside


def town(keys=3, houses=400, seed=1):
    """Houses around as many centres as there are keys."""
    chance = random.Random(seed)
    centres = [(chance.uniform(0, 4000), chance.uniform(0, 4000)) for _ in range(keys)]
    return [
        (x + chance.gauss(0, 300), y + chance.gauss(0, 300), key)
        for key, (x, y) in enumerate(centres, start=10)
        for _ in range(houses // keys)
    ]


def test_nothing_has_no_outline() -> None:
    assert outlines([]) == {}


def test_one_house_has_a_small_round_one() -> None:
    (rings,) = outlines([(100.0, 200.0, 7)]).values()

    assert len(rings) == 1
    assert holds(rings, (100.0, 200.0))
    assert all(40 < math.dist(point, (100, 200)) < 330 for point in rings[0])


def test_the_order_of_the_houses_does_not_matter() -> None:
    houses = town()
    shuffled = random.Random(2).sample(houses, len(houses))

    assert outlines(houses) == outlines(shuffled)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_areas_never_overlap_and_hold_nearly_all_their_houses(seed: int, keys: int) -> None:
    houses = town(keys, 120, seed)
    found = outlines(houses)
    chance = random.Random(seed)
    inside = sum(holds(found.get(key, []), (x, y)) for x, y, key in houses)

    assert inside >= 0.5 * len(houses)
    for _ in range(60):
        point = (chance.uniform(-500, 4500), chance.uniform(-500, 4500))
        assert sum(holds(rings, point) for rings in found.values()) <= 1


def test_houses_of_one_key_lie_within() -> None:
    houses = [(x, y, 1) for x, y, _ in town(4)]
    (rings,) = outlines(houses).values()

    assert all(holds(rings, (x, y)) for x, y, _ in houses)


def test_far_houses_of_a_large_town_still_give_a_bounded_grid() -> None:
    found = outlines([(0.0, 0.0, 1), (60_000.0, 60_000.0, 2)])

    assert set(found) == {1, 2}
    assert sum(len(ring) for rings in found.values() for ring in rings) < 400


def test_neighbours_differ_in_colour() -> None:
    places = {number: (number % 5 * 100.0, number // 5 * 100.0) for number in range(25)}
    given_colours = colours(places)

    assert given_colours == colours(dict(reversed(places.items())))
    assert set(given_colours.values()) <= set(range(len(PALETTE)))
    for one, here in places.items():
        for other, there in places.items():
            if one < other and math.dist(here, there) <= 100:
                assert given_colours[one] != given_colours[other]


def test_what_has_no_place_has_a_colour_all_the_same() -> None:
    assert len(set(colours({1: None, 2: (0.0, 0.0), 3: None}).values())) == 3


def test_a_projection_goes_there_and_back() -> None:
    near = Projection.over([5_073_000, 5_075_000], [423_000, 425_000])

    assert near.degrees(near.metres(5_073_456, 424_321)) == (5_073_456, 424_321)
    north = near.metres(5_074_000, 424_000)
    assert (
        math.dist(near.metres(5_075_000, 424_000), north) == 1111.95
        or abs(math.dist(near.metres(5_075_000, 424_000), north) - 1111.95) < 0.1
    )


def spot(x, number, *, street="Kerkstraat", station=1, y=0.0):
    return Spot((x, y), street, (1, "1500", number % 2), 1, station, 2)


def test_a_street_is_drawn_side_by_side_and_broken_where_nobody_lives() -> None:
    spots = [spot(0, 2), spot(50, 4), spot(400, 6), spot(430, 8), spot(0, 1, y=10), spot(60, 3, y=10)]

    assert [len(line.points) for line in street_lines(spots)] == [2, 2, 2]


def picture() -> Picture:
    view = View.around([(0, 0), (1000, 800)], width=480, height=320)
    return Picture(
        view,
        "Kaart van <Halle> & omstreken",
        areas=[Area([[(0, 0), (900, 0), (900, 700)]], "#1f62a8")],
        lines=[Lines([Line([(0, 0), (500, 500)]), Line([(9, 9)])], "#ccc", 4)],
        dots=[Dots([(10, 10), (20, 20), (99_999, 0)], "#b3242b", 3)],
        names=[Name((400, 400), "Église & Nord <1>", strong=True)],
        marks=[
            Mark((500, 400), "14", "#23743a", share=0.4),
            Mark((500, 400), "123", "#23743a", share=1.7),
            Mark((1, 1), "1", "#23743a", share=0.0),
        ],
    )


def test_the_picture_is_valid_and_says_what_it_shows() -> None:
    drawn = draw(picture())
    root = ET.fromstring(drawn)  # noqa: S314 - our own picture

    assert drawn == draw(picture())
    assert root.findtext(f"{SVG}title") == "Kaart van <Halle> & omstreken"
    assert root.get("viewBox") == "0 0 480 320"
    assert [text.text for text in root.iter(f"{SVG}text")][:2] == ["Église & Nord <1>"] * 2
    assert drawn.count("h0") == 2  # the dot outside is left out
    assert "NaN" not in drawn
    assert "style" not in drawn


def test_names_neither_touch_nor_hang_over_the_edge() -> None:
    view = View.around([(0, 0), (1000, 800)], width=480, height=320)
    names = [Name((500, 400), "Basiliekstraat"), Name((505, 402), "Zinkstraat"), Name((0, 0), "Te ver"), Name((500, 700), "Nederhem")]

    assert [name.text for name in place_names(names, view, most=9)] == ["Basiliekstraat", "Nederhem"]
    assert [name.text for name in place_names(names, view, most=1)] == ["Basiliekstraat"]
    assert [name.text for name in place_names(names, view, most=9, taken=[((500, 400), 20, 20)])] == ["Nederhem"]


def test_the_picture_of_a_station_shows_its_houses_and_the_others_in_grey() -> None:
    spots = [spot(0, 2), spot(50, 4), spot(100, 6, station=2), spot(0, 1, street="Zinkstraat", y=90, station=2)]
    own, other = StationSpot(1, 14, 5, (20, 20), 0, 0.5), StationSpot(2, 3, 6, (90, 90), 1, 0.4)
    drawn = draw(one_station(spots, [], [own, other], own, title="x"))
    texts = {text.text for text in ET.fromstring(drawn).iter(f"{SVG}text")}  # noqa: S314 - our own picture

    assert {"14", "3", "Kerkstraat"} <= texts
    assert drawn.count("h0") == 2


def test_a_station_without_anybody_has_a_picture_all_the_same() -> None:
    own = StationSpot(1, 14, 5, (20, 20), 0, None)

    assert "14" in draw(one_station([], [], [own], own, title="x"))
