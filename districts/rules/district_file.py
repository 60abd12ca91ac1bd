"""Reads and writes ``districts.csv`` (docs/formats/districts.md): every row of every district.

Whether the streets exist and whether rows meet is for who knows the streets: districts.services.district_imports.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from districts.rules.address_file import Problem
from districts.rules.street_ranges import HIGHEST, NumberRange, Side, normalised
from districts.rules.table_file import Row, Table, read_table, write_table
from districts.rules.texts import tidy
from documents.characters import unprintable

COLUMNS: Final = ("district_code", "district_name", "postcode", "street_name", "side", "number_from", "number_to")
LONGEST: Final = {"district_code": 20, "district_name": 80, "street_name": 120}


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """One row, its numbers said in one way (street_ranges.normalised)."""

    row: int
    code: str
    name: str
    postcode: str
    street_name: str
    numbers: NumberRange


@dataclass(slots=True)
class DistrictFile:
    """What was read. With problems nothing of it may be used; ``warnings`` are only said."""

    lines: list[DistrictLine]
    table: Table
    warnings: list[Problem] = field(default_factory=list)


def read(content: bytes) -> DistrictFile:
    """Read a whole file and name everything that is wrong with it."""
    table = read_table(content, COLUMNS)
    file = DistrictFile([], table)
    for row in table.rows:
        line = _line(row, file)
        if line is not None:
            file.lines.append(line)
    _check_names(table)
    _check_codes(file)
    return file


def _line(row: Row, file: DistrictFile) -> DistrictLine | None:
    before = file.table.count
    texts = {column: _text(row, column, file.table) for column in LONGEST}
    postcode = row.cells["postcode"]
    if not re.fullmatch(r"[1-9][0-9]{3}", postcode, re.ASCII):
        file.table.report(row.number, "postcode", postcode, "not_a_postcode" if postcode else "required")
    numbers = _numbers(row, file)
    if numbers is None or file.table.count > before or any(map(unprintable, row.cells.values())):  # the last: reported by the table
        return None
    return DistrictLine(row.number, texts["district_code"], texts["district_name"], postcode, texts["street_name"], numbers)


def _text(row: Row, column: str, table: Table) -> str:
    value = tidy(row.cells[column])
    if not value:
        table.report(row.number, column, "", "required")
    elif len(value) > LONGEST[column]:
        table.report(row.number, column, value, "too_long_value", str(LONGEST[column]))
    return value


def _numbers(row: Row, file: DistrictFile) -> NumberRange | None:
    before = file.table.count
    side = row.cells["side"].lower()
    if side not in set(Side):
        file.table.report(row.number, "side", row.cells["side"], "not_a_side" if side else "required", ", ".join(Side))
    first, last = _number(row, "number_from", file.table), _number(row, "number_to", file.table)
    if first is not None and last is not None and first > last:
        file.table.report(row.number, "number_to", str(last), "numbers_reversed", str(first))
    if file.table.count > before:
        return None
    typed = NumberRange(Side(side), first, last)
    clean = normalised(typed)
    if clean is None:
        file.table.report(row.number, "number_to", written(typed), "no_number")
    elif (clean.number_from, clean.number_to) != (first, last):
        file.warnings.append(Problem(row.number, "side", written(typed), "parity", written(clean)))
    return clean


def _number(row: Row, column: str, table: Table) -> int | None:
    value = row.cells[column]
    if not value:
        return None
    if not re.fullmatch(r"0*[0-9]{1,5}", value, re.ASCII) or int(value) > HIGHEST:
        table.report(row.number, column, value, "not_a_house_number", str(HIGHEST))
        return None
    return int(value)


def written(numbers: NumberRange) -> str:
    """``2-18 even``; an open end is left out."""
    ends = ("" if end is None else str(end) for end in (numbers.number_from, numbers.number_to))
    return f"{'-'.join(ends)} {numbers.side}"


def _check_names(table: Table) -> None:
    """A code has one name in the whole file."""
    first: dict[str, tuple[str, int]] = {}
    for row in table.rows:
        code, name = tidy(row.cells["district_code"]), tidy(row.cells["district_name"])
        known, number = first.setdefault(code, (name, row.number))
        if code and name and known != name:
            table.report(row.number, "district_name", name, "district_two_names", f"{known} ({number})")


def _check_codes(file: DistrictFile) -> None:
    first: dict[str, str] = {}
    for line in file.lines:
        other = first.setdefault(without_zeros(line.code), line.code)
        if other != line.code and not any(warning.value == line.code and warning.code == "code_zeros" for warning in file.warnings):
            file.warnings.append(Problem(line.row, "district_code", line.code, "code_zeros", other))


def without_zeros(code: str) -> str:
    """By which ``02`` and ``2`` look like one code; they are two."""
    return code.lstrip("0")


def write(lines: Iterable[DistrictLine]) -> str:
    """The file that ``read`` reads back to the same lines."""
    return write_table(COLUMNS, ([_written(line, column) for column in COLUMNS] for line in lines))


def _written(line: DistrictLine, column: str) -> str:
    ends = {"number_from": line.numbers.number_from, "number_to": line.numbers.number_to}
    if column in ends:
        return "" if ends[column] is None else str(ends[column])
    return {
        "district_code": line.code,
        "district_name": line.name,
        "postcode": line.postcode,
        "street_name": line.street_name,
        "side": str(line.numbers.side),
    }[column]
