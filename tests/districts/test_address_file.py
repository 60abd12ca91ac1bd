"""The reader: whatever bytes come in, it ends with rows or with problems, and never with anything else."""

import csv
import gzip
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districts.rules.address_file import MAX_PROBLEMS, AddressReader, watched
from tests.districts.address_files import HEADER, ORDINARY, address_file, line


def read(content, nis="23027"):
    reader = AddressReader(nis)
    return list(reader.read(io.BytesIO(content))), reader


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
CELLS = st.dictionaries(st.sampled_from(HEADER.split(",")), TEXT, max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_problems_and_no_rows(content):
    rows, reader = read(content)

    assert rows == []
    assert reader.problem_count >= 1


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 600))
def test_a_damaged_file_never_breaks_the_reader(noise, place):
    good = address_file(line(1), line(2)).getvalue()

    rows, reader = read(good[:place] + noise + good[place:])

    assert all(row.best_id >= 0 for row in rows)
    assert "\x00" not in "".join(problem.value + problem.column for problem in reader.problems)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, max_size=5))
def test_every_row_is_taken_or_named_in_a_problem(changes):
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER.split(","))
    writer.writeheader()
    for number, cells in enumerate(changes):
        writer.writerow({**ORDINARY, "address_id": str(number), **cells})
    writer.writerow({**ORDINARY, "address_id": "999"})

    rows, reader = read(text.getvalue().encode("utf-8"))

    named = {problem.row for problem in reader.problems}
    taken = {row.row for row in rows}
    passed_over = {
        number
        for number, cells in enumerate(changes, start=2)
        if cells.get("municipality_id", "23027").strip() != "23027" or cells.get("status", "current").strip() != "current"
    }
    assert taken.isdisjoint(named)
    assert taken | named | passed_over == set(range(2, len(changes) + 3)) | named
    assert len(changes) + 2 in taken
    for row in rows:
        assert row.house_number.strip() == row.house_number != ""
        assert row.latitude is None or 49.4 <= row.latitude <= 51.6


def test_a_line_end_in_a_quoted_cell_belongs_to_the_cell():
    content = address_file(line(1, region_code='"BE\nVLG"'), line(2)).getvalue()

    rows, reader = read(content)

    assert [(problem.row, problem.code) for problem in reader.problems] == [(2, "control_character")]
    assert [(row.row, row.best_id) for row in rows] == [(3, 2)]


def test_problems_past_the_limit_are_counted_only():
    _rows, reader = read(address_file(*[line("x")] * (MAX_PROBLEMS + 5)).getvalue())

    assert (len(reader.problems), reader.problem_count) == (MAX_PROBLEMS, MAX_PROBLEMS + 5)


def test_a_row_of_another_municipality_that_holds_our_number_is_not_ours():
    rows, reader = read(address_file(line(23027, municipality_id="45062"), line(1)).getvalue())

    assert [row.best_id for row in rows] == [1]
    assert (reader.rows, reader.own) == (2, 1)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file():
    other = (line(5, municipality_id="11002") + "\n").encode() * 20_000
    region = gzip.compress(HEADER.encode() + b"\n" + other * 20 + line(1).encode(), 1)
    reader = AddressReader("23027")

    tracemalloc.start()
    rows = list(reader.read(watched(io.BytesIO(region), lambda _done: None)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(rows), reader.rows) == (1, 400_001)
    assert peak < 8_000_000 < len(other) * 20 / 4
