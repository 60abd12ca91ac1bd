"""The list of cases: by street, as a file, on the page and by command; and new cards for a street."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from time_machine import travel

from convocations.models import Card, CardCase, CardEvent, PrintRun
from convocations.rules.returns import Action, Cause
from convocations.selectors import reissues
from convocations.selectors.cards import CaseQuery
from convocations.services.case_files import COLUMNS, export_cases
from convocations.services.returned import Handling, Letter, note_returns
from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Address, Street
from tests.convocations.cards import CardTown
from tests.convocations.commands import Commands
from tests.convocations.counter.conftest import open_desk
from tests.convocations.test_pages import client_of, word
from voters.models import Person

FILES = "attachment; filename="


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


def come_back(town: CardTown, cards: list[Card], note: str = "") -> None:
    with tenant(town.pk):
        letters = [Letter(None, card.token, Handling(Cause.UNKNOWN, Action.KEPT, note)) for card in cards]
        note_returns(election=town.election, letters=letters, by=town.clerk, at=town.now)


@pytest.fixture
def streets(halle: CardTown) -> dict[str, list[Card]]:
    """Cards by street; of all of them but the last of each street the letter came back."""
    found: dict[str, list[Card]] = {}
    for card in halle.cards(halle.release(halle.make())):
        found.setdefault(card.street_name, []).append(card)
    come_back(halle, [card for cards in found.values() for card in cards[:-1]])
    return found


@pytest.fixture
def alice(halle: CardTown) -> Client:
    return client_of(halle.ledger.town.world.alice)


def address(town: CardTown, rest: str = "") -> str:
    return f"{town.ledger.town.url}cards/cases/{rest}"


def shown(page: str) -> set[int]:
    """The cards in the list."""
    table = page[page.index('id="results"') :]
    return {int(pk) for pk in re.findall(r"/cards/(\d+)/", table)}


def own(cards: list[Card]) -> set[int]:
    return {card.pk for card in cards}


def test_a_street_leads_to_its_cases_and_stays_while_the_rest_changes(
    halle: CardTown, streets: dict[str, list[Card]], alice: Client
) -> None:
    zink = streets["Zinkstraat"]
    with tenant(halle.pk):
        other = CardCase.objects.filter(card__in=own(zink)).order_by("pk")[0]
        CardCase.objects.filter(pk=other.pk).update(state="done", closed_at=halle.now, closed_by_name="x")
    postcode = zink[0].postcode
    [link] = re.findall(r'<a href="([^"]*cards/cases/[^"]*street=Zinkstraat[^"]*)">', alice.get(address(halle)).content.decode())
    query = {"postcode": postcode, "street": "Zinkstraat"}

    page = alice.get(link.replace("&amp;", "&")).content.decode()

    assert shown(page) == own(zink[:-1]) - {other.card_id}
    assert '<input type="hidden" name="street" value="Zinkstraat" id="id_street">' in page
    chips = re.findall(r'<a class="chip" href="([^"]*)">', page)
    assert chips == ["?street=Zinkstraat", f"?postcode={postcode}"]
    assert shown(alice.get(address(halle), {**query, "state": "done"}).content.decode()) == {other.card_id}
    assert shown(alice.get(address(halle), {**query, "state": "all"}).content.decode()) == own(zink[:-1])
    assert shown(alice.get(address(halle), {**query, "kind": "spoiled"}).content.decode()) == set()
    assert re.search(r'href="\?[^"]*street=Zinkstraat[^"]*sort=|href="\?[^"]*sort=[^"]*street=Zinkstraat', page)
    assert re.search(r"cases/csv/\?[^\"]*street=Zinkstraat", page)


def test_a_street_in_capitals_or_without_accents_is_the_same_street(halle: CardTown, alice: Client) -> None:
    entries = sorted(halle.ledger.list_at(halle.now).values(), key=lambda one: one.list_number)[:3]
    with tenant(halle.pk):
        for entry, name in zip(entries, ("Crisnéestraat", " CRISNÉESTRAAT ", "Crisneestraat"), strict=True):
            person = next(one for one in halle.ledger.persons() if one.pk == entry.person_id)
            decision = halle.ledger.decide(person, "correct", at=halle.now)
            moved = {"street_name": name, "house_number": "1", "box_number": "", "postcode": "1500", "country": ""}
            halle.ledger.effect(decision, "address", "new_address", **moved, address_id=None)
    halle.release(halle.make())
    cards = [card for card in halle.cards() if card.street_name.strip().lower().startswith("crisn")]
    come_back(halle, cards)

    page = alice.get(address(halle)).content.decode()

    assert sorted(card.street_name for card in cards) == [" CRISNÉESTRAAT ", "Crisneestraat", "Crisnéestraat"]
    assert ">1500 Crisnéestraat</a>" in page
    assert shown(alice.get(address(halle), {"postcode": "1500", "street": "Crisnéestraat"}).content.decode()) == own(cards)


def test_the_open_ones_are_the_list_itself_also_when_it_is_sorted_or_turned(
    halle: CardTown, streets: dict[str, list[Card]], alice: Client
) -> None:
    with tenant(halle.pk):
        done = CardCase.objects.order_by("pk")[0]
        CardCase.objects.filter(pk=done.pk).update(state="done", closed_at=halle.now, closed_by_name="x")
        everything = set(CardCase.objects.values_list("card_id", flat=True))

    for query in ({}, {"sort": "voter"}, {"page": "1"}, {"state": "open"}, {"state": "zomaar"}):
        page = alice.get(address(halle), query).content.decode()
        assert shown(page) == everything - {done.card_id}, query
        assert 'class="chip"' not in page
    assert shown(alice.get(address(halle), {"state": "all"}).content.decode()) == everything


def test_new_cards_for_a_street_have_the_street_filled_in(halle: CardTown, streets: dict[str, list[Card]], alice: Client) -> None:
    page = alice.get(address(halle)).content.decode()
    [link] = re.findall(r'<a href="([^"]*counter/reissue/[^"]*street=Zinkstraat[^"]*)">', page)

    form = alice.get(link.replace("&amp;", "&")).content.decode()

    with tenant(halle.pk):
        street = Street.objects.get(municipality=halle.municipality, name="Zinkstraat")
    assert f'<option value="{street.pk}" selected>Zinkstraat (1500 Halle)</option>' in form
    for query in ({"street": "Nergensstraat"}, {"street": "Nergens\x00straat"}, {}):
        answer = alice.get(f"{halle.ledger.town.url}counter/reissue/", query)
        assert answer.status_code == 200
        assert f'<option value="{street.pk}" selected>' not in answer.content.decode()
    assert halle.count(CardEvent) == 40 + len(shown(page))


def test_of_two_streets_of_one_name_the_postcode_says_which(halle: CardTown, horebeke: CardTown) -> None:
    with tenant(halle.pk):
        first = Street.objects.get(municipality=halle.municipality, name="Zinkstraat")
        second = Street.objects.create(municipality=halle.municipality, name="Zinkstraat", name_key="zinkstraat")
        there = Address.objects.filter(municipality=halle.municipality, street=first)
        kept = there.order_by("pk")[0]
        Address.objects.filter(pk=kept.pk).update(street=second, postcode="1501")

        def called(postcode: str) -> Street | None:
            return reissues.street_called(halle.election, name="ZINKSTR.", postcode=postcode)

        assert called("1501") == second
        assert called(there.order_by("pk")[0].postcode) == first
        assert called("9999") is None
    with tenant(horebeke.pk):
        theirs = reissues.street_called(horebeke.election, name="Zinkstraat", postcode="1501")
    assert theirs is None or theirs.municipality_id == horebeke.pk


def test_a_reader_sees_the_streets_and_takes_nothing_out(halle: CardTown, streets: dict[str, list[Card]]) -> None:
    bob = client_of(halle.ledger.town.world.bob)
    page = bob.get(address(halle)).content.decode()

    assert "street=Zinkstraat" in page
    assert word("New cards for this street") not in page
    assert "cases/csv/" not in page
    for rest in ("csv/", "xlsx/"):
        assert bob.get(address(halle, rest)).status_code == 403
        assert client_of(halle.ledger.town.world.charlie).get(address(halle, rest)).status_code == 404
    with tenant(halle.pk):
        assert not AuditEvent.objects.filter(kind="card_case.exported").exists()


def test_what_the_list_shows_is_taken_out_as_csv_and_xlsx_and_that_is_recorded(
    halle: CardTown, horebeke: CardTown, streets: dict[str, list[Card]], alice: Client
) -> None:
    come_back(horebeke, horebeke.cards(horebeke.release(horebeke.make()))[:2])
    zink = streets["Zinkstraat"][:-1]
    with tenant(halle.pk):
        CardCase.objects.filter(card=zink[0]).update(note="=1+1")
        numbers = dict(Person.objects.values_list("pk", "national_number"))
    query = {"street": "Zinkstraat", "postcode": zink[0].postcode}

    answer = alice.get(address(halle, "csv/"), query)
    sheet: Any = load_workbook(io.BytesIO(alice.get(address(halle, "xlsx/"), query).content)).active

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert answer.headers["Content-Disposition"] == f'{FILES}"brieven-gevallen-23027-2024-10-13.csv"'
    assert tuple(rows[0]) == COLUMNS
    assert {row["card"] for row in rows} == {f"{card.token}-01" for card in zink}
    [row] = [row for row in rows if row["card"] == f"{zink[0].token}-01"]
    assert (row["note"], row["kind"], row["code"], row["state"]) == ("'=1+1", "returned", "unknown", "open")
    assert row["national_number"].endswith("-***.**")
    assert (row["run"], row["file"], row["page"]) == ("1", "oproepingsbrieven-23027-2024-10-13-1.pdf", str(zink[0].position))
    for number in numbers.values():
        assert number not in answer.content.decode()
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert cells[0] == list(COLUMNS)
    assert sorted(line[9] for line in cells[1:]) == sorted(row["card"] for row in rows)
    assert [cell.data_type for line in sheet.iter_rows(min_row=2) for cell in line if cell.value == "=1+1"] == ["s"]
    with tenant(halle.pk):
        events = [event.after for event in AuditEvent.objects.filter(kind="card_case.exported").order_by("pk")]
    assert [(event["format"], event["rows"], event["filter"]) for event in events if event] == [
        (form, len(zink), {"state": "open", **query}) for form in ("csv", "xlsx")
    ]


@pytest.fixture
def commands(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


def test_the_command_tells_cases_or_writes_them(
    halle: CardTown, horebeke: CardTown, streets: dict[str, list[Card]], commands: Commands, tmp_path: Path
) -> None:
    come_back(horebeke, horebeke.cards(horebeke.release(horebeke.make()))[:2])
    zink, out = streets["Zinkstraat"][:-1], tmp_path / "gevallen.json"
    call = ("card_cases", "23027", "2024-10-13")

    code, told = commands(*call, "--street", "Zinkstraat")
    assert (code, told["rows"]) == (0, len(zink))
    assert {one["card"] for one in told["cases"]} == {f"{card.token}-01" for card in zink}

    code, written = commands(*call, "--street", "Zinkstraat", "--format", "json", "--out", str(out), "--requested-by", "alice")
    assert (code, written) == (0, {"file": str(out), "format": "json", "rows": len(zink)})
    assert json.loads(out.read_text()) == told["cases"]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["gevallen.json"]
    assert commands(*call, "--kind", "spoiled", "--state", "all")[1] == {"rows": 0, "cases": []}
    with tenant(halle.pk):
        assert AuditEvent.objects.filter(kind="card_case.exported", actor_name=halle.clerk.name).count() == 1


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (("--requested-by", "bob"), "this user's role does not allow it"),
        (("--requested-by", "charlie"), "this user has no role in this municipality"),
        (("--out", "/nergens/gevallen.csv"), "this folder does not exist"),
    ],
)
def test_a_refused_command_takes_nothing_out(
    halle: CardTown, streets: dict[str, list[Card]], commands: Commands, more: tuple[str, ...], problem: str
) -> None:
    [(_row, _column, _value, told)] = commands.problems("card_cases", "23027", "2024-10-13", *more)

    assert told == problem
    with tenant(halle.pk):
        assert not AuditEvent.objects.filter(kind="card_case.exported").exists()


def test_a_case_says_where_its_card_lies(halle: CardTown, horebeke: CardTown, streets: dict[str, list[Card]], alice: Client) -> None:
    come_back(horebeke, horebeke.cards(horebeke.release(horebeke.make()))[:1])
    card = streets["Zinkstraat"][0]
    with tenant(halle.pk):
        case = CardCase.objects.get(card=card)
    manifest = {row["token"]: row for row in csv.DictReader(halle.file(card_run(halle), "manifest").decode().splitlines())}

    page = alice.get(address(halle, f"{case.pk}/")).text
    listed = alice.get(address(halle)).text

    for name in ("file", "page"):
        assert f"<dd>{manifest[card.token][name]}</dd>" in page
    assert f"<small>Drukgang 1, bladzijde {card.position}</small>" in listed
    # What a counter printed lies in no file.
    duplicate = open_desk(halle).issue(person_of(card)).card
    come_back(halle, [duplicate])
    with tenant(halle.pk):
        case = CardCase.objects.get(card=duplicate)
    assert word("Where the letter lies") not in alice.get(address(halle, f"{case.pk}/")).text
    row = next(row for row in json.loads(exported(halle)) if row["case"] == case.pk)
    assert (row["run"], row["file"], row["page"]) == ("", "", "")


def person_of(card: Card) -> Person:
    with tenant(card.municipality_id):
        return Person.objects.get(municipality_id=card.municipality_id, pk=card.person_id)


def card_run(town: CardTown) -> PrintRun:
    with tenant(town.pk):
        return PrintRun.objects.get(municipality=town.municipality)


def exported(town: CardTown) -> bytes:
    with tenant(town.pk):
        return export_cases(election=town.election, asked=CaseQuery(), file_format="json", by=town.clerk, at=town.now)[0]


def states(town: CardTown) -> list[tuple[int, str, str, str]]:
    with tenant(town.pk):
        rows = CardCase.objects.filter(municipality=town.municipality).order_by("pk")
        return list(rows.values_list("pk", "state", "note", "closed_by_name"))


def test_cases_are_closed_by_their_numbers_all_or_none(
    halle: CardTown, horebeke: CardTown, streets: dict[str, list[Card]], commands: Commands
) -> None:
    come_back(horebeke, horebeke.cards(horebeke.release(horebeke.make()))[:2])
    first, second, *others = states(halle)
    [theirs, _other] = states(horebeke)
    before = states(halle), states(horebeke), halle.count(CardEvent)

    def close(*numbers: int, user: str = "alice", note: str = " bezorgd ") -> list[str]:
        arguments = [str(number) for number in numbers]
        return [
            f"{value} {problem}"
            for _row, _column, value, problem in commands.problems(
                "close_card_cases", "23027", "2024-10-13", *arguments, "--note", note, "--requested-by", user
            )
        ]

    assert close(first[0], theirs[0]) == [f"{theirs[0]} no case of this election has this number"]
    assert close(first[0], user="bob")[0].endswith("this user's role does not allow it")
    assert close(first[0], user="charlie")[0].endswith("this user has no role in this municipality")
    assert close(first[0], note=" ")[0].endswith("from 1 to 300 letters")
    assert close(first[0], note="x" * 301)[0].endswith("from 1 to 300 letters")
    assert (states(halle), states(horebeke), halle.count(CardEvent)) == before

    numbers = [str(one[0]) for one in (first, second, first)]
    answer = commands("close_card_cases", "23027", "2024-10-13", *numbers, "--note", " bezorgd ", "--requested-by", "alice")
    assert answer == (0, {"closed": 2})
    assert states(halle) == [(one[0], "done", "bezorgd", halle.clerk.name) for one in (first, second)] + others
    assert halle.count(CardEvent) == before[2] + 2
    after = states(halle)
    assert close(second[0], others[0][0]) == [f"{second[0]} somebody closed this case already"]
    assert (states(halle), states(horebeke)) == (after, before[1])
