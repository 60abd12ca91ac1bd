"""Small helpers for the tests of pages."""

from typing import Any

from core.tenancy import tenant
from districts.models import Station
from tests.voters.assignment.town import AssignmentTown

A = "/23027/2024-10-13/assignment/"


def text(answer: Any) -> str:
    """What the answer says."""
    return str(answer.content.decode())


def station(town: AssignmentTown, number: int) -> int:
    """The id of a station."""
    with tenant(town.municipality.pk):
        return Station.objects.get(election=town.election, number=number).pk
