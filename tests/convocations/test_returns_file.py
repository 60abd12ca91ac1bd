"""The page on which a file of returned letters is noted: all of them or none, and every row that is wrong is shown."""

from collections.abc import Iterator
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import travel

from convocations.models import PrintRun
from tests.convocations.cards import CardTown
from tests.convocations.test_pages import client_of, word
from tests.convocations.test_return_cards import left


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def released(halle: CardTown) -> PrintRun:
    return halle.release(halle.make())


@pytest.fixture
def alice(halle: CardTown) -> Client:
    return client_of(halle.ledger.town.world.alice)


def address(town: CardTown) -> str:
    return f"{town.ledger.town.url}cards/returned/file/"


def form(*rows: str, cause: str = "") -> dict[str, object]:
    return {"file": SimpleUploadedFile("terug.csv", "\n".join(rows).encode()), "cause": cause, "action": "kept", "note": ""}


def test_a_file_is_noted_and_what_is_odd_about_it_is_told(halle: CardTown, horebeke: CardTown, released: PrintRun, alice: Client) -> None:
    spoiled, first, second, *_others = halle.cards()
    halle.report(released, f"{spoiled.token},spoiled,2024-09-24T08:00:00")
    halle.release(halle.make())
    theirs = left(horebeke)
    alice.post(address(halle), form(f"{second.token},deceased,destroyed"))

    answer = alice.post(
        address(halle), form(spoiled.token, f"{first.token}-01,refused", f"{second.token},deceased,destroyed", cause="moved"), follow=True
    )

    assert answer.redirect_chain == [(f"{halle.ledger.town.url}cards/cases/", 302)]
    page = unescape(answer.content.decode())
    assert word("Letters noted: %(count)s. Open cases among them: %(kept)s.") % {"count": "2", "kept": "2"} in page
    assert word("Noted a moment ago already: %(codes)s.") % {"codes": f"{second.token}-01"} in page
    assert (
        word("These cards were replaced before: destroy them, they are worth nothing: %(codes)s.") % {"codes": f"{spoiled.token}-01"}
        in page
    )
    assert [halle.events(card)[-1] for card in (spoiled, first, second)] == ["returned"] * 3
    assert left(horebeke) == theirs


def test_every_row_that_is_wrong_is_shown_and_nothing_is_noted(
    halle: CardTown, horebeke: CardTown, released: PrintRun, alice: Client
) -> None:
    horebeke.release(horebeke.make())
    good, theirs, before = halle.cards()[0], horebeke.cards()[0], (left(halle), left(horebeke))

    answer = alice.post(address(halle), form("code,cause", f"{good.token},moved", f"{theirs.token},moved", "zomaar,verhuisd"))

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert page.count("<tr>") == 1 + 3
    for text in (
        "No card of this election has this code.",
        "This is no cause: moved, unknown, incomplete, refused, deceased, no_box or other.",
    ):
        assert word(text) in page
    assert (left(halle), left(horebeke)) == before


def test_of_many_wrong_rows_a_hundred_are_shown_and_the_others_counted(halle: CardTown, released: PrintRun, alice: Client) -> None:
    before = left(halle)

    page = alice.post(address(halle), form("code", *["zomaar"] * 130, cause="moved")).content.decode()

    assert page.count("<tr>") == 1 + 100
    assert word("And more: %(count)s.") % {"count": "30"} in page
    assert left(halle) == before


def test_readers_and_neighbours_bring_nothing_in(halle: CardTown, released: PrintRun) -> None:
    card, before, world = halle.cards()[0], left(halle), halle.ledger.town.world

    for user, status in ((world.bob, 403), (world.charlie, 404)):
        client = client_of(user)
        assert client.get(address(halle)).status_code == status
        assert client.post(address(halle), form(f"{card.token},moved")).status_code == status
    assert left(halle) == before


def test_what_is_no_file_is_said(halle: CardTown, released: PrintRun, alice: Client) -> None:
    before = left(halle)

    assert alice.post(address(halle), {"cause": "moved", "action": "kept"}).status_code == 422
    for content, text in ((b"\xff\xfe\x00", "This is no CSV file in UTF-8."), (b"code\n", "The file is empty.")):
        file = SimpleUploadedFile("terug.csv", content)
        answer = alice.post(address(halle), {"file": file, "cause": "moved", "action": "kept"})
        assert answer.status_code == 422
        assert word(text) in unescape(answer.content.decode())
    assert left(halle) == before
