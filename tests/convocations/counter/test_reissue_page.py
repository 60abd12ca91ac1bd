"""The page on which new cards are asked for many: one person asks, another releases, and nobody of another municipality does either."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from time_machine import travel

from convocations.models import PrintRun, Reissue
from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Address, Street
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk
from tests.convocations.test_pages import client_of, word

TOWN, NEIGHBOUR = "/23027/2024-10-13/", "/45062/2024-10-13/"


@pytest.fixture(autouse=True)
def _now(halle: CardTown):
    with travel(halle.now, tick=False):
        yield


def _form(town: CardTown, street: Street | None = None) -> dict[str, object]:
    with tenant(town.pk):
        street = street or Street.objects.get(municipality=town.municipality, name="Zinkstraat")
    return {"whom": "street", "street": street.pk, "cause": "not_received", "note": "Niet bedeeld"}


def _left(town: CardTown) -> tuple[object, ...]:
    """All that asking and releasing changes."""
    with tenant(town.pk):
        cards = [(card.pk, card.issue, card.state) for card in town.cards()]
        runs = list(PrintRun.objects.filter(municipality=town.municipality).order_by("pk").values_list("number", "state"))
        return cards, runs, Reissue.objects.count(), AuditEvent.objects.filter(municipality_id=town.pk).count()


def test_one_person_asks_and_another_releases(
    desk: Desk, horebeke: CardTown, django_capture_on_commit_callbacks: Callable, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    town, theirs, run = desk.town, _left(horebeke), f"{TOWN}card-runs/2/"
    alice, henk = client_of(town.ledger.town.world.alice), client_of(town.ledger.town.world.henk)
    there = {card.person_id for card in town.cards() if card.street_name == "Zinkstraat"}

    with django_capture_on_commit_callbacks(execute=True):
        asked = alice.post(f"{TOWN}counter/reissue/", _form(town))
    assert asked.headers["Location"] == run
    assert "Niet bedeeld" in alice.get(f"{TOWN}counter/reissue/").text
    assert henk.post(f"{run}release/", {"word": word("release")}).status_code == 302
    before = _left(town)
    assert henk.post(f"{run}decide/", {"decision": "approve"}).status_code == 409
    assert _left(town) == before
    assert {card.state for card in town.cards(issue=1)} == {"released"}

    assert henk.post(f"{run}take-back/").status_code == 302
    assert alice.post(f"{run}release/", {"word": word("release")}).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert henk.post(f"{run}decide/", {"decision": "approve"}).status_code == 302

    assert {card.person_id for card in town.cards(state="replaced")} == there
    assert {(card.person_id, card.state) for card in town.cards(issue=2)} == {(person, "released") for person in there}
    assert _left(horebeke) == theirs


def test_streets_of_one_name_are_told_apart_and_the_run_says_which(desk: Desk, horebeke: CardTown) -> None:
    town = desk.town
    with tenant(town.pk):
        own = {"municipality": town.municipality}
        first = Street.objects.get(**own, name="Zinkstraat")
        second = Street.objects.create(**own, name="Zinkstraat", name_key="zinkstraat")
        moved = Address.objects.filter(**own, street=first).order_by("pk")[0]
        Address.objects.filter(**own, pk=moved.pk).update(street=second, postcode="1501", postname="Buizingen")
    alice = client_of(town.ledger.town.world.alice)

    page = alice.get(f"{TOWN}counter/reissue/").text
    alice.post(f"{TOWN}counter/reissue/", _form(town, first))

    assert f'<option value="{first.pk}">Zinkstraat (1500 Halle)</option>' in page
    assert f'<option value="{second.pk}">Zinkstraat (1501 Buizingen)</option>' in page
    with tenant(town.pk):
        assert Reissue.objects.get(**own).label == "Zinkstraat (1500 Halle)"


def test_what_is_filled_in_is_counted_and_nothing_is_made(desk: Desk, horebeke: CardTown) -> None:
    town, alice = desk.town, client_of(desk.town.ledger.town.world.alice)
    there = {card.person_id for card in town.cards() if card.street_name == "Zinkstraat"}
    before = _left(town), _left(horebeke)

    def counted(**changes: object) -> str:
        answer = alice.post(f"{TOWN}counter/reissue/", {**_form(town), "step": "live", **changes})
        assert answer.status_code == 200
        return answer.text

    assert f"Nieuwe brieven die gemaakt worden: {len(there)}." in counted()
    assert "Nieuwe brieven die gemaakt worden: 1." in counted(
        whom="batch", file=SimpleUploadedFile("een.csv", town.cards()[0].token.encode())
    )
    assert "Rij 2: niemand" in counted(whom="batch", file=SimpleUploadedFile("een.csv", b"code\nniemand"))
    assert "niet leesbaar" in counted(whom="batch", file=SimpleUploadedFile("een.csv", b"\xff\xfe"))
    assert not counted(street="").strip()
    bob = client_of(town.ledger.town.world.bob)
    assert bob.post(f"{TOWN}counter/reissue/", {**_form(town), "step": "live"}).status_code == 403
    assert (_left(town), _left(horebeke)) == before


def test_who_may_not_ask_changes_nothing(desk: Desk, horebeke: CardTown) -> None:
    world = desk.town.ledger.town.world
    bob, charlie = client_of(world.bob), client_of(world.charlie)
    before, theirs = _left(desk.town), _left(horebeke)

    assert bob.post(f"{TOWN}counter/reissue/", _form(desk.town)).status_code == 403
    assert charlie.post(f"{TOWN}counter/reissue/", _form(desk.town)).status_code == 404
    # With a street of the neighbours on the page of one's own municipality.
    assert charlie.post(f"{NEIGHBOUR}counter/reissue/", _form(desk.town)).status_code == 422

    assert (_left(desk.town), _left(horebeke)) == (before, theirs)


def test_nobody_of_another_municipality_releases(
    desk: Desk, horebeke: CardTown, django_capture_on_commit_callbacks: Callable, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    world = desk.town.ledger.town.world
    alice, hilde = client_of(world.alice), client_of(world.hilde)
    with django_capture_on_commit_callbacks(execute=True):
        alice.post(f"{TOWN}counter/reissue/", _form(desk.town))
    alice.post(f"{TOWN}card-runs/2/release/", {"word": word("release")})
    before, theirs = _left(desk.town), _left(horebeke)

    for place in (TOWN, NEIGHBOUR):
        assert hilde.post(f"{place}card-runs/2/decide/", {"decision": "approve"}).status_code == 404
    assert alice.post(f"{TOWN}card-runs/2/decide/", {"decision": "approve"}).status_code == 403

    assert (_left(desk.town), _left(horebeke)) == (before, theirs)
    with tenant(desk.town.pk):
        assert PrintRun.objects.get(municipality=desk.town.municipality, number=2).state == PrintRun.State.REQUESTED


def test_a_list_that_cannot_be_read_or_names_nobody_is_refused_on_the_page(desk: Desk, horebeke: CardTown) -> None:
    alice, theirs = client_of(desk.town.ledger.town.world.alice), horebeke.cards()[0]
    before = _left(desk.town)

    for content, said in (
        (b"\xff\xfe\x00", "niet leesbaar"),
        (f"{theirs.token}-01\n".encode(), f"{theirs.token}-01"),
    ):
        file = SimpleUploadedFile("lijst.csv", content)
        answer = alice.post(f"{TOWN}counter/reissue/", {"whom": "batch", "file": file, "cause": "damaged"})
        assert answer.status_code == 422
        assert said in answer.text

    assert _left(desk.town) == before


def test_what_is_wrong_with_a_list_stands_row_by_row_and_nothing_is_made(desk: Desk, horebeke: CardTown) -> None:
    own, theirs = desk.town.cards()[0], horebeke.cards()[0]
    before = _left(desk.town), _left(horebeke)
    values = [own.token, "99999", theirs.token, "niemand", f"{own.token}-09", *["88888"] * 17]
    file = SimpleUploadedFile("klachten.csv", "\n".join(["code", *values]).encode())

    answer = client_of(desk.town.ledger.town.world.alice).post(
        f"{TOWN}counter/reissue/", {"whom": "batch", "cause": "damaged", "note": "", "file": file}
    )

    assert answer.status_code == 422
    for line in (
        "Rij 3: 99999 (dit nummer staat niet op de lijst)",
        f"Rij 4: {theirs.token} (geen brief van deze verkiezing)",
        "Rij 5: niemand (geen nummer en geen code)",
        f"Rij 6: {own.token}-09 (een andere uitgave van de brief)",
        "En nog 1",
    ):
        assert f"<li>{line}</li>" in answer.text, line
    assert answer.text.count("<li>Rij ") == 20
    assert (_left(desk.town), _left(horebeke)) == before
