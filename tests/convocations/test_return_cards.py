"""``return_cards``: letters that came back, by code or by file, all of them noted or none."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_machine import travel

from convocations.models import Card, CardCase, CardEvent, PrintRun
from convocations.rules.returns import RETURN_COLUMNS, Action, Cause
from convocations.rules.tokens import read_code
from convocations.services.returned import Handling, ReturnsRefusedError, note_returns, read_letters
from core.models import AuditEvent
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.commands import Commands, Told
from tests.convocations.letters import Letters
from tests.personas import NOW, World

NO_CODE = "no code of a card: twelve letters and figures, a dash and two figures"
UNKNOWN = "no card of this election has this code"


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def released(halle: CardTown) -> PrintRun:
    return halle.release(halle.make())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    commands = Commands(capsys)

    def call(*arguments: str, user: str = "alice") -> Told:
        return commands("return_cards", "23027", "2024-10-13", *arguments, "--requested-by", user)

    return call


def left(town: CardTown) -> tuple[object, ...]:
    """All that a returned letter changes."""
    with tenant(town.pk):
        cases = list(CardCase.objects.filter(municipality=town.municipality).order_by("pk").values_list("card_id", "code", "state", "note"))
        trail = AuditEvent.objects.filter(municipality_id=town.pk, kind__in=["cards.returned", "card.returned"]).count()
    return cases, town.count(CardEvent), trail, [card.state for card in town.cards()]


def told(answer: Told) -> list[tuple[int | None, str, str, str]]:
    code, said = answer
    assert code == 2, said
    return [(one["row"], one["column"], one["value"], one["problem"]) for one in said["errors"]]


def test_letters_that_were_scanned_are_noted_and_those_kept_are_open_cases(
    halle: CardTown, horebeke: CardTown, released: PrintRun, run
) -> None:
    theirs, (first, second, *_others) = left(horebeke), halle.cards()

    answer = run(f"{first.token.lower()}-01", second.token, "--cause", "moved", "--note", " balie ")

    assert answer == (0, {"noted": 2, "by_cause": {"moved": 2}, "kept": 2, "noted_before": [], "replaced": []})
    with tenant(halle.pk):
        cases = list(CardCase.objects.order_by("pk").values_list("card_id", "kind", "code", "state", "note", "closed_by_name"))
        event = AuditEvent.objects.get(kind="cards.returned")
        details = CardEvent.objects.get(card=first, kind="returned")
    assert cases == [(card.pk, "returned", "moved", "open", "balie", "") for card in sorted([first, second], key=lambda one: one.pk)]
    assert (event.after, event.actor_name) == ({"items": 2, "cases": 2}, halle.clerk.name)
    assert (details.details, details.by_name) == ({"cause": "moved", "action": "kept", "note": "balie"}, halle.clerk.name)
    assert halle.events(first) == ["released", "returned"]
    assert {card.state for card in halle.cards() if card.pk in {first.pk, second.pk}} == {"returned"}
    assert left(horebeke) == theirs


def test_the_rows_of_a_file_say_why_and_what_is_left_empty_is_as_the_command_says(
    halle: CardTown, released: PrintRun, run, tmp_path: Path
) -> None:
    first, second, third, *_others = halle.cards()
    file = tmp_path / "terug.csv"
    file.write_text(
        f"\ufefftoken;note;cause;action\n{first.token}-01;;deceased;destroyed\n\n{second.token};gebeld;;handed\n{third.token}\n{third.token}-01\n"
    )

    code, said = run("--file", str(file), "--cause", "unknown")

    assert (code, said["noted"], said["by_cause"], said["kept"]) == (0, 3, {"deceased": 1, "unknown": 2}, 1)
    with tenant(halle.pk):
        found = {case.card_id: (case.code, case.state, case.note) for case in CardCase.objects.all()}
    assert found == {
        first.pk: ("deceased", "done", ""),
        second.pk: ("unknown", "done", "gebeld"),
        third.pk: ("unknown", "open", ""),
    }


def test_a_file_that_a_scanner_made_has_codes_only(halle: CardTown, released: PrintRun, run, tmp_path: Path) -> None:
    cards, file = halle.cards()[:3], tmp_path / "scan.txt"
    file.write_text("".join(f"{card.token}-01\r\n" for card in cards))

    assert run("--file", str(file), "--cause", "no_box", "--action", "sent_again")[1]["by_cause"] == {"no_box": 3}
    assert [halle.events(card)[-1] for card in cards] == ["returned"] * 3


def test_all_problems_are_told_at_once_and_nothing_is_noted(
    halle: CardTown, horebeke: CardTown, released: PrintRun, run, tmp_path: Path
) -> None:
    horebeke.release(horebeke.make())
    good, twice, *_others = halle.cards()
    [theirs, *_rest] = horebeke.cards()
    before = left(halle), left(horebeke)
    file = tmp_path / "terug.csv"
    rows = [
        f"{good.token},moved,kept,",
        "zomaar,moved,kept,",
        f"{theirs.token},moved,kept,",
        f"{good.token}-02,moved,kept,",
        f"{twice.token},verhuisd,,{'x' * 201}",
        f"{twice.token},moved,bewaard,",
        f"{good.token},moved,kept,,x",
    ]
    file.write_text("code,cause,action,note\n" + "\n".join(rows))

    assert [(row, column, value) for row, column, value, _problem in told(run("--file", str(file)))] == [
        (3, "code", "zomaar"),
        (4, "code", theirs.token),
        (5, "code", f"{good.token}-02"),
        (6, "cause", "verhuisd"),
        (6, "note", "x" * 80),
        (7, "action", "bewaard"),
        (7, "code", twice.token),
        (8, rows[6], ""),
    ]
    assert (left(halle), left(horebeke)) == before


def test_without_any_cause_every_row_is_told(halle: CardTown, released: PrintRun, run) -> None:
    card, before = halle.cards()[0], left(halle)

    assert told(run(card.token, "zomaar")) == [
        (None, "code", "zomaar", NO_CODE),
        (None, "cause", "", f"is none of {', '.join(Cause)}"),
        (None, "cause", "", f"is none of {', '.join(Cause)}"),
    ]
    assert left(halle) == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"code,reden\nx,moved\n", "the columns are code,cause,action,note; only the first must be there"),
        (b"code,code\nx,x\n", "the columns are code,cause,action,note; only the first must be there"),
        (b"cause\nmoved\n", "the columns are code,cause,action,note; only the first must be there"),
        (b"\xff\xfe", "no CSV file in UTF-8"),
        (b"", "no letter is named"),
        (b"code\n", "no letter is named"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(halle: CardTown, released: PrintRun, run, tmp_path: Path, content: bytes, problem: str) -> None:
    file, before = tmp_path / "terug.csv", left(halle)
    file.write_bytes(content)

    assert [one[3] for one in told(run("--file", str(file), "--cause", "moved"))] == [problem]
    assert left(halle) == before


def test_codes_and_a_file_exclude_each_other_and_one_must_be_there(halle: CardTown, released: PrintRun, run, tmp_path: Path) -> None:
    before = left(halle)

    assert told(run("--cause", "moved"))[0][3] == "name codes or a file, one of the two"
    assert told(run("x", "--file", str(tmp_path / "weg.csv"), "--cause", "moved"))[0][3] == "name codes or a file, one of the two"
    assert told(run("--file", str(tmp_path / "weg.csv"), "--cause", "moved"))[0][1] == "--file"
    assert left(halle) == before


def test_a_card_that_was_replaced_is_noted_and_told_as_such(halle: CardTown, released: PrintRun, run) -> None:
    old, other, *_others = halle.cards()
    halle.report(released, f"{old.token},spoiled,2024-09-24T08:00:00")
    halle.release(halle.make())
    [former, newer] = halle.cards(person_id=old.person_id)

    answer = run(former.token, other.token, "--cause", "moved")

    assert answer[1]["replaced"] == [f"{former.token}-01"]
    assert [card.state for card in halle.cards(person_id=old.person_id)] == ["replaced", "released"]
    assert halle.events(former)[-1] == "returned"
    assert halle.events(newer) == ["released"]


def test_a_card_that_is_not_released_should_not_be_on_paper(halle: CardTown, run) -> None:
    halle.make()
    card, before = halle.cards()[0], left(halle)

    assert told(run(card.token, "--cause", "moved"))[0][3] == "this card was not released: it should not be on paper"
    assert left(halle) == before


def test_the_same_file_a_moment_later_changes_nothing_and_another_day_it_is_another_letter(
    halle: CardTown, released: PrintRun, run, tmp_path: Path
) -> None:
    cards, file = halle.cards()[:2], tmp_path / "terug.csv"
    file.write_text(f"code,cause\n{cards[0].token},moved\n{cards[1].token},refused\n")
    run("--file", str(file))
    after = left(halle)

    again = run("--file", str(file))

    assert again[1] == {"noted": 0, "by_cause": {}, "kept": 0, "noted_before": sorted_codes(cards), "replaced": []}
    assert left(halle) == after
    with travel(halle.now + timedelta(days=1), tick=False):
        assert run("--file", str(file))[1]["noted"] == 2
    with tenant(halle.pk):
        states = list(CardCase.objects.filter(card=cards[0]).order_by("pk").values_list("state", flat=True))
    assert states == ["done", "open"]


def sorted_codes(cards: list[Card]) -> list[str]:
    return [f"{card.token}-01" for card in sorted(cards, key=lambda one: one.pk)]


@pytest.mark.parametrize(
    ("user", "problem"), [("bob", "this user's role does not allow it"), ("charlie", "this user has no role in this municipality")]
)
def test_readers_and_neighbours_note_nothing(halle: CardTown, released: PrintRun, run, user: str, problem: str) -> None:
    card, before = halle.cards()[0], left(halle)

    assert told(run(card.token, "--cause", "moved", user=user))[0][3] == problem
    assert left(halle) == before


@pytest.fixture
def letters(world: World, django_capture_on_commit_callbacks) -> Letters:
    """Twenty released cards without voters, of another municipality than the town above."""
    return Letters(world.horebeke, world.actor(world.hilde), django_capture_on_commit_callbacks)


DAYS = count()
"""Another one for each example, so that no letter is taken for one of an example before."""
CELLS = st.one_of(
    st.sampled_from(["", "moved", "kept", "handed", "refused", "A" * 12, " 1-01 ", '"', "x" * 210, "\x00", "\n"]), st.text(max_size=6)
)
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, codes=st.lists(st.integers(0, 25), max_size=6), heading=st.booleans(), delimiter=st.sampled_from(",;"))
def test_whatever_stands_in_a_file_it_is_noted_whole_or_refused_whole(
    letters: Letters, rows: list[list[str]], codes: list[int], heading: bool, delimiter: str
) -> None:
    with tenant(letters.pk):
        tokens = list(Card.objects.filter(municipality_id=letters.pk).order_by("pk").values_list("token", flat=True))
    good = [[tokens[code] if code < len(tokens) else "B" * 12, "moved", "handed", ""] for code in codes]
    lines = [delimiter.join(cells) for cells in [*([RETURN_COLUMNS] if heading else []), *good, *rows]]
    data = "\n".join(lines).encode(errors="surrogatepass")
    election = letters.sent.run.election
    at = NOW + timedelta(days=next(DAYS))

    def events() -> int:
        with tenant(letters.pk):
            return CardEvent.objects.filter(municipality_id=letters.pk).count()

    before = events()
    try:
        found, wrong = read_letters(data, usual=Handling("other", Action.KEPT))
        with tenant(letters.pk):
            noted = note_returns(election=election, letters=found, wrong=wrong, by=letters.by, at=at)
    except ReturnsRefusedError:
        assert events() == before
    else:
        assert not wrong
        assert events() - before == sum(noted.causes.values()) == len({read_code(letter.code) for letter in found})
