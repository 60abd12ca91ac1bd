"""Blank cards by kind: each kind is counted for itself, and an overprint takes the right one or is refused with nothing changed."""

import json
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from time_machine import travel

from convocations.cards.card import TemplateKey
from convocations.cards.papers import Paper
from convocations.models import BlankMovement, Card
from convocations.rules.counter import UNDIVIDED, BlankKind, Cause, Mode, Movement, Refusal
from convocations.selectors import counter as selectors
from convocations.selectors import templates
from convocations.services.blanks import issue_blanks
from convocations.services.card_settings import keep_settings
from convocations.services.counters import MovementRefusedError, move_blanks
from convocations.services.duplicates import DuplicateRefusedError
from core.models import AuditEvent
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.personas import sign_in
from voters.models import Person

URL = "/23027/2024-10-13/counter/"
TEXTS = "/23027/2024-10-13/card-texts/"


@pytest.fixture(autouse=True)
def _now(halle: CardTown):
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def alice(client: Client, desk: Desk) -> Client:
    """Who hands out."""
    sign_in(client, desk.town.ledger.town.world.alice)
    return client


def two_kinds(desk: Desk) -> tuple[Person, Person]:
    """Two voters whose cards are of different texts."""
    persons = desk.town.ledger.persons()
    first = persons[0]
    return first, next(one for one in persons if desk.cards(one) and desk.kind(one) != desk.kind(first))


def left(desk: Desk, kind: BlankKind) -> int:
    """Of a kind at the counter."""
    with tenant(desk.town.pk):
        return selectors.stock(election=desk.town.election, counter=desk.counter, kind=kind).left


def refused(desk: Desk, person: Person) -> DuplicateRefusedError:
    """An overprint that is refused, and nothing has changed."""
    before = desk.state()
    with pytest.raises(DuplicateRefusedError) as caught:
        desk.issue(person, mode=Mode.OVERPRINT)
    assert desk.state() == before
    return caught.value


def test_without_a_blank_card_of_the_kind_an_overprint_is_refused_and_a_whole_page_is_not(desk: Desk, horebeke: CardTown) -> None:
    first, second = two_kinds(desk)
    open_desk(horebeke).deliver(horebeke.ledger.persons()[0])
    Desk(desk.town, open_desk(desk.town, "Loket 3").counter).deliver(first)
    desk.deliver(second)

    refusal = refused(desk, first)

    assert (refusal.refusal, refusal.reason) == (Refusal.NO_BLANK, desk.kind(first).code)
    assert desk.issue(first).card.issue == 2
    assert left(desk, desk.kind(second)) == 10


def test_each_kind_is_counted_for_itself(desk: Desk) -> None:
    first, second = two_kinds(desk)
    one, other = desk.deliver(first, 1), desk.deliver(second, 2)

    desk.issue(first, mode=Mode.OVERPRINT)

    assert (left(desk, one), left(desk, other)) == (0, 2)
    assert refused(desk, first).refusal == Refusal.NO_BLANK
    desk.deliver(first, 0, kind=Movement.COUNTED)
    with tenant(desk.town.pk):
        counted = BlankMovement.objects.latest("pk")
        event = AuditEvent.objects.filter(municipality_id=desk.town.pk, kind="blank_cards.moved").latest("seq")
    assert (counted.expected, counted.template, counted.paper) == (0, *one)
    assert (event.after or {})["blank"] == one.code


