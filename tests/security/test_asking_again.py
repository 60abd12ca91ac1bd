"""Acts that cannot be undone ask once more who one is: nothing is done before, nothing that was typed is lost, and then it is done."""

import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils.translation import gettext, override
from time_machine import travel

from core.models import Approval
from core.tenancy import tenant
from municipalities.access import WAITING, WAITS_SECONDS
from municipalities.models import Membership, User
from tests.convocations.cards import CardTown
from tests.personas import NOW, PASSWORD, World, sign_in
from tests.security import acts
from tests.voters.assignment import test_pages_freeze
from tests.voters.ledger.town import frozen_town
from tests.voters.lists import make_register
from tests.voters.people import Town, make_town
from voters.models import Extraction, RegisterImport
from voters.services import extractions, imports

ELECTION = "/23027/2024-10-13/"
Fields = dict[str, str]


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


class Act:
    """Who sends what where, and how one sees that it was done."""

    def __init__(self, person: User, path: str, fields: Fields, done: Callable[[], bool]) -> None:
        self.person, self.path, self.fields = person, path, fields
        self.seen = done

    def done(self, town: Town) -> bool:
        with tenant(town.municipality.pk):
            return self.seen()


def _role(town: Town) -> Act:
    fields = {"username": "bob", "role": "clerk"}
    return Act(
        town.world.henk, "/23027/people/roles/", fields, lambda: Membership.objects.filter(user=town.world.bob, role="clerk").exists()
    )


def _person(town: Town) -> Act:
    fields = {"first_name": "Els", "last_name": "D’Hondt & “zoon”", "username": "els", "email": "", "role": "reader"}
    return Act(town.world.henk, "/23027/people/new/", fields, lambda: User.objects.filter(last_name=fields["last_name"]).exists())


def _final(town: Town) -> Act:
    with override("nl"):
        word = gettext("final")
    return Act(
        town.world.alice, f"{ELECTION}extractions/final/", {"word": word}, lambda: Extraction.objects.filter(state="requested").exists()
    )


def _final_approved(town: Town) -> Act:
    with tenant(town.municipality.pk):
        asked = extractions.request_final(election=town.election, by=town.clerk, at=NOW)
    path = f"{ELECTION}extractions/{asked.number}/decide/"
    fields = {"decision": "approve", "reason": "nagekeken\nmet twee"}
    return Act(town.world.henk, path, fields, lambda: Approval.objects.get(kind="final_extraction").decision == "approved")


def _import_approved(town: Town) -> Act:
    sent = make_register(
        town.world, town.municipality, state="compared", base_import_id=town.register.pk, counts={"rows": 3}, merged_at=None
    )
    with tenant(town.municipality.pk):
        imports.request_import_approval(register_import=sent, accepted_guards=[], by=town.clerk, at=NOW)
    fields = {"decision": "approve", "reason": ""}
    seen = RegisterImport.objects.filter(pk=sent.pk, state="merging")
    return Act(town.world.henk, f"/23027/register/{sent.pk}/approve/", fields, seen.exists)


SENT_AGAIN = (_role, _person, _final, _final_approved, _import_approved)
ACTS = pytest.mark.parametrize("make", SENT_AGAIN)
OF_CARDS = (
    acts.run_release, acts.run_approve, acts.text_request, acts.text_approve, acts.decision_approve, acts.copy_ask, acts.copy_approve,
    acts.mutations_approve,
)  # fmt: skip
ASKING: dict[str, Callable[..., Any]] = {
    "convocations/release.py _ask": acts.run_release,
    "convocations/release.py card_run_decide": acts.run_approve,
    "convocations/templates.py card_template_request": acts.text_request,
    "convocations/templates.py _approve": acts.text_approve,
    "municipalities/people.py _grant": _role,
    "municipalities/people.py _make": _person,
    "voters/extractions.py _ask": _final,
    "voters/extractions.py extraction_decide": _final_approved,
    "voters/import_steps.py _approve": _import_approved,
    "voters/decision_steps.py _approve": acts.decision_approve,
    "voters/list_copies.py _ask_confirmed": acts.copy_ask,
    "voters/list_copies.py list_copy_decide": acts.copy_approve,
    "voters/drafts_freeze.py _ask": test_pages_freeze.test_asking_and_approving_want_the_password_once_more,
    "voters/drafts_freeze.py draft_decide": test_pages_freeze.test_asking_and_approving_want_the_password_once_more,
}
"""Every view that asks once more who one is, and the act (or, for who has a town of its own, the test) that proves it."""


@pytest.fixture
def cards(world: World, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Any, monkeypatch: Any) -> Iterator[CardTown]:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("convocations.services.parts.SAMPLE", 1)
    made = CardTown(frozen_town(world, world.halle, django_capture_on_commit_callbacks))
    with travel(made.now, tick=False):
        yield made


@pytest.mark.parametrize("make", OF_CARDS, ids=lambda make: make.__name__)
def test_what_is_done_with_cards_lists_and_decisions_asks_for_the_password_and_nothing_is_done_before(
    cards: CardTown, make: Callable[[CardTown], acts.Act]
) -> None:
    act = make(cards)
    client, before = sign_in(Client(), act.person), acts.everything(cards)

    asked = act.send(client, {})

    assert asked.headers["Location"].startswith("/account/reauthenticate/?next=%2Fagain%2F")
    assert acts.everything(cards) == before


