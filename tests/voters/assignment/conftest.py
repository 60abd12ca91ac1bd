"""The solver in this process: the same plan as in processes of its own, without their start."""

import pytest

from districts.assignment import solver
from tests.personas import World
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.services import draft_work


@pytest.fixture(autouse=True)
def _solve_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_work, "solve_apart", solver.solve)


@pytest.fixture
def halle(world: World) -> AssignmentTown:
    return two_schools(world, world.halle)
