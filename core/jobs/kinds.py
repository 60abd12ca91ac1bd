"""What a kind of long work is, what its service is given of the job, and how a job ends."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from core import metrics
from core.actor import Actor
from core.models import Job

MAX_ATTEMPTS = 5


class JobCancelledError(Exception):
    """Raised inside a service when somebody asked to stop; whatever was not committed is undone."""


class JobRefusedError(Exception):
    """Base of the domain's own refusals: the job ends as failed with ``str(error)`` and ``payload``, and is not retried.

    ``errors`` are rows of ``row, column, value, problem``, as a command prints them (``core.commands``); ``figures`` stand
    beside them in the job's result.
    """

    def __init__(self, reason: str = "", errors: Iterable[Mapping[str, Any]] | None = None, **figures: Any) -> None:
        super().__init__(reason)
        self.errors = [dict(error) for error in errors or ()]
        self.payload = (figures if errors is None else {"errors": self.errors, **figures}) or None


@dataclass(slots=True)
class JobRun:
    """What a service is given of the job that runs it. ``progress`` is also where a request to stop is noticed."""

    job_id: int
    municipality_id: int
    params: dict[str, Any]
    by: Actor
    token: uuid.UUID
    done: int = 0
    total: int = 0
    stage: str = ""
    cancelled: bool = False
    lost: bool = False
    direct: bool = field(default=False, repr=False)
    kind: str = ""

    def progress(self, done: int | None = None, total: int | None = None, stage: str | None = None) -> None:
        """Say how far the work is (any unit) and, by ``stage``, what is being done (a msgid). Cheap: call it often."""
        if self.cancelled or self.lost:
            raise JobCancelledError
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        self.stage = self.stage if stage is None else stage

    def hold(self) -> None:
        """Make sure, last in the transaction that writes the result, that nobody else has taken the job over meanwhile.

        Raises ``JobCancelledError`` when the lease passed to another worker (this machine slept, say) or somebody asked
        to stop; the transaction is then undone. The lock makes a claim wait for the commit: one of the two writes.
        """
        held = Job.objects.filter(
            pk=self.job_id,
            municipality_id=self.municipality_id,
            lease_token=self.token,
            state=Job.State.RUNNING,
            cancel_requested=False,
        )
        if not held.select_for_update(no_key=True).values_list("pk", flat=True).first():
            self.lost = True
            raise JobCancelledError


Handler = Callable[[JobRun], dict[str, Any] | None]
Ended = Callable[[JobRun, str], None]
QUEUES: dict[str, str] = {}
LABELS: dict[str, Promise] = {}
ENDED: dict[str, Ended] = {}


def run_of(job: Job, token: uuid.UUID) -> JobRun:
    """What the service of this job is given."""
    actor = Actor(user_id=job.requested_by_id, name=job.requested_by_name, role=job.requested_by_role, address="worker")
    return JobRun(job.pk, job.municipality_id, job.params, actor, token, cancelled=job.cancel_requested, kind=job.kind)


def end(job: Job, run: JobRun, *, at: datetime) -> None:
    """Write the end of a job whose ``state`` is set already, in one transaction with what its kind does then."""
    job.finished_at = at
    job.lease_until = None
    job.save()
    if job.state != Job.State.DONE and job.kind in ENDED:
        ENDED[job.kind](run, job.state)
    seconds = (at - job.started_at).total_seconds() if job.started_at else None
    metrics.count_job(kind=job.kind, state=job.state, seconds=seconds)
