"""QR codes by tables against segno, Code 128 against its standard, both against a decoder."""

import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.stream import code128, qr
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from tests.documents.stream.samples import card, voter

SHAPES = [(2, "Q", 28, ""), (2, "Q", 28, "HTTPS://K.BE/"), (1, "M", 19, "K"), (3, "H", 35, ""), (4, "L", 1, "")]


def modules(bitmap: bytes, side: int) -> list[list[int]]:
    stride = -(-side // 8)
    rows = [int.from_bytes(bitmap[start : start + stride], "big") >> (8 * stride - side) for start in range(0, stride * side, stride)]
    return [[1 - (row >> (side - 1 - column) & 1) for column in range(side)] for row in rows]


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_qr_code_is_the_one_that_segno_makes(shape: tuple[int, str, int, str], data: st.DataObject):
    version, level, length, start = shape
    rest = length - len(start)
    text = start + data.draw(st.text(qr.ALPHABET, min_size=rest, max_size=rest))
    found = qr.symbols(version=version, level=level, length=length, start=start)

    expected = segno.make_qr(text, version=version, error=level, mode="alphanumeric", mask=qr.MASK, boost_error=False)

    assert modules(found.bitmap(text), found.side) == [list(row) for row in expected.matrix]


@pytest.mark.parametrize(
    "text",
    ["", "HTTPS://K.BE/12345678901234", "HTTPS://K.BE/1234567890123456", "HTTPS://X.BE/123456789012345", "HTTPS://K.BE/12345678901234a"],
)
def test_a_text_of_another_shape_is_refused(text: str):
    with pytest.raises(ValueError, match=f"^{text}$"):
        qr.symbols(version=2, level="Q", length=28, start="HTTPS://K.BE/").bitmap(text)


def test_bytes_that_end_an_image_are_written_in_hexadecimal():
    assert qr.image(1, b"xEIx") == b"/W 1/H 1/IM true/F/AHx ID 78454978>\nEI"
    assert qr.image(1, b"xxxx") == b"/W 1/H 1/IM true ID xxxx\nEI"


def test_an_image_with_the_bytes_of_its_end_is_decoded():
    found = qr.symbols(version=2, level="Q", length=28, start="HTTPS://K.BE/")
    number = next(n for n in range(1, 2000) if b"EI" in found.bitmap(voter(n).qr))
    singles = Singles(Stationery({"nl": card()}, title="Kaart"))

    page = pypdfium2.PdfDocument(singles.pdf("nl", voter(number).values(), station={"office": "1"}, record="1"))[0]

    picture = page.render(scale=150 / 72, grayscale=True).to_numpy().squeeze()
    assert {code.text for code in zxingcpp.read_barcodes(picture)} == {voter(number).qr, f"JJBEA{voter(number).mail_id}"}


def test_the_checksum_of_a_mail_id():
    found = code128.values("121234507256000001")

    assert found[:7] == [104, 42, 42, 34, 37, 33, 99]
    assert found[7:16] == [12, 12, 34, 50, 72, 56, 0, 0, 1]
    assert found[16:] == [99, 106]


@given(st.sampled_from(code128.LENGTHS).flatmap(lambda length: st.text("0123456789", min_size=length, max_size=length)))
@settings(max_examples=40, deadline=None)
def test_a_decoder_reads_the_bars(number: str):
    width = code128.modules(len(number))
    picture = Image.new("L", (2 * (width + 40), 60), 255)
    numbers = code128.bars(number).decode().removesuffix("f").split(" re ")
    for bar in filter(None, numbers):
        x, _, wide, _ = map(int, bar.split())
        picture.paste(0, (2 * (x + 20), 0, 2 * (x + 20 + wide), 60))

    (code,) = zxingcpp.read_barcodes(picture)

    assert (code.text, code.format) == (f"JJBEA{number}", zxingcpp.BarcodeFormat.Code128)


@pytest.mark.parametrize("number", ["", "12123450725600000", "12123450725600000x", "1212345072560000012", "١٢١٢٣٤٥٠٧٢٥٦٠٠"])
def test_another_number_is_no_mail_id(number: str):
    with pytest.raises(ValueError, match=f"^{number}$"):
        code128.bars(number)


def test_a_code_of_18_digits_is_50_to_68_mm_wide():
    low, high = [code128.modules(18) * module for module in code128.MODULE_MM]

    assert low == 50
    assert high == pytest.approx(68)
    assert all(sum(map(int, widths)) == code128.SYMBOL for widths in code128.WIDTHS[:-1])
    assert len(set(code128.WIDTHS)) == 107
