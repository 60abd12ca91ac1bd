"""A town whose voters may ask for cards in French, one of them, and one who lives elsewhere."""

import pytest

from core.actor import SYSTEM
from municipalities import services as municipalities
from municipalities.models import Municipality
from municipalities.rules import Role
from tests.personas import NOW, World
from tests.voters.people import make_town
from tests.voters.test_person_search import house, inhabitant
from voters.models import Person

NUMBER = "86050412345"


@pytest.fixture
def rode(world: World) -> Municipality:
    """A municipality with language facilities: alice works there, henk heads it."""
    made = municipalities.create_municipality(nis_code="23101", name="Sint-Genesius-Rode", by=SYSTEM, at=NOW)
    for user, role in ((world.alice, Role.CLERK), (world.henk, Role.HEAD)):
        municipalities.grant(municipality=made, user=user, role=role, by=SYSTEM, at=NOW)
    return made


def _anne(world: World, place: Municipality) -> Person:
    town = make_town(world, place)
    return inhabitant(town, "Dupont", "Anne", at=house(town, "Kerkstraat", 1, 1), house_number="1", national_number=NUMBER)


@pytest.fixture
def voter(world: World, rode: Municipality) -> Person:
    """Who may choose."""
    return _anne(world, rode)


@pytest.fixture
def elsewhere(world: World) -> Person:
    """Of the same name and number, in a town where nobody may."""
    return _anne(world, world.halle)
