"""Giving pieces of streets to a district: against a naive reference that knows nothing but single houses."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districts.rules.giving import Piece, give, of_houses
from districts.rules.split import SplitRow, plan_rows
from districts.rules.street_ranges import BEGINNING, OPEN, NumberRange, Side, contains, merged, normalised, shared, without

HOUSES = range(32)
LATER = date(2025, 1, 1)
ALL, EVEN, ODD = Side.ALL, Side.EVEN, Side.ODD


def meet(one: NumberRange, other: NumberRange) -> bool:
    """Whether some house lies in both; the last two stand for all beyond."""
    return any(contains(one, house) and contains(other, house) for house in (*HOUSES, OPEN - 2, OPEN - 1))


def _normal(numbers: NumberRange) -> NumberRange:
    found = normalised(numbers)
    assert found is not None
    return found


ends = st.none() | st.integers(0, 30)
ranges = st.builds(NumberRange, st.sampled_from(list(Side)), ends, ends).filter(lambda one: normalised(one) is not None).map(_normal)


def held(numbers: list[NumberRange], house: int) -> bool:
    return any(contains(one, house) for one in numbers)


@given(ranges, st.lists(ranges, max_size=4))
def test_what_is_left_and_what_is_shared_make_the_whole(numbers: NumberRange, taken: list[NumberRange]) -> None:
    left, common = without(numbers, taken), shared(numbers, taken)

    for house in [*HOUSES, 1000, 1001]:
        assert held(left, house) == (contains(numbers, house) and not held(taken, house))
        assert held(common, house) == (contains(numbers, house) and held(taken, house))
    assert all(normalised(one) == one for one in (*left, *common))


@pytest.mark.parametrize(
    ("numbers", "taken", "left"),
    [
        (NumberRange(ALL), NumberRange(EVEN), [NumberRange(ODD)]),
        (NumberRange(ALL), NumberRange(ALL, 11, 20), [NumberRange(ALL, None, 10), NumberRange(ALL, 21, None)]),
        (NumberRange(ODD), NumberRange(ODD, 1, 9), [NumberRange(ODD, 11, None)]),
        (NumberRange(EVEN, 2, 8), NumberRange(ALL), []),
        (NumberRange(EVEN, 2, 8), NumberRange(ODD), [NumberRange(EVEN, 2, 8)]),
        (NumberRange(ALL), NumberRange(ODD, 5, 5), [NumberRange(ODD, None, 3), NumberRange(EVEN), NumberRange(ODD, 7, None)]),
    ],
)
def test_what_is_left_reads_as_somebody_would_write_it(numbers: NumberRange, taken: NumberRange, left: list[NumberRange]) -> None:
    assert sorted(without(numbers, [taken]), key=str) == sorted(left, key=str)


def split(parts: list[tuple[int, NumberRange]], postcode: str = "1500") -> dict[int, SplitRow]:
    return {at: SplitRow(district, 7, postcode, numbers, BEGINNING) for at, (district, numbers) in enumerate(parts, 1)}


def after(rows: dict[int, SplitRow], pieces: list[Piece], target: int | None) -> list[SplitRow]:
    """The rows that hold once the plan is carried out."""
    removed, added = give(rows, pieces, target=target, valid_from=BEGINNING, until={})
    plan = plan_rows(removed={pk: rows[pk] for pk in removed}, added=added, valid_from=BEGINNING)
    return [row for pk, row in rows.items() if pk not in plan.removed] + list(plan.made)


@st.composite
def splits(draw: st.DrawFn) -> dict[int, SplitRow]:
    """Rows of three districts that do not meet."""
    parts: list[tuple[int, NumberRange]] = []
    for numbers in draw(st.lists(ranges, max_size=6)):
        if not any(meet(numbers, other) for _district, other in parts):
            parts.append((draw(st.integers(1, 3)), numbers))
    return split(parts)


@settings(deadline=None, max_examples=400)
@given(splits(), st.lists(ranges, min_size=1, max_size=3), st.sampled_from([1, 2, None]))
def test_every_house_goes_where_it_was_given_and_no_other_moves(
    rows: dict[int, SplitRow], numbers: list[NumberRange], target: int | None
) -> None:
    found = after(rows, [Piece(7, "1500", one) for one in numbers], target)

    for house in HOUSES:
        before = [row.district_id for row in rows.values() if contains(row.numbers, house)]
        now = [row.district_id for row in found if contains(row.numbers, house)]
        assert now == (([] if target is None else [target]) if held(numbers, house) else before)
    pairs = [(one, other) for at, one in enumerate(found) for other in found[:at]]
    assert not any(meet(one.numbers, other.numbers) for one, other in pairs)


@given(splits(), st.lists(ranges, min_size=1, max_size=3))
def test_giving_twice_changes_nothing_the_second_time(rows: dict[int, SplitRow], numbers: list[NumberRange]) -> None:
    pieces = [Piece(7, "1500", one) for one in numbers]
    once = after(rows, pieces, 2)
    again = dict(enumerate(once, 1))
    removed, added = give(again, pieces, target=2, valid_from=BEGINNING, until={})

    assert plan_rows(removed={pk: again[pk] for pk in removed}, added=added, valid_from=BEGINNING).nothing


def test_other_streets_postcodes_and_districts_stay_as_they_are() -> None:
    rows = split([(1, NumberRange(ODD)), (3, NumberRange(EVEN))]) | {
        8: SplitRow(1, 7, "1501", NumberRange(ALL), BEGINNING),
        9: SplitRow(1, 8, "1500", NumberRange(ALL), BEGINNING),
    }

    assert give(rows, [Piece(7, "1500", NumberRange(ODD, 1, 9))], target=2, valid_from=BEGINNING, until={}) == (
        [1],
        [
            SplitRow(1, 7, "1500", NumberRange(ODD, 11, None), BEGINNING),
            SplitRow(2, 7, "1500", NumberRange(ODD, None, 9), BEGINNING),
        ],
    )


def test_it_joins_what_the_district_has_beside_it() -> None:
    rows = split([(2, NumberRange(ODD, None, 9)), (1, NumberRange(ODD, 11, None)), (2, NumberRange(EVEN))])

    found = after(rows, [Piece(7, "1500", NumberRange(ODD, 11, None))], 2)

    assert [(row.district_id, row.numbers) for row in found] == [(2, NumberRange(ALL))]


def test_what_ends_ends_still_and_what_lay_nowhere_ends_where_the_next_split_begins() -> None:
    rows = {1: SplitRow(1, 7, "1500", NumberRange(ODD), BEGINNING, LATER)}

    _removed, added = give(
        rows, [Piece(7, "1500", NumberRange(ALL, None, 10))], target=2, valid_from=BEGINNING, until={7: date(2026, 1, 1)}
    )

    assert {(row.district_id, str(row.numbers.side), row.numbers.number_to, row.valid_until) for row in added} == {
        (1, "odd", None, LATER),
        (2, "odd", 9, LATER),
        (2, "even", 10, date(2026, 1, 1)),
    }


@pytest.mark.parametrize(
    ("picked", "known", "found"),
    [
        ({3, 5, 9}, {1, 3, 5, 9, 11}, [NumberRange(ODD, 3, 9)]),
        ({3, 9}, {1, 3, 5, 9, 11}, [NumberRange(ODD, 3, 3), NumberRange(ODD, 9, 9)]),
        ({1, 3}, {1, 2, 3, 5}, [NumberRange(ODD, None, 3)]),
        ({3, 5}, {1, 2, 3, 5}, [NumberRange(ODD, 3, None)]),
        ({1, 3}, {1, 2, 3, 4}, [NumberRange(ODD)]),
        ({1, 2, 3, 4}, {1, 2, 3, 4}, [NumberRange(ALL)]),
        ({4}, {1, 2, 4, 6}, [NumberRange(EVEN, 4, 4)]),
        ({0}, {0}, [NumberRange(EVEN)]),
        ({7}, set(), [NumberRange(ODD)]),
        (set(), {1, 2}, []),
    ],
)
def test_houses_picked_one_by_one_become_ranges(picked: set[int], known: set[int], found: list[NumberRange]) -> None:
    assert of_houses(picked, known) == found


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_the_ranges_hold_the_picked_houses_and_none_of_the_others(picked: set[int], known: set[int]) -> None:
    found = of_houses(picked, known)

    for house in known | picked:
        assert held(found, house) == (house in picked)
    assert all(one.highest == OPEN or one.highest <= 31 for one in found)
    assert found == sorted(merged(found), key=lambda one: (one.lowest, one.highest, one.side))
