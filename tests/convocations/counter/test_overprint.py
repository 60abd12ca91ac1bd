"""On a blank card only what changes is printed, exactly as far moved as the printer is off."""

from decimal import Decimal

import pikepdf
import pypdfium2
import pytest

from convocations.models import BlankMovement
from convocations.rules.counter import Mode
from convocations.services import counters
from core.tenancy import tenant
from tests.convocations.counter.conftest import Desk
from tests.convocations.counter.test_duplicates import code_of, text_of

MM = 72 / 25.4


def _boxes(pdf: bytes) -> list[tuple[str, float, float]]:
    """Each letter with its place in mm."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = []
    for index in range(text.count_chars()):
        left, bottom, _right, _top = text.get_charbox(index)
        found.append((text.get_text_range(index, 1), left / MM, bottom / MM))
    return found


def test_an_overprint_has_no_fixed_text(desk: Desk) -> None:
    issued = desk.issue(desk.town.ledger.persons()[0], mode=Mode.OVERPRINT)

    text = text_of(issued.pdf)
    assert "DUPLICAAT" in text
    assert issued.card.last_name in text
    assert code_of(issued.pdf) == [f"{issued.card.token}-02"]
    for fixed in ("zondag 13 oktober 2024", "Uw stembureau", "Nummer op de kiezerslijst", "Halle", "U stemt"):
        assert fixed not in text.replace("\r\n", " ").replace(f"{issued.card.postcode} Halle", "").replace("1500 Halle", ""), fixed
    with pikepdf.open(__import__("io").BytesIO(issued.pdf)) as document:
        assert document.check_pdf_syntax() == []


@pytest.mark.parametrize(("right", "up"), [("0", "0"), ("1.5", "-0.5"), ("-15", "15")])
def test_the_offsets_of_a_printer_move_everything_by_as_many_millimetres(desk: Desk, right: str, up: str) -> None:
    person = desk.town.ledger.persons()[0]
    straight = desk.issue(person, counter=_with(desk, "0", "0"), mode=Mode.OVERPRINT)
    moved = desk.issue(person, counter=_with(desk, right, up), mode=Mode.OVERPRINT)

    before, after = _boxes(straight.pdf), _boxes(moved.pdf)
    same = [(a, b) for a, b in zip(before, after, strict=True) if a[0] == b[0]]
    assert len(same) > 100
    for (_letter, left, bottom), (_same, new_left, new_bottom) in same:
        assert new_left - left == pytest.approx(float(right), abs=0.02)
        assert new_bottom - bottom == pytest.approx(float(up), abs=0.02)


def _with(desk: Desk, right: str, up: str):
    with tenant(desk.town.pk):
        own = {"municipality": desk.town.municipality, "by": desk.town.clerk, "at": desk.town.now}
        counters.keep_printer(**own, printer=desk.counter.printer, name="P", right=Decimal(right), up=Decimal(up))
    return desk.counter


def test_a_full_page_does_not_move(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]

    assert desk.issue(person).duplicate.right_mm == 0


def test_only_an_overprint_takes_a_blank_card(desk: Desk) -> None:
    first, second = desk.town.ledger.persons()[:2]
    desk.issue(first)
    issued = desk.issue(second, mode=Mode.OVERPRINT)

    with tenant(desk.town.pk):
        movement = BlankMovement.objects.get()
    assert (movement.kind, movement.quantity, movement.duplicate_id, movement.counter_id) == (
        "printed",
        1,
        issued.duplicate.pk,
        desk.counter.pk,
    )
