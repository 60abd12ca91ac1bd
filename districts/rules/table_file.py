"""Reads a small table that somebody made in a spreadsheet: bytes in, rows of text or problems out.

UTF-8 with or without its mark, plain or gzip, commas or semicolons. Columns are found by name, in any order; one that is
missing, unknown or there twice refuses the file. A cell that a spreadsheet would calculate has an apostrophe before it in
the files that we write (``guarded``); it goes when the file comes back.
"""

import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from districts.rules.address_file import Problem
from documents.characters import unprintable

MOST_BYTES: Final = 2 << 20
MOST_ROWS: Final = 20_000
MOST_PROBLEMS: Final = 1000
FORMULA: Final = re.compile(r"'*[=+\-@]")


@dataclass(slots=True)
class Row:
    """A row by column name, trimmed; ``number`` counts records from the header, which is 1, blank ones too, as a spreadsheet does."""

    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """What was read. With problems the rows are not to be trusted; ``count`` may exceed the problems that were kept."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def report(self, row: int, column: str, value: str, code: str, expected: str = "") -> None:
        """Add a problem; past ``MOST_PROBLEMS`` it is only counted."""
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(row, _shown(column[:60]), _shown(value[:200]), code, expected))


def _shown(text: str) -> str:
    """The text without what a database or a terminal takes amiss."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def read_table(content: bytes, columns: Sequence[str]) -> Table:
    """Read a whole file of at most ``MOST_BYTES``; all of ``columns`` have to be there and no other."""
    table = Table()
    text = _text(content, table)
    if text is None:
        return table
    records = _records(text, columns, table)
    header = next((record for record in records if any(record[1])), None)
    if header is None:
        if not table.problems:
            table.report(0, "", "", "empty", "a header and rows")
        return table
    names = [name.strip() for name in header[1]]
    if not _check_header(names, columns, table):
        return table
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            table.report(number, "", str(len(cells)), "cells", f"{len(names)} cells")
            continue
        row = Row(number, {name: _cell(cell) for name, cell in zip(names, cells, strict=True)})
        _check_characters(row, table)
        table.rows.append(row)
    if not table.rows and not table.problems:
        table.report(0, "", "", "empty", "rows below the header")
    return table


def _text(content: bytes, table: Table) -> str | None:
    if content.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = packed.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            table.report(0, "", "", "damaged", "a whole file")
            return None
    if len(content) > MOST_BYTES:
        table.report(0, "", "", "too_large", f"at most {MOST_BYTES >> 20} MB")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        table.report(row, "", content[error.start : error.start + 12].decode("latin-1"), "not_utf8", "UTF-8")
        return None


def _records(text: str, columns: Sequence[str], table: Table) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text, columns)), start=1
        ):
            if number > MOST_ROWS + 1:
                table.report(number, "", "", "too_many_rows", f"at most {MOST_ROWS} rows")
                return
            yield number, cells
    except csv.Error:
        table.report(number + 1, "", "", "not_csv", "separated values, with double quotes that are closed again")


def _delimiter(text: str, columns: Sequence[str]) -> str:
    """The sign that parts the header into more names that we know."""
    header = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")

    def known(sign: str) -> int:
        return len({name.strip().strip('"') for name in header.split(sign)} & set(columns))

    return max(",;\t", key=known)


def _check_header(names: Sequence[str], columns: Sequence[str], table: Table) -> bool:
    for name in dict.fromkeys(names):
        if name not in columns:
            table.report(1, name, name, "column_unknown", ", ".join(columns))
        elif names.count(name) > 1:
            table.report(1, name, name, "column_twice", "each column once")
    for name in columns:
        if name not in names:
            table.report(1, name, "", "column_missing", "this column")
    return not table.problems


def _check_characters(row: Row, table: Table) -> None:
    for column, value in row.cells.items():
        if wrong := unprintable(value):
            shown = " ".join(f"U+{ord(character):04X}" for character in wrong[:5])
            table.report(row.number, column, value, "not_printable", shown)


def _cell(value: str) -> str:
    value = unicodedata.normalize("NFC", value.strip())
    return value[1:] if value.startswith("'") and FORMULA.match(value) else value


def guarded(value: str) -> str:
    """The value as it stands in a file: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{value}" if FORMULA.match(value) else value


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The file, as ``read_table`` reads it: UTF-8 text, commas, a header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
