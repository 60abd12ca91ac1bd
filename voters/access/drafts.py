"""How a draft of the assignment, a pin, or a station of its election reaches a request: of that election, or 404."""

from core.http import or_404
from elections.models import Election
from municipalities.models import Municipality
from voters.models import Draft, Pin
from voters.selectors.drafts import draft_of


def access_draft(election: Election, number: int) -> Draft:
    """Return the draft with this number of an election that was reached by ``access_election``, or 404."""
    return or_404(draft_of(election=election, number=number))


def access_any_draft(municipality: Municipality, pk: int) -> Draft:
    """Return a draft of the municipality, of whichever election, or 404."""
    rows = Draft.objects.filter(municipality_id=municipality.pk, pk=pk)
    return or_404(rows.select_related("election__municipality", "extraction", "previous__election").first())


def access_pin(election: Election, pk: int) -> Pin:
    """Return what is pinned or banned for an election, or 404."""
    rows = Pin.objects.filter(municipality_id=election.municipality_id, election=election, pk=pk)
    return or_404(rows.select_related("election", "station__building", "building", "street", "person").first())
