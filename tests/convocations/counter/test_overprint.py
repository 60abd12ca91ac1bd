"""On a blank card only what changes is printed, exactly as far moved as the printer is off."""

from copy import copy
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest

from convocations.models import BlankMovement
from convocations.rules.counter import Mode
from convocations.services import counters, paper
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
    desk.deliver(desk.town.ledger.persons()[0])
    issued = desk.issue(desk.town.ledger.persons()[0], mode=Mode.OVERPRINT)

    text = text_of(issued.pdf)
    assert "DUPLICAAT" in text
    assert issued.card.last_name in text
    assert code_of(issued.pdf) == [f"{issued.card.token}-02"]
    for fixed in ("zondag 13 oktober 2024", "Uw stembureau", "Nummer op de kiezerslijst", "Halle", "U stemt"):
        assert fixed not in text.replace("\r\n", " ").replace(f"{issued.card.postcode} Halle", "").replace("1500 Halle", ""), fixed
    with pikepdf.open(BytesIO(issued.pdf)) as document:
        assert document.check_pdf_syntax() == []


@pytest.mark.parametrize(("right", "up"), [("0", "0"), ("1.5", "-0.5"), ("-15", "15")])
def test_the_offsets_of_a_printer_move_everything_by_as_many_millimetres(desk: Desk, right: str, up: str) -> None:
    with tenant(desk.town.pk):
        own: dict[str, Any] = {"municipality": desk.town.municipality, "by": desk.town.clerk, "at": desk.town.now}
        counters.keep_printer(**own, printer=desk.counter.printer, name="P", right=Decimal(right), up=Decimal(up))
    desk.deliver(desk.town.ledger.persons()[0])
    issued = desk.issue(desk.town.ledger.persons()[0], mode=Mode.OVERPRINT)
    straight = copy(issued.duplicate)
    straight.right_mm = straight.up_mm = Decimal(0)
    with tenant(desk.town.pk):
        before = _boxes(paper.draw(straight, issued.card, station_number=issued.card.station.number))

    after = _boxes(issued.pdf)

    assert [letter for letter, *_place in before] == [letter for letter, *_place in after]
    assert len(after) > 100
    for (_letter, left, bottom), (_same, new_left, new_bottom) in zip(before, after, strict=True):
        assert new_left - left == pytest.approx(float(right), abs=0.02)
        assert new_bottom - bottom == pytest.approx(float(up), abs=0.02)


def test_a_full_page_does_not_move(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]

    assert desk.issue(person).duplicate.right_mm == 0


def test_only_an_overprint_takes_a_blank_card(desk: Desk) -> None:
    first, second = desk.town.ledger.persons()[:2]
    kind = desk.deliver(second)
    desk.issue(first)
    issued = desk.issue(second, mode=Mode.OVERPRINT)

    with tenant(desk.town.pk):
        movement = BlankMovement.objects.exclude(kind="delivered").get()
    found = (movement.kind, movement.quantity, movement.duplicate_id, movement.counter_id, movement.template, movement.paper)
    assert found == ("printed", 1, issued.duplicate.pk, desk.counter.pk, *kind)
