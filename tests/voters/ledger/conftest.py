"""Two towns with a frozen list and a frozen assignment, whose persons have real-looking national numbers; and whoever records what changes."""

from collections.abc import Callable

import pytest

from tests.personas import World
from tests.voters.ledger.town import LedgerTown, frozen_town


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks: Callable) -> LedgerTown:
    """The town that is worked in; horebeke has the same beside it."""
    return frozen_town(world, world.halle, django_capture_on_commit_callbacks)


@pytest.fixture
def horebeke(world: World, django_capture_on_commit_callbacks: Callable) -> LedgerTown:
    """The other town."""
    return frozen_town(world, world.horebeke, django_capture_on_commit_callbacks)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
