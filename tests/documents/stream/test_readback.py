"""The reader finds what a printer must never be given."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from documents.stream.composer import Composer
from documents.stream.readback import Facts, read_back, warnings
from documents.stream.stationery import Stationery
from tests.documents.stream.files import write_file
from tests.documents.stream.samples import TOKEN, Voter, card, voter

PAPER = Stationery({"nl": card()}, title="Kaarten")
VOTERS = [voter(number) for number in range(1, 7)]


def facts(one: Voter) -> Facts:
    return Facts(
        one.token,
        texts=(one.name, one.street, one.place),
        once=("13 oktober 2024",),
        codes=(one.qr, f"JJBEA{one.mail_id}"),
        apart=("Grote Markt 1 1500 Halle", f"{one.street} {one.place}"),
    )


def printed(path: Path, voters: list[Voter]) -> Path:
    composer = Composer(PAPER)
    pages = [composer.page("nl", one.values(), record=str(one.number)) for one in voters]
    return write_file(path, PAPER, {"1": pages}, composer.layers({"nl": {"office": "1"}}, record="1"))


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("cards") / "cards.pdf", VOTERS)


def test_a_right_file_has_no_problem(cards: Path):
    report = read_back(cards, map(facts, VOTERS), token=TOKEN)

    assert report.ok
    assert (report.pages, report.expected, report.tokens, report.sampled, report.decoded) == (6, 6, 6, 6, 12)


def test_codes_are_read_of_a_sample_only(cards: Path):
    assert read_back(cards, map(facts, VOTERS), token=TOKEN, sample=2).sampled == 3
    assert read_back(cards, map(facts, VOTERS), token=TOKEN, sample=0).sampled == 0


WRONG: list[tuple[str, Callable[[Facts], Facts], str]] = [
    ("token", lambda fact: replace(fact, token="T999999999"), "T000000003 instead of T999999999"),
    ("text", lambda fact: replace(fact, texts=("Kerkstraat 4",)), "Kerkstraat 4"),
    ("once", lambda fact: replace(fact, once=("14 oktober 2024",)), "14 oktober 2024: 0 times"),
    ("code", lambda fact: replace(fact, codes=("HTTPS://K.BE/OTHER",)), "HTTPS://K.BE/OTHER is not among"),
    ("apart", lambda fact: replace(fact, apart=("DORPSSTRAAT 4  1500 Halle", "Dorpsstraat 4 1500 Halle")), "DORPSSTRAAT 4  1500 Halle"),
]


@pytest.mark.parametrize(("kind", "change", "said"), WRONG)
def test_a_page_that_does_not_say_what_it_must_is_a_problem(cards: Path, kind: str, change: Callable[[Facts], Facts], said: str):
    expected = [change(facts(one)) if one.number == 3 else facts(one) for one in VOTERS]

    report = read_back(cards, expected, token=TOKEN)

    assert not report.ok
    assert dict(report.counts) == {kind: 1}
    assert (report.problems[0].page, report.problems[0].kind) == (3, kind)
    assert report.problems[0].detail.startswith(said)


def test_two_cards_in_the_other_s_place_are_found(cards: Path):
    swapped = [VOTERS[1], VOTERS[0], *VOTERS[2:]]

    report = read_back(cards, map(facts, swapped), token=TOKEN)

    assert report.counts["token"] == 2
    assert {problem.page for problem in report.problems} == {1, 2}


def test_a_voter_on_two_pages_is_found(tmp_path: Path):
    twice = printed(tmp_path / "twice.pdf", [*VOTERS[:3], VOTERS[0]])

    report = read_back(twice, map(facts, [*VOTERS[:3], VOTERS[0]]), token=TOKEN)

    assert dict(report.counts) == {"twice": 1}
    assert not report.ok


def test_a_page_too_few_or_too_many_is_found(cards: Path):
    assert dict(read_back(cards, map(facts, [*VOTERS, voter(7)]), token=TOKEN).counts) == {"pages": 1}
    assert dict(read_back(cards, map(facts, VOTERS[:-1]), token=TOKEN).counts) == {"pages": 1}


def test_every_voter_on_every_page_is_found(tmp_path: Path):
    """What happens when pages are merged onto one and the same object: a valid file with all secrets on all pages."""
    composer = Composer(PAPER)
    pages = [composer.page("nl", one.values(), record="1") for one in VOTERS[:3]]
    path = write_file(tmp_path / "all.pdf", PAPER, {"1": [b" ".join(pages)] * 3}, composer.layers({"nl": {"office": "1"}}, record="1"))

    report = read_back(path, map(facts, VOTERS[:3]), token=TOKEN)

    assert warnings(path) == []
    assert report.counts["token"] == 3
    assert report.counts["twice"] == 6


def test_a_damaged_file_is_invalid(cards: Path, tmp_path: Path):
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(cards.read_bytes().replace(b"endobj", b"endxxx", 9))
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(cards.read_bytes()[:2000])

    assert read_back(damaged, map(facts, VOTERS), token=TOKEN).counts["invalid"] > 0
    report = read_back(cut, map(facts, VOTERS), token=TOKEN)
    assert report.counts["invalid"] == 1
    assert (report.pages, report.expected, report.ok) == (0, 6, False)


def test_a_name_with_initials_is_the_voter_s_name(tmp_path: Path):
    one = voter(1)
    long = one._replace(
        name=one.name._replace(family="Vandenbroeck-Vandersmissen " * 5, given=("Maria", "Josephine", "Antoinette", "Wilhelmina" * 3))
    )
    path = printed(tmp_path / "long.pdf", [long])

    report = read_back(path, [facts(long)], token=TOKEN)

    assert report.ok, report.problems
