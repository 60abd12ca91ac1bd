"""From a final extraction to the data of its report."""

from django.utils.timezone import localtime

from elections.selectors import ballot_codes
from voters.documents.closing_report.data import ReportData
from voters.models import Extraction
from voters.rules.eligibility import Verdict


def build(*, extraction: Extraction) -> ReportData | None:
    """The report's data; ``None`` unless the extraction is final and frozen."""
    if extraction.frozen_at is None or extraction.approved_at is None:
        return None
    counts, held = extraction.counts, ballot_codes(extraction.election)
    by_reason = counts.get("by_reason", {})
    reasons = [(verdict.code, tuple(by_reason.get(code, {}).get(verdict.code, 0) for code in held)) for verdict in Verdict]
    register = extraction.register_import
    return ReportData(
        municipality=extraction.municipality.name,
        nis_code=extraction.municipality.nis_code,
        election_day=extraction.election.date,
        list_date=extraction.election.list_date,
        register_as_of=register.as_of if register else None,
        ballots=tuple((code, counts.get("by_ballot", {}).get(code, 0)) for code in held),
        reasons=tuple((code, numbers) for code, numbers in reasons if any(numbers)),
        persons=counts.get("persons", 0),
        voters=counts.get("voters", 0),
        non_belgians=counts.get("non_belgians", 0),
        minors=counts.get("minors", 0),
        sha256=extraction.sha256,
        requested_by=extraction.requested_by_name,
        requested_at=localtime(extraction.requested_at),
        approved_by=extraction.approved_by_name,
        approved_at=localtime(extraction.approved_at),
        frozen_at=localtime(extraction.frozen_at),
    )
