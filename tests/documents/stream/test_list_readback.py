"""A file of lists is read back by another library: what is missing, twice, changed or foreign is found."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.stream import list_readback as readback
from documents.stream.list_file import PrintedList, bind, draw_list
from documents.stream.list_readback import ListReader
from documents.stream.lists import Heading, ListComposer, Row, list_stationery
from tests.documents.stream.test_lists import COLUMNS, HEAD, LETTERS, row

Lines = Sequence[Row | Heading]
LONG = "Vandenbossche-Van Steenkiste de la Tour " * 3
STREETS: Lines = [
    Heading("Dorpsstraat", "1500"), *[row(n, f"Peeters, Jan-Baptist {n}", mark="V 16+" if n % 7 == 0 else "") for n in range(1, 60)],
    Heading("Église du Nord (Kerk)"), *[row(n, f"Nguyễn, Văn {n}") for n in range(60, 110)], row(110, LONG.strip()), row(111, "Öz, Zoë", "A" * 70),
    Heading("Zinkstraat", new_page=True), row(112),
]  # fmt: skip


def written(path: Path, *lists: Lines, head=HEAD) -> Path:
    composer = ListComposer(COLUMNS)
    bind(path, list_stationery("Lijst", language="nl"), [draw_list(composer, PrintedList("12", head, lines)) for lines in lists])
    return path


def problems(path: Path, *lists: Lines, head=HEAD) -> list[tuple[str, str]]:
    reader = ListReader(path, COLUMNS)
    found = [fault for lines in lists for fault in reader.check(PrintedList("12", head, lines))]
    return [(fault.record, fault.problem) for fault in (*found, *reader.finish())]


@pytest.mark.parametrize("watermark", ["", "PROEF"])
def test_what_was_written_is_read_back(tmp_path: Path, watermark: str) -> None:
    head = replace(HEAD, watermark=watermark)
    path = written(tmp_path / "a.pdf", STREETS, [], STREETS[:3], head=head)

    assert problems(path, STREETS, [], STREETS[:3], head=head) == []


@given(
    st.lists(
        st.tuples(st.text(LETTERS, max_size=90), st.text(LETTERS, max_size=60), st.sampled_from(["", "V", "16+"])), min_size=1, max_size=60
    )
)
@settings(max_examples=30, deadline=None)
def test_any_list_is_read_back(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str]]) -> None:
    lines = [row(1000 + place, f"N{name}", f"A{address}", mark) for place, (name, address, mark) in enumerate(cells)]
    path = written(tmp_path_factory.mktemp("list") / "a.pdf", lines)

    assert problems(path, lines) == []


def changed(place: int, line: Row | Heading | None) -> Lines:
    """The streets with another line at a place, or none."""
    return [*STREETS[:place], *([line] if line is not None else []), *STREETS[place + 1 :]]


@pytest.mark.parametrize(
    ("printed", "record"),
    [
        (changed(5, None), "5"),
        (changed(5, row(5, "Peeters, Jan-Baptist 4")), "5"),
        (changed(5, row(6, "Peeters, Jan-Baptist 5")), "5"),
        (changed(5, row(5, "Peeters, Jan-Baptist 5", mark="V")), ""),
        ([*STREETS[:6], STREETS[5], *STREETS[6:]], ""),
        ([*STREETS, row(999, "Niemand, Jan")], ""),
        (STREETS[:-1], "112"),
        ([STREETS[0], STREETS[2], STREETS[1], *STREETS[3:]], "2"),
    ],
)
def test_a_row_that_is_missing_or_twice_or_otherwise_is_found(tmp_path: Path, printed: Lines, record: str) -> None:
    found = problems(written(tmp_path / "a.pdf", printed), STREETS)

    assert found
    assert record in {where for where, _problem in found}


def test_another_head_or_a_page_too_many_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", STREETS)

    assert ("", readback.HEAD) in problems(path, STREETS, head=replace(HEAD, foot="Afdruk 2"))
    assert ("", readback.COUNT) in problems(path, STREETS, head=replace(HEAD, page_of="Blad {page} van"))
    assert problems(written(tmp_path / "b.pdf", STREETS, STREETS), STREETS)[0] == ("", readback.MORE)
    assert ("1", readback.FEWER) not in problems(path, STREETS)
    assert ("Dorpsstraat", readback.FEWER) in problems(path, STREETS, STREETS)


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pdf", STREETS)
    whole = path.read_bytes()
    for damaged in (whole[:-400], whole[:3000] + b"0" * 500 + whole[3500:], b"", b"no PDF"):
        path.write_bytes(damaged)
        assert problems(path, STREETS)
