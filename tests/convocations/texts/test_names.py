"""Names as people have them, on the card that comes with the product: whole in their room, or refused with the voter; never cut."""

from dataclasses import replace
from functools import cache
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convocations.cards.card import Address, Card, page_values
from convocations.cards.samples import samples
from documents.characters import RANGES
from documents.engine.fonts import clean
from documents.stream.fitting import variants
from documents.stream.forms import CompiledForm
from documents.stream.list_file import PrintedList, bind, draw_list
from documents.stream.list_values import Column
from documents.stream.lists import ListComposer, list_stationery
from documents.stream.page_texts import squeezed
from documents.stream.page_texts import texts as texts_of_file
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from documents.stream.values import Name, RecordRefusedError, TooLongError, UnprintableError
from tests.convocations.texts.test_layout import made, text_of
from tests.documents.stream.test_lists import HEAD

LONGEST = 120
KEY = "invitation-local-paper-nl"
KNOWN = {chr(code) for low, high in RANGES for code in range(low, high + 1)}
LETTERS = st.sampled_from(sorted(letter for letter in KNOWN if letter.isalpha()))
PIECES = (
    "De", "Van", "der", "’s", "'t", "d’Udekem", "D'Hondt", "O’Neill", "Janssens", "Vandenbroucke", "Wouters-Maes", "Gravenwezel", "IJsbrand",
    "Ĳzer", "ten", "Şahin", "I\u015f\u0131k", "İnönü", "Ștefănescu", "Țîrlea", "Ţurcanu", "Łukasz", "Wójcik", "Kovačević", "Đorđević", "Nguyễn", "Thị",
    "Þórðarson", "Çağlar", "Jean\u2010Pierre", "Anne\u2011Marie", "Əliyev", "Ġorġ", "Weiß", "M'Hamed", "(Li)", "A\\B", "Ż", "y",
)  # fmt: skip
ODD = (
    "e\u0301", "s\u0326", "S\u0327", "T\u0326", "u\u031b\u0303", "I\u0307", "A\u030a", "\u212b",  # composed, they have a letter
    "\u00a0", "\u202f", "\u00ad", "\u200b", "\ufeff",  # a space, or nothing to see
    "\u200c", "\u200d", "\u2060", "\u200e", "\u202e", "\u2009", "\ufb01", "\u2212", "x\u0302", "\u0301", "Жуков", "Παπα", "李", "\u0627", "\x00", "\x85", "🙂",
)  # fmt: skip
"""What a register may hold and the faces may not: U+200D joins, U+202E turns round, U+FB01 is *fi*."""


@cache
def form() -> CompiledForm:
    return made(KEY)[2]


@cache
def maker() -> Singles:
    return Singles(Stationery({"card": form()}, title="Kaart"))


def card(last: str, first: tuple[str, ...], *, address: Address | None = None) -> Card:
    [(plain, _block), (long, _other), *_rest] = samples(made_key())
    return replace(plain, last_name=last, first_names=first, address=address or long.address)


@cache
def made_key():
    return made(KEY)[0]


def drawn(one: Card) -> str:
    """The text of the page by PDFium. Raises ``RecordRefusedError``."""
    values = page_values(form(), one)
    return text_of(maker().pdf("card", values, station=dict.fromkeys(STATION, ""), record="4711"))


def outcome(one: Card) -> str | RecordRefusedError:
    """The text of the page, or why there is none."""
    try:
        return drawn(one)
    except RecordRefusedError as refusal:
        return refusal


STATION = ("station_name", "station_address", "station_hours", "station_access", "station_map")


def whole(pieces: list[str], count: int) -> tuple[str, tuple[str, ...]]:
    """A family name of so many pieces and given names of the others, as many as go in 120 characters."""
    lengths = accumulate(len(piece) + 1 for piece in pieces)
    kept = [piece for piece, length in zip(pieces, lengths, strict=True) if length <= LONGEST + 1]
    return " ".join(kept[:count]), tuple(kept[count:])


