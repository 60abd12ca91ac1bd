"""``stations.csv``: whatever bytes come in, there are rows or problems; and what is written is read back."""

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districts.rules.station_file import COLUMNS, BuildingAddress, StationLine, building_key, read, write
from districts.rules.table_file import MOST_BYTES, MOST_PROBLEMS, MOST_ROWS
from documents.characters import RANGES
from tests.districts.station_files import ORDINARY, line, station_file

LETTERS = "".join(chr(code) for low, high in RANGES for code in range(low, high + 1))


def wrong(content):
    return [(problem.row, problem.column, problem.value, problem.code) for problem in read(content).problems]


def test_a_row_is_read_as_it_is_meant():
    content = station_file(
        line(7, min_voters=0, max_voters=650, electronic="TRUE", accessible="Onwaar", latitude=50.7345, longitude="4.2375")
    )

    [found] = read(content).lines

    assert found == StationLine(
        row=2, number=7, district_code="01", name="Kerk", building="De Bres", address=BuildingAddress("1500", "Kerkstraat", "12"),
        minimum=0, maximum=650, electronic=True, accessible=False, position=(50.7345, 4.2375),
    )  # fmt: skip


def test_a_station_without_a_name_is_called_after_its_building():
    [found] = read(station_file(line(1, name=""))).lines

    assert found.name == "De Bres"


@pytest.mark.parametrize(
    "content",
    [
        "﻿".encode() + station_file(line(1), line(2)),
        station_file(line(1), line(2)).replace(b"\n", b"\r\n"),
        gzip.compress(station_file(line(1), line(2)), mtime=0),
        station_file(line(1, sign=";"), line(2, sign=";"), sign=";"),
        station_file(line(1, sign="\t"), line(2, sign="\t"), sign="\t"),
        station_file(line(1, columns=COLUMNS[::-1]), line(2, columns=COLUMNS[::-1]), columns=COLUMNS[::-1]),
        station_file(line(1), "", "," * (len(COLUMNS) - 1), line(2)),
        station_file(line(1, building=" De   Bres "), line(2, building="DE BRES")),
    ],
)
def test_what_spreadsheets_make_of_it_is_read_too(content):
    found = read(content)

    assert found.problems == []
    assert [row.number for row in found.lines] == [1, 2]
    assert len({building_key(row.building) for row in found.lines}) == 1


def test_a_decimal_comma_is_a_position_too():
    content = station_file(line(1, sign=";", latitude="50,7345", longitude="4,2375"), sign=";")

    assert read(content).lines[0].position == (50.7345, 4.2375)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"station_number": ""}, ("station_number", "", "not_a_station_number")),
        ({"station_number": "0"}, ("station_number", "0", "not_a_station_number")),
        ({"station_number": "1.5"}, ("station_number", "1.5", "not_a_station_number")),
        ({"station_number": "²"}, ("station_number", "²", "not_a_station_number")),
        ({"station_number": "100000"}, ("station_number", "100000", "not_a_station_number")),
        ({"district_code": ""}, ("district_code", "", "required")),
        ({"district_code": "x" * 21}, ("district_code", "x" * 21, "too_long_value")),
        ({"building": "", "name": ""}, ("building", "", "required")),
        ({"postcode": "150"}, ("postcode", "150", "not_a_postcode")),
        ({"postcode": ""}, ("postcode", "", "required")),
        ({"street_name": ""}, ("street_name", "", "required")),
        ({"house_number": ""}, ("house_number", "", "required")),
        ({"min_voters": "-1"}, ("min_voters", "-1", "not_a_size")),
        ({"max_voters": "0"}, ("max_voters", "0", "not_a_size")),
        ({"min_voters": "700", "max_voters": "650"}, ("max_voters", "650", "sizes_out_of_order")),
        ({"electronic": "misschien"}, ("electronic", "misschien", "not_a_truth")),
        ({"accessible": ""}, ("accessible", "", "required")),
        ({"latitude": "50.7"}, ("longitude", "", "position_half")),
        ({"longitude": "4.2"}, ("latitude", "", "position_half")),
        ({"latitude": "4.2", "longitude": "50.7"}, ("latitude", "4.2", "not_a_position")),
        ({"latitude": "50.7", "longitude": "8"}, ("longitude", "8", "not_a_position")),
        ({"latitude": "noord", "longitude": "4.2"}, ("latitude", "noord", "not_a_position")),
        ({"latitude": "nan", "longitude": "4.2"}, ("latitude", "nan", "not_a_position")),
        ({"name": "Kerk\x07"}, ("name", "Kerk�", "not_printable")),
        ({"name": "教会"}, ("name", "教会", "not_printable")),
    ],
)
def test_each_wrong_value_is_named_with_its_place(values, problem):
    number = values.get("station_number", "1")
    values = {name: value for name, value in values.items() if name != "station_number"}

    assert wrong(station_file(line(9), line(number, **values)))[0] == (3, *problem)


