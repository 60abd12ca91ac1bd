"""What was expected in a file of addresses, in the language of the reader, from what commands and scripts read."""

import pytest
from django.utils.translation import override

from districts.words.addresses import EXPECTED, PROBLEMS, expected

CASES = [
    ("address_twice", "an address once; also in row 12", "elk adres één keer; staat ook in rij 12"),
    ("cells", "20 cells", "20 cellen"),
    ("not_a_number", "a whole number of at most 18 figures", "een geheel getal van hoogstens 18 cijfers"),
    ("not_a_position", "49.4 to 51.6 degrees, or 0.00000", "49.4 tot 51.6 graden, of 0.00000"),
    ("not_a_postcode", "four figures", "vier cijfers"),
    ("other_municipality", "23027", "NIS-code 23027"),
    ("required", "a whole number", "een waarde"),
    ("street_two_names", "Straat 8 mei, as in row 4", "Straat 8 mei, zoals in rij 4"),
    ("too_long_value", "at most 80 characters", "hoogstens 80 tekens"),
]


@pytest.mark.parametrize(("code", "text", "dutch"), CASES)
def test_it_is_said_in_dutch_with_its_figures(code: str, text: str, dutch: str) -> None:
    with override("nl"):
        assert expected(code, text) == dutch


def test_what_is_not_known_here_is_said_as_it_came() -> None:
    assert expected("not_a_status", "current, retired") == "current, retired"
    assert expected("cells", "more of them") == "more of them"


def test_every_expectation_belongs_to_a_problem() -> None:
    assert set(EXPECTED) <= set(PROBLEMS)
