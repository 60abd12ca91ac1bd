"""Reasons are exact, and what they advise mends them."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districts.assignment.district import allowed_buildings
from districts.assignment.problem import NONE, Buildings, Problem, Stations, Units, Weights
from districts.assignment.shortage import Kind, Remedy, explain, explain_plan
from districts.assignment.solver import solve
from tests.districts.assignment.towns import assert_valid, opened, town, with_maximum, with_stations, with_units

seeds = st.integers(0, 10**6)
several = settings(max_examples=20, deadline=None)


def banned_at_random(problem, seed, share):
    """Bans that leave everybody at least one building."""
    draw = np.random.default_rng(seed)
    unit, building = [], []
    for number in range(problem.districts):
        here = np.unique(problem.stations.building[problem.stations.district == number])
        for one in np.flatnonzero(problem.units.district == number):
            barred = here[draw.random(len(here)) < share]
            if len(barred) < len(here):
                unit += [one] * len(barred)
                building += barred.tolist()
    return replace(problem, banned_unit=np.array(unit, np.int32), banned_building=np.array(building, np.int32))


def short_by_trial(problem, number):
    """Hall's condition over all sets of buildings: the most voters that can only go to a set, above its seats."""
    unit = np.flatnonzero(problem.units.district == number)
    here = problem.stations.district == number
    building = np.unique(problem.stations.building[here]).astype(np.int64)
    allowed = allowed_buildings(problem, number, unit, building)
    worst = 0
    for size in range(1, len(building) + 1):
        for chosen in itertools.combinations(range(len(building)), size):
            inside = np.isin(np.arange(len(building)), chosen)
            voters = problem.units.voters[unit][~(allowed & ~inside).any(axis=1)].sum()
            seats = problem.stations.maximum[here & np.isin(problem.stations.building, building[inside])].sum()
            worst = max(worst, int(voters - seats))
    return worst


@several
@given(seeds, st.floats(-0.4, 0.1), st.floats(0, 0.8))
def test_the_shortage_is_voters_less_the_most_that_can_be_seated(seed, spare, share):
    problem = banned_at_random(town(seed, spare=spare), seed, share)

    found = explain(problem)

    for number in range(problem.districts):
        short = [reason.short for reason in found if reason.district == number and reason.kind in {Kind.SEATS, Kind.REACH}]
        worst = short_by_trial(problem, number)
        here = problem.units.district == number
        lacking = int(problem.units.voters[here].sum() - problem.stations.maximum[problem.stations.district == number].sum())
        if lacking > 0:
            assert short == [lacking]
        else:
            assert short == ([worst] if worst else [])


