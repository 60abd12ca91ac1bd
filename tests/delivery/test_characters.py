"""Every name that the documents can print can be written for bpost; nothing is lost in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.bpost.characters import is_written, write
from documents.characters import RANGES


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Y\u0131ld\u0131z Şahin", "Yildiz Sahin"),
        ("Őri Łukasz Ștefan", "Ori Lukasz Stefan"),
        ("Nguyễn Thị Ánh ế", "Nguyên Thi Ánh ê"),
        ("Đorđe Œuvre ẞ ǽ ĳ", "Dorde OEuvre SS æ ij"),
        ("D’Hondt – “Zoë”", 'D\'Hondt - "Zoë"'),
        ("Zoe\u0308", "Zoë"),
        ("  Jan \t\n  Piet\u00a0\u00adKlaas ", "Jan Piet Klaas"),
        ("a\\b\x07c", "a/b c"),
    ],
)
def test_letters_become_the_nearest_that_bpost_knows(name: str, written: str) -> None:
    assert write(name).text == written
    assert write(name).unknown == ""


def test_letters_of_another_alphabet_are_named_each_once() -> None:
    assert write("Żж жö漢").unknown == "ж漢"


def test_every_character_that_documents_print_has_a_way_to_be_written() -> None:
    lost = [chr(code) for low, high in RANGES for code in range(low, high + 1) if code != 0x20 and not _is_whole(chr(code))]

    assert lost == []


def _is_whole(character: str) -> bool:
    found = write(f"a{character}b")
    return not found.unknown and len(found.text) >= 3 and is_written(found.text)


@given(st.text())
def test_what_is_written_is_always_iso_8859_1_and_stays_as_it_is(text: str) -> None:
    found = write(text)

    assert is_written(found.text)
    found.text.encode("iso-8859-1")
    assert write(found.text).text == found.text
    assert "  " not in found.text


@given(st.text())
def test_a_text_that_may_be_written_is_kept_letter_by_letter(text: str) -> None:
    if is_written(text):
        assert write(text).text == " ".join(part for part in text.split(" ") if part)
