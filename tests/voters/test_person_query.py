"""What is typed becomes what is meant; whatever is typed, figures of a national number are recognised as such."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voters.rules.person_query import PersonQuery, number_prefixes, parse


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("van den broeck zoe", PersonQuery(words=("van", "den", "broeck", "zoe"))),
        ("d'hondt, jean-pierre", PersonQuery(words=("d", "hondt", "jean", "pierre"))),
        ("basiliekstraat 12a", PersonQuery(words=("basiliekstraat",), house="12a")),
        ("basiliekstraat 12/1", PersonQuery(words=("basiliekstraat",), house="12/1")),
        ("bergensesteenweg 1204", PersonQuery(words=("bergensesteenweg",), house="1204")),
        ("4/5/1986", PersonQuery(born_on=date(1986, 5, 4))),
        ("peeters 04-05-1986", PersonQuery(words=("peeters",), born_on=date(1986, 5, 4))),
        ("1986-05-04", PersonQuery(born_on=date(1986, 5, 4))),
        ("86.05.04-123.45", PersonQuery(number="86050412345")),
        ("86 05 04 123 45", PersonQuery(number="86050412345")),
        ("8605", PersonQuery(number="8605")),
        ("peeters 860504", PersonQuery(words=("peeters",), number="860504")),
        ("860504123456", PersonQuery(number="86050412345x")),
        ("12", PersonQuery(house="12")),
        ("", PersonQuery()),
        (" - / ' ", PersonQuery()),
    ],
)
def test_what_is_typed_is_taken_apart(typed, meant):
    assert parse(typed) == meant


@given(st.text(max_size=60), st.integers(0, 10**11 - 1), st.sampled_from(["", ".", "-", " "]))
def test_a_national_number_is_always_confidential(around, number, sign):
    figures = f"{number:011d}"
    written = sign.join([figures[:2], figures[2:4], figures[4:6], figures[6:9], figures[9:]])

    assert parse(f"peeters {written}").confidential
    assert parse(written).confidential
    assert isinstance(parse(f"{around} {written} {around}"), PersonQuery)


@given(st.text(max_size=250))
def test_anything_may_be_typed(typed):
    query = parse(typed)

    assert all(word == word.strip() != "" for word in query.words)
    assert len(query.words) <= 8


def test_last_name_and_first_names_are_tried_in_both_orders():
    assert parse("an peeters").name_prefixes == ("an peeters", "an  peeters", "peeters  an")
    assert parse("an de smet").both_names == (("an", "de smet"), ("de smet", "an"), ("an de", "smet"), ("smet", "an de"))


@pytest.mark.parametrize(
    ("born_on", "prefixes"),
    [
        (date(1986, 5, 4), {"860504", "862504", "864504"}),
        (date(1986, 5, 1), {"860501", "862501", "864501", "860500", "862500", "864500"}),
        (
            date(2006, 1, 1),
            {"060101", "062101", "064101", "060100", "062100", "064100", "060000", "062000", "064000", "060001", "062001", "064001"},
        ),
    ],
)
def test_a_birth_date_begins_a_number_in_all_its_forms(born_on, prefixes):
    assert set(number_prefixes(born_on)) == prefixes
