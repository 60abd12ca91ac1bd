"""Voters lists: every row, nothing cut, boxes, strikes, headings, page x of y."""

import re
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.stream.lists import Column, Head, Heading, ListComposer, Row, Struck, _Waiting, list_stationery
from documents.stream.readback import warnings
from documents.stream.values import TooLongError, UnprintableError
from tests.documents.stream.files import texts, write_file

COLUMNS = (
    Column("Nr.", 14, 12, "right"),
    Column("", 27.5, 4, tick=True),
    Column("Naam", 33, 68, strong=True),
    Column("Adres", 103, 70),
    Column("", 184, 10, "center"),
)
HEAD = Head(
    title="Kiezerslijst",
    place="Halle",
    lines=("Stembureau 12 · Basisschool", "Verkiezingen van 13 oktober 2024"),
    stamp="DEFINITIEF",
    solid_stamp=True,
    watermark="",
    foot="Afdruk 1",
    legend="V = niet-Belgische kiezer",
    page_of="Bladzijde {page} van",
    continued="vervolg",
    language="nl",
    author="Stad Halle",
)
LISTS = ListComposer(COLUMNS)
LETTERS = st.sampled_from("aeinorstvwWÉŁşßêễọ(-)'. \\")


def row(number: int, name: str = "Janssens Jan", address: str = "Dorpsstraat 1", mark: str = "") -> Row:
    return str(number), "", name, address, mark


def printed(tmp_path: Path, rows: list[Row | Heading]) -> list[str]:
    path = write_file(
        tmp_path / "list.pdf", list_stationery("Lijst", language="nl"), {"12": LISTS.pages(HEAD, rows)}, [LISTS.layer(HEAD)], deflated=True
    )
    assert warnings(path) == []
    return texts(path)


def test_a_page_has_its_head_its_rows_and_its_number(tmp_path: Path):
    first, second = printed(tmp_path, [row(n, mark="V" if n == 2 else "") for n in range(1, 50)])

    assert first.startswith("Halle Kiezerslijst Stembureau 12 · Basisschool Verkiezingen van 13 oktober 2024 DEFINITIEF Nr. Naam Adres")
    assert "Bladzijde 1 van 2" in first
    assert "Bladzijde 2 van 2" in second
    assert "1 Janssens Jan Dorpsstraat 1 2 Janssens Jan Dorpsstraat 1 V 3 Janssens" in first
    assert second.endswith("49 Janssens Jan Dorpsstraat 1")


def test_a_list_without_voters_has_a_page(tmp_path: Path):
    (only,) = printed(tmp_path, [])

    assert "Bladzijde 1 van 1" in only


@given(
    st.lists(
        st.tuples(st.text(LETTERS, max_size=90), st.text(LETTERS, max_size=60), st.sampled_from(["", "V", "Vê", "ễ"])),
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=30, deadline=None)
def test_every_row_stands_on_the_list_whatever_its_letters(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str]]):
    rows: list[Row | Heading] = [row(1000 + place, f"N{name}", f"A{address}", mark) for place, (name, address, mark) in enumerate(cells)]

    pages = printed(tmp_path_factory.mktemp("list"), rows)

    found = "".join(pages).replace(" ", "").replace("\ufffe", "-").replace("\x02", "-")
    for line in rows:
        assert isinstance(line, tuple)
        for text in (line[0], line[2], line[3]):
            assert text.replace(" ", "") in found


def test_the_short_way_and_cell_by_cell_put_a_row_in_the_same_place():
    plain = ("1", "", "Janssens", "Dorpsstraat 1", "V")

    ((_, _, quick),) = LISTS._pieces([plain])
    _, slow = LISTS._slowly(plain)

    places = [[[float(number) for number in part.split()[-2:]] for part in shown.split(b"Td")[:-1]] for shown in (quick, slow)]
    assert places[0] == places[1]
    assert len(places[0]) == 4


def test_a_name_too_wide_is_condensed_and_then_broken(tmp_path: Path):
    wide, wider = "W" * 30, "Wouters " * 12

    height, shown = LISTS._slowly(row(1, wide))
    assert b" Tz" in shown
    higher, _ = LISTS._slowly(row(1, wider.strip()))
    assert higher > height

    assert wider.strip() in printed(tmp_path, [row(1, wider.strip())])[0]


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        (row(7, "Жук"), UnprintableError, "7, Naam: no letter for Жук (U+0416 U+0443 U+043A)"),
        (row(7, address="\u4e2d" * 60), UnprintableError, "7, Adres: no letter for \u4e2d (U+4E2D)"),
        (row(7, mark="Ω"), UnprintableError, "7, : no letter for Ω (U+03A9)"),
        (row(7, "W" * 300), TooLongError, f"7, Naam: 300 characters do not fit: {'W' * 300}"),
    ],
)
def test_a_row_that_cannot_be_printed_is_named(line: Row, kind: type[Exception], said: str):
    with pytest.raises(kind) as refused:
        LISTS.pages(HEAD, [row(1), line, row(8)])

    assert str(refused.value) == said


