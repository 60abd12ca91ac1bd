"""Two towns that differ in nothing but their numbers: what is asked of one never shows the other."""

import pytest

from tests.personas import World
from tests.voters.stations.town import Town, make_town


@pytest.fixture
def halle(world: World) -> Town:
    """The town of alice, bob and henk; horebeke has the same."""
    make_town(world, world.horebeke)
    return make_town(world, world.halle)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.CELERY_TASK_ALWAYS_EAGER = True