@several
@given(seeds, st.floats(-0.5, -0.2))
def test_advised_seats_are_enough(seed, spare):
    problem = town(seed, spare=spare)
    reasons = {reason.district: reason for reason in explain(problem) if reason.kind is Kind.SEATS}
    settled = ~np.isin(problem.stations.district, list(reasons))
    raised = problem.stations.maximum + 20 * settled  # whole units may miss seats that just suffice: not what this is about
    more = with_maximum(problem, raised)
    for number, reason in reasons.items():
        advice = {each.remedy: each.amount for each in reason.advice}
        here = problem.stations.district == number
        raised[here] = np.maximum(raised[here], advice[Remedy.RAISE_MAXIMUM])
        usual = int(np.sort(problem.stations.maximum[here])[here.sum() // 2])
        for _ in range(advice[Remedy.ADD_STATIONS]):
            more = opened(more, int(problem.stations.building[here][0]), number, usual)

    for mended in (with_maximum(problem, raised), more):
        assert explain(mended) == []
        assert_valid(mended, solve(mended, Weights()))
    if reasons:
        assert solve(problem, Weights()).figures.unplaced >= max(reason.short for reason in reasons.values())


@several
@given(seeds, st.floats(0.2, 0.8))
def test_advice_on_reach_is_enough(seed, share):
    problem = banned_at_random(town(seed, spare=0.0, sides=12), seed, share)
    raised = problem.stations.maximum.copy()
    for _ in range(10):
        reasons = [reason for reason in explain(with_maximum(problem, raised)) if reason.kind is Kind.REACH]
        for reason in reasons:
            [amount] = [each.amount for each in reason.advice if each.remedy is Remedy.RAISE_MAXIMUM]
            inside = np.isin(problem.stations.building, reason.buildings) & (problem.stations.district == reason.district)
            raised[inside] = np.maximum(raised[inside], amount)
        if not reasons:
            break

    mended = with_maximum(problem, raised)

    assert explain(mended) == []
    figures = solve(mended, Weights()).figures
    assert figures.over == figures.unplaced == 0


def small(voters, maximum, *, minimum=0, rooms=1):
    """One district, one street, so many units, one building per maximum."""
    count = len(voters)
    buildings = np.repeat(np.arange(len(maximum)), rooms)
    return Problem(
        Units.of(
            key=np.arange(count),
            voters=voters,
            district=[0] * count,
            side=[0] * count,
            place=np.arange(count),
            x=[0.0] * count,
            y=[0.0] * count,
        ),
        Stations.of(
            building=buildings, district=[0] * len(buildings), minimum=[minimum] * len(buildings), maximum=np.repeat(maximum, rooms)
        ),
        Buildings.of(x=np.arange(len(maximum)) * 100.0, y=[0.0] * len(maximum)),
    )


def test_seats_are_counted_per_district():
    [reason] = explain(small([2] * 50, [40, 40]))

    assert (reason.kind, reason.voters, reason.seats, reason.short) == (Kind.SEATS, 100, 80, 20)
    assert {advice.remedy: advice.amount for advice in reason.advice} == {Remedy.RAISE_MAXIMUM: 51, Remedy.ADD_STATIONS: 1}


def test_a_district_without_stations():
    problem = small([2] * 5, [40])

    [reason] = explain(with_stations(problem, district=[1]))

    assert (reason.kind, reason.district, reason.short) == (Kind.NO_STATION, 0, 10)
    solution = solve(with_stations(problem, district=[1]), Weights())
    assert solution.figures.unplaced == 10
    assert (solution.station == NONE).all()


def test_minimums_that_ask_for_too_many():
    [reason] = explain(small([2] * 50, [90, 90, 90], minimum=40))

    assert (reason.kind, reason.short) == (Kind.MINIMUM, 20)
    assert {advice.remedy: advice.amount for advice in reason.advice} == {Remedy.CLOSE_STATIONS: 1, Remedy.LOWER_MINIMUM: 33}


def test_whole_households_do_not_always_fit_where_voters_do():
    [reason] = explain(small([2] * 50, [51, 49]))

    assert (reason.kind, reason.short) == (Kind.WHOLE_UNITS, 2)


def test_a_unit_larger_than_every_station():
    problem = small([60, 2, 2], [50, 50])

    assert [(reason.kind, reason.short, reason.units) for reason in explain(problem)] == [(Kind.TOO_LARGE, 10, (0,))]


@pytest.mark.parametrize(
    ("arrays", "kind"),
    [
        ({"pinned": [2, NONE, NONE, NONE]}, Kind.PIN_IMPOSSIBLE),  # of another district
        ({"pinned_building": [2, NONE, NONE, NONE]}, Kind.PIN_IMPOSSIBLE),
        ({"pinned": [0, NONE, NONE, NONE], "pinned_building": [1, NONE, NONE, NONE]}, Kind.PIN_IMPOSSIBLE),
        ({"pinned": [0, 0, 0, NONE]}, Kind.PINS_OVERFILL),
    ],
)
def test_pins_that_cannot_hold(arrays, kind):
    problem = with_stations(small([10] * 4, [25, 50, 50]), district=[0, 0, 1])
    problem = with_units(problem, **{name: np.array(values, np.int32) for name, values in arrays.items()})

    found = explain(problem)

    assert kind in {reason.kind for reason in found}
    assert all(Remedy.REMOVE_PINS in {advice.remedy for advice in reason.advice} for reason in found if reason.kind is kind)
    if kind is Kind.PIN_IMPOSSIBLE:
        assert solve(problem, Weights()).station[0] == NONE


def test_bans_everywhere():
    problem = replace(small([10] * 4, [25, 50]), banned_unit=np.array([1, 1], np.int32), banned_building=np.array([0, 1], np.int32))

    [reason] = explain(problem)

    assert (reason.kind, reason.units, reason.voters) == (Kind.BANNED_EVERYWHERE, (1,), 10)
    assert (solve(problem, Weights()).station == NONE).sum() == 1


def test_a_minimum_that_bans_keep_out_of_reach():
    unit = np.arange(4, dtype=np.int32)
    problem = replace(small([10] * 4, [50, 50], minimum=15), banned_unit=unit, banned_building=np.zeros(4, np.int32))

    [reason] = explain(problem)

    assert (reason.kind, reason.short, reason.buildings) == (Kind.MINIMUM_REACH, 15, (0,))


def test_a_plan_that_missed_a_size_says_what_would_help():
    """Twelve threes and sevens for rooms of nine: the sums 9, 18, … exist, but not all at once."""
    problem = small([7] * 4 + [3] * 4, [9, 9, 9, 13])

    solution = solve(problem, Weights())

    assert explain(problem) == []
    assert solution.figures.over + solution.figures.unplaced > 0
    [reason] = explain_plan(problem, solution, [])
    assert (reason.kind, reason.voters, reason.seats) == (Kind.WHOLE_UNITS, 40, 40)
    [amount] = [advice.amount for advice in reason.advice if advice.remedy is Remedy.RAISE_MAXIMUM]
    mended = with_maximum(problem, np.maximum(problem.stations.maximum, amount))
    assert explain_plan(mended, solve(mended, Weights()), []) == []
