"""Pages: texts at their places, refusals that name the voter, overprints, files of one page."""

from itertools import pairwise

import pypdfium2
import pytest

from documents.stream.composer import Composer, Offset
from documents.stream.forms import compile_form
from documents.stream.readback import warnings
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from documents.stream.values import CodeRefusedError, Name, RecordRefusedError, SlotMissingError, TooLongError, UnprintableError, Value
from tests.documents.stream.files import texts
from tests.documents.stream.samples import card, voter

MM = 72 / 25.4
PAPER = Stationery({"nl": card(), "fr": card("Convocation")}, title="Kaart", author="Stad Halle")
OFFICE = {"office": "1 Stadhuis"}


def one(lines: int, align: str = "left") -> Stationery:
    """A form with nothing but a slot of 40 mm, from 100 mm from the left and 50 mm from the top."""
    style = f"position: absolute; left: 100mm; top: 50mm; width: 40mm; height: {lines * 5}mm; font: 10pt/14pt 'Source Sans 3'; text-align: {align}"
    return Stationery({"nl": compile_form(f'<div data-slot="name" data-lines="{lines}" style="{style}"></div>')}, title="Kaart")


def boxes(pdf: bytes) -> list[tuple[str, float, float, float]]:
    """Each piece of text on the first page: left, right and lower edge in mm from the left and the top."""
    page = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    found = []
    for index in range(text.count_rects()):
        left, bottom, right, _ = text.get_rect(index)
        found.append((text.get_text_bounded(*text.get_rect(index)).strip(), left / MM, right / MM, (page.get_height() - bottom) / MM))
    text.close()
    return found


@pytest.mark.parametrize(("align", "left", "right"), [("left", 100, None), ("right", None, 140), ("center", 106.4, 133.6)])
def test_texts_stand_left_right_or_in_the_middle(align: str, left: float | None, right: float | None):
    ((_, x, end, _),) = boxes(Singles(one(1, align)).pdf("nl", {"name": "Mevrouw Janssens"}, record="1"))

    assert left is None or x == pytest.approx(left, abs=0.5)
    assert right is None or end == pytest.approx(right, abs=0.5)
    assert end - x == pytest.approx(27, abs=4)


@pytest.mark.parametrize("align", ["left", "right", "center"])
@pytest.mark.parametrize("length", [1, 20, 40, 60, 80, 100, 120])
def test_a_name_of_any_length_stays_in_its_room(align: str, length: int):
    text = ("Wouter-Jan van de Moortele " * 5)[:length].strip()

    pdf = Singles(one(5, align)).pdf("nl", {"name": text}, record="1")

    assert texts(pdf)[0].replace(" ", "").replace("\ufffe", "-") == text.replace(" ", "")
    assert all(x >= 99.5 and end <= 140.5 for _, x, end, _ in boxes(pdf))


def test_a_block_closes_up_over_empty_lines_and_gives_a_long_name_two():
    value: Value = (Name("Vandenbroeck-Vandersmissen", ("Marie-Antoinette",)), "", "Dorpsstraat 1", "1500 Halle")

    found = boxes(Singles(one(4)).pdf("nl", {"name": value}, record="1"))

    heights = [bottom for *_, bottom in found]
    assert [text for text, *_ in found] == ["Vandenbroeck-Vandersmissen", "Marie-Antoinette", "Dorpsstraat 1", "1500 Halle"]
    assert [b - a for a, b in pairwise(heights)] == pytest.approx([14 / MM] * 3, abs=0.9)


def test_a_name_that_does_not_fit_ends_in_initials_and_then_in_a_refusal():
    names = Singles(one(1))

    assert texts(names.pdf("nl", {"name": Name("Janssens", ("Marie", "Josephine", "Wilhelmina"))}, record="1")) == [
        "Janssens Marie Josephine W."
    ]
    with pytest.raises(TooLongError, match=r"^voter 7, name: 41 characters do not fit: Janssens") as refused:
        names.pdf("nl", {"name": "Janssens Marie Josephine Wilhelmina Maria"}, record="voter 7")
    assert (refused.value.record, refused.value.slot) == ("voter 7", "name")


