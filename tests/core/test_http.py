"""What every view reads and answers alike."""

import pytest

from core.http import csv_response, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("007", 7), ("9" * 11, 99_999_999_999), ("9" * 12, None), ("9" * 5000, None)]
    + [(text, None) for text in ("", "-1", "1.5", " 1", "²", "٣", "x", None)],
)
def test_only_a_whole_number_of_at_most_eleven_figures_is_one(text: str | None, number: int | None) -> None:
    assert whole(text) == number


def test_a_file_for_another_program_has_its_name_its_heads_and_its_rows_quoted() -> None:
    answer = csv_response("straten.csv", ("street", "houses"), [("Grote Markt, noord", 12), ('"De Hoek"', "")])

    assert answer.content.decode() == 'street,houses\r\n"Grote Markt, noord",12\r\n"""De Hoek""",\r\n'
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("text/csv; charset=utf-8", 'attachment; filename="straten.csv"')
