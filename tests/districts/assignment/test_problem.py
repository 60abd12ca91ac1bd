"""Arrays that do not fit together are refused."""

from dataclasses import replace

import numpy as np
import pytest

from districts.assignment.problem import ORDERED, ProblemInvalid, Weights, Wish
from tests.districts.assignment.towns import town, with_stations, with_units

PROBLEM = town(1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("voters", 0),
        ("district", -1),
        ("side", -2),
        ("previous", len(PROBLEM.buildings)),
        ("previous_station", len(PROBLEM.stations)),
        ("pinned", len(PROBLEM.stations)),
        ("pinned_building", -2),
    ],
)
def test_indices_and_counts_must_be_in_range(name, value):
    values = getattr(PROBLEM.units, name).copy()
    values[3] = value

    with pytest.raises(ProblemInvalid, match=name):
        with_units(PROBLEM, **{name: values})


def test_arrays_must_be_of_one_length():
    with pytest.raises(ProblemInvalid, match=r"Units\.side"):
        with_units(PROBLEM, side=PROBLEM.units.side[1:])
    with pytest.raises(ProblemInvalid, match="banned"):
        replace(PROBLEM, banned_unit=np.zeros(2, np.int32))


def test_stations_must_make_sense():
    with pytest.raises(ProblemInvalid, match="minimum"):
        with_stations(PROBLEM, minimum=PROBLEM.stations.maximum + 1)
    with pytest.raises(ProblemInvalid, match="position"):
        replace(PROBLEM, buildings=replace(PROBLEM.buildings, x=PROBLEM.buildings.x * np.nan))


def test_weights_must_make_sense():
    with pytest.raises(ValueError, match="below zero"):
        Weights(move=-1)
    with pytest.raises(ValueError, match="each wish once"):
        Weights(order=(Wish.MOVE, Wish.MOVE, Wish.ROW))
    assert len(ORDERED) == 6
    assert Weights(order=(Wish.MOVE, Wish.ROW, Wish.DISTANCE)).priced() > Weights().priced()
