"""The solver in this process: the same plan as in processes of its own, without their start."""

import pytest
from django.test import Client

from districts.assignment import solver
from tests.personas import World, sign_in
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.services import draft_work


@pytest.fixture(autouse=True)
def _solve_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_work, "solve_apart", solver.solve)


@pytest.fixture
def halle(world: World) -> AssignmentTown:
    return two_schools(world, world.halle)


@pytest.fixture
def clerk(client: Client, world: World) -> Client:
    return sign_in(client, world.alice, confirmed=True)


@pytest.fixture
def head(world: World) -> Client:
    return sign_in(Client(), world.henk, confirmed=True)


@pytest.fixture
def reader(world: World) -> Client:
    return sign_in(Client(), world.bob)
