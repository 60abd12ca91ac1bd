"""A double click, or the same form sent again from the page before: what was done once is not done twice, and nobody meets an error."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from tests.convocations.cards import CardTown
from tests.personas import World, sign_in
from tests.security.acts import ACTS, Act, everything
from tests.voters.ledger.town import frozen_town


@pytest.fixture
def town(world: World, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Any, monkeypatch: Any) -> Iterator[CardTown]:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("convocations.services.parts.SAMPLE", 1)
    made = CardTown(frozen_town(world, world.halle, django_capture_on_commit_callbacks))
    with travel(made.now, tick=False):
        yield made


@pytest.mark.parametrize("make", ACTS, ids=lambda make: make.__name__)
def test_what_is_sent_twice_is_done_once(town: CardTown, make: Callable[[CardTown], Act]) -> None:
    act = make(town)
    client = sign_in(Client(), act.person, confirmed=True)
    hidden, before = act.hidden(client), everything(town)

    first = act.send(client, hidden)
    done = everything(town)
    again = act.send(client, hidden)

    assert first.status_code in {200, 302}, re.findall(r'class="[^"]*(?:invalid|error)[^"]*"[^<]*<[^<]*', first.content.decode())
    assert done != before
    assert again.status_code in {200, 302, 409, 422}
    after = everything(town)
    assert {table: rows for table, rows in after.items() if rows != done[table]} == {}
