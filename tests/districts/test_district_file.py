"""The file of districts as bytes: what is read, and everything that is wrong at once."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.rules.district_file import COLUMNS, DistrictLine, read, write
from districts.rules.street_ranges import NumberRange, Side, normalised
from districts.rules.texts import tidy

HEADER = ",".join(COLUMNS)


def content(*rows, header=HEADER):
    return "\n".join([header, *rows, ""]).encode()


def problems(data):
    return [(one.row, one.column, one.value, one.code) for one in read(data).table.problems]


def test_rows_are_read_by_the_names_of_their_columns():
    file = read(
        content(
            "Kerkstraat,1500,02, Centrum ,even,2,18",
            ",1501,,,,,",
            header="street_name,postcode,district_code,district_name,side,number_from,number_to",
        )
    )

    assert file.lines == [DistrictLine(2, "02", "Centrum", "1500", "Kerkstraat", NumberRange(Side.EVEN, 2, 18))]
    assert [one.code for one in file.table.problems] == ["required", "required", "required", "required"]


def test_everything_that_is_wrong_is_told_at_once():
    rows = (
        "1,Centrum,15,Kerkstraat,all,,",
        "1,Centre,1500,Kerkstraat,left,x,-3",
        f"{'9' * 21},{'n' * 81},1500,{'s' * 121},odd,5,3",
        "2,Noord,1500,,,,",
        "2,Noord,1500,Dorp,even,3,3",
        "2,Noord,1500,Dorp,all,1,100000",
        "2,Noord,1500,Dorp,even,99999,",
        "2,Noord",
    )

    assert problems(content(*rows)) == [
        (9, "", "2", "cells"),
        (2, "postcode", "15", "not_a_postcode"),
        (3, "side", "left", "not_a_side"),
        (3, "number_from", "x", "not_a_house_number"),
        (3, "number_to", "-3", "not_a_house_number"),
        (4, "district_code", "9" * 21, "too_long_value"),
        (4, "district_name", "n" * 81, "too_long_value"),
        (4, "street_name", "s" * 121, "too_long_value"),
        (4, "number_to", "3", "numbers_reversed"),
        (5, "street_name", "", "required"),
        (5, "side", "", "required"),
        (6, "number_to", "3-3 even", "no_number"),
        (7, "number_to", "100000", "not_a_house_number"),
        (8, "number_to", "99999- even", "no_number"),
        (3, "district_name", "Centre", "district_two_names"),
    ]


def test_an_unknown_column_is_refused_by_its_name():
    assert problems(content("1,a,1500,b,all,,,x", header=f"{HEADER},remark")) == [(1, "remark", "remark", "column_unknown")]
    assert problems(content("1,a", header="district_code,district_code")) == [
        (1, "district_code", "district_code", "column_twice"),
        *((1, name, "", "column_missing") for name in COLUMNS[1:]),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (HEADER.encode(), "empty"),
        (b"\xff\xfe", "not_utf8"),
        (gzip.compress(content("1,a,1500,b,all,,"), mtime=0)[:-9], "damaged"),
    ],
)
def test_what_is_no_file_is_refused(data, code):
    assert [one[-1] for one in problems(data)] == [code]


def test_a_spreadsheets_file_is_read_too():
    plain = content("1,Centrum,1500,Kerkstraat,EVEN,2,18")

    for data in (gzip.compress(plain), b"\xef\xbb\xbf" + plain.replace(b",", b";").replace(b"\n", b"\r\n")):
        assert read(data).lines == [DistrictLine(2, "1", "Centrum", "1500", "Kerkstraat", NumberRange(Side.EVEN, 2, 18))]


def test_ends_of_the_other_side_are_moved_and_said():
    file = read(content("1,Centrum,1500,Kerkstraat,even,1,19", "1,Centrum,1500,Dorp,all,5,5"))

    assert [line.numbers for line in file.lines] == [NumberRange(Side.EVEN, 2, 18), NumberRange(Side.ODD, 5, 5)]
    assert [(one.row, one.value, one.code, one.expected) for one in file.warnings] == [(2, "1-19 even", "parity", "2-18 even")]


def test_codes_are_text_and_look_alikes_are_said_once():
    file = read(content("02,Twee,1500,Kerkstraat,all,,", "2,Ook,1500,Dorp,all,,", "2,Ook,1500,Berg,all,,", "A2,Drie,1500,Dal,all,,"))

    assert [line.code for line in file.lines] == ["02", "2", "2", "A2"]
    assert [(one.row, one.value, one.code, one.expected) for one in file.warnings] == [(3, "2", "code_zeros", "02")]


names = st.text("aZé ëŐñ'\"’.,;=+@-()/12", min_size=1, max_size=12).map(lambda text: f"n{text}n")
ends = st.none() | st.integers(0, 99_999)
lines = st.builds(
    lambda code, postcode, street, side, first, last: (code, f"Wijk {code}", str(postcode), street, NumberRange(side, first, last)),
    st.text("0123456789ABab-=+@", min_size=1, max_size=8), st.integers(1000, 9999), names, st.sampled_from(Side), ends, ends,
)  # fmt: skip


@given(st.lists(lines, min_size=1, max_size=5))
def test_what_is_written_is_read_back(rows):
    wanted = [
        DistrictLine(place, code, name, postcode, street, clean)
        for place, (code, name, postcode, street, numbers) in enumerate((row for row in rows if normalised(row[4])), start=2)
        if (clean := normalised(numbers))
    ]
    if not wanted:
        return

    file = read(write(wanted).encode())

    assert [(line.code, line.postcode, tidy(line.street_name), line.numbers) for line in file.lines] == [
        (line.code, line.postcode, tidy(line.street_name), line.numbers) for line in wanted
    ]
    assert (file.table.problems, [one.code for one in file.warnings if one.code != "code_zeros"]) == ([], [])


@given(
    st.binary(max_size=300) | st.lists(st.lists(st.text(max_size=6), max_size=9).map(",".join), max_size=6).map(lambda rows: content(*rows))
)
def test_no_bytes_break_it(data):
    file = read(data)

    assert file.lines or file.table.count or not data
    assert all(len(one.value) <= 200 for one in file.table.problems)