def shows(text: str, name: Name) -> bool:
    return any(squeezed(variant) in squeezed(text) for variant in variants(name))


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=40), count=st.integers(1, 6))
@example(pieces=["Vandenbroucke"] * 8 + ["Marie"], count=8)
@example(pieces=["Vandenbroucke"] * 9, count=9)
@example(pieces=["V" + "e" * 119], count=1)
@example(pieces=["Van"] * 30, count=30)
@example(pieces=["Đorđević"] * 13, count=1)
def test_a_name_of_up_to_120_characters_goes_on_the_card_whole_or_with_initials(pieces: list[str], count: int):
    last, first = whole(pieces, count)
    assert 1 <= len(" ".join((last, *first))) <= LONGEST

    text = drawn(card(last, first))

    assert shows(text, Name(last, first))
    assert shows(text, Name(last, first, family_first=False))


@settings(max_examples=150, deadline=None)
@given(name=st.text(LETTERS, min_size=1, max_size=LONGEST))
@example(name="W" * 120)
@example(name="i" * 120)
def test_letters_in_any_row_are_all_on_the_card_or_the_voter_is_named(name: str):
    found = outcome(card(name, ()))

    if isinstance(found, str):
        assert squeezed(found).count(squeezed(name)) >= 2
        return
    assert isinstance(found, TooLongError)
    assert found.record == "4711"
    assert name in str(found)
    assert len(name) > 80  # the widest of all letters, in a row


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.sampled_from(ODD), min_size=1, max_size=8), glue=st.sampled_from(["", " "]))
def test_what_is_not_in_the_faces_is_named_and_nothing_else_is_refused(pieces: list[str], glue: str):
    name = glue.join(pieces).strip() or "x"
    lacking = {letter for letter in clean(name) if letter not in KNOWN}

    found = outcome(card(name, ()))

    if isinstance(found, str):
        assert not lacking
        assert squeezed(clean(name)) in squeezed(found)
        return
    assert isinstance(found, UnprintableError)
    assert found.record == "4711"
    assert set(found.characters) == lacking != set()
    assert all(f"U+{ord(letter):04X}" in str(found) for letter in lacking)


COLUMNS = (Column("Nr.", 14, 12, "right"), Column("Naam", 28.5, 62), Column("Adres", 111.5, 55))


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40), min_size=1, max_size=12))
@example(pieces=[["Vandenbroucke"] * 9, ["V" + "e" * 119], ["W" * 120]])
def test_names_of_up_to_120_characters_stand_whole_in_lists(pieces: list[list[str]], tmp_path_factory: pytest.TempPathFactory):
    names = [" ".join(filter(None, (last, *first))) for last, first in (whole(row, 1) for row in pieces)]
    path = tmp_path_factory.mktemp("list") / "list.pdf"
    rows = [(str(number), name, name) for number, name in enumerate(names, 1)]

    bind(path, list_stationery("Lijst", language="nl"), [draw_list(ListComposer(COLUMNS), PrintedList("1", HEAD, rows))])

    text = squeezed("".join(texts_of_file(path)))
    assert all(text.count(squeezed(name)) >= 2 for name in names)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: "-".join(f"{ord(letter):04X}" for letter in odd))
def test_a_letter_that_a_list_cannot_show_names_the_voter(odd: str):
    name = f"De {odd}Smet {odd}Ω"
    lacking = {letter for letter in clean(name) if letter not in KNOWN}

    with pytest.raises(UnprintableError) as refused:
        ListComposer(COLUMNS).pages(HEAD, [("1", "Maes", ""), ("4711", name, "")])

    assert refused.value.record == "4711"
    assert set(refused.value.characters) == lacking


def test_a_long_name_gives_way_to_a_long_street():
    """It has initials only where the lines after it would not go."""
    given_names = ("Marie-Antoinette", "Josephine", "Wilhelmina", "Alexandrina", "Maximiliana", "Guillemette")
    street = "Burgemeester Kanunnik Van den Broeckstraat-Zuid ter hoogte van nummer 124A"
    far = Address(street, "124-126A", "0301", "1742", "Sint-Katherina-Lombeek", "Groothertogdom Luxemburg")

    text = drawn(card("Vandenbroucke-Van der Straeten de Ribaucourt", given_names, address=far))

    assert squeezed(f"{street} 124-126A") in squeezed(text)
