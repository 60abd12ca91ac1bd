"""What the tests of buildings and stations share."""

import pytest

from tests.districts.station_files import Town, make_town
from tests.personas import World


@pytest.fixture
def halle(world: World) -> Town:
    """Halle, with districts, a street and two elections."""
    return make_town(world, world.halle)


@pytest.fixture
def horebeke(world: World) -> Town:
    """Horebeke, with the same: whatever happens in Halle leaves it alone."""
    return make_town(world, world.horebeke)
