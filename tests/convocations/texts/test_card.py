"""What a card says: values of slots, codes, kinds of templates. Pure."""

from dataclasses import replace
from datetime import date

import pytest

from convocations.cards.card import (
    CODE_LENGTH,
    CODE_PATTERN,
    Address,
    DocumentKind,
    TemplateKey,
    VoterType,
    address_lines,
    election_day,
    hour,
    listed,
    qr_text,
    station_values,
    values,
)
from convocations.cards.samples import samples
from convocations.cards.texts import hours, law_texts
from documents.stream.values import Name
from tests.convocations.templates import template_key

LOCAL = TemplateKey.of("invitation-local-paper-nl")
CARD, BLOCK = samples(LOCAL)[0]
PARLIAMENTS = ("chamber", "flemish", "european")


@pytest.mark.parametrize(
    ("ballots", "compulsory", "minor", "mark", "expected"),
    [
        (PARLIAMENTS, PARLIAMENTS, False, "", "convocation-belgian-paper-nl"),
        (("european",), ("european",), False, "V", "convocation-european-paper-nl"),
        (("european",), ("european",), True, "", "convocation-european_minor-paper-nl"),
        (("municipal", "provincial"), (), False, "", "invitation-local-paper-nl"),
        (("municipal",), (), False, "V", "invitation-local_foreigner-paper-nl"),
        (("municipal",), ("municipal",), False, "V", "convocation-local_foreigner-paper-nl"),
        (("european", "municipal"), ("european",), False, "", "convocation-belgian-paper-nl"),
    ],
)
def test_the_template_follows_from_the_ballots_the_duty_and_the_mark(ballots, compulsory, minor, mark, expected):
    key = template_key(ballots=ballots, compulsory=compulsory, minor=minor, mark=mark, language="nl", electronic=False)

    assert key.name == expected
    assert TemplateKey.of(key.name) == key


@pytest.mark.parametrize(
    "name", ["invitation-local-paper", "invitation-local-paper-en", "invitation-nobody-paper-nl", "invitation-local-web-nl"]
)
def test_a_name_that_is_no_template_is_refused(name):
    with pytest.raises(ValueError, match=r"."):
        TemplateKey.of(name)


def test_the_code_holds_the_token_and_the_issue_and_nothing_of_the_person():
    text = qr_text(CARD)

    assert text == "7K3M9XQ2T4WZ-01"
    assert len(text) == CODE_LENGTH
    assert qr_text(replace(CARD, issue=2, duplicate=True)) == "7K3M9XQ2T4WZ-02"
    other = replace(CARD, last_name="Peeters", address=Address("Elders", "1", "", "1000", "Brussel"), list_number=7)
    assert qr_text(other) == text


def test_no_name_or_street_looks_like_a_code():
    import re

    assert re.search(CODE_PATTERN, "7K3M9XQ2T4WZ-01")
    assert not re.search(CODE_PATTERN, "VANDENBERGHE Jan, Stationsstraat 12-14, 1500 HALLE")


def test_the_values_of_a_voter():
    assert values(CARD) == {
        "address": (Name("Janssens", ("Jan", "Pieter"), family_first=False), "Dorpsstraat 14", "1500 Halle"),
        "voter": Name("Janssens", ("Jan", "Pieter")),
        "list_number": "1042",
        "station_number": "12",
        "ballots": "gemeenteraad en provincieraad",
        "hour_label": "Ons voorstel voor u",
        "hour": "9.30 – 10.00 uur",
        "hour_note": "Dit uur is een advies: u mag komen wanneer u wilt.",
        "duplicate": "",
        "code": "7K3M9XQ2T4WZ-01",
        "qr": "7K3M9XQ2T4WZ-01",
        "mail_id": "121234500000001042",
    }


def test_without_an_advised_hour_nothing_is_said_of_one():
    found = values(replace(CARD, slot=None, mail_id=None))

    assert {found[name] for name in ("hour_label", "hour", "hour_note", "mail_id")} == {""}


@pytest.mark.parametrize(("language", "word"), [("nl", "DUPLICAAT"), ("fr", "DUPLICATA")])
def test_a_duplicate_says_so(language, word):
    assert values(replace(CARD, language=language, duplicate=True))["duplicate"] == word
    assert values(replace(CARD, language=language))["duplicate"] == ""


