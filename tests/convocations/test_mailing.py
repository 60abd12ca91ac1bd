"""The list for bpost of a released run and the report of the printer: whole or not at all, each card's history goes on."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from convocations.models import Card, CardCase, CardEvent, PrintRun, RunFile
from convocations.services import mailing
from convocations.services.answers import AnswerRefusedError
from convocations.services.runs import RunRefusedError
from core.tenancy import tenant
from delivery.bpost.answer_txt import split
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from delivery.bpost.request_aft import COMPONENTS
from delivery.rules import BpostValues
from delivery.services import save_bpost_settings
from tests.convocations.cards import SETTINGS, CardTown

SENDER = Sender("12345678", "87654321")


@pytest.fixture
def released(halle: CardTown) -> PrintRun:
    return halle.release(halle.make())


def write(town: CardTown, run: PrintRun, mode: Mode = Mode.PRODUCTION, form: Form = Form.XML) -> RunFile:
    with tenant(town.pk):
        return mailing.write_list(run=run, sender=SENDER, mode=mode, form=form, by=town.clerk, at=town.now)


def items(content: bytes) -> Iterator[ET.Element]:
    return ET.fromstring(content.decode("iso-8859-1")).iter("Item")  # noqa: S314  # written by ourselves


def test_every_card_is_in_the_list_in_the_order_of_printing(halle: CardTown, horebeke: CardTown, released: PrintRun) -> None:
    kept = write(halle, released)

    cards = halle.cards(released)
    found = list(items(halle.file(released, "bpost")))
    sent = [card for card in cards if card.place]
    assert [int(item.get("seq", "0")) for item in found] == [card.position for card in sent]
    assert kept.details["items"] == len(sent)
    assert kept.details["left_out"] == len(cards) - len(sent)
    assert halle.events(sent[0]) == ["released", "announced"]
    assert horebeke.cards() == []


def test_a_list_waits_for_that_of_another_run_before_it_counts_those_there_are(
    halle: CardTown, horebeke: CardTown, released: PrintRun
) -> None:
    """Else the lists of two runs bear one reference, by which bpost and the answers know them."""
    with CaptureQueriesContext(connection) as captured:
        write(halle, released)

    texts = [query["sql"] for query in captured]
    [waits] = [place for place, text in enumerate(texts) if "pg_advisory_xact_lock(hashtextextended('convocations.bpost_list'" in text]
    [counts] = [place for place, text in enumerate(texts) if text.startswith("SELECT COUNT") and 'FROM "convocations_runfile"' in text]
    locks = [place for place, text in enumerate(texts) if " FOR " in text and 'FROM "convocations_printrun"' in text]
    assert waits < locks[0] < counts
    assert str(halle.pk) in texts[waits]
    assert horebeke.cards() == []


@pytest.mark.parametrize("form", list(Form))
def test_a_test_list_notes_nothing_on_the_cards(halle: CardTown, released: PrintRun, form: Form) -> None:
    kept = write(halle, released, Mode.TEST, form)

    assert kept.name.endswith(".CSV" if form is Form.AFT else f"_0RQ.{form.value}")
    assert {card.state for card in halle.cards(released)} == {Card.State.RELEASED}
    with tenant(halle.pk):
        assert not CardCase.objects.exists()


def test_all_forms_of_a_run_hold_the_same_letters_names_and_addresses_in_the_same_order(halle: CardTown, released: PrintRun) -> None:
    files = {form: _content(halle, write(halle, released, Mode.TEST, form)) for form in Form}

    in_xml = [
        (item.get("seq"), sorted((int(comp.get("code", "0")), comp.get("value")) for comp in item.iter("Comp")))
        for item in items(files[Form.XML])
    ]
    in_txt: list[tuple[str, list[tuple[int, str]]]] = []
    for line in files[Form.TXT].decode("iso-8859-1").splitlines():
        cells = split(line)
        if cells[0] == "Item":
            in_txt.append((cells[1], []))
        elif cells[0] == "Comp":
            in_txt[-1][1].append((int(cells[1]), cells[2]))
    head, *rows = (split(line) for line in files[Form.AFT].decode("iso-8859-1").splitlines())
    in_aft = []
    for cells in rows:
        row = dict(zip(head, cells, strict=True))
        in_aft.append((row["SEQ"], sorted((int(code), row[name]) for name, code in COMPONENTS.items() if row[name])))
    assert in_aft == in_xml == [(seq, sorted(parts)) for seq, parts in in_txt]
    assert len(in_aft) == len([card for card in halle.cards(released) if card.place])


def _content(town: CardTown, kept: RunFile) -> bytes:
    with tenant(town.pk), default_storage.open(kept.file) as stream:
        return bytes(stream.read())


def test_a_run_that_is_not_released_has_no_list(halle: CardTown) -> None:
    made = halle.make()

    with pytest.raises(RunRefusedError, match="not_released"):
        write(halle, made)

    with tenant(halle.pk):
        assert not RunFile.objects.filter(kind=RunFile.Kind.BPOST).exists()


def test_the_printer_says_what_was_printed_and_what_was_spoiled(halle: CardTown, released: PrintRun) -> None:
    first, second, *_rest = halle.cards(released)

    kept = halle.report(released, f"{first.token}-01,printed,2024-09-24T08:00:00+02:00", f"{second.token},spoiled,2024-09-24T08:00:01")

    assert kept.details == {"printed": 1, "spoiled": 1, "not_reported": 38}
    assert [card.state for card in halle.cards(released)[:2]] == ["printed", "spoiled"]
    assert halle.events(first) == ["released", "printed"]
    with tenant(halle.pk):
        assert [case.card_id for case in CardCase.objects.filter(kind="spoiled")] == [second.pk]


@pytest.mark.parametrize("order", [("spoiled", "printed"), ("printed", "spoiled")])
def test_of_what_a_printer_says_of_one_moment_the_last_row_holds(halle: CardTown, released: PrintRun, order: tuple[str, str]) -> None:
    card = halle.cards(released)[0]

    halle.report(released, *(f"{card.token},{result},2024-09-24" for result in order))

    assert halle.cards(released)[0].state == order[-1]
    assert halle.events(card) == ["released", *order]


def test_what_the_printer_did_not_report_counts_also_once_it_is_announced_to_bpost(
    halle: CardTown, horebeke: CardTown, released: PrintRun
) -> None:
    theirs = horebeke.release(horebeke.make())
    write(halle, released, Mode.PRODUCTION)
    first, second, third, fourth, *_rest = halle.cards(released, state="announced")
    at = "2024-09-24T08:00:0"

    kept = halle.report(released, f"{first.token},printed,{at}0", f"{second.token},spoiled,{at}0", f"{third.token},posted,{at}0")
    assert kept.details["not_reported"] == 37
    assert halle.report(released, f"{first.token},posted,{at}1").details["not_reported"] == 37
    with tenant(halle.pk):
        Card.objects.filter(municipality=halle.municipality, pk=fourth.pk).update(state="replaced")
    assert halle.report(released, f"{second.token},printed,{at}2").details["not_reported"] == 36

    assert horebeke.report(theirs, f"{horebeke.cards()[0].token},printed,{at}0").details["not_reported"] == theirs.cards_made - 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ABCDEFGHJKMN,printed,2024-09-24T08:00:00", "unknown_token"),
        ("{token},lost,2024-09-24T08:00:00", "result"),
        ("{token},printed,yesterday", "at"),
        ("{token},printed,9999-12-31T23:59:59-12:00", "at"),
        ("{token},printed", "columns"),
        ("sh\x00rt,printed,2024-09-24T08:00:00", "token"),
    ],
)
def test_one_wrong_row_and_nothing_of_the_report_comes_in(halle: CardTown, released: PrintRun, row: str, problem: str) -> None:
    first, second, *_rest = halle.cards(released)
    before = (halle.count(CardEvent), halle.count(RunFile))

    with pytest.raises(AnswerRefusedError, match="rows") as refusal:
        halle.report(released, f"{second.token},printed,2024-09-24T08:00:00", "", row.format(token=first.token))

    assert [(error["row"], error["problem"]) for error in refusal.value.errors] == [(4, problem)]
    assert (halle.count(CardEvent), halle.count(RunFile)) == before
    assert {card.state for card in halle.cards(released)} == {"released"}


def test_of_many_wrong_rows_the_first_are_told_and_the_others_counted(halle: CardTown, released: PrintRun) -> None:
    token, at = halle.cards(released)[0].token, "2024-09-24T08:00:00"

    with pytest.raises(AnswerRefusedError, match="rows") as refusal:
        halle.report(released, *(f"{'ABCDEFGHJKMN' if row % 2 else token},{'printed' if row % 2 else 'lost'},{at}" for row in range(230)))

    errors = refusal.value.errors
    assert [error["row"] for error in errors] == list(range(2, 102))
    assert {error["problem"] for error in errors[::2]} == {"result"}
    assert {error["problem"] for error in errors[1::2]} == {"unknown_token"}
    assert (refusal.value.payload or {})["more"] == 130


def test_numbers_of_our_own_are_printed_once_each_and_stand_in_the_list(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convocations.services.parts.SAMPLE", 40)
    values = BpostValues("12345678", "87654321", "12345678", "12345", 9, 100, 999)
    with tenant(halle.pk):
        save_bpost_settings(municipality=halle.municipality, values=values, by=halle.head, at=halle.now)

    run = halle.release(halle.make(replace(SETTINGS, mail_ids=True)))

    numbers = [card.mail_id for card in halle.cards(run)]
    assert numbers == [f"1112345{n:09d}" for n in range(100, 140)]
    assert run.readback["decoded"] == 80
    assert halle.file(run, "manifest").decode().splitlines()[1].split(",")[7] == numbers[0]
    write(halle, run)
    sent = [item.get("midNum") for item in items(halle.file(run, "bpost"))]
    assert sent == [card.mail_id for card in halle.cards(run) if card.place]


def test_too_few_numbers_and_no_card_is_made(halle: CardTown) -> None:
    made = halle.make(replace(SETTINGS, mail_ids=True))

    assert made.state == PrintRun.State.REFUSED
    assert [row["problem"] for row in made.problems] == ["no_mail_ids"]
    assert halle.cards() == []
