"""Why here, and not nearer."""

from dataclasses import replace

import numpy as np
import pytest

from districts.assignment.problem import NONE, Buildings, Problem, Stations, Units, Weights
from districts.assignment.reasons import Hindrance, unplaced, why
from districts.assignment.solver import solve
from districts.assignment.tradeoff import MOVES, ROWS, curve
from tests.districts.assignment.towns import town, with_maximum, with_units


@pytest.fixture
def street():
    """Forty households along two kilometres, a building at each end; the west one is nearer to most."""
    count = 40
    return Problem(
        Units.of(
            key=np.arange(count), voters=[2] * count, district=[0] * count, side=[0] * count, place=np.arange(count),
            x=np.arange(count) * 30.0, y=[0.0] * count,
        ),
        Stations.of(building=[0, 1], district=[0, 0], minimum=[0, 0], maximum=[100, 100]),
        Buildings.of(x=[0.0, 2000.0], y=[0.0, 0.0]),
    )  # fmt: skip


def test_nearest(street):
    answer = why(street, Weights(), solve(street, Weights()), 3)

    assert (answer.building, answer.distance, answer.nearest, answer.nearer) == (0, 90.0, True, ())


def test_full(street):
    problem = with_maximum(street, np.array([40, 100], np.int32))
    solution = solve(problem, Weights())

    answer = why(problem, Weights(), solution, 25)

    assert (answer.building, answer.nearest) == (1, False)
    [other] = answer.nearer
    assert (other.building, other.distance, other.load, other.seats, other.hindrances) == (0, 750.0, 40, 40, (Hindrance.FULL,))
    assert other.price > 400
    assert why(problem, Weights(), solution, 2).nearest


def test_move(street):
    problem = with_units(street, previous=np.where(np.arange(40) >= 30, 1, 0))

    answer = why(problem, Weights(), solve(problem, Weights()), 32)

    assert (answer.building, answer.kept, answer.nearer[0].moves, answer.nearer[0].hindrances) == (1, True, True, (Hindrance.MOVE,))


def test_minimum(street):
    problem = replace(street, stations=replace(street.stations, minimum=np.array([0, 30], np.int32)))

    assert why(problem, Weights(), solve(problem, Weights()), 27).nearer[0].hindrances == (Hindrance.MINIMUM,)


def test_pinned_and_banned(street):
    pinned = np.full(40, NONE, np.int32)
    pinned[5] = 1
    problem = replace(with_units(street, pinned=pinned), banned_unit=np.array([7], np.int32), banned_building=np.array([0], np.int32))
    solution = solve(problem, Weights())

    assert why(problem, Weights(), solution, 5).pinned
    assert why(problem, Weights(), solution, 5).nearer[0].hindrances == (Hindrance.PINNED,)
    assert why(problem, Weights(), solution, 7).nearer[0].hindrances == (Hindrance.BANNED,)


def test_row(street):
    """Two households beyond the middle would walk less to the other building: not enough to divide the street."""
    problem = with_units(street, x=street.units.x + np.where(np.arange(40) >= 38, 0, -150), place=street.units.place)
    dear = Weights(row=100_000)
    solution = solve(problem, dear)

    answer = why(problem, dear, solution, 39)

    assert solution.figures.extra_rows == 0
    assert answer.nearer[0].hindrances == (Hindrance.ROWS,)


def test_without_position_and_without_seat(street):
    problem = with_units(street, x=np.where(np.arange(40) == 4, np.nan, street.units.x))
    solution = solve(problem, Weights())

    assert why(problem, Weights(), solution, 4).distance is None
    assert unplaced(solution) == ()
    short = with_maximum(street, np.array([20, 20], np.int32))
    left = unplaced(solve(short, Weights()))
    assert len(left) == 20
    assert why(short, Weights(), solve(short, Weights()), left[0]).station == NONE


def test_curve():
    problem = town(4, sides=40)

    points = curve(problem, Weights(), solver=solve)

    assert [(point.move, point.row) for point in points[:5]] == [(move, 3000) for move in MOVES]
    assert {point.row for point in points} == set(ROWS)
    assert len(points) == len(MOVES) + len(ROWS) - 1
    assert points[0].figures.mean_distance <= points[4].figures.mean_distance
    assert points[0].moved_share >= points[4].moved_share
