"""A duplicate at the counter: the next issue, the former one replaced, and everything refused that must be."""

import hashlib
import io

import pikepdf
import pypdfium2
import zxingcpp

from convocations.models import CardEvent
from core.models import AuditEvent
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk


def text_of(pdf: bytes) -> str:
    """The text of the one page."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range())


def code_of(pdf: bytes) -> list[str]:
    """What the barcodes say."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72, grayscale=True).to_numpy()
    return [found.text for found in zxingcpp.read_barcodes(picture.squeeze())]


def test_a_duplicate_is_the_next_issue_and_replaces_the_former(desk: Desk, horebeke: CardTown) -> None:
    person = desk.town.ledger.persons()[0]
    others = horebeke.cards()

    issued = desk.issue(person)

    former, card = desk.cards(person)
    assert (former.issue, former.state, card.issue, card.state) == (1, "replaced", 2, "printed")
    assert card.token != former.token
    assert card.slot == former.slot
    with tenant(desk.town.pk):
        replaced = CardEvent.objects.get(municipality=desk.town.municipality, card=former, kind="replaced")
        event = AuditEvent.objects.get(municipality_id=desk.town.pk, kind="duplicate.issued")
    assert replaced.details == {"issue": 2, "counter": "Loket 2", "cause": "lost"}
    assert replaced.by_name == desk.town.clerk.name
    assert event.target == f"card:{card.pk}"
    assert issued.duplicate.sha256 == hashlib.sha256(issued.pdf).hexdigest()
    assert horebeke.cards() == others


def test_the_page_says_duplicate_and_its_code_is_that_of_the_new_card(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]

    issued = desk.issue(person)

    text = text_of(issued.pdf)
    assert "DUPLICAAT" in text
    assert issued.card.last_name in text
    assert text.count("zondag 13 oktober 2024") == 1
    assert code_of(issued.pdf) == [f"{issued.card.token}-02"]
    with pikepdf.open(io.BytesIO(issued.pdf)) as document:
        assert document.check_pdf_syntax() == []
