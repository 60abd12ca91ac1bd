"""Two frozen towns, and what is done to the cards of one of them."""

from collections.abc import Callable

import pytest

from tests.convocations.cards import CardTown
from tests.personas import World
from tests.voters.ledger.town import frozen_town


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks: Callable) -> CardTown:
    """The town that is worked in; horebeke has the same beside it."""
    return CardTown(frozen_town(world, world.halle, django_capture_on_commit_callbacks))


@pytest.fixture
def horebeke(world: World, django_capture_on_commit_callbacks: Callable) -> CardTown:
    """The other town."""
    return CardTown(frozen_town(world, world.horebeke, django_capture_on_commit_callbacks))


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def _few_pictures(monkeypatch):
    """Decoding the codes of a page takes a fifth of a second: two pages of a run are enough where it is not about them."""
    monkeypatch.setattr("convocations.services.parts.SAMPLE", 1)
