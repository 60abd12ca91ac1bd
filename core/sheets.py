"""CSV as spreadsheets here read it: UTF-8 with its mark, semicolons, and no cell that a spreadsheet would calculate; cells of XLSX."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Gives back what the csv module writes, so that a file is never held whole."""

    def write(self, line: str) -> str:
        """Return the line instead of keeping it."""
        return line


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the file line by line. A text that begins like a formula gets an apostrophe before it."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([_plain(cell) for cell in row])


def _plain(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def text_cell(sheet: Any, value: str) -> Any:
    """A text for a cell of an openpyxl sheet: a text, also when it begins as a formula would; signs that no sheet holds are left out."""
    text = value if value.isprintable() else ILLEGAL_CHARACTERS_RE.sub("", value)
    if text.startswith("="):  # looked at last: a sign that was left out may have hidden it
        cell = WriteOnlyCell(sheet, "")
        cell.value = text
        cell.data_type = "s"
        return cell
    return text
