"""What is changed to make an address fit, and what is refused: by the rules of docs/formats/bpost.md §3, reported each time."""

from unicodedata import normalize

import pytest
from hypothesis import given

from delivery.bpost.address import Remark, fit
from delivery.bpost.components import MAXIMUM
from delivery.bpost.mailing import Item
from tests.delivery.samples import addressee, addressees


def _codes(**other) -> dict[int, str]:
    return dict(fit(addressee(**other)).components)


def _remarks(**other) -> list[str]:
    return [remark.code for remark in fit(addressee(**other)).remarks]


def _problems(**other) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in fit(addressee(**other)).problems]


def test_a_plain_address_goes_in_parts_without_a_remark() -> None:
    found = fit(addressee(box="bus 3", greeting="Mevr."))

    assert found.components == (
        (1, "Mevr."),
        (2, "Jan"),
        (4, "Peeters"),
        (9, "Kerkstraat"),
        (12, "12"),
        (13, "3"),
        (15, "1500"),
        (16, "Halle"),
    )
    assert found.remarks == ()
    assert not found.problems


@pytest.mark.parametrize(
    ("first_names", "became"),
    [
        ("Marie Antoinette Josephine Charlotte Emma", "Marie Antoinette Josephine Charlotte Emma"),  # 41
        ("Marie Antoinette Josephine Charlotte Emmas", "Marie Antoinette Josephine Charlotte Emmas"),  # 42
        ("Marie Antoinette Josephine Charlotte Emilia", "Marie Antoinette Josephine Charlotte E."),
        ("Marie Antoinette Josephine Charlotte Wilhelmina Frederika", "Marie Antoinette Josephine Charlotte W. F."),
    ],
)
def test_later_first_names_become_initials_as_few_as_needed(first_names: str, became: str) -> None:
    found = fit(addressee(first_names=first_names))

    assert dict(found.components)[2] == became
    assert [remark.code for remark in found.remarks] == ([] if became == first_names else ["initials"])


def test_prepositions_and_the_first_word_of_a_last_name_stay_whole() -> None:
    name = "Van den Broeckstraeten de Montmorency Luxembourg"

    assert _codes(last_name=name)[4] == "Van den Broeckstraeten de Montmorency L."
    assert _codes(first_names="", last_name="Van den " + "B" * 31 + " Zoeller")[4] == "Van den " + "B" * 31 + " Z."


def test_a_name_of_one_long_word_goes_whole_with_an_initial() -> None:
    name = "B" * 46

    assert _codes(last_name=name, greeting="Dhr.")[90] == f"J. {name}"
    assert {1, 2, 4} & set(_codes(last_name=name, greeting="Dhr.")) == set()
    assert _remarks(last_name=name, greeting="Dhr.") == ["whole_name", "greeting_left_out"]
    assert _problems(last_name="B" * 48) == [("too_long", "last_name")]


@pytest.mark.parametrize(
    ("box", "code", "value"),
    [
        ("3", 13, "3"),
        ("0003", 13, "0003"),
        ("bte 12", 13, "12"),
        ("A", 92, "Kerkstraat 12 bus A"),
        ("bus 0.01", 92, "Kerkstraat 12 bus 0.01"),
        ("123456789", 92, "Kerkstraat 12 bus 123456789"),
    ],
)
def test_a_box_of_figures_is_a_part_and_another_goes_with_the_street(box: str, code: int, value: str) -> None:
    found = fit(addressee(box=box))

    assert dict(found.components)[code] == value
    assert [remark.code for remark in found.remarks] == (["whole_street"] if code == 92 else [])


def test_the_word_for_box_is_in_the_language_of_the_letter() -> None:
    assert _codes(box="A", lang="fr")[92] == "Kerkstraat 12 bte A"


def test_a_box_for_which_there_is_no_room_is_left_out_and_reported() -> None:
    found = fit(addressee(street="S" * 42, box="verdieping 2"))

    assert dict(found.components)[9] == "S" * 42
    assert {13, 92} & set(dict(found.components)) == set()
    assert found.remarks == (Remark("box_left_out", "box", "verdieping 2", ""),)


def test_a_long_street_goes_whole_with_its_number() -> None:
    street = "Burgemeester Charles Rotsart de Hertainglaan"  # 44: a real one

    assert _codes(street=street)[92] == f"{street} 12"
    assert _codes(street=street, box="7")[92] == f"{street} 12"
    assert _remarks(street=street, box="7") == ["box_left_out", "whole_street"]
    assert _problems(street="S" * 48) == [("too_long", "street")]
    assert _problems(number="1" * 40) == [("too_long", "number")]


def test_a_long_place_goes_whole_with_its_postcode() -> None:
    assert _codes(city="P" * 31)[93] == "1500 " + "P" * 31
    assert _remarks(city="P" * 31) == ["whole_city"]
    assert _problems(city="P" * 46) == [("too_long", "city")]


@pytest.mark.parametrize("country", ["Frankrijk", "FR", "Nederland", "111"])
def test_an_address_abroad_is_refused(country: str) -> None:
    found = fit(addressee(country=country, postcode="75001"))

    assert found.components == ()
    assert [(problem.code, problem.value) for problem in found.problems] == [("abroad", country)]


@pytest.mark.parametrize("country", ["", "BE", "België", "Belgique", "belgien", "150"])
def test_belgium_by_any_name_is_none(country: str) -> None:
    assert _problems(country=country) == []


@pytest.mark.parametrize("postcode", ["", "150", "15000", "B-1500", "0150", "\u0661\u0665\u0660\u0660"])
def test_another_postcode_is_refused(postcode: str) -> None:
    assert ("postcode", "postcode") in _problems(postcode=postcode)


def test_all_problems_come_together() -> None:
    assert _problems(first_names="", last_name="", street="", city="Ж", postcode="x", building="B" * 43) == [
        ("unknown_character", "city"),
        ("missing", "street"),
        ("postcode", "postcode"),
        ("missing", "last_name"),
        ("too_long", "building"),
    ]


def test_transliteration_is_reported_with_what_it_was() -> None:
    assert fit(addressee(last_name="Şahin")).remarks == (Remark("transliterated", "last_name", "Şahin", "Sahin"),)
    assert fit(addressee(last_name="Zoe\u0308")).remarks == ()


@given(addressees)
def test_whatever_fits_can_be_sent_and_no_part_is_over_its_length(someone) -> None:
    found = fit(someone)

    if not found.problems:
        Item(1, found.components)  # refuses what bpost would
        assert all(len(value) <= MAXIMUM[code] for code, value in found.components)
        "".join(value for _code, value in found.components).encode("iso-8859-1")
    else:
        assert found.components == ()


@given(addressees)
def test_a_name_that_came_out_otherwise_is_reported(someone) -> None:
    found = fit(someone)
    kept = dict(found.components)

    if not found.problems and not found.remarks:
        assert kept.get(2, "") == " ".join(normalize("NFC", someone.first_names).split())
        assert kept.get(4, "") == " ".join(normalize("NFC", someone.last_name).split())
        assert kept[9] == " ".join(normalize("NFC", someone.street).split())
