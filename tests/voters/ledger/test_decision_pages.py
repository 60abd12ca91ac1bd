"""Decisions through the screen, from the page of the person to the list of the moment: asked by one, recorded by another.

Every step follows a link or fills in the form that the page before it shows, as a person does.
"""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import World, sign_in
from tests.voters.ledger.test_decisions import newcomer
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, a_decision
from voters.forms.ledger import MomentsForm
from voters.models import Effect, Entry, ListDecision, Person
from voters.rules.ledger import NoCard
from voters.selectors.ledger import CurrentEntry

DECIDED = {"authority": "court", "decided_on": "20/09/2024", "reference": "2024/AK/12", "reason": "Beroep gegrond"}
LEDGER = "/23027/2024-10-13/ledger/"


@pytest.fixture(autouse=True)
def _clock():
    with travel(SEPTEMBER, tick=False):
        yield


@pytest.fixture
def clerk(client: Client, world: World, halle: LedgerTown, horebeke: LedgerTown) -> Client:
    return sign_in(client, world.alice, confirmed=True)


@pytest.fixture
def head(world: World, halle: LedgerTown) -> Client:
    return sign_in(Client(), world.henk, confirmed=True)


class Form(HTMLParser):
    """What the form for a decision sends if nothing is touched: name → value, or values of what is ticked."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.names: set[str] = set()
        self.select = ""
        self.feed(page.split("<main")[1].split('method="post"')[1].split("</form>", maxsplit=1)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if name and name != "csrfmiddlewaretoken":
            self.names.add(name)
        if tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in given or self.select not in self.values):
            self.values[self.select] = given.get("value") or ""
        elif tag == "input" and given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.values.setdefault(name, []).append(given.get("value"))
        elif tag == "input" and name in self.names:
            self.values[name] = given.get("value") or ""


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def link(page: str, label: str) -> str:
    """Where a link with these words leads."""
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*{re.escape(label)}\s*<', page, re.DOTALL)
    assert found, label
    return html.unescape(found[1])


def ask(clerk: Client, person: Person, label: str, **values: Any) -> str:
    """Open the person, choose what was decided, fill the form in, send it; returns the address of the question."""
    address = link(text(clerk.get(f"/23027/persons/{person.pk}/")), label)
    return send(clerk, address, **values)


def send(clerk: Client, address: str, **values: Any) -> str:
    form = Form(text(clerk.get(address)))
    filled_in = {**DECIDED, **values}
    assert set(filled_in) <= form.names
    answer = clerk.post(address, {**form.values, **filled_in})
    assert answer.status_code == 302, re.findall(r'class="[^"]*invalid[^"]*"[^<]*<[^<]*', answer.content.decode())
    return answer["Location"]


def record(head: Client, question: str) -> str:
    """The second person opens the question and approves; returns the page afterwards."""
    assert "Deze beslissing optekenen" in text(head.get(question))
    answer = head.post(f"{question}decide/", {"decision": "approve"})
    assert answer.status_code == 302
    return text(head.get(answer["Location"]))


def line(town: LedgerTown, person: Person) -> CurrentEntry | None:
    return town.list_at(SEPTEMBER).get(person.pk)


def test_a_voter_is_added_where_it_was_chosen_with_the_last_number(
    clerk: Client, head: Client, halle: LedgerTown, horebeke: LedgerTown
) -> None:
    person, station = newcomer(halle), halle.town.stations[2]

    question = ask(clerk, person, "Toevoegen aan de lijst", station=str(station.pk), ballots=["municipal"])

    assert line(halle, person) is None
    assert "wacht op een tweede persoon" in text(clerk.get(question))
    page = record(head, question)
    assert "nummer 41" in page
    added = line(halle, person)
    assert added is not None
    assert (added.list_number, added.station_id, added.station_number) == (41, station.pk, 2)
    assert (added.added_later, added.struck, added.no_card, added.ballots, added.entry_id) == (True, False, None, 8, None)
    assert added.mailing is not None
    assert (added.mailing.street_name, added.mailing.house_number) == ("Zinkstraat", "3")
    assert len(halle.list_at(SEPTEMBER)) == 41
    assert len(horebeke.list_at(SEPTEMBER)) == 40
    assert "beslissing: toegevoegd" in text(head.get(LEDGER))
    assert "op de lijst" in text(head.get(f"/23027/persons/{person.pk}/"))
    with tenant(halle.municipality.pk):
        assert Entry.objects.filter(municipality=halle.municipality).count() == 40
        kinds = AuditEvent.objects.filter(municipality_id=halle.municipality.pk, kind__startswith="list_decision.").order_by("seq")
        assert list(kinds.values_list("kind", "actor_name")) == [
            ("list_decision.requested", "Alice Test"), ("list_decision.recorded", "Henk Test"),
        ]  # fmt: skip


def test_a_voter_is_struck_and_the_decision_taken_back(clerk: Client, head: Client, halle: LedgerTown) -> None:
    person = halle.persons()[4]
    before = line(halle, person)
    assert before is not None

    question = ask(clerk, person, "Schrappen van de lijst")
    assert line(halle, person) == before
    page = record(head, question)

    struck = line(halle, person)
    assert struck is not None
    assert (struck.struck, struck.no_card, struck.mailing) == (True, NoCard.STRUCK_BY_DECISION, None)
    assert (struck.list_number, struck.station_id) == (before.list_number, before.station_id)
    assert "van de lijst geschrapt" in text(clerk.get(f"/23027/persons/{person.pk}/"))

    back = send(clerk, link(page, "De beslissing intrekken"), reference="2024/AK/31")
    assert line(halle, person) == struck
    record(head, back)

    assert line(halle, person) == before
    assert "Deze beslissing is ingetrokken" in text(clerk.get(question))
    assert text(clerk.get(LEDGER)).count("2024/AK/") == 2


def test_what_the_list_says_is_corrected_and_only_that(clerk: Client, head: Client, halle: LedgerTown) -> None:
    person, neighbour = halle.persons()[5:7]
    before, beside = line(halle, person), line(halle, neighbour)
    assert before is not None

    question = ask(clerk, person, "Verbeteren op de lijst", last_name="Rechtgezet", street_name="Zinkstraat", house_number="9")
    assert line(halle, person) == before
    record(head, question)

    after = line(halle, person)
    assert after is not None
    assert (after.last_name, after.first_names, after.corrected, after.struck) == ("Rechtgezet", before.first_names, True, False)
    assert (after.list_address.street_name, after.list_address.house_number) == ("Zinkstraat", "9")
    assert after.list_address.postcode == before.list_address.postcode
    assert (after.ballots, after.list_number, after.station_id) == (before.ballots, before.list_number, before.station_id)
    assert line(halle, neighbour) == beside
    assert "Rechtgezet" in text(clerk.get(f"{LEDGER}sheet/?since=01/09/2024&until=30/09/2024"))
    with tenant(halle.municipality.pk):
        # An address is kept as a whole; names and ballots that do not differ are not kept at all.
        assert ListDecision.objects.get(municipality=halle.municipality).values == {
            "last_name": "Rechtgezet", "street_name": "Zinkstraat", "house_number": "9",
            "box_number": before.list_address.box_number, "postcode": before.list_address.postcode,
        }  # fmt: skip


def test_who_asked_does_not_record_and_a_question_is_answered_once(clerk: Client, head: Client, halle: LedgerTown) -> None:
    person, other = halle.persons()[7:9]
    own = ask(head, person, "Schrappen van de lijst")
    refused = ask(clerk, other, "Schrappen van de lijst")

    mine = head.post(f"{own}decide/", {"decision": "approve"})
    no = head.post(f"{refused}decide/", {"decision": "refuse", "reason": "Verkeerde persoon"})
    late = head.post(f"{refused}decide/", {"decision": "approve"})

    assert (mine.status_code, no.status_code, late.status_code) == (409, 302, 409)
    assert "Verkeerde persoon" in text(clerk.get(refused))
    assert not any(entry.struck for entry in halle.list_at(SEPTEMBER).values())
    with tenant(halle.municipality.pk):
        assert not Effect.objects.filter(municipality=halle.municipality).exists()
        states = ListDecision.objects.filter(municipality=halle.municipality).order_by("pk").values_list("state", flat=True)
        assert list(states) == ["requested", "refused"]


def test_the_history_of_a_person_names_the_decision(clerk: Client, head: Client, halle: LedgerTown, horebeke: LedgerTown) -> None:
    person = halle.persons()[5]
    decision = halle.record(person, a_decision("strike"))

    page = text(clerk.get(f"/23027/persons/{person.pk}/"))

    assert "CBS/12 van 20 september 2024" in page
    assert f"/23027/2024-10-13/decisions/{decision.pk}/" in page
    assert "CBS/12" not in text(clerk.get(f"/23027/persons/{halle.persons()[6].pk}/"))


def test_the_fields_of_the_moments_have_whole_labels(clerk: Client, halle: LedgerTown) -> None:
    page = text(clerk.get("/23027/2024-10-13/ledger/sheet/"))

    labels = [label.strip() for label in re.findall(r"<label[^>]*>([^<]*)", page)]
    assert "om" not in labels
    for typed in ("20.00", "20:00"):
        moments = {"since": "01/08/2024", "since_time": typed, "until": "30/09/2024", "until_time": ""}
        form = MomentsForm(moments)
        assert form.is_valid(), form.errors
        assert (form.cleaned_data["since_time"].hour, form.cleaned_data["until_time"]) == (20, None)
    assert len(set(labels)) == len(labels)
