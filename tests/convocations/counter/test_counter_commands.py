"""The counter from a terminal, from nothing to an overprint: the counter, its printer, its blank cards, the duplicate. A refusal changes nothing."""

import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from time_machine import travel

from convocations.models import BlankMovement, Card, CardPrinter, Counter
from convocations.rules.counter import UNDIVIDED
from core.models import AuditEvent
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.convocations.counter.test_duplicates import code_of, text_of
from tests.convocations.counter.test_refusals import NOON
from voters.models import Person

ELECTION = ("23027", "2024-10-13")
NO_BLANK = "the counter has no blank card of this kind: {kind}"


@pytest.fixture(autouse=True)
def _now(halle: CardTown):
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def town(halle: CardTown, horebeke: CardTown) -> CardTown:
    """Halle, where the cards are released and nobody has made a counter; in Horebeke one is called as ours will be."""
    halle.release(halle.make())
    horebeke.release(horebeke.make())
    open_desk(horebeke, "Loket 1")
    return halle


def call(command: str, /, *arguments: str, **options: Any) -> dict[str, Any]:
    """What a command says; its errors with code 2."""
    told, code = io.StringIO(), 0
    try:
        call_command(command, *arguments, json=True, stdout=told, **options)
    except SystemExit as ended:
        code = int(str(ended.code))
    answer: dict[str, Any] = json.loads(told.getvalue().splitlines()[-1])
    assert code == (2 if "errors" in answer else 0)
    return answer


def problem(answer: dict[str, Any]) -> tuple[str, str]:
    """Column and problem of the one error."""
    (error,) = answer["errors"]
    return error["column"], error["problem"]


def left(town: CardTown) -> tuple[Any, ...]:
    """All that these commands change."""
    with tenant(town.pk):
        own = {"municipality": town.municipality}
        return (
            list(Card.objects.filter(**own).order_by("pk").values_list("pk", "issue", "state")),
            list(Counter.objects.filter(**own).order_by("pk").values_list("name", "printer")),
            list(CardPrinter.objects.filter(**own).order_by("pk").values_list("name", "right_mm", "up_mm")),
            list(BlankMovement.objects.filter(**own).order_by("pk").values_list("kind", "quantity")),
            AuditEvent.objects.filter(municipality_id=town.pk).count(),
        )


def template_of(town: CardTown, person: Person) -> str:
    """Of a voter's letter."""
    return town.cards(person=person)[0].template


def overprint(town: CardTown, person: Person, out: Path, **options: Any) -> dict[str, Any]:
    """The command at the counter."""
    return call("duplicate", *ELECTION, person.national_number, mode="overprint", out=out, **{"requested_by": "alice", **options})


def test_from_a_counter_to_an_overprint_and_every_blank_card_is_accounted_for(town: CardTown, horebeke: CardTown, tmp_path: Path) -> None:
    theirs, out = left(horebeke), tmp_path / "uit"
    first, second = town.ledger.persons()[:2]
    template = template_of(town, first)
    assert template_of(town, second) == template
    own = {"counter": "Loket 1", "template": template, "requested_by": "alice"}

    made = call("counter", "23027", name="Loket 1", offset_x="1.5", offset_y="-0.5", requested_by="alice")
    assert made == {"counter": "Loket 1", "printer": "Loket 1", "offset_x": 1.5, "offset_y": -0.5, "created": True}
    before = left(town)
    assert problem(overprint(town, first, out / "x.pdf")) == ("NATIONAL_NUMBER", NO_BLANK.format(kind=f"{template} white"))
    assert left(town) == before
    assert not out.exists()

    assert call("blank_stock", *ELECTION, **own, delivered=3)["left"] == 3
    told = overprint(town, first, out / "een.pdf", counter="Loket 1", note="verloren in de trein")
    assert (told["issue"], told["replaced_issue"], told["counter"], told["mode"]) == (2, 1, "Loket 1", "overprint")
    pdf = (out / "een.pdf").read_bytes()
    assert code_of(pdf) == [f"{told['token']}-02"]
    assert "Uw stembureau" not in text_of(pdf)
    assert call("blank_stock", *ELECTION, **own, spoiled=1, note="scheef door de printer")["left"] == 1
    overprint(town, second, out / "twee.pdf")
    (stock,) = call("blank_stock", *ELECTION)["stock"]
    assert stock == {
        "counter": "Loket 1", "template": template, "paper": "white",
        "delivered": 3, "returned": 0, "spoiled": 1, "printed": 2, "differences": 0, "left": 0,
    }  # fmt: skip
    before = left(town)
    assert problem(overprint(town, second, out / "drie.pdf"))[0] == "NATIONAL_NUMBER"
    assert left(town) == before
    assert not (out / "drie.pdf").exists()
    assert left(horebeke) == theirs


