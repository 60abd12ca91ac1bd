"""``reissue``, and ``print_convocations`` after it: new cards for many from a terminal, as two persons; a refusal changes nothing."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from convocations.management.commands import print_convocations, reissue
from convocations.models import PrintRun, Reissue
from core.actor import SYSTEM
from core.models import Approval, AuditEvent
from core.tenancy import tenant
from districts.models import Address, Street
from municipalities import services
from municipalities.rules import Role
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk
from tests.convocations.counter.test_refusals import NOON
from tests.convocations.counter.test_reissue import ask, of_street
from tests.personas import NOW, PASSWORD
from tests.voters.ledger.town import a_decision

TWO = {"requested_by": "alice", "approved_by": "henk"}


@pytest.fixture(autouse=True)
def _commits(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the commands enqueue runs where they would commit, inside the transaction of the test."""

    for command in (reissue, print_convocations):
        monkeypatch.setattr(command, "tenant", halle.committed)
    with travel(halle.now, tick=False):
        yield


def call(name: str, *arguments: str, **options: Any) -> dict[str, Any]:
    """What a command says; its errors with code 2."""
    told, code = io.StringIO(), 0
    try:
        call_command(name, "23027", "2024-10-13", *arguments, json=True, stdout=told, **{**TWO, **options})
    except SystemExit as ended:
        code = int(str(ended.code))
    answer: dict[str, Any] = json.loads(told.getvalue().splitlines()[-1])
    assert code == (2 if "errors" in answer else 0)
    return answer


def problems(answer: dict[str, Any]) -> list[tuple[int | None, str, str, str]]:
    """Row, column, value, problem."""
    return [(one["row"], one["column"], one["value"], one["problem"]) for one in answer["errors"]]


def left(town: CardTown) -> tuple[Any, ...]:
    """All that new cards change."""
    with tenant(town.pk):
        return (
            [(card.pk, card.issue, card.state) for card in town.cards()],
            list(PrintRun.objects.filter(municipality=town.municipality).order_by("pk").values_list("number", "state")),
            Reissue.objects.count(),
            Approval.objects.filter(municipality_id=town.pk).count(),
            AuditEvent.objects.filter(municipality_id=town.pk).count(),
        )


def second_head(town: CardTown, username: str) -> None:
    """Somebody else who may approve."""
    own: dict[str, Any] = {"by": SYSTEM, "at": NOW}
    user = services.create_user(username=username, first_name="Greet", last_name="Test", email="", password=PASSWORD, is_staff=False, **own)
    services.grant(municipality=town.municipality, user=user, role=Role.HEAD, **own)


