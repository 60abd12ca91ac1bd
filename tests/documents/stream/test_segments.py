"""The file in pieces: the same bytes however it is cut, valid, and its pages where the plan says."""

from io import BytesIO
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.stream.composer import Composer
from documents.stream.forms import compile_form
from documents.stream.plan import KIDS, PACKED, Plan, Station
from documents.stream.readback import warnings
from documents.stream.segments import PlanMismatchError, StreamWriter, epilogue, whole_file
from documents.stream.stationery import Stationery
from tests.documents.stream.files import texts, write_file
from tests.documents.stream.samples import card, voter

CARD = Stationery({"nl": card(), "fr": card("Convocation")}, title="Kaarten", language="nl", author="Stad Halle")
BLANK = Stationery({"nl": compile_form("<p>Blad</p>")}, title="Bladen")
LAYERS = Composer(CARD).layers({"nl": {"office": "1 Stadhuis"}, "fr": {"office": "1 Maison"}}, record="1")


def cards(numbers: range) -> list[bytes]:
    composer = Composer(CARD)
    return [composer.page("fr" if number % 3 else "nl", voter(number).values(), record=str(number)) for number in numbers]


def stations(sizes: list[int]) -> dict[str, list[bytes]]:
    starts = accumulate(sizes, initial=1)
    return {f"{place} Ștad": cards(range(start, start + size)) for place, (start, size) in enumerate(zip(starts, sizes, strict=False))}


@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=6), data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_bytes_are_the_same_however_the_stations_are_divided(sizes: list[int], data: st.DataObject):
    cuts = sorted(data.draw(st.sets(st.integers(1, len(sizes) - 1)))) if len(sizes) > 1 else []
    content = stations(sizes)
    with TemporaryDirectory() as folder:
        whole = write_file(Path(folder) / "whole.pdf", CARD, content, LAYERS)
        pieces = write_file(Path(folder) / "pieces.pdf", CARD, content, LAYERS, cuts)

        assert whole.read_bytes() == pieces.read_bytes()
        assert warnings(whole) == []


def test_pages_forms_and_outline_are_where_they_belong(tmp_path: Path):
    path = write_file(tmp_path / "cards.pdf", CARD, stations([2, 3]), LAYERS, cuts=[1])

    with pikepdf.open(path) as pdf:
        assert [len(node.Kids) for node in pdf.Root.Pages.Kids] == [2, 3]
        assert pdf.docinfo["/Title"] == "Kaarten"
        assert pdf.Root.Lang == "nl"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["0 Ștad", "1 Ștad"]
            assert [item.destination[0].objgen for item in outline.root if isinstance(item.destination, pikepdf.Array)] == [
                pdf.pages[place].obj.objgen for place in (0, 2)
            ]
    found = texts(path)
    assert [page.startswith("Convocation") for page in found] == [True, True, False, True, True]
    assert all(("1 Maison" in page) == page.startswith("Convocation") for page in found)


def test_only_our_fonts_and_the_form_s_are_used_and_all_are_embedded(tmp_path: Path):
    path = write_file(tmp_path / "cards.pdf", CARD, stations([3]), LAYERS)

    with pikepdf.open(path) as pdf:
        descriptors = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"]
        assert len(descriptors) >= 4
        assert all("/FontFile2" in descriptor for descriptor in descriptors)
        assert {str(descriptor.FontName)[1:].split("+")[1].replace("-", "")[:11] for descriptor in descriptors} == {"SourceSans3"}


@pytest.mark.slow
def test_a_station_of_thousands_has_several_nodes(tmp_path: Path):
    size = 2 * KIDS + 5
    pages = [b"BT /R0 9 Tf 50 50 Td(%d)Tj ET" % number for number in range(size)]

    path = write_file(tmp_path / "big.pdf", BLANK, {"a": pages[:3], "b": pages, "c": pages[:1]})

    assert warnings(path) == []
    assert texts(path) == [str(number) for number in [*range(3), *range(size), 0]]
    with pikepdf.open(path) as pdf:
        assert [int(node.Count) for node in pdf.Root.Pages.Kids] == [3, KIDS, KIDS, 5, 1]
        assert max(int(thing.N) for thing in pdf.objects if isinstance(thing, pikepdf.Stream) and thing.get("/Type") == "/ObjStm") == PACKED


@pytest.mark.slow
def test_thousands_of_stations_hang_on_nodes_between(tmp_path: Path):
    content = {str(place): [b"BT /R0 9 Tf 50 50 Td(%d)Tj ET" % place] for place in range(KIDS + 2)}

    path = write_file(tmp_path / "many.pdf", BLANK, content, cuts=[700])

    assert warnings(path) == []
    with pikepdf.open(path) as pdf:
        assert [int(node.Count) for node in pdf.Root.Pages.Kids] == [KIDS, 2]
        assert len(pdf.pages) == KIDS + 2
    assert texts(path)[-1] == str(KIDS + 1)


def test_what_is_not_as_planned_is_refused():
    plan = Plan(CARD, [Station("a", 2), Station("b", 1)])
    writer = StreamWriter(plan, BytesIO())
    with pytest.raises(PlanMismatchError, match="a: 0 layers instead of 2"):
        writer.station(cards(range(2)))
    writer.station(cards(range(2)), layers=LAYERS)
    with pytest.raises(PlanMismatchError, match="b: 2 pages instead of 1"):
        writer.station(cards(range(2)), layers=LAYERS)

    first = StreamWriter(plan, BytesIO())
    first.station(cards(range(2)), layers=LAYERS)
    with pytest.raises(PlanMismatchError, match="1 stations instead of 2"):
        list(epilogue(plan, [first.segment]))
    with pytest.raises(PlanMismatchError, match="begins at station 0 instead of 1"):
        list(epilogue(plan, [first.segment, first.segment]))
    with pytest.raises(ValueError, match="no pages"):
        Station("c", 0)


def test_a_file_without_all_its_stations_does_not_end():
    plan, stream = Plan(CARD, [Station("a", 2), Station("b", 1)]), BytesIO()

    with pytest.raises(PlanMismatchError, match="1 stations instead of 2"), whole_file(plan, stream) as writer:
        writer.station(cards(range(2)), layers=LAYERS)

    assert b"startxref" not in stream.getvalue()


def test_what_goes_wrong_in_a_station_is_raised_and_the_file_does_not_end():
    plan, stream = Plan(CARD, [Station("a", 2)]), BytesIO()

    with pytest.raises(ZeroDivisionError), whole_file(plan, stream) as writer:
        writer.station((b"%d" % (1 // n) for n in (1, 0)), layers=LAYERS)

    assert b"startxref" not in stream.getvalue()
