"""The letters of the canton of Sint-Genesius-Rode and of Voeren: which municipality, which voter, which election, and that they fit."""

from datetime import date
from itertools import product

import pytest

from convocations.cards.card import TemplateKey, VoterType
from convocations.cards.picture import checked_card
from convocations.cards.template import Letterhead, Occasion, law_of, standard
from convocations.cards.text_sets import TextSet, default_set, places
from convocations.cards.texts import law_texts
from municipalities.facilities import facilities

DAY, LOCAL = date(2024, 6, 9), date(2024, 10, 13)
ALL = ("chamber", "flemish", "european")
LETTERHEAD = Letterhead(("Dorpsstraat 46", "1640 Sint-Genesius-Rode", "verkiezingen@voorbeeld.be"), "Vragen? Burgerzaken, 02 000 00 00.")


def titles(name: str, *, day: date = DAY, ballots: tuple[str, ...] = ALL, text_set: TextSet) -> list[str]:
    """Of the paragraphs."""
    return [one.title for one in law_of(TemplateKey.of(name), day, ballots=ballots, text_set=text_set)]


@pytest.mark.parametrize(
    ("nis", "expected"),
    [(nis, "rode") for nis in ("23098", "23099", "23100", "23101", "23102", "23103")]
    + [("73109", "voeren"), ("23027", "usual"), ("73001", "usual"), ("73028", "usual")],
)
def test_the_set_follows_from_the_municipality(nis: str, expected: str) -> None:
    assert default_set(nis) == expected


def test_every_place_with_a_set_has_facilities_and_a_source() -> None:
    assert all(nis in facilities() for place in places() for nis in place.municipalities)
    assert all(place.source and place.certainty in {"H", "M", "L"} for place in places())


CHAMBER = {"rode": "Kamer: een lijst van de kieskring Vlaams-Brabant", "voeren": "Kamer: in Aubel, voor een lijst van de kieskring Luik"}
EUROPEAN = {
    "rode": "Europees Parlement: een lijst van het Nederlandse of van het Franse kiescollege",
    "voeren": "Europees Parlement: in Aubel",
}


@pytest.mark.parametrize(
    ("voters", "ballots", "chamber", "european"),
    [
        ("belgian", ALL, True, True),
        ("belgian", ("chamber",), True, False),
        ("belgian", ("flemish",), False, False),
        ("belgian", ("flemish", "european"), False, True),
        ("european", ALL, False, True),
        ("european_minor", ALL, False, True),
    ],
)
@pytest.mark.parametrize("text_set", [TextSet.RODE, TextSet.VOEREN])
def test_only_voters_of_chamber_and_european_parliament_are_told(
    voters: str, ballots: tuple[str, ...], chamber: bool, european: bool, text_set: TextSet
) -> None:
    key = TemplateKey.of(f"convocation-{voters}-paper-nl")
    usual, _css = standard(key, DAY, ballots=ballots)
    html, _css = standard(key, DAY, ballots=ballots, text_set=text_set)

    assert (CHAMBER[text_set] in html, EUROPEAN[text_set] in html) == (chamber, european)
    assert "Kamer: " not in usual
    assert "Europees Parlement: " not in usual
    assert (html == usual) == (not chamber and not european)


@pytest.mark.parametrize(("voters", "text_set"), list(product(("local", "local_foreigner"), (TextSet.RODE, TextSet.VOEREN))))
def test_local_elections_have_the_usual_text_everywhere(voters: str, text_set: TextSet) -> None:
    name, ballots = f"invitation-{voters}-paper-nl", ("municipal", "provincial", "chamber", "european")

    assert titles(name, day=LOCAL, ballots=ballots, text_set=text_set) == titles(name, day=LOCAL, ballots=ballots, text_set=TextSet.USUAL)


@pytest.mark.parametrize(
    "name",
    [
        f"convocation-{voters}-{voting}-{language}"
        for voters, voting, language in product(("belgian", "european", "european_minor"), ("paper", "electronic"), ("nl", "fr"))
    ],
)
@pytest.mark.parametrize("text_set", [TextSet.RODE, TextSet.VOEREN])
def test_the_longer_text_fits_on_one_page_with_every_sample(name: str, text_set: TextSet) -> None:
    key = TemplateKey.of(name)

    html, css = standard(key, DAY, ballots=ALL, text_set=text_set)

    assert ("Aubel" in html) == (text_set == TextSet.VOEREN)
    assert html != standard(key, DAY, ballots=ALL)[0]
    checked_card(html, css, key=key, occasion=Occasion("Sint-Genesius-Rode", DAY, ALL, LETTERHEAD))


def test_both_languages_name_the_same_sets_and_ballots() -> None:
    dutch, french = ([(one.sets, one.ballots) for one in law_texts(language)] for language in ("nl", "fr"))

    assert dutch == french
    assert {name for sets, _ballots in dutch for name in sets} == {"rode", "voeren"}
    assert {voters for one in law_texts("nl") if one.sets for voters in one.types} <= {
        VoterType.BELGIAN,
        VoterType.EUROPEAN,
        VoterType.EUROPEAN_MINOR,
    }
    assert all(one.certainty == "L" for one in law_texts("nl") if one.sets)
