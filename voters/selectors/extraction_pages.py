"""Reads for the pages of extractions."""

from dataclasses import dataclass
from datetime import date

from core.models import Approval, Job
from districts.models import Station
from elections.models import Election
from elections.selectors import ballot_codes
from voters.models import Draft, Extraction, RegisterImport
from voters.rules.extractions import APPROVAL_KIND, Basis, final_warnings


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


def drafts_on(extraction: Extraction) -> list[Draft]:
    """The drafts of the assignment that place the voters of an extraction, by number."""
    return list(Draft.objects.filter(municipality_id=extraction.municipality_id, extraction=extraction).order_by("number"))


def newest_trial(*, election: Election) -> Extraction | None:
    """The newest finished trial."""
    rows = Extraction.objects.filter(
        municipality_id=election.municipality_id, election=election, kind=Extraction.Kind.TRIAL, state=Extraction.State.DONE
    )
    return rows.order_by("-number").first()


def last_merged(*, municipality_id: int) -> RegisterImport | None:
    """The register file that made the register what it is, or ``None`` while it is empty."""
    merged = RegisterImport.objects.filter(municipality_id=municipality_id, state=RegisterImport.State.MERGED)
    return merged.order_by("-merged_at", "-pk").first()


def live_final(*, election: Election) -> Extraction | None:
    """The final extraction that was asked for, is being made, or stands."""
    live = [Extraction.State.REQUESTED, Extraction.State.RUNNING, Extraction.State.DONE]
    rows = Extraction.objects.filter(municipality_id=election.municipality_id, election=election, kind=Extraction.Kind.FINAL)
    return rows.filter(state__in=live).first()


def ended_requests(*, election: Election) -> list[Extraction]:
    """Requests for the final list that came to nothing (withdrawn, refused, failed), by number: they go with their election."""
    came_to_nothing = [Extraction.State.REFUSED, Extraction.State.CANCELLED, Extraction.State.FAILED]
    rows = Extraction.objects.filter(municipality_id=election.municipality_id, election=election, kind=Extraction.Kind.FINAL)
    return list(rows.filter(state__in=came_to_nothing, frozen_at=None).order_by("number"))


def what_rests_on(*, election: Election) -> dict[str, int]:
    """How much of each kind rests on an election, so that it cannot be removed; requests that came to nothing do not count."""
    along = [row.pk for row in ended_requests(election=election)]
    return {
        "extraction": Extraction.objects.filter(municipality_id=election.municipality_id, election=election).exclude(pk__in=along).count(),
        "draft": Draft.objects.filter(municipality_id=election.municipality_id, election=election).count(),
        "station": Station.objects.filter(municipality_id=election.municipality_id, election=election).count(),
    }


@dataclass(frozen=True, slots=True)
class FinalRequest:
    """What there is to know before the final list is asked for: the register, the newest trial, and what is unusual (codes)."""

    register: RegisterImport | None
    trial: Extraction | None
    warnings: list[str]


def final_request(*, election: Election) -> FinalRequest:
    """Look at what the final list would be made from now."""
    register, trial = last_merged(municipality_id=election.municipality_id), newest_trial(election=election)
    now = Basis(register.pk if register else None, election.list_date, election.date, frozenset(ballot_codes(election)))
    warnings = final_warnings(
        now=now, register_as_of=register.as_of if register else None, trial=basis_of(trial) if trial is not None else None
    )
    return FinalRequest(register, trial, warnings)


def basis_of(extraction: Extraction) -> Basis:
    """What an extraction was made from, as it was noted with its figures."""
    days = (extraction.counts.get(name) for name in ("list_date", "election_day"))
    list_date, election_day = (date.fromisoformat(day) if day else None for day in days)
    return Basis(extraction.register_import_id, list_date, election_day, frozenset(extraction.counts.get("by_ballot", {})))


def fits_election(extraction: Extraction, election: Election) -> bool:
    """Whether an extraction was made for the dates and ballots that the election has now."""
    now = Basis(None, election.list_date, election.date, frozenset(ballot_codes(election)))
    return basis_of(extraction).same_election(now)