def test_another_paper_is_another_kind(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    white = desk.deliver(person)
    voters = TemplateKey.of(white.template).voter_type
    with tenant(desk.town.pk):
        keep_settings(election=desk.town.election, papers={voters: Paper.BLUE}, text_set=None, by=desk.town.clerk, at=desk.town.now)

    assert desk.kind(person) == BlankKind(white.template, "blue")
    assert refused(desk, person).reason == f"{white.template} blue"
    blue = desk.deliver(person, 1)
    desk.issue(person, mode=Mode.OVERPRINT)
    assert (left(desk, white), left(desk, blue)) == (10, 0)
    with tenant(desk.town.pk):
        assert {white, blue} <= set(selectors.blank_kinds(desk.town.election))


@pytest.mark.parametrize("kind", [BlankKind("invitation-local-paper-fr", "white"), BlankKind("x", "white"), UNDIVIDED])
def test_a_kind_that_nobody_needs_does_not_come_in(desk: Desk, kind: BlankKind) -> None:
    before = desk.state()

    with pytest.raises(MovementRefusedError, match="blank"):
        desk.deliver(desk.town.ledger.persons()[0], blank=kind)

    assert desk.state() == before


def undivided(desk: Desk, quantity: int) -> None:
    """Rows as they were written before kinds were told apart: the migration leaves them without one."""
    with tenant(desk.town.pk):
        BlankMovement.objects.create(
            municipality=desk.town.municipality,
            election=desk.town.election,
            counter=desk.counter,
            kind="delivered",
            quantity=quantity,
            at=desk.town.now,
            by_name="alice",
        )


def test_what_was_noted_before_kinds_were_told_apart_is_still_there_and_goes_out_only(desk: Desk) -> None:
    undivided(desk, 50)
    person = desk.town.ledger.persons()[0]

    assert refused(desk, person).refusal == Refusal.NO_BLANK
    assert left(desk, UNDIVIDED) == 50
    with tenant(desk.town.pk):
        own = {"election": desk.town.election, "counter": desk.counter, "blank": UNDIVIDED, "note": "verdeeld", "by": desk.town.clerk}
        with pytest.raises(MovementRefusedError):
            move_blanks(**own, kind=Movement.DELIVERED, quantity=1, at=desk.town.now)
        move_blanks(**own, kind=Movement.TAKEN_BACK, quantity=50, at=desk.town.now)
    desk.deliver(person, 50)
    desk.issue(person, mode=Mode.OVERPRINT)
    assert (left(desk, UNDIVIDED), left(desk, desk.kind(person))) == (0, 49)


def test_a_movement_has_a_text_and_a_paper_or_neither(desk: Desk) -> None:
    own = {"municipality": desk.town.municipality, "election": desk.town.election, "counter": desk.counter, "kind": "delivered"}
    with tenant(desk.town.pk):
        for template, paper in (("invitation-local-paper-nl", ""), ("", "white"), ("invitation-local-paper-nl", "purple")):
            with pytest.raises(IntegrityError), transaction.atomic():
                BlankMovement.objects.create(**own, template=template, paper=paper, quantity=1, at=desk.town.now, by_name="x")
        assert not BlankMovement.objects.exists()


def test_the_screen_says_the_kind_how_many_are_left_and_why_not(alice: Client, desk: Desk) -> None:
    first, second = two_kinds(desk)
    desk.deliver(second, 7)

    page = alice.get(f"{URL}voters/{first.pk}/").text
    assert "Blanco brief voor de printer" in page
    assert 'class="mode-overprint"' in page
    assert "Papier voor de printer" not in page  # white is what lies there
    before = desk.state()
    form = {"counter": desk.counter.pk, "mode": "overprint", "cause": Cause.LOST, "identity": "on", "seen_issue": 1}
    answer = alice.post(f"{URL}voters/{first.pk}/print/", form)
    assert answer.status_code == 409
    assert "Dit loket heeft geen blanco brief van deze soort meer" in answer.text
    assert '<option value="overprint" selected>' in answer.text  # what was chosen is not lost
    assert desk.state() == before
    assert alice.post(f"{URL}voters/{second.pk}/print/", form).status_code == 200
    assert left(desk, desk.kind(second)) == 6


def test_the_paper_of_a_whole_page_is_said_when_it_is_not_white(alice: Client, desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    voters = TemplateKey.of(desk.kind(person).template).voter_type
    with tenant(desk.town.pk):
        keep_settings(election=desk.town.election, papers={voters: Paper.YELLOW}, text_set=None, by=desk.town.clerk, at=desk.town.now)

    assert "Papier voor de printer: <strong>geel</strong>" in alice.get(f"{URL}voters/{person.pk}/").text


def test_the_page_of_blanks_and_its_history_go_by_kind(alice: Client, desk: Desk) -> None:
    first, second = two_kinds(desk)
    one, other = desk.kind(first), desk.kind(second)
    own = {"counter": desk.counter.pk, "kind": "delivered"}
    for kind, quantity in ((one, 11), (other, 22)):
        assert alice.post(f"{URL}blanks/", {**own, "blank": kind.code, "quantity": quantity}).status_code == 302
    before = desk.state()
    assert alice.post(f"{URL}blanks/", {**own, "blank": "", "quantity": 5}).status_code == 422
    assert alice.post(f"{URL}blanks/", {**own, "blank": "x y", "quantity": 5}).status_code == 422
    assert desk.state() == before
    undivided(desk, 3)

    page = alice.get(f"{URL}blanks/").text
    assert "nog niet per soort verdeeld" in page
    assert page.count(f"{URL}blanks/{desk.counter.pk}/") == 3
    whole, part = (alice.get(f"{URL}blanks/{desk.counter.pk}/", query).text for query in ({}, {"kind": other.code}))
    rows = [text.split("<tbody>")[2].count("<tr>") for text in (whole, part)]
    assert rows == [3, 1]


def test_a_blank_is_the_front_without_voter_and_station_and_an_overprint_completes_it(desk: Desk, horebeke: CardTown) -> None:
    person = desk.town.ledger.persons()[0]
    (card,) = desk.cards(person)
    with tenant(desk.town.pk):
        own = {"election": desk.town.election, "keys": [TemplateKey.of(card.template)], "by": desk.town.clerk, "at": desk.town.now}
        (blank,), (again,) = issue_blanks(**own), issue_blanks(**own)
        event = AuditEvent.objects.filter(municipality_id=desk.town.pk, kind="blank_cards.issued").latest("seq")
        station = card.station.name

    assert blank == again
    assert (blank.pages, blank.paper) == (1, Paper.WHITE)
    assert blank.name == f"blanco-23027-2024-10-13-{card.template}-wit.pdf"
    (page,) = pypdfium2.PdfDocument(blank.content)
    text = page.get_textpage().get_text_range()
    for fixed in ("zondag 13 oktober 2024", "Uw stembureau", "Halle"):
        assert fixed in text
    for own_text in (card.last_name, card.token, card.street_name, station):
        assert own_text not in text
    with pikepdf.open(BytesIO(blank.content)) as document:
        assert document.check_pdf_syntax() == []
    assert (event.after or {})["template"] == card.template
    with tenant(horebeke.pk):
        assert not AuditEvent.objects.filter(municipality_id=horebeke.pk, kind="blank_cards.issued").exists()


def test_the_command_writes_every_kind_that_the_election_needs(desk: Desk, tmp_path: Path) -> None:
    out = StringIO()
    call_command("blank_cards", "23027", "2024-10-13", out=tmp_path / "blanco", json=True, stdout=out)

    told = json.loads(out.getvalue().splitlines()[-1])["files"]
    with tenant(desk.town.pk):
        assert [one["template"] for one in told] == [key.name for key in templates.keys(desk.town.election)]
        needed = set(Card.objects.values_list("template", flat=True))
    assert needed <= {one["template"] for one in told}
    assert sorted(path.name for path in (tmp_path / "blanco").iterdir()) == sorted(one["file"] for one in told)


def test_the_command_refuses_a_text_that_is_none_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    before, out = desk.state(), StringIO()

    with pytest.raises(SystemExit):
        call_command("blank_cards", "23027", "2024-10-13", out=tmp_path / "x", template=["nothing"], json=True, stdout=out)

    assert json.loads(out.getvalue())["errors"][0]["column"] == "--template"
    assert desk.state() == before
    assert not (tmp_path / "x").exists()


def test_the_blank_opens_for_who_may_take_files_out(alice: Client, client: Client, desk: Desk) -> None:
    (card,) = desk.cards(desk.town.ledger.persons()[0])

    answer = alice.get(f"{TEXTS}{card.template}/blank/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert alice.get(f"{TEXTS}invitation-local-paper-fr/blank/").status_code == 404
    sign_in(client, desk.town.ledger.town.world.bob)
    assert client.get(f"{TEXTS}{card.template}/blank/").status_code == 403


def test_two_rows_of_two_towns_are_kept_apart(desk: Desk, horebeke: CardTown) -> None:
    desk.deliver(desk.town.ledger.persons()[0], 5)
    other = open_desk(horebeke)
    other.deliver(horebeke.ledger.persons()[0], 6)

    for town, quantity in ((desk.town, 5), (horebeke, 6)):
        with tenant(town.pk), connection.cursor() as cursor:
            cursor.execute("SELECT quantity FROM convocations_blankmovement")
            assert cursor.fetchall() == [(quantity,)]
