"""The back side of a duplicate on a whole page: that of the voter's letter, made again from what was kept, and none where the text has none."""

import io

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from time_machine import travel

from convocations.cards.card import TemplateKey
from convocations.models import Duplicate
from convocations.rules.counter import Mode
from convocations.services import duplicates
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.convocations.texts.test_backs import BACK, approved, text_of
from tests.personas import sign_in
from voters.models import Person

LOCAL = TemplateKey.of("invitation-local-paper-nl")


@pytest.fixture
def desk(halle: CardTown, horebeke: CardTown) -> Desk:
    """In Halle the text of most voters has a back side; Horebeke has none."""
    approved(halle, LOCAL, BACK)
    halle.release(halle.make())
    horebeke.release(horebeke.make())
    return open_desk(halle)


def with_text(desk: Desk, *, back: bool) -> Person:
    """Somebody whose letter has the text with a back side, or another one."""
    return next(one for one in desk.town.ledger.persons() if (desk.cards(one)[0].template == LOCAL.name) is back)


def test_a_whole_page_has_the_back_side_of_the_letter_as_its_second_page(desk: Desk, horebeke: CardTown) -> None:
    issued, theirs = desk.issue(with_text(desk, back=True)), open_desk(horebeke).issue(horebeke.ledger.persons()[0])

    front, back = text_of(issued.pdf)
    assert "DUPLICAAT" in front
    assert issued.card.last_name in front
    assert "Wat u moet weten" in back
    assert "Artikel 54" in back
    for own in (issued.card.last_name, issued.card.token, "DUPLICAAT", "13 oktober 2024"):
        assert own not in back
    assert issued.duplicate.back_digest
    with pikepdf.open(io.BytesIO(issued.pdf)) as document:
        assert document.check_pdf_syntax() == []
        assert len({tuple(map(float, page.mediabox)) for page in document.pages}) == 1
    (only,) = text_of(theirs.pdf)
    assert "Wat u moet weten" not in only


def test_the_back_side_is_printed_as_that_of_the_run_is(desk: Desk) -> None:
    person = with_text(desk, back=True)
    issued = desk.issue(person)
    with tenant(desk.town.pk):
        run = desk.cards(person)[0].run
    assert run is not None

    ours = pypdfium2.PdfDocument(issued.pdf)[1].render(scale=1).to_numpy()
    theirs = pypdfium2.PdfDocument(desk.town.file(run, "back"))[0].render(scale=1).to_numpy()

    assert (ours == theirs).all()
    assert ours.min() < 200  # something is printed on it


def test_the_same_bytes_are_made_again_after_the_text_has_changed(desk: Desk) -> None:
    person = with_text(desk, back=True)
    issued = desk.issue(person)
    approved(desk.town, LOCAL, "<p>Iets anders</p>")

    with tenant(desk.town.pk):
        again = duplicates.open_again(duplicate=issued.duplicate, by=desk.town.clerk, at=desk.town.now)
    later = desk.issue(person)

    assert again == issued.pdf
    assert "Artikel 54" in text_of(later.pdf)[1]  # the text of the voter's own letter, as its front


def test_who_had_no_letter_yet_gets_the_back_side_that_is_approved_now(halle: CardTown, horebeke: CardTown) -> None:
    approved(halle, LOCAL, BACK)
    desk = open_desk(halle)
    issued = next(one for one in (desk.issue(person) for person in halle.ledger.persons()) if one.card.template == LOCAL.name)

    assert issued.card.issue == 1
    assert "Artikel 54" in text_of(issued.pdf)[1]


def test_a_text_without_a_back_side_and_an_overprint_have_one_page(desk: Desk) -> None:
    plain, printed = with_text(desk, back=False), with_text(desk, back=True)
    desk.deliver(printed)

    for issued in (desk.issue(plain), desk.issue(printed, mode=Mode.OVERPRINT)):
        assert len(text_of(issued.pdf)) == 1
        assert issued.duplicate.back_digest == ""


def test_the_counter_is_told_to_print_on_both_sides(desk: Desk, client: Client) -> None:
    with travel(desk.town.now, tick=False):
        sign_in(client, desk.town.ledger.town.world.alice)
        pages = [client.get(f"/23027/2024-10-13/counter/voters/{with_text(desk, back=back).pk}/").text for back in (True, False)]

    assert ["druk dubbelzijdig af" in page for page in pages] == [True, False]


def test_a_duplicate_of_before_back_sides_is_made_again_as_it_was(desk: Desk) -> None:
    issued = desk.issue(with_text(desk, back=True))
    with tenant(desk.town.pk):
        before = Duplicate.objects.select_related("card__station").get(pk=issued.duplicate.pk)
        before.back_digest = ""
        again = duplicates.open_again(duplicate=before, by=desk.town.clerk, at=desk.town.now)

    assert text_of(again) == text_of(issued.pdf)[:1]
