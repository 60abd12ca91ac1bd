"""The compiled core and the writers in Python: the same bytes, the same refusals."""

import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents.stream import native
from documents.stream.composer import Composer, Offset
from documents.stream.faces import LETTERS
from documents.stream.forms import compile_form
from documents.stream.list_values import Column, Row, Struck
from documents.stream.lists import ListComposer
from documents.stream.plan import Plan, Station
from documents.stream.segments import StreamWriter
from documents.stream.stationery import Stationery
from documents.stream.values import Name, RecordRefusedError, SlotMissingError, Value
from electionadmin.launcher import compiler
from tests.documents.stream.samples import card, voter
from tests.documents.stream.test_lists import HEAD

LEFT_OUT = os.environ.get("DOCUMENTS_CORE") == "python"
pytestmark = pytest.mark.skipif(compiler.compiler() is None or LEFT_OUT, reason="no compiled core: no C compiler here, or left out")

BOX = "position: absolute; left: 20mm; width: 60mm; height: {height}mm; font: {weight} {size}pt/14pt 'Source Sans 3'; top: {top}mm"
SLOTS = (
    ("large", 'data-lines="1"', {"height": 8, "weight": 600, "size": 17, "top": 20}),
    ("small", 'data-lines="1"', {"height": 5, "weight": 400, "size": 7, "top": 40}),
    ("block", 'data-lines="4"', {"height": 24, "weight": 400, "size": 11, "top": 60}),
    ("right", 'data-lines="1"', {"height": 6, "weight": 400, "size": 11, "top": 90}),
)
TEXTS = "".join(
    f'<div data-slot="{name}" {lines} style="{BOX.format(**values)}{";text-align:right" if name == "right" else ""}"></div>'
    for name, lines, values in SLOTS
)
CODE = '<div data-slot="qr" data-code="qr" data-length="{length}" data-start="{start}" style="position:absolute;left:20mm;top:120mm;width:30mm;height:30mm"></div>'
COMMON, RARE = "".join(LETTERS[0]), "".join(LETTERS[1])


def composers(paper: Stationery, *, kern: bool = True, overprint: Offset | None = None) -> tuple[Composer, Composer]:
    """One that uses the core, and one that does not."""
    compiled = Composer(paper, kern=kern, overprint=overprint)
    core, native.core = native.core, None
    try:
        return compiled, Composer(paper, kern=kern, overprint=overprint)
    finally:
        native.core = core


PAPER = Stationery({"nl": compile_form(TEXTS + CODE.format(length=21, start="HTTPS://K.BE/"))}, title="Kaart")
BOTH = composers(PAPER)
PLAIN = composers(PAPER, kern=False, overprint=Offset(1.5, -0.5))
words = st.text(st.sampled_from(COMMON), max_size=12) | st.from_regex(r"\A[A-Z]{0,3}[-./]?[0-9]{0,4}[-./A-Z]{0,3}\Z")
texts = (
    st.lists(words, max_size=4).map(" ".join)
    | st.text(st.sampled_from("AVToWói Ł-1"), max_size=60)
    | st.text(st.sampled_from(COMMON + RARE), max_size=12)
    | st.text(max_size=6)
)
names = st.builds(
    Name,
    st.text(st.sampled_from(COMMON), min_size=1, max_size=20),
    st.lists(words, max_size=3).map(tuple),
    st.booleans(),
    st.sampled_from(["", "Mevrouw"]),
)
lines = st.lists(texts | names, max_size=5).map(tuple)
codes = st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), min_size=8, max_size=8).map("HTTPS://K.BE/".__add__)


def outcome(composer: Composer, values: Mapping[str, Value]) -> bytes | tuple[type, str]:
    """The bytes of a page, or what was raised."""
    try:
        return composer.page("nl", values, record="voter 7")
    except (RecordRefusedError, SlotMissingError) as error:
        return type(error), str(error)


