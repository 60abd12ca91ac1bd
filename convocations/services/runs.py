"""A print run: asked for, begun anew, cancelled; and what every change of one begins and ends with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from convocations.models import Card, PrintRun
from convocations.rules import runs as rules
from convocations.rules.runs import Problem, RunSettings
from convocations.selectors.card_settings import papers_of
from core import approvals, audit, jobs
from core.actor import Actor
from core.jobs import JobRun
from core.models import Job
from elections.models import Election
from voters.selectors.ledger import frozen_list, moment

PREPARE: Final = "convocations.prepare_run"
DRAW: Final = "convocations.draw_part"
FINISH: Final = "convocations.finish_run"
State = PrintRun.State
OPEN: Final = (State.MAKING, State.READY, State.REQUESTED)
MOST_PROBLEMS: Final = 100


class RunRefusedError(Exception):
    """It cannot be made, released or changed as things are; nothing has changed. ``codes`` are all reasons; ``figures`` say how many."""

    def __init__(self, *codes: str, **figures: Any) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes
        self.figures = figures

    @property
    def code(self) -> str:
        """The first."""
        return self.codes[0]


class CardsRefusedError(jobs.JobRefusedError):
    """The cards cannot be made; ``errors`` says where."""


def refused(code: str, errors: list[dict[str, Any]] | None = None) -> CardsRefusedError:
    """The refusal of a job, with rows of ``row, column, value, problem``."""
    return CardsRefusedError(code, errors or [{"row": None, "column": "", "value": "", "problem": code}])


@transaction.atomic
def request_run(*, election: Election, settings: RunSettings, reissue_by: int | None = None, by: Actor, at: datetime) -> PrintRun:
    """Have the cards made of everybody on the list who has none yet, as the list stands now. Raises ``RunRefusedError``.

    ``reissue_by``: who asked for the new cards of ``settings.reissue``; whoever has the cards made anew does not take their place.
    """
    lock(election)
    _may_make(election, settings)
    _forget_refused(election)
    settings = replace(settings, papers=tuple(papers_of(election).items()))
    own = {"municipality_id": election.municipality_id, "election": election}
    number = (PrintRun.objects.filter(**own).aggregate(last=Max("number"))["last"] or 0) + 1
    run = PrintRun.objects.create(
        **own,
        number=number,
        state=State.MAKING,
        list_at=moment(municipality_id=election.municipality_id),
        settings=settings.as_json(),
        made_by_id=by.user_id,
        made_by_name=by.name,
        made_at=at,
        reissue_by_id=reissue_by,
    )
    job = jobs.enqueue(kind=PREPARE, municipality_id=run.municipality_id, by=by, at=at, run=run.pk)
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    record(run, "requested", by=by, at=at, after={"number": number, **settings.as_json()})
    return run


def _may_make(election: Election, settings: RunSettings) -> None:
    frozen = frozen_list(election)
    if frozen is None:
        raise RunRefusedError(Problem.NO_FINAL_LIST)
    if frozen.draft_id is None:
        raise RunRefusedError(Problem.NOT_ASSIGNED)
    if PrintRun.objects.filter(municipality_id=election.municipality_id, election=election, state__in=OPEN).exists():
        raise RunRefusedError(Problem.RUN_OPEN)
    if problems := rules.settings_problems(settings, election_day=election.date):
        raise RunRefusedError(*problems)


def _forget_refused(election: Election) -> None:
    """The cards of runs that are not in order go to nobody: their voters have none yet."""
    own: dict[str, Any] = {"municipality_id": election.municipality_id, "election": election, "state": State.REFUSED}
    for run in PrintRun.objects.select_for_update(no_key=True).filter(**own).order_by("pk"):
        forget(run)
        run.save(update_fields=["frozen_file"])


@transaction.atomic
def cancel_run(*, run: PrintRun, by: Actor, at: datetime) -> None:
    """End a run that was not released: its cards are gone, as if they had never been made, but for those withdrawn on purpose."""
    current = locked(run, State.MAKING, State.READY, State.REQUESTED, State.REFUSED)
    if current.state == State.MAKING and current.job_id is not None:
        for job in Job.objects.filter(municipality_id=run.municipality_id, params__run=run.pk, state__in=["queued", "running"]):
            jobs.request_cancel(municipality_id=run.municipality_id, job_id=job.pk, by=by, at=at)
        current.refresh_from_db()
    approvals.withdraw(municipality_id=run.municipality_id, kind=rules.APPROVAL_KIND, object_id=run.pk, by=by, at=at)
    forget(current)
    current.state, current.finished_at = State.CANCELLED, at
    current.requested_by_id, current.requested_by_name, current.readback_ok = None, "", False
    current.save()
    record(current, "cancelled", by=by, at=at, after={"number": current.number, "cards": current.cards_made})


@transaction.atomic
def begin_anew(*, run: PrintRun, by: Actor, at: datetime) -> PrintRun:
    """Cancel a run that was not released and make another one with the same settings, on the list of now."""
    # What is waited for, before anything is written into the trail: others hold it while they wait to write there.
    lock(run.election)
    locked(run, State.MAKING, State.READY, State.REQUESTED, State.REFUSED)
    moment(municipality_id=run.municipality_id)
    cancel_run(run=run, by=by, at=at)
    return request_run(election=run.election, settings=RunSettings.of(run.settings), reissue_by=run.reissue_by_id, by=by, at=at)


def forget(run: PrintRun) -> None:
    """Delete what was made for a run that is not released, after the transaction also what lies in the storage."""
    own = {"municipality_id": run.municipality_id, "run": run}
    names = [
        run.frozen_file,
        *run.files.filter(**own).values_list("file", flat=True),
    ]
    Card.objects.filter(**own, state=Card.State.MADE).delete()
    run.parts.filter(**own).delete()
    run.files.filter(**own).delete()
    run.frozen_file = ""
    transaction.on_commit(lambda: delete_files(names))


def delete_files(names: Iterable[str]) -> None:
    """Take files out of the storage."""
    for name in filter(None, names):
        default_storage.delete(name)


def job_ended(run: JobRun, state: str) -> None:
    """Making failed or was stopped: so is the run, with what the job says of it. Of one that was stopped no card is left."""
    found = (
        PrintRun.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election__municipality")
        .filter(municipality_id=run.municipality_id, pk=run.params["run"], state=State.MAKING)
        .first()
    )
    if found is None:
        return
    job = Job.objects.get(pk=run.job_id, municipality_id=run.municipality_id)
    errors = (job.result or {}).get("errors") or [{"row": None, "column": "", "value": "", "problem": job.error or state}]
    found.state = State.CANCELLED if state == Job.State.CANCELLED else State.REFUSED
    found.problems = errors[:MOST_PROBLEMS]
    found.figures["problems"] = len(errors)
    if found.state == State.CANCELLED:
        forget(found)
    found.save(update_fields=["state", "problems", "figures", "frozen_file"])


def lock(election: Election) -> None:
    """Keep the runs of an election from everybody else until the end of the transaction."""
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)


def locked(run: PrintRun, *states: str) -> PrintRun:
    """The run as it is now, kept from everybody else, or ``wrong_state``."""
    current = (
        PrintRun.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election__municipality")
        .filter(municipality_id=run.municipality_id, pk=run.pk, state__in=states)
        .first()
    )
    if current is None:
        raise RunRefusedError("wrong_state")
    return current


def record(
    run: PrintRun, kind: str, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """Write ``card_run.<kind>`` into the trail; last in the transaction."""
    audit.record(
        municipality_id=run.municipality_id, kind=f"card_run.{kind}", by=by, at=at, target=f"card_run:{run.pk}", before=before, after=after
    )
