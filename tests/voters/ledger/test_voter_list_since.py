"""The frozen list on screen says of each voter what became of the line since: nobody reads a dead voter as one who may vote."""

import re

import pytest
from django.test import Client
from time_machine import travel

from core.tenancy import tenant
from tests.personas import World, sign_in
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, a_decision, events_csv
from voters.services import decisions

URL = "/23027/2024-10-13/voters/"


@pytest.fixture(autouse=True)
def _clock():
    with travel(SEPTEMBER, tick=False):
        yield


def rows(client: Client, url: str = URL) -> dict[int, str]:
    """Number on the list → the row, without the tags that hold nothing."""
    page = client.get(url).content.decode()
    found = re.findall(r"<tr.*?</tr>", page.split("<tbody")[1], re.DOTALL)
    return {int(re.findall(r'data-label="Nr."[^>]*>\s*(\d+)', row)[0]): row for row in found}


def test_each_row_says_what_became_of_the_voter(client: Client, world: World, halle: LedgerTown, horebeke: LedgerTown) -> None:
    dead, moved, gone, corrected, same = halle.persons()[:5]
    number = {line.person_id: line.list_number for line in halle.list_at(SEPTEMBER).values()}
    halle.bring_in(
        events_csv(
            one(dead, 1, "death"),
            one(moved, 2, "move", postcode="1500", street_name="Zinkstraat", house_number="7"),
            one(gone, 3, "departure", departed_to="FR"),
        )
    )
    halle.record(corrected, a_decision("correct", last_name="Juist"))
    sign_in(client, world.alice)

    shown = rows(client)
    assert len(shown) == 40
    assert '<span class="tag tag-bad">geschrapt</span><small>overleden</small>' in shown[number[dead.pk]]
    assert "<s>" in shown[number[dead.pk]]
    assert "ander verzendadres" in shown[number[moved.pk]]
    assert "geen verzendadres</span><small>vertrokken, nieuw adres onbekend" in shown[number[gone.pk]]
    assert "ander verzendadres" not in shown[number[gone.pk]]
    assert "verbeterd" in shown[number[corrected.pk]]
    assert not re.search(r'<s>|class="tag tag-(bad|warn)', shown[number[same.pk]])
    assert sum("<s>" in row for row in shown.values()) == 1
    assert "gewijzigd na de lijstdatum: 4" in client.get(URL).content.decode()
    other = sign_in(Client(), world.charlie).get("/45062/2024-10-13/voters/")
    assert other.status_code == 200
    assert "gewijzigd na de lijstdatum" not in other.content.decode()


def test_a_decision_taken_back_is_not_held_against_the_voter(client: Client, world: World, halle: LedgerTown) -> None:
    person = halle.persons()[0]
    decision = halle.record(person, a_decision("strike"))
    sign_in(client, world.alice)
    assert sum("<s>" in row for row in rows(client).values()) == 1

    with tenant(halle.municipality.pk):
        back = decisions.request_withdrawal(decision=decision, new=a_decision("withdraw"), by=halle.clerk, at=SEPTEMBER)
        decisions.approve_decision(decision=back, by=halle.head, at=SEPTEMBER)

    assert not any("<s>" in row for row in rows(client).values())


def test_the_history_of_a_person_says_of_which_election_a_list_is(client: Client, world: World, halle: LedgerTown) -> None:
    person = halle.persons()[0]

    page = sign_in(client, world.alice).get(f"/23027/persons/{person.pk}/").content.decode()

    assert page.count("Definitieve lijst · verkiezing van 13/10/2024 · ") == 1
