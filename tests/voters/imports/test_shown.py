"""Values of the register as the tables of changes show them."""

from datetime import date

import pytest
from django.utils.translation import override

from voters.words.imports import shown


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("suspension", "excluded", "uitgesloten van het kiesrecht"),
        ("suspension", "", "–"),
        ("deceased_on", date(2024, 8, 20), "20/08/2024"),
        ("last_name", "excluded", "excluded"),
    ],
)
def test_codes_of_the_register_are_shown_in_words(column: str, value: object, text: str) -> None:
    with override("nl"):
        assert shown(column, value) == text
