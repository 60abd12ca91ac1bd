"""The quick reader finds on a page what PDFium finds, whatever the page holds."""

import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from documents.stream.qr import image
from documents.stream.quickread import QuickReader
from documents.stream.readback import read_back
from tests.documents.stream.samples import TOKEN
from tests.documents.stream.test_readback import VOTERS, facts, printed


def _squeezed(text: str) -> str:
    return re.sub("[\\s\\-\u2010\u00ad\ufffe\x02]+", "", text)


def _file(path: Path, content: bytes, font: bytes = b"") -> None:
    """One page with the given operators; its font maps codes of one byte through a table."""
    pdf = pikepdf.Pdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    table = pdf.make_stream(
        b"1 begincodespacerange\n<00> <ff>\nendcodespacerange\n1 beginbfrange\n<41> <5a> <0041>\nendbfrange\n"
        b"2 beginbfchar\n<28> <0028>\n<5c> <00e9>\nendbfchar"
    )
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F1=pdf.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica, ToUnicode=table)
            )
        )
    )
    page.Contents = pdf.make_stream(content)
    pdf.save(path)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (rb"BT /F1 10 Tf (AB\(C\134) Tj ET", "AB(Cé"),
        (b"BT /F1 10 Tf [(A)14(BC)] TJ T* <4142> Tj ET", "ABCAB"),
        (b"BI/W 16/H 2/BPC 1/IM true ID (XY)EI BT /F1 10 Tf (Z) Tj ET", "Z"),
        (b"BI/W 8/H 2/BPC 1/F/AHx/IM true ID 2841>EI BT /F1 10 Tf (Z) Tj ET", "Z"),
        (b"BI /W 16 /H 2 /BPC 1 /IM true ID (XY)EI /F1 9 EI BT /F1 10 Tf (Z) Tj ET", "Z"),
        (b"BT /F1 10 Tf (\x01) Tj ET", "\ufffd"),
    ],
)
def test_strings_are_read_as_their_font_says(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "page.pdf"
    _file(path, content)

    with pikepdf.Pdf.open(path) as pdf:
        assert _squeezed(QuickReader().page(pdf.pages[0]).whole) == text


def test_a_form_is_read_where_it_is_drawn_and_once_for_all_pages(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    _file(path, b"BT /F1 10 Tf (A) Tj ET /X1 Do /X1 Do")
    with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        form = pdf.make_stream(b"BT /F1 10 Tf (BC) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
        form.Resources = page.Resources
        page.Resources.XObject = pikepdf.Dictionary(X1=form)
        pdf.save(path)

    with pikepdf.Pdf.open(path) as pdf:
        found = QuickReader().page(pdf.pages[0])
    assert (_squeezed(found.own), [_squeezed(text) for text in found.shared]) == ("A", ["BC", "BC"])


def test_a_form_without_fonts_of_its_own_says_what_those_of_each_page_say(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    _file(path, b"/X1 Do")
    with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        form = pdf.make_stream(b"BT /F1 10 Tf (B) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
        page.Resources.XObject = pikepdf.Dictionary(X1=form)
        pdf.pages.append(page)
        other = pdf.pages[1].Resources = pikepdf.Dictionary(XObject=page.Resources.XObject)
        table = pdf.make_stream(b"1 beginbfchar\n<42> <005a>\nendbfchar")
        other.Font = pikepdf.Dictionary(F1=pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, ToUnicode=table))
        pdf.save(path)

    with pikepdf.Pdf.open(path) as pdf:
        reader = QuickReader()
        assert [_squeezed(reader.page(page).whole) for page in pdf.pages] == ["B", "Z"]


def test_a_page_of_several_streams_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    _file(path, b"")
    with pikepdf.Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = pikepdf.Array([pdf.make_stream(b"BT /F1 10 Tf"), pdf.make_stream(b"(AB) Tj ET")])
        pdf.save(path)

    with pikepdf.Pdf.open(path) as pdf:
        assert _squeezed(QuickReader().page(pdf.pages[0]).whole) == "AB"


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("cards") / "cards.pdf", VOTERS)


def test_both_ways_of_reading_agree_on_a_file_of_cards(cards: Path) -> None:
    document = pypdfium2.PdfDocument(cards)
    with pikepdf.Pdf.open(cards) as pdf:
        reader = QuickReader()
        for number, page in enumerate(pdf.pages):
            laid_out = document[number].get_textpage()
            assert Counter(_squeezed(laid_out.get_text_range())) == Counter(_squeezed(reader.page(page).whole))
            laid_out.close()
    document.close()


def test_no_code_whatever_its_bytes_hides_the_text_behind_it(tmp_path: Path) -> None:
    path, made = tmp_path / "page.pdf", random.Random(2030)
    _file(path, b"")

    lost = []
    with pikepdf.Pdf.open(path) as pdf:
        page = pdf.pages[0]
        for _time in range(500):
            content = b" q BI" + image(25, made.randbytes(100)) + b" Q BT /F1 10 Tf (BEHIND) Tj ET"
            page.Contents = pdf.make_stream(content)
            if _squeezed(QuickReader().page(page).whole) != "BEHIND":
                lost.append(content)

    assert lost == []


@pytest.mark.parametrize("sample", [0, 2, 6])
def test_a_right_file_has_no_problem_the_quick_way(cards: Path, sample: int) -> None:
    report = read_back(cards, map(facts, VOTERS), token=TOKEN, sample=sample, quick=True)

    assert report.ok, report.problems
    assert report.tokens == 6


def test_a_wrong_page_is_found_by_the_quick_way_too(cards: Path) -> None:
    wrong = [replace(facts(one), texts=("Elders 1",)) if one is VOTERS[3] else facts(one) for one in VOTERS]

    report = read_back(cards, wrong, token=TOKEN, sample=0, quick=True)

    assert [(problem.page, problem.kind) for problem in report.problems] == [(4, "text")]
