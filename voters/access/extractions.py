"""How an extraction or the file of an export reaches a request: the municipality's own, of that election, or 404."""

from core.http import or_404
from core.models import Job
from elections.models import Election
from municipalities.models import Municipality
from voters.models import Extraction
from voters.selectors import voters_list
from voters.services import exports


def access_extraction(election: Election, number: int) -> Extraction:
    """Return the extraction with this number of the election, or 404."""
    found = or_404(Extraction.objects.filter(municipality_id=election.municipality_id, election=election, number=number).first())
    found.election = election
    return found


def access_list(election: Election, number: int | None) -> Extraction:
    """Return the finished extraction whose list is meant (none named: the final one, else the newest trial), or 404."""
    found = or_404(voters_list.shown_extraction(election=election, number=number))
    found.election = election
    return found


def access_export(municipality: Municipality, job_id: int) -> Job:
    """Return an export of a voters list, or 404."""
    return or_404(Job.objects.filter(municipality_id=municipality.pk, pk=job_id, kind=exports.KIND).first())