def test_a_counted_stock_says_what_should_have_been_there(town: CardTown) -> None:
    call("counter", "23027", name="Loket 1", requested_by="alice")
    template = template_of(town, town.ledger.persons()[0])
    own = {"counter": "Loket 1", "template": template, "requested_by": "alice"}

    call("blank_stock", *ELECTION, **own, delivered=10)
    assert call("blank_stock", *ELECTION, **own, returned=4)["left"] == 6
    counted = call("blank_stock", *ELECTION, **own, counted=5)

    assert (counted["expected"], counted["quantity"], counted["left"], counted["differences"]) == (6, 5, 5, -1)
    before = left(town)
    assert problem(call("blank_stock", *ELECTION, **own, paper="blue", delivered=2))[0] == "--template"  # no blue letter here
    assert left(town) == before
    assert [one["left"] for one in call("blank_stock", *ELECTION, counter="Loket 1")["stock"]] == [5]
    assert call("blank_stock", *ELECTION, template=template, paper="blue")["stock"] == []


def test_what_is_not_divided_by_kind_only_goes_out(town: CardTown) -> None:
    call("counter", "23027", name="Loket 1", requested_by="alice")
    with tenant(town.pk):
        counter = Counter.objects.get(municipality=town.municipality)
        own = {"municipality": town.municipality, "election": town.election, "counter": counter, "at": town.now, "by_name": "x"}
        BlankMovement.objects.create(**own, template=UNDIVIDED.template, paper=UNDIVIDED.paper, kind="delivered", quantity=50)
    before = left(town)

    refused = call("blank_stock", *ELECTION, counter="Loket 1", undivided=True, delivered=1, requested_by="alice")
    assert problem(refused)[0] == "--template"
    assert left(town) == before
    assert call("blank_stock", *ELECTION, counter="Loket 1", undivided=True, returned=50, requested_by="alice")["left"] == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"counter": "Loket 9"}, ("--counter", "no counter is called so")),
        ({"counter": None}, ("--counter", "is needed to note blank cards")),
        ({"template": None}, ("--template", "is needed to note blank cards")),
        ({"template": "nothing"}, ("--template", "is no text that this election needs")),
        ({"requested_by": None}, ("--requested-by", "is needed to note blank cards")),
        ({"requested_by": "bob"}, ("user", "this user's role does not allow it")),
        ({"requested_by": "charlie"}, ("user", "this user has no role in this municipality")),
        ({"delivered": 0}, ("--delivered", "a number from 1 to 100000; --counted may be 0")),
        ({"delivered": -4}, ("--delivered", "a number from 1 to 100000; --counted may be 0")),
        ({"delivered": None, "counted": 100_001}, ("--counted", "a number from 1 to 100000; --counted may be 0")),
        ({"delivered": None, "spoiled": 1}, ("--note", "of spoiled cards the cause is needed")),
        ({"note": "x" * 201}, ("--note", "longer than 200 letters")),
        ({"undivided": True}, ("--undivided", "goes without --template and --paper")),
    ],
)
def test_a_refused_movement_changes_nothing(town: CardTown, horebeke: CardTown, options: dict[str, Any], expected: tuple[str, str]) -> None:
    call("counter", "23027", name="Loket 1", requested_by="alice")
    own = {"counter": "Loket 1", "template": template_of(town, town.ledger.persons()[0]), "requested_by": "alice", "delivered": 5}
    before = left(town), left(horebeke)

    assert problem(call("blank_stock", *ELECTION, **{**own, **options})) == expected
    assert (left(town), left(horebeke)) == before


def test_who_reads_sees_the_stock(town: CardTown) -> None:
    call("counter", "23027", name="Loket 1", requested_by="alice")
    call(
        "blank_stock", *ELECTION, counter="Loket 1", template=template_of(town, town.ledger.persons()[0]), delivered=5, requested_by="henk"
    )

    assert [one["left"] for one in call("blank_stock", *ELECTION, requested_by="bob")["stock"]] == [5]