def test_all_problems_are_named_at_once():
    content = station_file(
        line(1),
        line(1, postcode="x", electronic="?"),
        line(2),
        line(2, house_number="14"),
        line(3, latitude="50.1", longitude="4.1"),
        line(4, latitude="50.2", longitude="4.1"),
    )

    assert wrong(content) == [
        (3, "postcode", "x", "not_a_postcode"),
        (3, "electronic", "?", "not_a_truth"),
        (3, "station_number", "1", "number_twice"),
        (5, "station_number", "2", "number_twice"),
        (5, "building", "De Bres", "building_two_addresses"),
        (7, "building", "De Bres", "building_two_positions"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (station_file(), "empty"),
        (b"een, twee\n1,2", "column_unknown"),
        (station_file(line(1)).replace(b"building", b"gebouw", 1), "column_unknown"),
        (station_file(line(1), columns=(*COLUMNS[:-1], "latitude")), "column_twice"),
        (station_file(line(1, columns=COLUMNS[1:]), columns=COLUMNS[1:]), "column_missing"),
        (station_file(line(1) + ",meer"), "cells"),
        (station_file(line(1)).replace(b"Kerkstraat", b"Kerkstr\xe9"), "not_utf8"),
        (station_file(line(1)).replace(b"Kerkstraat", b'"Kerkstraat'), "not_csv"),
        (gzip.compress(station_file(line(1)), mtime=0)[:-20], "damaged"),
        (b" " * (MOST_BYTES + 1), "too_large"),
        (gzip.compress(b" " * (MOST_BYTES + 1), mtime=0), "too_large"),
        (station_file(*["," * (len(COLUMNS) - 1)] * (MOST_ROWS + 1)), "too_many_rows"),
    ],
)
def test_a_file_that_is_none_is_refused(content, code):
    found = read(content)

    assert code in {problem.code for problem in found.problems}
    assert found.count >= 1


def test_problems_past_the_limit_are_counted_only():
    found = read(station_file(*[line("x")] * (MOST_PROBLEMS + 5)))

    assert (len(found.problems), found.count) == (MOST_PROBLEMS, MOST_PROBLEMS + 5)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_problems_and_no_rows(content):
    found = read(content)

    assert found.lines == []
    assert found.count >= 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.integers(0, 300))
def test_a_damaged_file_never_breaks_the_reader(noise, place):
    good = station_file(line(1), line(2))

    found = read(good[:place] + noise + good[place:])

    assert all("\x00" not in problem.value + problem.column for problem in found.problems)
    assert found.count == len(found.problems)


CELLS = st.dictionaries(st.sampled_from(COLUMNS), st.text(st.characters(codec="utf-8"), max_size=12), max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, max_size=5))
def test_every_row_is_taken_or_named_in_a_problem(changes):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for number, cells in enumerate(changes, start=1):
        writer.writerow({**ORDINARY, "station_number": str(number), "building": f"Gebouw {number}", **cells})
    writer.writerow({**ORDINARY, "station_number": "999"})

    found = read(text.getvalue().encode())

    named, taken = {problem.row for problem in found.problems}, {row.row for row in found.lines}
    assert taken | named == set(range(2, len(changes) + 3)) | named
    assert len(changes) + 2 in taken | named


NAME = st.text(LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
SIZES = st.tuples(st.none() | st.integers(0, 900), st.none() | st.integers(900, 99_999))
POSITION = st.none() | st.tuples(st.floats(49.4, 51.6), st.floats(2.5, 6.5))


@st.composite
def stations(draw):
    buildings = draw(st.lists(NAME, min_size=1, max_size=4, unique_by=building_key))
    places = [
        (name, BuildingAddress(str(draw(st.integers(1000, 9999))), draw(NAME), draw(NAME)[:20].strip()), draw(POSITION))
        for name in buildings
    ]
    numbers = draw(st.lists(st.integers(1, 99_999), min_size=1, max_size=6, unique=True))
    found = []
    for row, number in enumerate(numbers, start=2):
        name, address, position = draw(st.sampled_from(places))
        minimum, maximum = draw(SIZES)
        found.append(
            StationLine(
                row,
                number,
                draw(NAME)[:20].strip(),
                draw(NAME),
                name,
                address,
                minimum,
                maximum,
                draw(st.booleans()),
                draw(st.booleans()),
                position,
            )
        )
    return found


@settings(max_examples=200, deadline=None)
@given(stations())
def test_what_is_written_is_read_back(lines):
    found = read(write(lines).encode())

    assert found.problems == []
    assert found.lines == lines


@pytest.mark.parametrize("name", ["=1+1", "+32", "-5", "@home", "'t Hof", "'=x", "''-y"])
def test_no_cell_is_a_formula_and_none_is_changed_by_that(name):
    content = write([StationLine(2, 1, "01", name, "De Bres", BuildingAddress("1500", "Kerkstraat", "1"), None, None, False, True, None)])

    assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv.reader(content.splitlines()) for cell in row)
    assert read(content.encode()).lines[0].name == name
