"""Reads for the pages of extractions."""

from core.models import Approval, Job
from elections.models import Election
from voters.models import Extraction

APPROVAL_KIND = "final_extraction"


def extractions(*, election: Election) -> list[Extraction]:
    """All extractions of an election, newest first, with the register they ran on."""
    rows = Extraction.objects.filter(municipality_id=election.municipality_id, election=election)
    return list(rows.select_related("register_import").order_by("-number"))


def job_of(extraction: Extraction) -> Job | None:
    """The job that makes or made it."""
    if extraction.job_id is None:
        return None
    return Job.objects.filter(municipality_id=extraction.municipality_id, pk=extraction.job_id).first()


def approval_of(extraction: Extraction) -> Approval | None:
    """The newest request for a second person's decision about it."""
    rows = Approval.objects.filter(municipality_id=extraction.municipality_id, kind=APPROVAL_KIND, object_id=extraction.pk)
    return rows.order_by("-requested_at").first()


def newest_trial(*, election: Election) -> Extraction | None:
    """The newest finished trial."""
    rows = Extraction.objects.filter(
        municipality_id=election.municipality_id, election=election, kind=Extraction.Kind.TRIAL, state=Extraction.State.DONE
    )
    return rows.order_by("-number").first()
