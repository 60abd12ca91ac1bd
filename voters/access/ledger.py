"""How a decision, and the person it is about, reach a request: the municipality's own, of that election, or 404."""

from core.http import or_404
from elections.models import Election
from voters.models import ListDecision


def access_decision(election: Election, pk: int) -> ListDecision:
    """Return a decision of the election, or 404."""
    found = or_404(
        ListDecision.objects.select_related("person", "station", "withdraws")
        .filter(municipality_id=election.municipality_id, election=election, pk=pk)
        .first()
    )
    found.election = election
    return found