@pytest.mark.parametrize(
    ("changed", "kind", "said"),
    [
        (
            {"address": (Name("Жуков", ("Jan",)), "Dorpsstraat 1")},
            UnprintableError,
            "voter 9, address: no letter for Жуков (U+0416 U+0443 U+043A U+043E U+0432)",
        ),
        ({"token": "T\u4e2d"}, UnprintableError, "voter 9, token: no letter for \u4e2d (U+4E2D)"),
        ({"address": ("a", "b", "c", "d", "e", "f", "g")}, TooLongError, "voter 9, address: 19 characters do not fit: a, b, c, d, e, f, g"),
        ({"token": "W" * 60}, TooLongError, f"voter 9, token: 60 characters do not fit: {'W' * 60}"),
        ({"qr": "HTTPS://K.BE/short"}, CodeRefusedError, "voter 9, qr: not a text for this code: HTTPS://K.BE/short"),
        ({"mail": "12"}, CodeRefusedError, "voter 9, mail: not a text for this code: 12"),
    ],
)
def test_a_refusal_names_the_voter_the_place_and_the_reason(changed: dict[str, Value], kind: type[RecordRefusedError], said: str):
    with pytest.raises(kind) as refused:
        Composer(PAPER).page("nl", {**voter(9).values(), **changed}, record="voter 9")

    assert str(refused.value) == said


def test_a_value_too_many_or_too_few_is_refused():
    values = dict(voter(1).values())
    composer = Composer(PAPER)

    for wrong in ({**values, "other": "x"}, {name: values[name] for name in values if name != "qr"}, {**values, "other": "x", "qr": "y"}):
        with pytest.raises(SlotMissingError):
            composer.page("nl", {name: value for name, value in wrong.items() if name != "token"}, record="1")


def test_decomposed_letters_and_other_spaces_are_set_right():
    decomposed = "Ele\u0301onore\u00a0Sˇ".replace("Sˇ", "S\u030c")

    assert texts(Singles(one(1)).pdf("nl", {"name": decomposed}, record="1")) == ["Eléonore Š"]
    assert texts(Singles(one(1, "right")).pdf("nl", {"name": decomposed}, record="1")) == ["Eléonore Š"]


def test_an_overprint_is_the_page_without_its_form_moved():
    values = voter(2).values()
    whole = boxes(Singles(PAPER).pdf("nl", values, station=OFFICE, record="1"))
    moved = boxes(Singles(PAPER, overprint=Offset(right=3, up=-2)).pdf("nl", values, station=OFFICE, record="1"))

    assert whole[0][0].startswith("Oproepingsbrief")
    assert [text for text, *_ in moved] == [text for text, *_ in whole[1:]]
    for (_, x, _, y), (_, left, _, top) in zip(moved, whole[1:], strict=True):
        assert (x - left, y - top) == pytest.approx((3, 2), abs=0.05)


def test_one_voter_s_file_is_valid_small_and_the_same_every_time(tmp_path):
    singles = Singles(PAPER)
    files = [singles.pdf("fr", voter(number).values(), station=OFFICE, record="1") for number in (3, 1, 3)]

    assert files[0] == files[2] != files[1]
    assert files[0] == Singles(PAPER).pdf("fr", voter(3).values(), station=OFFICE, record="1")
    for number, pdf in enumerate(files):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf)
        assert warnings(path) == []
    assert texts(files[0])[0].startswith("Convocation")


def test_the_other_side_of_the_sheet_is_a_second_page_whoever_the_voter_is(tmp_path):
    back = compile_form("<p style=\"margin: 40mm; font: 10pt 'Source Sans 3'\">Wat u moet weten</p>")
    singles = Singles(PAPER, back=back)
    files = [singles.pdf("fr", voter(number).values(), station=OFFICE, record="1") for number in (3, 1)]

    for number, pdf in enumerate(files):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf)
        assert warnings(path) == []
        front, other = texts(pdf)
        assert front.startswith("Convocation")
        assert other == "Wat u moet weten"
    assert texts(files[0])[0] == texts(Singles(PAPER).pdf("fr", voter(3).values(), station=OFFICE, record="1"))[0]
    assert len(files[0]) < 45_000


def test_a_form_without_places_for_a_station_takes_none():
    with pytest.raises(SlotMissingError):
        Singles(one(1)).pdf("nl", {"name": "Jan"}, station=OFFICE, record="1")


def test_an_unprintable_station_is_named():
    with pytest.raises(UnprintableError, match="station 4, office"):
        Composer(PAPER).layers({"nl": {"office": "Ω"}, "fr": OFFICE}, record="station 4")
