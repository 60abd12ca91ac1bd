"""The language of a card: Dutch, but French where the law lets a voter choose it, for four years from the day of the request."""

from datetime import date

import pytest

from convocations.cards.languages import Choice, card_language, languages_of, last_day
from municipalities.facilities import facilities, term

RODE, HALLE = "23101", "23027"
ASKED = Choice("fr", date(2022, 3, 10), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("on", "language"),
    [
        (date(2022, 3, 9), "nl"),
        (date(2022, 3, 10), "fr"),
        (date(2022, 3, 11), "fr"),
        (date(2026, 3, 8), "fr"),
        (date(2026, 3, 9), "fr"),
        (date(2026, 3, 10), "nl"),
    ],
)
def test_a_choice_holds_from_its_day_for_four_years(on, language):
    assert card_language([ASKED], nis=RODE, on=on) == language
    assert card_language([ASKED], nis=HALLE, on=on) == "nl"
    assert card_language([], nis=RODE, on=on) == "nl"


@pytest.mark.parametrize(("on", "language"), [(date(2024, 5, 31), "fr"), (date(2024, 6, 1), "nl"), (date(2024, 6, 2), "nl")])
def test_a_choice_ends_on_the_day_on_which_it_is_withdrawn(on, language):
    withdrawn = Choice("fr", date(2022, 3, 10), date(2026, 3, 9), withdrawn_on=date(2024, 6, 1))

    assert card_language([withdrawn], nis=RODE, on=on) == language


def test_the_last_choice_that_holds_counts():
    later = Choice("fr", date(2026, 3, 1), date(2030, 2, 28))

    assert card_language([ASKED, later], nis=RODE, on=date(2027, 1, 1)) == "fr"


@pytest.mark.parametrize(
    ("received", "last"),
    [(date(2022, 3, 10), date(2026, 3, 9)), (date(2024, 2, 29), date(2028, 2, 28)), (date(2020, 3, 1), date(2024, 2, 29))],
)
def test_the_last_day_of_a_term(received, last):
    assert last_day(received, 4) == last


def test_twelve_municipalities_have_facilities_and_the_term_has_its_source():
    assert len(facilities()) == 12
    assert [sum(one.regime == regime for one in facilities().values()) for regime in ("rim", "border")] == [6, 6]
    assert facilities()[RODE].both_names == "Sint-Genesius-Rode – Rhode-Saint-Genèse"
    assert facilities()["23098"].both_names == "Drogenbos"
    assert (languages_of(RODE), languages_of(HALLE)) == (("nl", "fr"), ("nl",))
    assert (term().years, bool(term().source)) == (4, True)