def test_every_view_that_asks_for_the_password_is_among_these_acts() -> None:
    root = Path(acts.__file__).parents[2]
    asking = [
        f"{path.relative_to(root).parts[0]}/{path.name} {name}"
        for path in [*root.glob("*/views/*.py"), *root.glob("*/views.py")]
        for name in _asking(path.read_text(encoding="utf-8"))
    ]

    assert sorted(asking) == sorted(ASKING)
    assert set(ASKING.values()) <= {*SENT_AGAIN, *OF_CARDS, test_pages_freeze.test_asking_and_approving_want_the_password_once_more}


def _asking(source: str) -> Iterator[str]:
    """The functions that ask by themselves, and those that have ``municipalities.deciding`` do it."""
    yield from re.findall(r"^@recently_authenticated\n(?:@.*\n)*def (\w+)", source, flags=re.MULTILINE)
    yield from (
        block.partition("(")[0] for block in re.split(r"^def ", source, flags=re.MULTILINE) if " decide(request, question)" in block
    )


def _send(client: Client, act: Act) -> HttpResponseBase:
    return client.post(act.path, act.fields, headers={"Referer": f"http://testserver{act.path}"})


def _sent_again(page: str) -> tuple[str, list[tuple[str, str]]]:
    """The address and the fields of the form that sends again what was typed."""
    form = page[page.index("<h1>") :].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    action = re.search(r'action="([^"]*)"', form)
    assert action
    return action[1], [(name, unescape(value)) for name, value in fields if name != "csrfmiddlewaretoken"]


@ACTS
def test_it_asks_for_the_password_and_then_does_exactly_what_was_sent(client: Client, halle: Town, make: Callable[[Town], Act]) -> None:
    act = make(halle)
    sign_in(client, act.person)

    asked = _send(client, act)

    assert asked.headers["Location"].startswith("/account/reauthenticate/?next=%2Fagain%2F")
    assert not act.done(halle)
    where = asked.headers["Location"].partition("next=")[2].replace("%2F", "/")
    assert client.post("/account/reauthenticate/", {"password": "wrong", "next": where}).status_code == 200
    assert not act.done(halle)
    confirmed = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": where})
    assert confirmed.headers["Location"] == where
    assert not act.done(halle)

    path, fields = _sent_again(client.get(where).content.decode())

    assert path == act.path
    assert [(name, value.replace("\r\n", "\n")) for name, value in fields] == list(act.fields.items())
    assert client.post(path, dict(fields)).status_code in {200, 302}
    assert act.done(halle)


@ACTS
def test_whoever_said_it_minutes_ago_is_not_asked(client: Client, halle: Town, make: Callable[[Town], Act]) -> None:
    act = make(halle)
    sign_in(client, act.person, confirmed=True)

    assert "reauthenticate" not in _send(client, act).headers.get("Location", "")

    assert act.done(halle)


def test_what_is_not_in_order_is_said_before_anybody_is_asked(client: Client, halle: Town) -> None:
    sign_in(client, halle.world.henk)
    approval = _final_approved(halle)

    wrong = [
        client.post("/23027/people/roles/", {"username": "nobody", "role": "clerk"}),
        client.post("/23027/people/new/", {"username": "els"}),
        client.post(f"{ELECTION}extractions/final/", {"word": "iets anders"}),
        client.post(approval.path, {"decision": "refuse", "reason": ""}),
    ]

    assert [answer.status_code for answer in wrong] == [422] * 4


def test_refusing_asks_nobody_who_they_are(client: Client, halle: Town) -> None:
    act = _final_approved(halle)
    sign_in(client, halle.world.henk)

    assert client.post(act.path, {"decision": "refuse", "reason": "Nog dubbels"}).status_code == 302

    with tenant(halle.municipality.pk):
        assert Approval.objects.get().decision == "refused"


def _waiting(client: Client, act: Act) -> str:
    return _send(client, act).headers["Location"].partition("next=")[2].replace("%2F", "/")


def test_who_does_not_say_who_they_are_is_back_where_they_were_and_nothing_is_done(client: Client, halle: Town) -> None:
    act = _role(halle)
    sign_in(client, act.person)
    where = _waiting(client, act)

    answer = client.get(where)

    assert answer.headers["Location"] == act.path
    assert client.get(where).headers["Location"] == act.path, "and nothing waits there any more"
    assert not act.done(halle)


def test_what_waits_is_sent_again_once(client: Client, halle: Town) -> None:
    act = _role(halle)
    sign_in(client, act.person)
    where = _waiting(client, act)
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": where})

    assert client.get(where).status_code == 200
    assert client.get(where).headers["Location"] == act.path


def test_what_waited_too_long_is_not_sent_again(client: Client, halle: Town) -> None:
    act = _role(halle)
    sign_in(client, act.person)
    where = _waiting(client, act)
    session = client.session
    session[WAITING] = {**session[WAITING], "at": time.time() - WAITS_SECONDS - 1}
    session.save()
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": where})

    assert client.get(where).headers["Location"] == act.path


def test_what_waits_in_one_session_is_not_there_in_another(client: Client, halle: Town) -> None:
    act = _role(halle)
    sign_in(client, act.person)
    where = _waiting(client, act)

    assert sign_in(Client(), act.person, confirmed=True).get(where).headers["Location"] == "/"
    assert client.get("/again/guessed/").headers["Location"] == "/"
