"""Cells of a spreadsheet: texts, whatever they begin with."""

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from core.sheets import text_cell


@pytest.mark.parametrize(
    ("text", "shown"), [("Peeters", "Peeters"), ("=1+1", "=1+1"), ("\x01=1+1", "=1+1"), ("=1+\x011", "=1+1"), ("=", "="), ("a\x02b", "ab")]
)
def test_no_text_is_calculated_and_no_sign_that_a_sheet_cannot_hold_stops_it(text: str, shown: str) -> None:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("x")
    sheet.append([text_cell(sheet, text)])
    content = io.BytesIO()
    book.save(content)

    cell: Any = load_workbook(content)["x"]["A1"]

    assert (cell.value, cell.data_type) == (shown, "s")