def test_the_values_of_a_station_name_the_building_only_when_it_is_called_something_else():
    assert station_values(replace(BLOCK, sketch=b"0 g"), language="fr") == {
        "station_name": "Gemeenteschool De Regenboog",
        "station_address": ("lokaal 3, gelijkvloers", "Kerkstraat 27", "1500 Halle"),
        "station_hours": "8 h – 13 h",
        "station_access": "Accessible en fauteuil roulant",
        "station_map": "0 g",
    }
    elsewhere = replace(BLOCK, building="Sporthal", room="", accessible=False)
    found = station_values(elsewhere)
    assert found["station_address"] == ("Sporthal", "Kerkstraat 27", "1500 Halle")
    assert found["station_access"] == "Niet toegankelijk voor rolstoelen"


@pytest.mark.parametrize(
    ("address", "language", "lines"),
    [
        (Address("Dorpsstraat", "14A", "3", "1500", "Halle"), "nl", ("Dorpsstraat 14A bus 3", "1500 Halle")),
        (Address("Rue du Moulin", "1", "3", "1630", "Linkebeek"), "fr", ("Rue du Moulin 1 bte 3", "1630 Linkebeek")),
        (Address(" Oude  Weg ", " 42", "", "1500", "Halle "), "nl", ("Oude Weg 42", "1500 Halle")),
        (Address("Main Street", "7", "", "", "Dublin", "Ierland"), "nl", ("Main Street 7", "Dublin", "Ierland")),
    ],
)
def test_an_address_as_the_post_reads_it(address, language, lines):
    assert address_lines(address, language) == lines


def test_hours_and_days_in_words():
    assert [hour("09:30", "nl"), hour("09:30", "fr"), hour("13:00", "fr"), hour("08:00", "nl")] == ["9.30", "9 h 30", "13 h", "8.00"]
    assert election_day(date(2024, 10, 13), "nl") == "zondag 13 oktober 2024"
    assert election_day(date(2024, 6, 9), "fr") == "dimanche 9 juin 2024"
    assert [listed(["a"], "en"), listed(["a", "b", "c"], "en")] == ["a", "a, b en c"]


@pytest.mark.parametrize(
    ("elections", "electronic", "closing"),
    [("federal", False, "14:00"), ("federal", True, "16:00"), ("local", False, "13:00"), ("local", True, "15:00")],
)
def test_hours_of_the_law(elections, electronic, closing):
    assert hours(elections=elections, electronic=electronic).closing == closing


def texts(voter_type, kind, day, *, elections="local", language="nl"):
    return [
        one.title
        for one in law_texts(language)
        if one.holds(kind=kind, voter_type=voter_type, elections=elections, voting="paper", day=day)
    ]


@pytest.mark.parametrize(
    ("day", "kind", "first"),
    [
        (date(2023, 12, 31), DocumentKind.CONVOCATION, "Stemmen is verplicht"),
        (date(2024, 1, 1), DocumentKind.INVITATION, "U bent uitgenodigd om te stemmen"),
        (date(2024, 10, 13), DocumentKind.INVITATION, "U bent uitgenodigd om te stemmen"),
    ],
)
def test_local_voters_are_told_of_a_duty_until_2024_and_of_none_since(day, kind, first):
    assert texts("local", kind, day)[0] == first


def test_both_languages_have_the_same_paragraphs_with_their_sources():
    dutch, french = law_texts("nl"), law_texts("fr")

    assert [(one.types, one.kinds, one.elections, one.voting, one.valid_from, one.valid_until, one.certainty) for one in dutch] == [
        (one.types, one.kinds, one.elections, one.voting, one.valid_from, one.valid_until, one.certainty) for one in french
    ]
    assert all(one.source and one.certainty in "HML" for one in (*dutch, *french))


def test_sanctions_are_told_only_to_who_has_to_come():
    assert "Wie niet komt" in texts("belgian", DocumentKind.CONVOCATION, date(2024, 6, 9), elections="federal")
    assert "Wie niet komt" not in texts("local", DocumentKind.INVITATION, date(2024, 10, 13))


def test_types_of_voters_have_samples():
    for voter_type in VoterType:
        key = TemplateKey(DocumentKind.CONVOCATION, voter_type, False, "nl")
        assert len(samples(key)) == 5
