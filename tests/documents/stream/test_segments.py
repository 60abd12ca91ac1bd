"""The file in pieces: the same bytes however it is cut, valid, and its pages where the plan says."""

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
from documents.stream.segments import PlanMismatchError, Segment, StreamWriter, assemble, epilogue, prologue
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


def test_the_parts_of_an_upload_are_the_file(tmp_path: Path):
    content = stations([2, 1])
    path = write_file(tmp_path / "cards.pdf", CARD, content, LAYERS, cuts=[1])
    plan = Plan(CARD, [Station(title, len(pages)) for title, pages in content.items()])
    pieces = [tmp_path / f"cards.{first}" for first in (0, 1)]
    segments = []
    for first, pages in enumerate(content.values()):
        with (tmp_path / "again").open("wb") as stream:
            writer = StreamWriter(plan, stream, first=first)
            writer.station(pages, layers=LAYERS)
        assert (tmp_path / "again").read_bytes() == pieces[first].read_bytes()
        segments.append(writer.segment)

    parts = [prologue(plan), *(piece.read_bytes() for piece in pieces), *epilogue(plan, segments)]

    assert b"".join(parts) == path.read_bytes()


def test_what_is_not_as_planned_is_refused(tmp_path: Path):
    plan = Plan(CARD, [Station("a", 2), Station("b", 1)])
    piece = tmp_path / "piece"
    with piece.open("wb") as stream:
        writer = StreamWriter(plan, stream)
        with pytest.raises(PlanMismatchError, match="a: 0 layers instead of 2"):
            writer.station(cards(range(2)))
        writer.station(cards(range(2)), layers=LAYERS)
        with pytest.raises(PlanMismatchError, match="b: 2 pages instead of 1"):
            writer.station(cards(range(2)), layers=LAYERS)
    with piece.open("wb") as stream:
        writer = StreamWriter(plan, stream)
        writer.station(cards(range(2)), layers=LAYERS)
    first = writer.segment

    with pytest.raises(PlanMismatchError, match="1 stations instead of 2"):
        assemble(plan, [(first, piece)], tmp_path / "file.pdf")
    with pytest.raises(PlanMismatchError, match="begins at station 0 instead of 1"):
        assemble(plan, [(first, piece), (first, piece)], tmp_path / "file.pdf")
    piece.write_bytes(b"other")
    with pytest.raises(PlanMismatchError, match="5 bytes instead of"):
        assemble(plan, [(first, piece)], tmp_path / "file.pdf")
    with pytest.raises(ValueError, match="no pages"):
        Station("c", 0)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.integers(1, 1000))
def test_chunks_are_all_stations_once_in_order(sizes: list[int], pages: int):
    plan = Plan(BLANK, [Station(str(place), size) for place, size in enumerate(sizes)])

    parts = plan.chunks(pages)

    assert [index for part in parts for index in part] == list(range(len(sizes)))
    assert all(len(part) == 1 or sum(sizes[part.start : part.stop]) <= pages for part in parts)
    assert [plan.station_of(page) for page in range(plan.pages)] == [place for place, size in enumerate(sizes) for _ in range(size)]


def test_a_segment_is_kept_beside_its_piece():
    segment = Segment(3, 1, 1 << 34)
    segment.lengths.extend([400, 1 << 31])
    segment.digests.append(b"d" * 32)

    assert Segment.from_bytes(segment.to_bytes()) == segment
