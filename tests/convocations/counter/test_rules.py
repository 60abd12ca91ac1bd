"""Until when, what a scanned code is, and the arithmetic of blank cards."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocations.cards.card import CODE_ALPHABET
from convocations.rules.counter import SIGNS, Code, Movement, balance, deadlines, read_code

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize(
    ("elections", "day", "closing", "last"),
    [
        ("local", date(2024, 10, 13), 13 * 60, datetime(2024, 10, 13, 12, 0, tzinfo=BRUSSELS)),
        ("local", date(2024, 10, 13), 15 * 60, datetime(2024, 10, 13, 12, 0, tzinfo=BRUSSELS)),
        ("federal", date(2024, 6, 9), 14 * 60, datetime(2024, 6, 9, 14, 0, tzinfo=BRUSSELS)),
        ("federal", date(2024, 6, 9), 16 * 60, datetime(2024, 6, 9, 16, 0, tzinfo=BRUSSELS)),
        ("federal", date(2024, 6, 9), 24 * 60, datetime(2024, 6, 10, 0, 0, tzinfo=BRUSSELS)),
    ],
)
def test_the_last_moment_follows_from_the_kind_of_election(elections: str, day: date, closing: int, last: datetime) -> None:
    assert deadlines()[elections].moment(day=day, closing=closing, zone=BRUSSELS) == last


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7HJ2K0P4QRST-02", Code("7HJ2K0P4QRST", 2)),
        (" 7hj2k0p4qrst-02 ", Code("7HJ2K0P4QRST", 2)),
        ("7HJ2 K0P4 QRST", Code("7HJ2K0P4QRST", None)),
        ("7HJ2KOP4QRST", Code("7HJ2K0P4QRST", None)),
        ("7HJ2K0P4QRS", None),
        ("7HJ2K0P4QRST-2", None),
        ("591123456789", None),
        ("591123456789-01", Code("591123456789", 1)),
        ("85.07.30-033.28", None),
        ("Peeters Jan", None),
        ("", None),
    ],
)
def test_a_code_is_read_as_it_was_scanned_or_typed(typed: str, code: Code | None) -> None:
    assert read_code(typed) == code


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=CODE_ALPHABET, min_size=12, max_size=12), st.integers(1, 99))
def test_every_printed_code_is_read(token: str, issue: int) -> None:
    assert read_code(f"{token}-{issue:02d}") == Code(token, issue)


MOVES = st.lists(st.tuples(st.sampled_from([*SIGNS]), st.integers(1, 500)), max_size=12)
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a machine that does other things besides."""


@PATIENT
@given(MOVES, st.integers(0, 500), MOVES)
def test_what_is_left_is_what_was_counted_last_and_what_moved_since(
    before: list[tuple[Movement, int]], counted: int, after: list[tuple[Movement, int]]
) -> None:
    moved = sum(SIGNS[kind] * quantity for kind, quantity in after)

    assert balance(before) == sum(SIGNS[kind] * quantity for kind, quantity in before)
    assert balance([*before, (Movement.COUNTED, counted), *after]) == counted + moved


@PATIENT
@given(MOVES, st.integers(0, 500))
def test_the_differences_of_counts_explain_the_balance(moves: list[tuple[Movement, int]], counted: int) -> None:
    expected = balance(moves)

    assert balance([*moves, (Movement.COUNTED, counted)]) - expected == counted - expected


def test_the_deadlines_say_where_they_stand_and_how_sure_they_are() -> None:
    assert set(deadlines()) == {"federal", "local"}
    assert all(one.source and one.certainty in {"H", "M", "L"} for one in deadlines().values())
    assert deadlines()["local"].moment(day=date(2024, 10, 13), closing=780, zone=BRUSSELS).utcoffset() == timedelta(hours=2)
