"""Reads and writes ``stations.csv`` (docs/formats/stations.md): every polling station of one election with its building."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from districts.rules.address_file import Problem
from districts.rules.position import LATITUDES, LONGITUDES, in_belgium
from districts.rules.table_file import Row, Table, read_table, write_table
from districts.rules.texts import tidy
from documents.characters import unprintable

COLUMNS: Final = (
    "station_number",
    "district_code",
    "name",
    "building",
    "postcode",
    "street_name",
    "house_number",
    "min_voters",
    "max_voters",
    "electronic",
    "accessible",
    "latitude",
    "longitude",
)
LONGEST: Final = {"district_code": 20, "name": 120, "building": 120, "street_name": 120, "house_number": 20}
TRUTHS: Final = {"true": True, "waar": True, "vrai": True, "false": False, "onwaar": False, "faux": False}
"""In any case; a spreadsheet writes them in its own language."""
MOST: Final = 99_999

ADDRESS: Final = ("postcode", "street_name", "house_number")

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BuildingAddress:
    """Where a building stands, as it is written."""

    postcode: str
    street_name: str
    house_number: str


@dataclass(frozen=True, slots=True)
class StationLine:
    """One row. ``name`` is the building's where the file gives none; ``position`` is latitude and longitude."""

    row: int
    number: int
    district_code: str
    name: str
    building: str
    address: BuildingAddress
    minimum: int | None
    maximum: int | None
    electronic: bool
    accessible: bool
    position: Position | None


@dataclass(frozen=True, slots=True)
class StationFile:
    """What was read; with problems nothing of it may be used. ``count`` is how many there are, also those that were not kept."""

    lines: list[StationLine]
    problems: list[Problem]
    count: int


def building_key(name: str) -> str:
    """By which two spellings of one building's name are the same: capitals and blanks say nothing."""
    return tidy(name).casefold()


def read(content: bytes) -> StationFile:
    """Read a whole file and name everything that is wrong with it; ``lines`` are the rows in which nothing is."""
    table = read_table(content, COLUMNS)
    rows = [_Row(row, table) for row in table.rows]
    lines = [(_line(row), row.wrong) for row in rows]
    _check_numbers([line for line, wrong in lines if "station_number" not in wrong], table)
    _check_addresses([line for line, wrong in lines if not wrong & {"building", *ADDRESS}], table)
    _check_positions([line for line, wrong in lines if not wrong & {"building", "latitude", "longitude"}], table)
    problems = sorted(table.problems, key=lambda problem: problem.row)
    return StationFile([line for line, wrong in lines if not wrong], problems, table.count)


class _Row:
    """A row while it is read, with the columns in which something is wrong."""

    def __init__(self, row: Row, table: Table) -> None:
        self.number, self.cells = row.number, row.cells
        self.wrong = {column for column, value in row.cells.items() if unprintable(value)}  # reported by the table
        self._table = table

    def report(self, column: str, code: str, expected: str = "") -> None:
        """Add a problem with the value of one column."""
        self.wrong.add(column)
        self._table.report(self.number, column, self.cells[column], code, expected)


def _line(row: _Row) -> StationLine:
    building = _text(row, "building")
    minimum, maximum = _voters(row, "min_voters"), _voters(row, "max_voters")
    if minimum is not None and maximum is not None and maximum < minimum:
        row.report("max_voters", "sizes_out_of_order", str(minimum))
    return StationLine(
        row=row.number,
        number=_number(row),
        district_code=_text(row, "district_code"),
        name=_text(row, "name", otherwise=building),
        building=building,
        address=BuildingAddress(_postcode(row), _text(row, "street_name"), _text(row, "house_number")),
        minimum=minimum,
        maximum=maximum,
        electronic=_truth(row, "electronic"),
        accessible=_truth(row, "accessible"),
        position=_position(row),
    )


def _text(row: _Row, column: str, *, otherwise: str = "") -> str:
    value = tidy(row.cells[column]) or otherwise
    if not value and column != "name":
        row.report(column, "required")
    elif len(value) > LONGEST[column]:
        row.report(column, "too_long_value", str(LONGEST[column]))
    return value


