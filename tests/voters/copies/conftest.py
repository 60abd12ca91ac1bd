"""Two towns with a frozen list and a frozen assignment; in Halle a voter is struck, one added, one corrected."""

from collections.abc import Callable

import pytest
from django.db import transaction

from tests.personas import World
from tests.voters.copies.town import CopyTown, copy_town


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks: Callable) -> CopyTown:
    """The town that is worked in; horebeke has the same beside it."""
    copy_town(world, world.horebeke, django_capture_on_commit_callbacks)
    return copy_town(world, world.halle, django_capture_on_commit_callbacks)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def run_on_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work begins after commit: the test's own transaction never commits, so it begins at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())