@settings(max_examples=400)
@given(large=texts | names, small=texts | names | lines, block=texts | names | lines, right=texts, qr=codes | texts)
@example(large="", small=(), block=("",), right="", qr="")
@example(large=" ", small="  a  ", block=(" ", "a"), right=" ", qr="HTTPS://K.BE/0000000É")
@example(large="AV To Wó", small="A-1", block=("1-A", "12/4", "A1É", "-1"), right="€", qr="HTTPS://K.BE/-:/.+*%$")
@example(large="Ngọc", small="\x00", block=("a\nb",), right="a\u00a0b", qr="HTTPS://K.BE/abcdefgh")
def test_every_value_gives_the_same_bytes_or_the_same_refusal(large, small, block, right, qr):
    values = {"large": large, "small": small, "block": block, "right": right, "qr": qr}

    for compiled, python in (BOTH, PLAIN):
        assert outcome(compiled, values) == outcome(python, values)


def test_a_text_is_drawn_the_same_at_every_width_around_its_room():
    """Where it just fits, or just does not, the core leaves the word to Python."""
    seen = set()
    for length in range(1, 120):
        for letter in "iWa ":
            values = {
                "large": letter * length,
                "small": letter * length,
                "block": letter * length,
                "right": "x",
                "qr": "HTTPS://K.BE/00000000",
            }
            found = [outcome(one, values) for one in BOTH]
            assert found[0] == found[1]
            seen.add(type(found[0]))
    assert seen == {bytes, tuple}


def test_every_pair_of_letters_is_moved_the_same():
    for letter in COMMON:
        text = "".join(f"{letter}{other}" for other in COMMON if other != " ")
        for start in range(0, len(text), 20):
            values = {
                "large": "",
                "small": text[start : start + 20],
                "block": text[start : start + 20],
                "right": "",
                "qr": "HTTPS://K.BE/0A",
            }
            values["qr"] = "HTTPS://K.BE/0A0A0A0A"
            assert BOTH[0].page("nl", values, record="1") == BOTH[1].page("nl", values, record="1")


@pytest.mark.parametrize(("length", "start"), [(1, ""), (2, "A"), (3, "AB"), (28, "HTTPS://K.HALLE.BE/"), (29, "HTTPS://K.HALLE.BE/A")])
def test_codes_are_the_same_of_even_and_odd_lengths(length: int, start: str):
    compiled, python = composers(Stationery({"nl": compile_form(CODE.format(length=length, start=start))}, title="Kaart"))
    draw = random.Random(2030)
    hexadecimal = 0
    for _ in range(400):
        text = start + "".join(draw.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", k=length - len(start)))
        page = compiled.page("nl", {"qr": text}, record="1")
        assert page == python.page("nl", {"qr": text}, record="1")
        hexadecimal += b"/AHx" in page
    assert hexadecimal or length < 28  # one in thirty holds the bytes that would end it


def test_a_card_with_phrases_codes_and_a_layer_is_the_same():
    compiled, python = composers(Stationery({"nl": card(), "fr": card("Convocation")}, title="Kaart"))

    for number in range(60):
        values = voter(number).values()
        assert compiled.page("fr", values, record="1") == python.page("fr", values, record="1")
        assert compiled.page("nl", {**values, "mail": ""}, record="1") == python.page("nl", {**values, "mail": ""}, record="1")


def test_a_missing_slot_is_named_and_nothing_is_drawn():
    values = {"large": "", "small": "", "block": "", "right": "", "other": ""}

    for one in BOTH:
        with pytest.raises(SlotMissingError, match=r"voter 7: \['other', 'qr'\]"):
            one.page("nl", values, record="voter 7")


def test_what_is_not_text_is_refused_as_python_does():
    for bad in (7, None, b"x", ["x"]):
        values: dict[str, Any] = {"large": bad, "small": "", "block": "", "right": "", "qr": "HTTPS://K.BE/00000000"}
        raised = []
        for one in BOTH:
            with pytest.raises((TypeError, AttributeError)) as refused:
                one.page("nl", values, record="1")
            raised.append(refused.type)
        assert raised[0] is raised[1]


@pytest.mark.parametrize("deflated", [False, True])
def test_objects_are_packed_the_same(monkeypatch: pytest.MonkeyPatch, *, deflated: bool):
    class Sink(bytearray):
        def write(self, data: bytes) -> int:
            self.extend(data)
            return len(data)

    pages = [bytes([65 + n % 26]) * (n % 700) for n in range(1203)]
    plan = Plan(Stationery({"nl": card()}, title="Kaart"), [Station("1", 700), Station("2", 503)])
    found = []
    for core in (native.core, None):
        monkeypatch.setattr(native, "core", core)
        sink, coming = Sink(), iter(pages)
        writer = StreamWriter(plan, sink, deflated=deflated)
        for station in plan.stations:
            writer.station((next(coming) for _ in range(station.pages)), layers=[b"x"])
        found.append((bytes(sink), writer.segment))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "slots",
    [
        [(b"", "a", str, "t", (b"", b"", None, 1, 1, 1))],
        [(b"", "a", str, "t", (b"", bytes(512), b"short", 1, 1, 1))],
        [(b"", "a", str, "q", (b"AB", b"", bytes(10), (), 4))],
        [(b"", "a", str, "q", (b"", b"", bytes(9999), (bytes(10),), 1))],
        [(b"", "a", str, "x", ())],
        [(b"", "a")],
        ["a"],
    ],
)
def test_tables_of_another_size_are_refused(slots):
    with pytest.raises((ValueError, TypeError)):
        native.core.Pattern(slots, b"", Name)


