"""The static Latin set: every letter once, no code that would need escaping, kept as it would be cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.characters import RANGES
from documents.engine.fonts import REGULAR, SEMIBOLD
from documents.stream import cut
from documents.stream.faces import FACES, FORBIDDEN, LATIN, LETTERS, encode_common, face, kept
from documents.stream.styles import SEEN, OutsideError, Style

PRINTABLE = [chr(code) for low, high in RANGES for code in range(low, high + 1)]


def shown(operators: bytes, style: Style) -> tuple[str, float]:
    """The text that a reader would find in the operators, and how far they move the pen, in points."""
    text, moved, font = "", 0.0, 0
    letters = [{code: letter for letter, code in codes.items()} for codes in LETTERS]
    for match in re.finditer(rb" ?/[RS]([01]) [\d.]+ Tf|\[?\(((?:[^()]|\)-?\d+\()*)\)(?:\]TJ|Tj)", operators, re.DOTALL):
        if match[1]:
            font = int(match[1])
            continue
        for part in re.split(rb"\)(-?\d+)\(", match[2])[::2]:
            text += "".join(letters[font][code] for code in part)
        moved -= sum(int(number) for number in re.findall(rb"\)(-?\d+)\(", match[2]))
    moved += sum(style.face.widths[letter] for letter in text)
    return text, moved * style.size / 1000


def test_every_printable_character_has_one_code():
    assert set(PRINTABLE) <= set(LETTERS[0]) | set(LETTERS[1])
    assert not set(LETTERS[0]) & set(LETTERS[1])
    for codes in LETTERS:
        assert len(set(codes.values())) == len(codes)
        assert not set(codes.values()) & FORBIDDEN
        assert max(codes.values()) < 256


@given(st.text(PRINTABLE, max_size=60))
def test_what_is_written_is_what_is_read_and_as_wide_as_it_was_measured(text: str):
    for style in (Style(REGULAR, 10), Style(SEMIBOLD, 8.5, kern=False)):
        found, width = shown(style.write(text), style)

        assert found == text
        assert width == pytest.approx(style.measure(text))


def test_ascii_and_latin_1_are_copied_and_the_rest_of_the_first_font_is_put_in():
    assert encode_common("Eén (1) Łódź") == b"E\xe9n (1) " + bytes([LETTERS[0]["Ł"], 0xF3, ord("d"), LETTERS[0]["ź"]])
    with pytest.raises(UnicodeEncodeError):
        encode_common("Nguyễn")


@pytest.mark.parametrize("text", ["Жуков", "a\tb", "e\u0301", "a\u00a0b", "a\u0085b", "\u00ad"])
def test_a_character_outside_is_refused(text: str):
    with pytest.raises(OutsideError):
        Style(REGULAR, 10).write(text)
    with pytest.raises(OutsideError):
        Style(REGULAR, 10).measure(text)


def test_figures_are_equally_wide():
    for name in FACES:
        assert len({face(name).widths[figure] for figure in "0123456789"}) == 1


def test_pairs_move_together_as_the_face_says():
    assert {pair: face(REGULAR).pairs.get(pair) for pair in ("AV", "To", "nn")} == {"AV": -14, "To": -66, "nn": None}
    assert Style(REGULAR, 1000, kern=False).measure("To") - Style(REGULAR, 1000).measure("To") == pytest.approx(66)


def test_kerning_is_what_weasyprint_draws():
    """Pango and HarfBuzz lay the same words out."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from documents.engine.pages import FACES as RULES
    from documents.stream.layout import Fetcher

    words = ["Tovar", "AVATAR", "Wójcik", "Yvette", "Laptop", "P.A.", "Öztürk", "Ťažký"]
    fonts, fetcher = FontConfiguration(), Fetcher({})
    css = "span { font: 50px 'Source Sans 3'; font-variant-ligatures: none }"
    sheet = CSS(string=RULES + css, font_config=fonts, url_fetcher=fetcher)
    html = "".join(f"<p><span>{word}</span></p>" for word in words)
    page = HTML(string=html, url_fetcher=fetcher).render(stylesheets=[sheet], font_config=fonts).pages[0]
    drawn = {box.text: box.width for box in page._page_box.descendants() if type(box).__name__ == "TextBox"}

    # As large as this, only pairs that are moved by less than a twelfth of a millimetre stay where they are.
    assert drawn == {word: pytest.approx(Style(REGULAR, 50).measure(word), abs=2 * SEEN) for word in words}
    assert sum(drawn.values()) < sum(Style(REGULAR, 50, kern=False).measure(word) for word in words) - 10


@pytest.mark.slow
@pytest.mark.parametrize("name", FACES)
def test_what_is_kept_is_what_would_be_cut(name: str):
    import json

    assert json.loads((LATIN / f"{kept(name)}.json").read_text(encoding="utf-8")) == cut.measures(name)
    for subset in (0, 1):
        assert (LATIN / f"{kept(name)}-{subset}.ttf").read_bytes() == cut.program(name, subset)
