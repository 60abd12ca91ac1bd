"""Trial and final extractions: asked for, decided on by a second person, made in one transaction, frozen."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import approvals, audit, jobs
from core.actor import Actor
from core.jobs import JobRun
from core.models import Job
from elections.models import Election
from voters.models import Extraction
from voters.rules.extractions import APPROVAL_KIND
from voters.selectors import extraction_pages as selectors
from voters.selectors.law import law_of
from voters.sql.entries import delete_lines

KIND = "voters.extract"
State = Extraction.State


class ExtractionRefusedError(Exception):
    """It cannot be begun, decided or taken away as things are; nothing has changed.

    Codes: ``no_ballots``, ``no_rules``, ``no_register``, ``final_exists``, ``register_changed``, ``wrong_state``, ``not_a_trial``,
    ``has_drafts``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def request_trial(*, election: Election, by: Actor, at: datetime) -> Extraction:
    """Begin a trial: any number, any time, also on an empty register. Raises ``ExtractionRefusedError``."""
    extraction = _begin(election, Extraction.Kind.TRIAL, State.RUNNING, by=by, at=at)
    _enqueue(extraction, by=by, at=at)
    _record(extraction, "requested", by=by, at=at, after={"kind": extraction.kind, "number": extraction.number})
    return extraction


@transaction.atomic
def request_final(*, election: Election, by: Actor, at: datetime) -> Extraction:
    """Ask a second person for the final extraction, with the figures they will see. Raises ``ExtractionRefusedError``."""
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)
    found = selectors.final_request(election=election)
    if found.register is None:
        raise ExtractionRefusedError("no_register")
    if selectors.live_final(election=election) is not None:
        raise ExtractionRefusedError("final_exists")
    extraction = _begin(election, Extraction.Kind.FINAL, State.REQUESTED, by=by, at=at)
    approvals.request(
        municipality_id=election.municipality_id,
        kind=APPROVAL_KIND,
        object_id=extraction.pk,
        summary=_summary(election, found),
        by=by,
        at=at,
    )
    return extraction


def _summary(election: Election, found: selectors.FinalRequest) -> dict[str, Any]:
    """The figures of the newest trial, and what is unusual about asking now."""
    as_of = found.register.as_of if found.register else None
    summary: dict[str, Any] = {
        "election": election.date.isoformat(),
        "list_date": election.list_date.isoformat(),
        "register_as_of": as_of.isoformat() if as_of else "",
        "warnings": found.warnings,
    }
    if found.trial is not None:
        summary |= {name: found.trial.counts.get(name) for name in ("persons", "voters", "by_ballot", "minors", "non_belgians")}
        summary |= {"trial": found.trial.number, "checks": sum(check["count"] for check in found.trial.checks)}
    return summary


@transaction.atomic
def approve_final(*, extraction: Extraction, by: Actor, at: datetime) -> None:
    """Let the final extraction be made, as the second person.

    Raises ``ExtractionRefusedError`` (``wrong_state``; ``register_changed`` when another file came in since it was asked),
    ``approvals.SamePersonError`` or ``approvals.NotOpenError``; nothing has changed then.
    """
    current = _locked(extraction, State.REQUESTED)
    register = selectors.last_merged(municipality_id=current.municipality_id)
    if register is None or register.pk != current.register_import_id:
        raise ExtractionRefusedError("register_changed")
    approvals.decide(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=True, by=by, at=at)
    current.state = State.RUNNING
    current.approved_by_id, current.approved_by_name, current.approved_at = by.user_id, by.name, at
    current.save(update_fields=["state", "approved_by_id", "approved_by_name", "approved_at"])
    _enqueue(current, by=by, at=at)
    _record(current, "approved", by=by, at=at)


@transaction.atomic
def refuse_final(*, extraction: Extraction, reason: str, by: Actor, at: datetime) -> None:
    """Refuse the final extraction, with a reason for the one who asked. Raises as ``approve_final``."""
    current = _locked(extraction, State.REQUESTED)
    approvals.decide(
        municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=False, by=by, at=at, reason=reason
    )
    current.state = State.REFUSED
    current.save(update_fields=["state"])