def test_a_street_from_the_asking_to_the_printed_file(desk: Desk, horebeke: CardTown, tmp_path: Path) -> None:
    town, theirs = desk.town, left(horebeke)
    there = {card.person_id: card.token for card in town.cards() if card.street_name == "Zinkstraat"}

    told = call("reissue", street="zinkstraat", postcode="1500", cause="not_received", note="Niet bedeeld")

    assert (told["scope"], told["what"], told["run"], told["state"]) == ("street", "Zinkstraat (1500 Halle)", 2, "ready")
    assert (told["cards"], told["none_by_reason"], told["lines"]) == (len(there), {"has_card": 40 - len(there)}, 40)
    assert told["duplicates"] is True
    assert told["readback"]["ok"] is True
    assert {card.state for card in town.cards(issue=1)} == {"released"}  # until the release the former cards hold
    with tenant(town.pk):
        agreed = Approval.objects.get(municipality_id=town.pk, kind="card_reissue")
    assert (agreed.decision, agreed.requested_by_name, agreed.decided_by_name) == ("approved", town.clerk.name, town.head.name)

    printed = call("print_convocations", out=tmp_path / "nieuw")

    assert (printed["run"], printed["cards"]) == (2, len(there))
    rows = list(csv.DictReader((tmp_path / "nieuw" / "manifest.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["issue"] for row in rows} == {"2"}
    assert len(rows) == len(there)
    assert not {row["token"] for row in rows} & set(there.values())
    assert {row["file"] for row in rows} <= set(printed["files"])
    assert {(card.person_id, card.token) for card in town.cards(state="replaced")} == set(there.items())
    assert {(card.person_id, card.state) for card in town.cards(issue=2)} == {(person, "released") for person in there}
    assert left(horebeke) == theirs


def test_a_station_whose_cards_were_wrong_gets_cards_that_are_no_duplicates(desk: Desk) -> None:
    town = desk.town
    there = {card.person_id for card in town.cards(station__number=2)}

    told = call("reissue", station=2, cause="wrong")

    assert (told["scope"], told["cards"], told["duplicates"]) == ("station", len(there), False)
    assert {card.person_id for card in town.cards(issue=2)} == there


def test_rows_of_the_manifest_and_numbers_of_the_list_name_their_voters(desk: Desk, tmp_path: Path) -> None:
    town = desk.town
    with tenant(town.pk):
        released = PrintRun.objects.get(municipality=town.municipality)
    heading, *lines = town.file(released, "manifest").decode().splitlines()
    spoiled = {card.token: card.person_id for card in town.cards(released)[3:6]}
    (tmp_path / "manifest.csv").write_text("\n".join([heading, *(line for line in lines if any(token in line for token in spoiled))]))
    first = town.cards(released)[10]
    (tmp_path / "nummers.csv").write_text(f"naam;list_number\nJan;{first.list_number}\n")

    assert call("reissue", file=tmp_path / "manifest.csv", cause="damaged")["cards"] == 3
    assert {card.person_id for card in town.cards(issue=2)} == set(spoiled.values())
    call("print_convocations", out=tmp_path / "een")
    assert call("reissue", file=tmp_path / "nummers.csv", cause="damaged")["what"] == "nummers.csv"
    assert [card.person_id for card in town.cards(issue=2, state="made")] == [first.person_id]


def test_all_that_is_wrong_with_a_file_is_told_at_once_and_nothing_is_made(desk: Desk, horebeke: CardTown, tmp_path: Path) -> None:
    town, file = desk.town, tmp_path / "klachten.csv"
    own, theirs = town.cards()[0], horebeke.cards()[0]
    struck = town.ledger.persons()[5]
    town.ledger.record(struck, a_decision("strike"))
    (gone,) = desk.cards(struck)
    values = [f"{own.token}-01", "99999", "niemand", f"{theirs.token}-01", f"{own.token}-07", *["88888"] * 30, gone.token]
    file.write_text("\n".join(["token,note", *(f"{value},x" for value in values)]), encoding="utf-8")
    before = left(town), left(horebeke)

    told = problems(call("reissue", file=file, cause="not_received"))

    assert told[:4] == [
        (3, "token", "99999", "nobody on the list has this number"),
        (4, "token", "niemand", "neither a number on the list nor the code of a card"),
        (5, "token", f"{theirs.token}-01", "no card of this election has this code"),
        (6, "token", f"{own.token}-07", "the card with this code has another issue"),
    ]
    assert told[4:-1] == [(row, "token", "88888", "nobody on the list has this number") for row in range(7, 37)]
    assert told[-1] == (37, "token", gone.token, "gets no card: struck off the list by decision")
    assert (left(town), left(horebeke)) == before


@pytest.mark.parametrize(
    ("options", "column", "problem"),
    [
        ({"street": "Nergensstraat"}, "--street", "no street in use is called so"),
        ({"street": "Zinkstraat", "postcode": "9999"}, "--street", "no street in use is called so in 9999"),
        ({"station": 99}, "--station", "no polling station has this number"),
        ({"station": 2, "postcode": "1500"}, "--postcode", "goes with --street"),
        ({"station": 2, "note": "x" * 201}, "--note", "longer than 200 letters"),
        ({"station": 2, "approved_by": "alice"}, "user", "this user's role does not allow it"),
        ({"station": 2, "requested_by": "henk"}, "approved_by", "the second person must be somebody else"),
        ({"station": 2, "requested_by": "bob"}, "user", "this user's role does not allow it"),
        ({"station": 2, "requested_by": "charlie"}, "user", "this user has no role in this municipality"),
        ({"file": Path("/nowhere.csv")}, "--file", "cannot be read: No such file or directory"),
    ],
)
def test_what_is_refused_changes_nothing(desk: Desk, horebeke: CardTown, options: dict[str, Any], column: str, problem: str) -> None:
    before = left(desk.town), left(horebeke)

    told = problems(call("reissue", cause="not_received", **options))

    assert [(one[1], one[3]) for one in told] == [(column, problem)]
    assert (left(desk.town), left(horebeke)) == before


def test_a_file_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    file, before = tmp_path / "x.csv", left(desk.town)

    for content in (b"\xff\xfe\x00", b"1\n" * 1_100_000, b""):
        file.write_bytes(content)
        ((_row, _column, _value, problem),) = problems(call("reissue", file=file, cause="damaged"))
        assert problem in {"no list: a CSV file in UTF-8 of at most 2 MB", "nobody on the list gets a card there"}
    assert left(desk.town) == before


def test_of_two_streets_with_one_name_the_postcode_decides(desk: Desk) -> None:
    town = desk.town
    with tenant(town.pk):
        street = Street.objects.get(municipality=town.municipality, name="Zinkstraat")
        other = Street.objects.create(municipality=town.municipality, best_id=99, name="Zinkstraat", name_key=street.name_key)
        Address.objects.create(
            municipality=town.municipality,
            best_id=99_999,
            street=other,
            postcode="1502",
            postname="Lembeek",
            house_number="1",
            number=1,
            opened_at=town.now,
        )
    before = left(town)

    ((_row, column, _value, problem),) = problems(call("reissue", street="Zinkstraat", cause="not_received", dry_run=True))

    assert (column, problem) == ("--street", "several streets are called so: give --postcode")
    assert left(town) == before
    there = sum(card.street_name == "Zinkstraat" for card in town.cards())
    assert call("reissue", street="Zinkstraat", postcode="1500", cause="not_received", dry_run=True)["voters"] == there


def test_a_dry_run_counts_and_writes_nothing(desk: Desk, horebeke: CardTown) -> None:
    before = left(desk.town), left(horebeke)
    there = len(desk.town.cards(station__number=2))

    told = call("reissue", station=2, cause="not_received", dry_run=True)

    assert (told["voters"], told["dry_run"]) == (there, True)
    assert (left(desk.town), left(horebeke)) == before


@pytest.mark.parametrize(
    ("after", "late"), [(timedelta(days=-1), False), (timedelta(), False), (timedelta(seconds=1), True), (timedelta(days=1), True)]
)
def test_until_the_legal_moment(desk: Desk, after: timedelta, late: bool) -> None:
    before = left(desk.town)
    with travel(NOON + after, tick=False):
        told = call("reissue", station=2, cause="not_received")

    if late:
        assert [one[3] for one in problems(told)] == ["it is too late: new cards are not handed out any more"]
        assert left(desk.town) == before
    else:
        assert told["state"] == "ready"


def test_who_asked_for_new_cards_does_not_approve_their_release_either(desk: Desk, tmp_path: Path) -> None:
    town, out = desk.town, tmp_path / "x"
    second_head(town, "greet")
    call("reissue", station=2, cause="not_received", requested_by="henk", approved_by="greet")
    before = left(town)

    told = problems(call("print_convocations", out=out, requested_by="alice", approved_by="henk"))

    assert [one[3] for one in told] == ["asked for these new cards: somebody else approves their release"]
    assert left(town) == before
    assert not out.exists()
    assert call("print_convocations", out=out, requested_by="alice", approved_by="greet")["run"] == 2


def test_a_second_reissue_waits_until_the_first_is_printed(desk: Desk) -> None:
    call("reissue", station=2, cause="not_received")
    before = left(desk.town)

    again = call("reissue", station=1, cause="not_received")
    assert [one[3] for one in problems(again)] == ["another run of this election is not released or cancelled yet"]
    assert left(desk.town) == before


def test_new_cards_that_are_looked_at_on_their_page_are_not_printed_by_the_command(desk: Desk, tmp_path: Path) -> None:
    ask(desk.town, of_street(desk.town, "Zinkstraat"))
    before = left(desk.town)

    told = problems(call("print_convocations", out=tmp_path / "x"))

    assert [one[3] for one in told] == ["another run of this election is not released or cancelled yet"]
    assert left(desk.town) == before
    assert not (tmp_path / "x").exists()


def test_other_settings_than_those_of_the_new_cards_are_refused(desk: Desk, tmp_path: Path) -> None:
    call("reissue", street="zinkstraat", postcode="1500", cause="not_received")
    before = left(desk.town)

    [(row, column, value, problem)] = problems(call("print_convocations", out=tmp_path / "nieuw", order="station", hours=30))

    assert (row, column, value) == (None, "RUN", "2")
    assert "their own settings" in problem
    assert left(desk.town) == before
    assert not (tmp_path / "nieuw").exists()