def _whole(value: str, *, lowest: int) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 and lowest <= int(value) <= MOST else None


def _number(row: _Row) -> int:
    number = _whole(row.cells["station_number"], lowest=1)
    if number is None:
        row.report("station_number", "not_a_station_number", str(MOST))
    return number or 0


def _voters(row: _Row, column: str) -> int | None:
    """Nothing, or a number of voters; 0 at least says that there is no minimum, whatever the norm."""
    value = row.cells[column]
    if not value:
        return None
    number = _whole(value, lowest=1 if column == "max_voters" else 0)
    if number is None:
        row.report(column, "not_a_size", str(MOST))
    return number


def _postcode(row: _Row) -> str:
    value = row.cells["postcode"]
    if not re.fullmatch(r"[1-9][0-9]{3}", value, re.ASCII):
        row.report("postcode", "not_a_postcode" if value else "required")
    return value


def _truth(row: _Row, column: str) -> bool:
    value = row.cells[column]
    if value.lower() not in TRUTHS:
        row.report(column, "not_a_truth" if value else "required")
    return TRUTHS.get(value.lower(), False)


def _position(row: _Row) -> Position | None:
    latitude, longitude = _degrees(row, "latitude"), _degrees(row, "longitude")
    if latitude is None or longitude is None:
        lacking = [column for column in ("latitude", "longitude") if not row.cells[column]]
        if len(lacking) == 1:
            row.report(lacking[0], "position_half")
        return None
    if not in_belgium(latitude, longitude):
        column = "longitude" if LATITUDES[0] <= latitude <= LATITUDES[1] else "latitude"
        row.report(column, "not_a_position", _bounds(column))
        return None
    return latitude, longitude


def _degrees(row: _Row, column: str) -> float | None:
    value = row.cells[column]
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,17})?", value, re.ASCII):
        row.report(column, "not_a_position", _bounds(column))
        return None
    return float(value.replace(",", "."))


def _bounds(column: str) -> str:
    lowest, highest = LATITUDES if column == "latitude" else LONGITUDES
    return f"{lowest} - {highest}"


def _check_numbers(lines: list[StationLine], table: Table) -> None:
    first: dict[int, int] = {}
    for line in lines:
        if first.setdefault(line.number, line.row) != line.row:
            table.report(line.row, "station_number", str(line.number), "number_twice", str(first[line.number]))


def _check_addresses(lines: list[StationLine], table: Table) -> None:
    """A building stands at one address."""
    first: dict[str, StationLine] = {}
    for line in lines:
        other = first.setdefault(building_key(line.building), line)
        if other.address != line.address:
            table.report(line.row, "building", line.building, "building_two_addresses", str(other.row))


def _check_positions(lines: list[StationLine], table: Table) -> None:
    """Its position is the same in every row that gives one."""
    first: dict[str, StationLine] = {}
    for line in lines:
        if line.position is not None:
            other = first.setdefault(building_key(line.building), line)
            if other.position != line.position:
                table.report(line.row, "building", line.building, "building_two_positions", str(other.row))


def write(lines: Iterable[StationLine]) -> str:
    """The file that ``read`` reads back to the same lines."""
    return write_table(COLUMNS, ([_written(line, column) for column in COLUMNS] for line in lines))


def _written(line: StationLine, column: str) -> str:
    values: dict[str, object] = {
        "station_number": line.number,
        "min_voters": line.minimum,
        "max_voters": line.maximum,
        "postcode": line.address.postcode,
        "street_name": line.address.street_name,
        "house_number": line.address.house_number,
        "electronic": str(line.electronic).lower(),
        "accessible": str(line.accessible).lower(),
        "latitude": line.position[0] if line.position else None,
        "longitude": line.position[1] if line.position else None,
    }
    value = values[column] if column in values else getattr(line, column)
    return "" if value is None else str(value)