@transaction.atomic
def withdraw_final(*, extraction: Extraction, by: Actor, at: datetime) -> None:
    """Take back what waits for a second person; it may be asked again. Raises ``ExtractionRefusedError``.

    What runs already is stopped as all work is (``core.jobs.request_cancel``).
    """
    current = _locked(extraction, State.REQUESTED)
    approvals.withdraw(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, by=by, at=at)
    current.state = State.CANCELLED
    current.save(update_fields=["state"])
    _record(current, "cancelled", by=by, at=at)


@transaction.atomic
def delete_trial(*, extraction: Extraction, by: Actor, at: datetime) -> None:
    """Delete a trial that has ended, with its list and verdicts. A final extraction is never deleted here.

    Raises ``ExtractionRefusedError``: ``has_drafts`` while drafts of the assignment place its voters.
    """
    if extraction.kind != Extraction.Kind.TRIAL:
        raise ExtractionRefusedError("not_a_trial")
    # A draft takes the election first too: none begins on what is being deleted.
    Election.objects.select_for_update(no_key=True).get(pk=extraction.election_id, municipality_id=extraction.municipality_id)
    current = _locked(extraction, State.DONE, State.FAILED, State.CANCELLED)
    if selectors.drafts_on(current):
        raise ExtractionRefusedError("has_drafts")
    lines = delete_lines(municipality_id=current.municipality_id, extraction_id=current.pk)
    before = {"number": current.number, "voters": lines, "sha256": current.sha256}
    target = f"extraction:{current.pk}"
    municipality_id = current.municipality_id
    current.delete()
    audit.record(municipality_id=municipality_id, kind="extraction.deleted", by=by, at=at, target=target, before=before)


def job_ended(run: JobRun, state: str) -> None:
    """The work failed or was stopped: so is the extraction. What it had written is undone already."""
    ended = State.CANCELLED if state == Job.State.CANCELLED else State.FAILED
    Extraction.objects.filter(municipality_id=run.municipality_id, pk=run.params["extraction"], state=State.RUNNING).update(state=ended)


def _extractions(election: Election) -> Any:
    return Extraction.objects.filter(municipality_id=election.municipality_id, election_id=election.pk)


def _begin(election: Election, kind: Extraction.Kind, state: Extraction.State, *, by: Actor, at: datetime) -> Extraction:
    # The election's row is the lock under which numbers are given out.
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)
    law = law_of(election)
    if not law.ballots:
        raise ExtractionRefusedError("no_ballots")
    if {ballot for ballot, _ in law.rules} != set(law.ballots):
        raise ExtractionRefusedError("no_rules")
    if by.user_id is None:
        raise approvals.SamePersonError
    number = (_extractions(election).aggregate(last=Max("number"))["last"] or 0) + 1
    return Extraction.objects.create(
        municipality_id=election.municipality_id,
        election=election,
        number=number,
        kind=kind,
        state=state,
        register_import=selectors.last_merged(municipality_id=election.municipality_id),
        requested_by_id=by.user_id,
        requested_by_name=by.name,
        requested_at=at,
    )


def _enqueue(extraction: Extraction, *, by: Actor, at: datetime) -> None:
    job = jobs.enqueue(kind=KIND, municipality_id=extraction.municipality_id, by=by, at=at, extraction=extraction.pk)
    extraction.job_id = job.pk
    extraction.save(update_fields=["job_id"])


def _locked(extraction: Extraction, *states: str) -> Extraction:
    current = (
        Extraction.objects.select_for_update(of=("self",), no_key=True)
        .filter(municipality_id=extraction.municipality_id, pk=extraction.pk, state__in=states)
        .first()
    )
    if current is None:
        raise ExtractionRefusedError("wrong_state")
    return current


def _record(extraction: Extraction, kind: str, *, by: Actor, at: datetime, after: dict[str, Any] | None = None) -> None:
    audit.record(
        municipality_id=extraction.municipality_id,
        kind=f"extraction.{kind}",
        by=by,
        at=at,
        target=f"extraction:{extraction.pk}",
        after=after,
    )


@transaction.atomic
def record_verdict_export(*, extraction: Extraction, rows: int, by: Actor, at: datetime) -> None:
    """The verdicts were taken out as a file: they hold national numbers."""
    _record(extraction, "verdicts_exported", by=by, at=at, after={"rows": rows})
