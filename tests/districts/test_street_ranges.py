"""Ranges against a naive reference: the set of numbers that each holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.rules.split import SplitRow, plan_rows, plan_split, plan_undo
from districts.rules.street_ranges import BEGINNING, NumberRange, Side, clashes, contains, merged, normalised, side_of

TOP = 45
ends = st.none() | st.integers(0, 40)
ranges = st.builds(NumberRange, st.sampled_from(Side), ends, ends)


def numbers(one):
    """What a range holds, told one by one."""
    return {
        number
        for number in range(TOP)
        if (one.number_from is None or number >= one.number_from)
        and (one.number_to is None or number <= one.number_to)
        and (one.side == "all" or (one.side == "even") == (number % 2 == 0))
    }


@given(ranges)
def test_a_range_holds_what_a_list_of_its_numbers_holds(one):
    assert {number for number in range(TOP) if contains(one, number)} == numbers(one)


@given(ranges)
def test_said_in_one_way_a_range_holds_the_same(one):
    clean = normalised(one)

    assert (numbers(clean) if clean else set()) == numbers(one)
    assert clean is None or normalised(clean) == clean


@given(ranges, ranges)
def test_said_in_one_way_ranges_meet_as_the_constraint_of_the_database_has_it(one, other):
    one, other = normalised(one), normalised(other)
    if one is None or other is None:
        return
    sides = one.side == other.side or "all" in {one.side, other.side}

    assert bool(numbers(one) & numbers(other)) == (sides and max(one.lowest, other.lowest) <= min(one.highest, other.highest))


@given(st.lists(ranges, max_size=7))
def test_merged_they_hold_the_same_in_no_more_rows(given_ranges):
    joined = merged(given_ranges)

    assert set().union(*map(numbers, joined)) == set().union(*map(numbers, given_ranges))
    assert len(joined) <= len(given_ranges)
    assert merged(joined) == joined


@given(st.lists(st.tuples(st.sampled_from("ab"), ranges), max_size=7))
def test_every_row_that_meets_an_earlier_one_is_told_with_the_first_it_meets(rows):
    def first_met(later):
        street, own = rows[later]
        return next((place for place in range(later) if rows[place][0] == street and numbers(rows[place][1]) & numbers(own)), None)

    expected = {later: first_met(later) for later in range(len(rows)) if first_met(later) is not None}

    assert {clash.later: clash.earlier for clash in clashes(rows)} == expected


@pytest.mark.parametrize(
    ("given_ranges", "expected"),
    [
        ([("even", 2, 10), ("odd", 1, 9)], [("all", 1, 10)]),
        ([("all", 1, 10), ("all", 11, 20)], [("all", 1, 20)]),
        ([("even", 2, 8), ("even", 10, 18)], [("even", 2, 18)]),
        ([("all", 1, 10), ("all", 12, 20)], [("all", 1, 10), ("all", 12, 20)]),
        ([("even", None, None), ("odd", None, None)], [("all", None, None)]),
        ([("odd", 51, None), ("even", 52, None), ("all", None, 50)], [("all", None, None)]),
        ([("all", 7, 7)], [("odd", 7, 7)]),
        ([], []),
    ],
)
def test_neighbours_become_one(given_ranges, expected):
    joined = merged(NumberRange(Side(side), first, last) for side, first, last in given_ranges)

    assert [(one.side, one.number_from, one.number_to) for one in joined] == expected


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (("even", 3, 9), ("even", 4, 8)),
        (("odd", 2, 8), ("odd", 3, 7)),
        (("all", 5, 5), ("odd", 5, 5)),
        (("all", 6, 6), ("even", 6, 6)),
        (("even", 3, 3), None),
        (("odd", None, 0), None),
        (("all", None, 0), ("even", None, 0)),
        (("even", 5, None), ("even", 6, None)),
        (("all", 9, 8), None),
    ],
)
def test_the_ends_of_a_side_are_numbers_of_that_side(typed, clean):
    found = normalised(NumberRange(Side(typed[0]), *typed[1:]))

    assert found == (NumberRange(Side(clean[0]), *clean[1:]) if clean else None)


def test_no_number_counts_as_an_even_one():
    assert side_of(0) == Side.EVEN
    assert contains(NumberRange(Side.ALL), 0)


D1, D2, D3 = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)
WHOLE = NumberRange(Side.ALL)
LOW, HIGH = NumberRange(Side.ALL, None, 20), NumberRange(Side.ALL, 21, None)


def row(district, number_range=WHOLE, since=D1, until=None, street=1):
    return SplitRow(district, street, "1500", number_range, since, until)


def holds(one, day):
    """Whether a row holds on a day: its last is not included."""
    return one.valid_from <= day and (one.valid_until is None or day < one.valid_until)


def test_a_row_that_is_taken_away_later_keeps_the_days_before():
    plan = plan_rows(removed={7: row(1)}, added=[row(2, since=D2)], valid_from=D2)

    assert (plan.removed, plan.made) == ((7,), (row(1, until=D2), row(2, since=D2)))
    assert plan.counts == {"added": 1, "removed": 1, "unchanged": 0}


def test_a_row_that_never_held_before_is_taken_away_whole():
    plan = plan_rows(removed={7: row(1, since=D2)}, added=[], valid_from=D2)

    assert (plan.removed, plan.made) == ((7,), ())


def test_a_row_that_comes_back_as_it_is_stays():
    plan = plan_rows(removed={7: row(1), 8: row(2, HIGH)}, added=[row(1, since=D2), row(3, HIGH, since=D2)], valid_from=D2)

    assert plan.removed == (8,)
    assert plan.made == (row(2, HIGH, until=D2), row(3, HIGH, since=D2))


def test_a_split_leaves_alone_what_stays_the_same():
    current = {1: row(1, LOW), 2: row(2, HIGH), 3: row(3, street=2), 4: row(4, street=3, until=D3), 5: row(5, street=3, since=D3)}
    wanted = [row(1, LOW), row(1, HIGH), row(4, street=3)]

    plan = plan_split(current=current, wanted=wanted, valid_from=D2)

    assert plan.removed == (2, 3, 4, 5)
    assert plan.unchanged == 1
    assert set(plan.made) == {
        row(2, HIGH, until=D2), row(3, street=2, until=D2), row(4, street=3, until=D2), row(1, HIGH, since=D2), row(4, street=3, since=D2),
    }  # fmt: skip
    assert plan.counts == {"added": 2, "removed": 4, "unchanged": 1}


@given(
    st.lists(st.tuples(st.integers(1, 3), ranges, st.integers(1, 3)), max_size=6),
    st.lists(st.tuples(st.integers(1, 3), ranges), max_size=6),
)
def test_after_a_split_the_day_has_what_was_wanted_and_the_day_before_what_was(before, after):
    current = {
        place: SplitRow(district, 1, "1500", numbers, D1 if span < 3 else D2, D3 if span == 2 else None)
        for place, (district, numbers, span) in enumerate(before)
    }
    wanted = [SplitRow(district, 1, "1500", numbers, D2) for district, numbers in after]

    plan = plan_split(current=current, wanted=wanted, valid_from=D2)
    rows = [one for pk, one in current.items() if pk not in plan.removed] + list(plan.made)

    for day, expected in (
        (D2, wanted),
        (date(2030, 1, 1), wanted),
        (date(2024, 12, 31), [r for r in current.values() if r.valid_from == D1]),
    ):
        assert sorted(repr(one.key) for one in rows if holds(one, day)) == sorted(repr(one.key) for one in expected)


def test_undoing_puts_back_what_was_as_it_was():
    plan = plan_undo(made=[9, 8], removed=[row(1)], valid_from=D2)

    assert (plan.removed, plan.made, plan.ended) == ((8, 9), (row(1),), 0)


def test_the_beginning_is_before_every_election():
    assert date(1921, 4, 24) > BEGINNING
