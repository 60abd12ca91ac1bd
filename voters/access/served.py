"""How the papers of the polling stations reach a request: the municipality's own, of that election, or 404."""

from core.http import or_404
from core.models import Job
from elections.models import Election
from voters.models import Draft
from voters.selectors import served as selectors
from voters.selectors.served import ServedStation
from voters.services import served


def access_draft_with_places(election: Election, number: str) -> Draft:
    """Return the draft that is meant (none named: the frozen one, else the newest), or 404."""
    return or_404(selectors.chosen_draft(election=election, number=number))


def access_served(draft: Draft, pk: int) -> ServedStation:
    """Return a station of the draft with its streets, or 404."""
    return or_404(next((one for one in selectors.served(draft=draft) if one.pk == pk), None))


def access_papers(election: Election, pk: int) -> Job:
    """Return the making of the papers of an election, or 404."""
    return or_404(
        Job.objects.filter(municipality_id=election.municipality_id, pk=pk, kind=served.KIND, params__election=election.pk).first()
    )