def test_a_page_is_filled_after_a_row_of_more_lines():
    """A row that takes two lines moves what is below it, not the end of the page."""
    rows: list[Row | Heading] = [row(n, name="Wouter-Jan van de Moortele van den Broeck " * 2 if n == 3 else "Maes") for n in range(1, 96)]

    assert len(LISTS.pages(HEAD, rows)) == 2


def test_a_row_is_struck_through_and_every_row_has_its_box():
    (page,) = LISTS.pages(HEAD, [row(1), Struck(row(2)), row(3)])

    content = zlib.decompress(page)
    assert content.count(b" re ") == 3
    assert content.count(b"0.8 w") == 1
    assert zlib.decompress(LISTS.pages(HEAD, [row(1), row(2), row(3)])[0]).count(b"0.8 w") == 0


def test_a_stroke_spares_the_column_of_reasons_and_crosses_every_line():
    spared = ListComposer((*COLUMNS[:4], Column("", 184, 10, "center", spared=True)))

    def strokes(composer: ListComposer, name: str) -> list[tuple[float, float]]:
        content = zlib.decompress(composer.pages(HEAD, [Struck(row(1, name, mark="O"))])[0])
        (drawn,) = re.findall(rb"0\.8 w ([^S]*)S", content)
        return [(float(left), float(right)) for left, right in re.findall(rb"([\d.]+) [\d.]+ m ([\d.]+) [\d.]+ l", drawn)]

    whole = (14 * 72 / 25.4, 196 * 72 / 25.4)
    assert strokes(LISTS, "Jan") == [pytest.approx(whole, abs=0.01)]
    (left, reason), (after, right) = strokes(spared, "Jan")
    assert (left, right) == pytest.approx(whole, abs=0.01)
    assert (reason, after) == pytest.approx((184 * 72 / 25.4, 194 * 72 / 25.4), abs=0.01)
    assert len(strokes(LISTS, ("Wouters " * 12).strip())) == 3


def test_a_page_is_the_same_bytes_whatever_was_drawn_before():
    rows: list[Row | Heading] = [row(n, f"Naam {n * n}") for n in range(1, 90)]
    first = LISTS.pages(HEAD, rows)
    LISTS.pages(HEAD, [row(n, "Öztürk (Zoë)") for n in range(300)])

    assert LISTS.pages(HEAD, rows) == first
    assert ListComposer(COLUMNS).pages(HEAD, rows) == first


@pytest.mark.parametrize("name", ["Nguyễn Văn", "ễ", "Wouters (Jan)", "W" * 30, "Wễ" * 14, "a\\b"])
def test_a_name_on_one_line_is_drawn_with_its_neighbours_as_it_is_alone(tmp_path: Path, name: str):
    ((_count, quick_height, quick),) = LISTS._pieces([row(1, name)])
    height, slow = LISTS._slowly(row(1, name))

    assert quick_height == height
    assert re.sub(rb"\[[-\d]*\(\)\]TJ|\(\)Tj", b"", quick) == re.sub(rb"\[[-\d]*\(\)\]TJ|\(\)Tj", b"", slow)
    assert f"1 {name} Dorpsstraat 1" in printed(tmp_path, [row(1, name)])[0]


def test_a_heading_is_said_again_on_the_next_page_and_never_stands_alone(tmp_path: Path):
    rows: list[Row | Heading] = [Heading("Dorpsstraat", "oneven"), *map(row, range(1, 47)), Heading("Kerkplein"), *map(row, range(47, 60))]

    first, second = printed(tmp_path, rows)

    assert "Dorpsstraat oneven" in first
    assert "Kerkplein" not in first
    assert second.index("Kerkplein") < second.index(" 47 Janssens")
    first, second, third = printed(
        tmp_path, [Heading("Dorpsstraat"), *map(row, range(1, 60)), Heading("Kerkplein", new_page=True), row(60)]
    )
    assert "Dorpsstraat vervolg" in second
    assert "Kerkplein 60 Janssens" in third


def test_a_special_space_is_drawn_as_a_space(tmp_path: Path):
    assert "Van den Broeck" in printed(tmp_path, [row(1, "Van\u00a0den\u00a0Broeck")])[0]


def test_thousands_of_headings_take_as_long_as_their_rows():
    """Each was a link more that every row behind it had to pass: ten times the streets took a hundred times as long."""
    lines: list[Row | Heading] = []
    for n in range(8000):
        lines += [Heading(f"Straat {n}"), *[(str(n),)] * 20]
    waiting = _Waiting(lines)
    found: list[Row | Heading] = []
    began = time.process_time()
    while (asked := waiting.next(40)) != (None, []):
        heading, rows = asked
        waiting.take(len(rows))
        found += rows if heading is None else [heading]
    assert time.process_time() - began < 2
    assert found == lines
