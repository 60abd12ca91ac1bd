"""How an election reaches a request: the municipality's own, or it does not exist (404)."""

from datetime import date

from core.http import or_404
from elections import selectors
from elections.models import Election
from municipalities.models import Municipality


def access_election(municipality: Municipality, day: date) -> Election:
    """Return the municipality's election of that day with its ballots, or 404."""
    return or_404(selectors.election(municipality=municipality, day=day))
