"""A template becomes a form: where its slots are, what it may not be."""

import pytest

from documents.engine.fonts import REGULAR, SEMIBOLD
from documents.engine.pages import AddressRefusedError
from documents.stream.composer import Composer
from documents.stream.forms import CompiledForm, Slot, TemplateError, compile_form
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from tests.documents.stream.files import texts
from tests.documents.stream.samples import card, voter

MM = 72 / 25.4
BOX = "position: absolute; left: 20mm; top: 30mm; width: 60mm; height: 10mm; font-size: 10pt; line-height: 12pt"


def slot(attributes: str = "", style: str = BOX, inside: str = "") -> Slot:
    (found,) = compile_form(f'<div data-slot="name" {attributes} style="{style}">{inside}</div>').slots
    return found


def test_a_slot_is_where_the_layout_put_it():
    found = slot('data-lines="2" data-shrink="0.9"')

    assert (found.x, found.width, found.height) == pytest.approx((20 * MM, 60 * MM, 10 * MM), abs=0.01)
    # A line of 12 points: the ascent (1.0) and descent (0.326) of the face, centred.
    assert found.y == pytest.approx(267 * MM - (12 - 13.26) / 2 - 10, abs=0.3)
    assert (found.face, found.size, found.lines, found.leading, found.least) == (REGULAR, 10, 2, 12, 0.9)
    assert (found.layer, found.align, found.colour, found.code) == ("voter", "left", (0, 0, 0), "")


def test_a_sample_text_moves_nothing_and_is_not_printed():
    form = compile_form(f'<p>Kop</p><div data-slot="name" style="{BOX}">Mevrouw Voorbeeld</div>')

    assert form.slots == (slot(),)
    page = Singles(Stationery({"nl": form}, title="Kaart")).pdf("nl", {"name": "Jan"}, record="1")
    assert texts(page) == ["Kop Jan"]


def test_face_colour_and_alignment_are_the_element_s_own():
    found = slot(style=f"{BOX}; font-weight: 600; color: #336699; text-align: right")

    assert (found.face, found.colour, found.align) == (SEMIBOLD, (0.2, 0.4, 0.6), "right")


def test_a_cell_of_a_table_and_an_inline_block_are_slots_too():
    form = compile_form(
        '<table><tr><td>Naam</td><td data-slot="a" style="width: 50mm"></td></tr></table>'
        '<p>Datum: <span data-slot="b" style="display: inline-block; width: 30mm">x</span></p>'
    )

    assert [(found.name, round(found.width / MM)) for found in form.slots] == [("a", 50), ("b", 30)]


def test_a_form_is_kept_as_text_and_comes_back_the_same():
    form = card()

    again = CompiledForm.from_json(form.to_json())

    assert again == form
    assert again.digest == form.digest != card("Uitnodiging").digest


def test_the_same_template_gives_the_same_form_in_another_process():
    import subprocess
    import sys

    program = "from tests.documents.stream.samples import card; print(card().digest)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == card().digest


def test_the_pages_show_what_the_html_shows():
    stationery = Stationery({"nl": card()}, title="Kaart")

    page = Singles(stationery).pdf("nl", voter(1).values(), station={"office": "1 Stadhuis"}, record="1")

    assert texts(page) == ["Oproepingsbrief zondag 13 oktober 2024 1 Stadhuis Nguyễn Thị Ngọc Dorpsstraat 2 1500 Halle T000000001"]


def test_pictures_are_given_and_nothing_else_is_fetched():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'

    assert compile_form('<img src="picture:arms" alt="">', pictures={"arms": svg}) != compile_form("<p></p>")
    for address in ("https://example.org/a.png", "file:///etc/passwd", "picture:other"):
        with pytest.raises(AddressRefusedError):
            compile_form(f'<img src="{address}" alt="">', pictures={"arms": svg})


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ('<p>1</p><p style="break-before: page">2</p>', "2 pages"),
        (f'<div data-slot="a" style="{BOX}"></div><div data-slot="a" style="{BOX}"></div>', "more than one slot called a"),
        (f'<div data-slot="a" data-lines="4" style="{BOX}"></div>', "4 lines of 12.0 pt are higher than its 28.3 pt"),
        (f'<div data-slot="a" data-lines="x" style="{BOX}"></div>', "data-lines is not a number"),
        (f'<div data-slot="a" data-shrink="0.1" style="{BOX}"></div>', "data-shrink 0.5 to 1"),
        (f'<div data-slot="a" data-layer="street" style="{BOX}"></div>', "data-layer"),
        (f'<div data-slot="a" data-code="aztec" style="{BOX}"></div>', "data-code"),
        ('<p><span data-slot="a">x</span></p>', "not a block with a width"),
    ],
)
def test_a_template_that_cannot_be_a_form_says_why(html: str, why: str):
    with pytest.raises(TemplateError, match=why):
        compile_form(html)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ('data-code="qr"', "QR of 0 letters"),
        ('data-code="qr" data-length="28" data-start="https"', "beginning with https"),
        ('data-code="qr" data-length="99"', "does not fit"),
        ('data-code="code128" class="narrow"', "50 to 68 mm"),
        ('data-code="code128" class="low"', "6 to 12 mm high"),
        ('data-code="code128" class="high"', "6 to 12 mm high"),
    ],
)
def test_a_code_that_cannot_be_says_why(attributes: str, why: str):
    sizes = {"narrow": ("60mm", "40mm"), "low": ("10mm", "5mm"), "high": ("10mm", "13mm")}
    before, after = next((sizes[name] for name in sizes if f'"{name}"' in attributes), ("", ""))
    form = compile_form(f'<div data-slot="a" {attributes} style="{BOX.replace(before, after) if before else BOX}"></div>')

    with pytest.raises(TemplateError, match=why):
        Composer(Stationery({"nl": form}, title="Kaart"))
