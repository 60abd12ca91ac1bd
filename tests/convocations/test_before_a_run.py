"""What the pages say before cards are made and released: why none can be made, which texts are not on them, what was asked for."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from time_machine import travel

from convocations.cards.card import TemplateKey
from convocations.cards.template import standard
from convocations.rules.counter import Cause
from convocations.selectors.run_pages import open_texts
from convocations.services import templates
from convocations.services.reissues import Whom, request_reissue
from core.tenancy import tenant
from districts.models import Street
from elections.services import create_election
from tests.convocations.cards import CardTown
from tests.convocations.test_pages import client_of, url, word

KEY = TemplateKey.of("invitation-local-paper-nl")


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


def write_text(town: CardTown) -> None:
    html, css = standard(KEY, town.election.date)
    with tenant(town.pk):
        own: dict[str, Any] = {"html": html.replace("Zo stemt u", "Zo stemt u hier"), "css": css, "note": "Zin", "based_on": 0}
        templates.save_draft(election=town.election, key=KEY, **own, by=town.clerk, at=town.now)


def off(page: str, label: str) -> bool:
    """Whether a button is there and greyed."""
    return bool(re.search(rf"disabled>(<svg.*?</svg> )?{word(label)}</button>", page))


def test_without_a_final_list_no_run_is_offered(halle: CardTown, horebeke: CardTown) -> None:
    alice = client_of(halle.ledger.town.world.alice)
    with tenant(halle.pk):
        own: dict[str, Any] = {"ballots": ["municipal"], "by": halle.head, "at": halle.now}
        create_election(municipality=halle.municipality, date=date(2024, 11, 24), list_date=date(2024, 9, 1), **own)
    runs, why = "/23027/2024-11-24/card-runs/", word("There is no final voters list yet.")

    listed, page = alice.get(runs).text, alice.get(f"{runs}new/").text

    assert f"<small>{why}</small>" in listed
    assert f'href="{runs}new/"' not in listed
    assert f"<small>{why}</small>" in page
    assert off(page, "Make the cards")
    # Beside it an election that can have a run.
    assert f'href="{url(halle, "new/")}"' in alice.get(url(halle)).text
    assert not off(alice.get(url(halle, "new/")).text, "Make the cards")


def test_no_run_is_offered_while_nobody_is_to_get_a_card(halle: CardTown, horebeke: CardTown) -> None:
    alice, why = client_of(halle.ledger.town.world.alice), word("Everybody who is to get a card has one.")
    halle.release(halle.make())

    page = alice.get(url(halle, "new/")).text

    assert f"<small>{why}</small>" in page
    assert off(page, "Make the cards")
    hilde = client_of(horebeke.ledger.town.world.hilde)
    assert why not in hilde.get(url(horebeke, "new/")).text


def test_a_text_that_is_not_approved_is_warned_of_until_the_release(halle: CardTown, horebeke: CardTown) -> None:
    alice, link = client_of(halle.ledger.town.world.alice), f"{halle.ledger.town.url}card-texts/"
    run = halle.make()
    horebeke.make()
    told = "Teksten in bewerking of wachtend op een tweede persoon: 1."
    pages = [url(halle, rest) for rest in ("new/", "1/", "1/release/")]
    assert [told in alice.get(page).text for page in pages] == [False] * 3

    write_text(halle)
    assert [told in alice.get(page).text for page in pages] == [True] * 3
    with tenant(halle.pk):
        templates.request_approval(election=halle.election, key=KEY, by=halle.clerk, at=halle.now)
    assert [told in alice.get(page).text for page in pages] == [True] * 3
    assert link in alice.get(pages[1]).text.split(told)[1].split("</div>")[0]
    hilde = client_of(horebeke.ledger.town.world.hilde)
    assert told not in hilde.get(url(horebeke, "1/")).text

    with tenant(halle.pk):
        templates.approve(municipality=halle.municipality, key=KEY, by=halle.head, at=halle.now)
        assert open_texts(halle.election) == []
    assert [told in alice.get(page).text for page in pages] == [False] * 3
    halle.release(run)
    write_text(halle)
    assert told not in alice.get(pages[1]).text


def test_the_run_of_new_cards_says_for_whom_and_why_and_who_lacks_nothing(halle: CardTown, horebeke: CardTown) -> None:
    halle.release(halle.make())
    alice = client_of(halle.ledger.town.world.alice)
    first = alice.get(url(halle, "1/")).text
    there = len([card for card in halle.cards() if card.street_name == "Zinkstraat"])
    with halle.ledger.at_work():
        street = Street.objects.get(municipality=halle.municipality, name="Zinkstraat")
        whom = Whom(street=street, place="1500 Halle")
        own: dict[str, Any] = {"cause": Cause.NOT_RECEIVED, "note": "Niet bedeeld", "by": halle.clerk, "at": halle.now}
        request_reissue(election=halle.election, whom=whom, **own)

    page = alice.get(url(halle, "2/")).text

    for text in (f"{word('a street')}: Zinkstraat (1500 Halle)", word("not received"), "Niet bedeeld", halle.clerk.name):
        assert f"<dd>{text}" in page, text
        assert f"<dd>{text}" not in first
    assert f"hebben er al een: {40 - there}" in page
    assert "hebben er al een" not in first
    rows = [row.split("<tr>")[-1] for row in alice.get(url(halle)).text.split("</tr>")]
    [row] = [row for row in rows if f'href="{url(halle, "2/")}"' in row]
    assert f'data-label="{word("Without a card")}">0</td>' in row