@pytest.mark.parametrize(
    ("after", "late"), [(timedelta(days=-1), False), (timedelta(), False), (timedelta(seconds=1), True), (timedelta(days=1), True)]
)
def test_an_overprint_until_the_legal_moment(town: CardTown, tmp_path: Path, after: timedelta, late: bool) -> None:
    person = town.ledger.persons()[0]
    call("counter", "23027", name="Loket 1", requested_by="alice")
    call("blank_stock", *ELECTION, counter="Loket 1", template=template_of(town, person), delivered=1, requested_by="alice")
    before = left(town)

    with travel(NOON + after, tick=False):
        told = overprint(town, person, tmp_path / "x.pdf")

    if late:
        assert problem(told)[1] == "it is too late: duplicates are not handed out any more"
        assert left(town) == before
        assert not (tmp_path / "x.pdf").exists()
    else:
        assert told["issue"] == 2


def test_a_file_that_cannot_be_written_leaves_the_former_card_what_it_is(town: CardTown, tmp_path: Path) -> None:
    person = town.ledger.persons()[0]
    (tmp_path / "file").write_text("x")
    call("counter", "23027", name="Loket 1", requested_by="alice")
    before = left(town)

    told = call("duplicate", *ELECTION, person.national_number, out=tmp_path / "file" / "x.pdf", requested_by="alice")
    assert problem(told)[0] == "--out"
    assert problem(call("blank_cards", *ELECTION, out=tmp_path / "file"))[0] == "--out"

    assert left(town) == before


def test_a_printer_keeps_what_is_not_given_and_serves_several_counters(desk: Desk) -> None:
    printer = desk.counter.printer
    assert printer is not None

    told = call("counter", "23027", name=desk.counter.name, offset_x="-2", requested_by="alice")
    other = call("counter", "23027", name="Loket 3", printer=printer.name, requested_by="alice")

    assert told == {"counter": desk.counter.name, "printer": printer.name, "offset_x": -2.0, "offset_y": -0.5, "created": False}
    assert (other["printer"], other["offset_x"], other["created"]) == (printer.name, -2.0, True)
    everything = call("counter", "23027")
    assert [one["counter"] for one in everything["counters"]] == [desk.counter.name, "Loket 3"]
    assert everything["printers"] == [{"printer": printer.name, "offset_x": -2.0, "offset_y": -0.5}]
    before = left(desk.town)
    call("counter", "23027", name="Loket 3", offset_x="-2.0", requested_by="alice")  # as it is: no event
    assert left(desk.town) == before


def test_an_offset_moves_the_next_overprint(desk: Desk, tmp_path: Path) -> None:
    person = desk.town.ledger.persons()[0]
    desk.deliver(person)
    call("counter", "23027", name=desk.counter.name, offset_x="3", offset_y="-1.2", requested_by="alice")

    overprint(desk.town, person, tmp_path / "x.pdf", counter=desk.counter.name)

    with tenant(desk.town.pk):
        moved = desk.cards(person)[-1].duplicates.get()
    assert (moved.right_mm, moved.up_mm) == (Decimal("3.0"), Decimal("-1.2"))


def test_the_calibration_page_is_written(desk: Desk, tmp_path: Path) -> None:
    before = left(desk.town)

    told = call("counter", "23027", name=desk.counter.name, calibration=tmp_path / "map" / "ijkblad.pdf")

    text = pypdfium2.PdfDocument(Path(told["calibration"]).read_bytes())[0].get_textpage().get_text_range()
    assert "IJkblad" in text
    assert desk.counter.printer is not None
    assert desk.counter.printer.name in text
    assert left(desk.town) == before


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"name": "Loket 2", "offset_x": "15.1"}, "--offset-x"),
        ({"name": "Loket 2", "offset_y": "-16"}, "--offset-y"),
        ({"name": "Loket 2", "offset_y": "0.25"}, "--offset-y"),
        ({"name": "Loket 2", "offset_x": "NaN"}, "--offset-x"),
        ({"name": "Loket 2", "offset_x": "veel"}, "--offset-x"),
        ({"name": " "}, "--name"),
        ({"name": "x" * 61}, "--name"),
        ({"name": "Loket 2", "printer": ""}, "--printer"),
        ({"offset_x": "1"}, "--name"),
        ({"name": "Loket 5", "requested_by": "bob"}, "user"),
        ({"name": "Loket 5", "requested_by": "charlie"}, "user"),
        ({"name": "Loket 5", "calibration": Path("/proc/x/ijkblad.pdf")}, "--calibration"),
    ],
)
def test_what_is_refused_of_a_counter_changes_nothing(desk: Desk, horebeke: CardTown, options: dict[str, Any], column: str) -> None:
    before = left(desk.town), left(horebeke)

    assert problem(call("counter", "23027", **{"requested_by": "alice", **options}))[0] == column
    assert (left(desk.town), left(horebeke)) == before