def test_a_library_built_from_another_source_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path):
    other = Path(shutil.copytree(native.SOURCES, tmp_path / "c"))
    monkeypatch.setattr(native, "SOURCES", other)
    assert native._load() is not None

    for path in sorted(other.iterdir()):
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert native._load() is None, path
        path.write_bytes(before)


def test_where_it_can_be_built_it_is_used():
    assert native.core is not None


def test_the_core_can_be_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DOCUMENTS_CORE", "python")
    assert native._load() is None


LIST_COLUMNS = (
    Column("Nr.", 14, 13, "right"),
    Column("", 28, 5, tick=True),
    Column("Naam", 35, 66, strong=True),
    Column("Adres", 103, 70),
    Column("", 184, 10, "center"),
)
cells = texts | st.sampled_from(["Maes (Tovar) Jan", "a\\b", "Ngọc", "x" * 45, "W" * 36, "\u00a0", "soft\u00adhyphen", "12 ", " 1"])
list_rows = st.lists(
    st.builds(
        lambda kind, *row: kind(row),
        st.sampled_from([tuple, Struck]),
        st.integers(1, 99_999).map(str) | texts,
        st.just(""),
        cells,
        cells,
        st.sampled_from(["", "V", "EP", "65 +", "é"]),
    ),
    max_size=60,
)


def list_outcome(composer: ListComposer, rows: list[Row]) -> list[bytes] | tuple[type, str]:
    """The pages, or what was raised."""
    try:
        return composer.pages(HEAD, rows)
    except RecordRefusedError as error:
        return type(error), str(error)


def list_composers(monkeypatch: pytest.MonkeyPatch) -> tuple[ListComposer, ListComposer]:
    compiled = ListComposer(LIST_COLUMNS)
    with monkeypatch.context() as without:
        without.setattr(native, "core", None)
        return compiled, ListComposer(LIST_COLUMNS)


@settings(max_examples=200)
@given(rows=list_rows)
def test_every_row_of_a_list_is_drawn_the_same(rows):
    with pytest.MonkeyPatch.context() as patch:
        compiled, python = list_composers(patch)

    assert list_outcome(compiled, rows) == list_outcome(python, rows)


def test_numbers_and_marks_are_placed_the_same_to_the_last_digit(monkeypatch: pytest.MonkeyPatch):
    compiled, python = list_composers(monkeypatch)
    draw = random.Random(2030)
    marks = ["".join(chr(draw.randint(33, 126)) for _ in range(length % 5)) for length in range(3000)]
    rows = [(str(draw.randint(0, 10 ** draw.randint(1, 7))), "", "Jan", "Dorp 1", mark) for mark in marks]

    assert compiled.pages(HEAD, rows) == python.pages(HEAD, rows)


@pytest.mark.parametrize("bad", [("2", "", "Jan", "Dorp 1"), ("2", "", "Jan", "Dorp 1", "", "x")])
@pytest.mark.parametrize("before", [0, 1])
def test_rows_of_another_width_are_refused_by_both(monkeypatch: pytest.MonkeyPatch, bad: Row, before: int):
    for composer in list_composers(monkeypatch):
        with pytest.raises(ValueError, match=r"zip|texts for 5 columns"):
            composer.pages(HEAD, [("1", "", "Jan", "Dorp 1", "")] * before + [bad])
