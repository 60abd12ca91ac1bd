"""The calibration page: its zeros stand in the middle of the paper, moved as the printer's cards are."""

from decimal import Decimal

import pypdfium2
import pytest

from convocations.cards import calibration
from convocations.cards.calibration import Calibration

MM = 72 / 25.4
WORDS = {"title": "Titel", "steps": "een\ntwee", "right": "naar rechts", "up": "omhoog"}


def _zeros(right: str, up: str) -> list[tuple[float, float]]:
    """The middles of the two zeros, in mm."""
    pdf = calibration.draw(Calibration("Printer Łódź", Decimal(right), Decimal(up), WORDS))
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    letters = [(text.get_text_range(index, 1), *text.get_charbox(index)) for index in range(text.count_chars())]
    found = []
    for index, (letter, left, bottom, edge, top) in enumerate(letters):
        before = letters[index - 1][0] if index else ""
        if letter == "0" and not before.isdigit():
            found.append(((left + edge) / 2 / MM, (bottom + top) / 2 / MM))
    return found


def test_a_printer_that_is_right_has_its_zeros_where_the_paper_folds() -> None:
    across, along = _zeros("0", "0")

    assert across[0] == pytest.approx(105, abs=0.2)
    assert along[1] == pytest.approx(148.5, abs=0.3)


@pytest.mark.parametrize(("right", "up"), [("1.5", "-0.5"), ("-15", "15")])
def test_the_page_moves_as_the_cards_do(right: str, up: str) -> None:
    for (left, bottom), (new_left, new_bottom) in zip(_zeros("0", "0"), _zeros(right, up), strict=True):
        assert new_left - left == pytest.approx(float(right), abs=0.02)
        assert new_bottom - bottom == pytest.approx(float(up), abs=0.02)


def test_the_same_page_has_the_same_bytes_and_says_whose_it_is() -> None:
    page = Calibration("Printer Łódź", Decimal("1.5"), Decimal(0), WORDS)
    pdf = calibration.draw(page)

    assert pdf == calibration.draw(page)
    assert "Printer Łódź" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
