"""A NUL that is sent in a form or an address: no database keeps one, and nobody meets an error."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from time_machine import travel

from core.middleware import without_nul
from core.models import Approval
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.personas import World, sign_in
from tests.security.acts import decision_refuse
from tests.voters.ledger.town import frozen_town


@pytest.fixture
def town(world: World, django_capture_on_commit_callbacks: Any, settings: Any, tmp_path: Any) -> Iterator[CardTown]:
    settings.MEDIA_ROOT = tmp_path
    made = CardTown(frozen_town(world, world.halle, django_capture_on_commit_callbacks))
    with travel(made.now, tick=False):
        yield made


def test_a_nul_is_shown_as_an_unknown_sign_and_all_else_stays() -> None:
    sent = QueryDict("a=x%00y&a=%2500&b=&%00c=%EF%BF%BD%26")

    assert dict(without_nul(sent).lists()) == {"a": ["x\ufffdy", "%00"], "b": [""], "\ufffdc": ["\ufffd&"]}
    assert without_nul(QueryDict("a=1")) == QueryDict("a=1")


def test_a_reason_with_a_nul_is_kept(town: CardTown) -> None:
    act = decision_refuse(town)
    client = sign_in(Client(), act.person, confirmed=True)

    answer = client.post(act.path, {**act.fields, "reason": "Niet\0nu"})

    assert answer.status_code == 302
    with tenant(town.pk):
        assert Approval.objects.get(municipality_id=town.pk, decision="refused").reason == "Niet\ufffdnu"


@pytest.mark.parametrize("path", ["register/unmatched/streets/?q=x&postcode=15%0000", "districts/map/?q=Zink%00straat"])
def test_an_address_with_a_nul_is_answered(world: World, path: str) -> None:
    assert sign_in(Client(), world.alice, confirmed=True).get(f"/23027/{path}").status_code == 200
