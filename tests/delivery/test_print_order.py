"""The order of the database is the one that is written down here in Python."""

import re

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.bpost.print_order import print_order_sql

_NUMBER = re.compile(r"([0-9]*)(.*)", re.ASCII | re.DOTALL)
_CAPITALS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def print_key(postcode: str, street_key: str, number: str, box: str) -> tuple[str, str, int, str, int, str]:
    """The key to sort by."""
    return (postcode, street_key, *_natural(number), *_natural(box))


def _natural(text: str) -> tuple[int, str]:
    found = _NUMBER.fullmatch(text.strip(" "))
    figures, rest = found.groups() if found else ("", text)
    return int(figures or "-1"), rest.translate(_CAPITALS)


ORDER = print_order_sql(postcode="postcode", street_key="street", number="number", box="box")
SELECT = f"SELECT place FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS h(postcode, street, number, box, place) ORDER BY {ORDER}, place"


def sorted_by_database(rows: list[tuple[str, str, str, str]]) -> list[int]:
    """The places of the rows in the order of the database."""
    with connection.cursor() as cursor:
        cursor.execute(SELECT, [list(column) for column in zip(*rows, strict=True)])
        return [place - 1 for (place,) in cursor.fetchall()]


def test_numbers_go_by_their_figures_and_then_by_what_follows(db: None) -> None:
    houses = [("1500", "kerkstraat", "10", ""), ("1500", "kerkstraat", "2A", ""), ("1500", "kerkstraat", "2", "10"), ("1500", "kerkstraat", "2", "9"),
              ("1500", "kerkstraat", "2", ""), ("1500", "kerkstraat", "", ""), ("1500", "akkerlaan", "99", ""), ("1501", "aa", "1", ""), ("1500", "kerkstraat", "2b", "")]  # fmt: skip

    assert [houses[place][1:] for place in sorted_by_database(houses)] == [
        ("akkerlaan", "99", ""),
        ("kerkstraat", "", ""),
        ("kerkstraat", "2", ""),
        ("kerkstraat", "2", "9"),
        ("kerkstraat", "2", "10"),
        ("kerkstraat", "2A", ""),
        ("kerkstraat", "2b", ""),
        ("kerkstraat", "10", ""),
        ("aa", "1", ""),
    ]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
houses = st.tuples(
    st.from_regex("[0-9]{4}", fullmatch=True) | TEXT,
    st.text("abcz -é", max_size=4) | TEXT,
    st.from_regex("[0-9]{0,12}[A-Za-z]{0,2}", fullmatch=True) | TEXT,
    st.from_regex("[0-9]{0,3}[A-Z/.]{0,2}", fullmatch=True) | TEXT,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(houses, min_size=1, max_size=12))
def test_the_database_sorts_as_python_does(db: None, rows) -> None:
    assert sorted_by_database(rows) == sorted(range(len(rows)), key=lambda index: print_key(*rows[index]))
