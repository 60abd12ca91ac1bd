"""Long work as rows: enqueue, claim with a lease, report progress, cancel, finish, recover.

A job is written in the request's transaction and sent to a worker after commit. Whoever runs it claims it by a
conditional UPDATE with a lease; a heartbeat thread renews the lease and carries progress out on a connection of its
own, so that the bar moves while one long statement runs. A worker that dies leaves a lease that passes: the next one
claims the job and the service goes on where the database says it stopped.
"""

import contextvars
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import psycopg
import structlog
from celery import Task, current_app, shared_task
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from kombu.exceptions import OperationalError as BrokerError

from core import audit, metrics
from core.actor import Actor
from core.models import Job
from core.tenancy import tenant

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 5
HEARTBEAT_SECONDS = 1.0
GRACE_SECONDS = 10  # a job just written is on its way: recover() leaves it alone
RESEND_SECONDS = 120  # a message not taken up by then counts as lost
_inline: contextvars.ContextVar[bool] = contextvars.ContextVar("jobs_inline", default=False)


class JobCancelledError(Exception):
    """Raised inside a service when somebody asked to stop; whatever was not committed is undone."""


class JobRefusedError(Exception):
    """Base of the domain's own refusals: the job ends as failed with ``str(error)`` and ``payload``, and is not retried."""

    payload: dict[str, Any] | None = None


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


def job_task(kind: str, *, label: Promise, queue: str = "bulk", ended: Ended | None = None) -> Callable[[Handler], Task[Any, None]]:
    """Register ``handler`` for jobs of ``kind``; ``label`` is what a screen calls it.

    ``ended(run, state)`` runs in the transaction that ends the row when it failed or was cancelled, whoever ends it:
    the worker, the person who stops a job that nobody has begun, or ``recover`` when it gives up.
    """

    def register(handler: Handler) -> Task[Any, None]:
        QUEUES[kind] = queue
        LABELS[kind] = label
        if ended is not None:
            ENDED[kind] = ended

        @shared_task(name=kind)
        def task(*, job_id: int, municipality_id: int, **_: object) -> None:
            execute(handler, job_id=job_id, municipality_id=municipality_id)

        return cast("Task[Any, None]", task)

    return register


@contextmanager
def inline() -> Iterator[None]:
    """Run what is enqueued inside this block at once in this process: for commands typed by a person or a script.

    The service's transaction must end inside the block, since work begins after commit. A refusal is raised to the
    caller after it stands in the row.
    """
    token = _inline.set(True)
    try:
        yield
    finally:
        _inline.reset(token)


def enqueue(*, kind: str, municipality_id: int, by: Actor, at: datetime, **params: Any) -> Job:
    """Write the job and send its number to a worker after commit. An unknown kind fails here, in the request."""
    task = current_app.tasks[kind]
    job = Job.objects.create(
        municipality_id=municipality_id,
        kind=kind,
        params=params,
        requested_by_id=by.user_id,
        requested_by_name=by.name,
        requested_by_role=by.role,
        created_at=at,
    )
    transaction.on_commit(lambda: _send(task, job.pk, municipality_id))
    return job


def unfinished(*, kind: str, municipality_id: int, by: Actor | None = None, **params: Any) -> Job | None:
    """The same work, asked for before (by the same person, where one is named) and not ended: asking twice need not do it twice.

    Holds against two requests at once only under a lock of the caller's.
    """
    same = {f"params__{name}": value for name, value in params.items()}
    found = Job.objects.filter(municipality_id=municipality_id, kind=kind, cancel_requested=False, **same)
    if by is not None:
        found = found.filter(requested_by_id=by.user_id, requested_by_name=by.name)
    return found.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("pk").first()


def _send(task: Task[Any, Any], job_id: int, municipality_id: int) -> None:
    message = {"job_id": job_id, "municipality_id": municipality_id}
    if _inline.get() or settings.CELERY_TASK_ALWAYS_EAGER:
        task.apply(kwargs=message, throw=True)
        return
    try:
        # A message that waited too long is dropped by the worker: recover() has sent another by then, or will.
        task.apply_async(kwargs=message, queue=QUEUES[task.name], retry=False, expires=RESEND_SECONDS)
    except (BrokerError, OSError) as error:
        # The row stands: recover() sends it again within seconds of the broker's return.
        log.warning("job_not_sent", job=job_id, error=type(error).__name__)
        return
    with tenant(municipality_id):
        Job.objects.filter(pk=job_id, municipality_id=municipality_id).update(sent_at=timezone.now())


CLAIM = """
UPDATE core_job
   SET state = 'running', attempts = attempts + 1, lease_token = %(token)s,
       lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       started_at = coalesce(started_at, clock_timestamp())
 WHERE id = %(job_id)s AND municipality_id = %(municipality_id)s
   AND (state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))
   AND attempts < %(max_attempts)s
RETURNING id
"""

BEAT = """
UPDATE core_job
   SET lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       done = %(done)s, total = %(total)s, stage = %(stage)s
 WHERE id = %(job_id)s AND municipality_id = %(municipality_id)s AND lease_token = %(token)s AND state = 'running'
RETURNING cancel_requested
"""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a run ended. Without a ``state`` the row stays as it is and the lease passes."""

    state: str | None
    result: dict[str, Any] | None = None
    error: str = ""
    raised: BaseException | None = None
    always: bool = False  # raised to the caller by an eager worker too, not only to a command


def execute(handler: Handler, *, job_id: int, municipality_id: int) -> None:
    """Claim one job and run it to an end that stands in its row. Does nothing when somebody else holds or ended it."""
    run = _claim(job_id, municipality_id)
    if run is None:
        return
    with structlog.contextvars.bound_contextvars(job=job_id, municipality=municipality_id):
        try:
            outcome = _attempt(handler, run)
        except KeyboardInterrupt:
            # Whoever typed the command wants it to end, not to go on in a worker behind their back.
            if _inline.get():
                _finish(run, _Outcome(Job.State.CANCELLED))
            raise
        if outcome.state is not None:
            _finish(run, outcome)
        if outcome.raised is not None and (_inline.get() or (outcome.always and settings.CELERY_TASK_ALWAYS_EAGER)):
            raise outcome.raised


def _attempt(handler: Handler, run: JobRun) -> _Outcome:
    """Run the service once and say how it ended."""
    try:
        run.progress()  # asked to stop before anybody began
        with _heartbeat(run):
            return _Outcome(Job.State.DONE, result=handler(run))
    except JobRefusedError as refusal:
        return _Outcome(Job.State.FAILED, result=refusal.payload, error=str(refusal), raised=refusal)
    except JobCancelledError:
        return _Outcome(Job.State.CANCELLED)
    except (OperationalError, InterfaceError) as error:
        if run.cancelled:
            return _Outcome(Job.State.CANCELLED)
        # The database went away: the lease passes and the work is taken up again.
        log.warning("job_interrupted", error=type(error).__name__)
        connection.close()
        return _Outcome(None, raised=error)
    except Exception as error:
        log.exception("job_failed", kind_of_error=type(error).__name__)
        return _Outcome(Job.State.FAILED, error=f"internal:{type(error).__name__}", raised=error, always=True)


def _claim(job_id: int, municipality_id: int) -> JobRun | None:
    token = uuid.uuid4()
    values = {
        "job_id": job_id,
        "municipality_id": municipality_id,
        "token": token,
        "lease": settings.JOB_LEASE_SECONDS,
        "max_attempts": MAX_ATTEMPTS,
    }
    with tenant(municipality_id):
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, values)
            if cursor.fetchone() is None:
                return None
        run = _run_of(Job.objects.get(pk=job_id, municipality_id=municipality_id), token)
    run.direct = connection.in_atomic_block
    return run


def _run_of(job: Job, token: uuid.UUID) -> JobRun:
    actor = Actor(user_id=job.requested_by_id, name=job.requested_by_name, role=job.requested_by_role, address="worker")
    return JobRun(job.pk, job.municipality_id, job.params, actor, token, cancelled=job.cancel_requested, kind=job.kind)


def _finish(run: JobRun, outcome: _Outcome) -> None:
    with tenant(run.municipality_id):
        job = (
            Job.objects.select_for_update(no_key=True)
            .filter(pk=run.job_id, municipality_id=run.municipality_id, lease_token=run.token, state=Job.State.RUNNING)
            .first()
        )
        if job is None or outcome.state is None:
            return
        job.state = outcome.state
        job.result, job.error = outcome.result, outcome.error
        job.done, job.total, job.stage = run.total if outcome.state == Job.State.DONE else run.done, run.total, run.stage
        _end(job, run, at=timezone.now())


def _end(job: Job, run: JobRun, *, at: datetime) -> None:
    """Write the end of a job whose ``state`` is set already, in one transaction with what its kind does then."""
    job.finished_at = at
    job.lease_until = None
    job.save()
    if job.state != Job.State.DONE and job.kind in ENDED:
        ENDED[job.kind](run, job.state)
    seconds = (at - job.started_at).total_seconds() if job.started_at else None
    metrics.count_job(kind=job.kind, state=job.state, seconds=seconds)


@contextmanager
def _heartbeat(run: JobRun) -> Iterator[None]:
    """Renew the lease and carry progress out every second; inside another transaction (tests) there is nothing to renew."""
    if run.direct:
        yield
        return
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(run, stop, raw), name=f"heartbeat-{run.job_id}", daemon=True)
    beat.start()
    try:
        yield
    finally:
        stop.set()
        beat.join()


def _beat(run: JobRun, stop: threading.Event, raw: "psycopg.Connection[Any]") -> None:
    try:
        while not stop.wait(HEARTBEAT_SECONDS):
            try:
                _renew(run)
                if (run.cancelled or run.lost) and not stop.is_set():
                    raw.cancel_safe(timeout=5)
            except (DatabaseError, psycopg.Error) as error:
                # Try again in a second; a thread that gave up would let the lease of a living worker pass.
                log.warning("heartbeat_missed", job=run.job_id, error=type(error).__name__)
                connection.close()
    finally:
        connection.close()


def _renew(run: JobRun) -> None:
    with tenant(run.municipality_id), connection.cursor() as cursor:
        cursor.execute(
            BEAT,
            {
                "job_id": run.job_id,
                "municipality_id": run.municipality_id,
                "token": run.token,
                "lease": settings.JOB_LEASE_SECONDS,
                "done": run.done,
                "total": run.total,
                "stage": run.stage,
            },
        )
        row = cursor.fetchone()
    run.lost = row is None
    run.cancelled = bool(row and row[0])


def request_cancel(*, municipality_id: int, job_id: int, by: Actor, at: datetime) -> bool:
    """Ask a job to stop. One that waits is cancelled at once; one that runs stops at its next step. Returns whether it could."""
    with tenant(municipality_id):
        job = Job.objects.select_for_update(no_key=True).filter(pk=job_id, municipality_id=municipality_id).first()
        if job is None or job.finished:
            return False
        if job.cancel_requested:
            return True
        job.cancel_requested = True
        if job.state == Job.State.QUEUED:
            job.state = Job.State.CANCELLED
            _end(job, _run_of(job, uuid.uuid4()), at=at)
        else:
            job.save(update_fields=["cancel_requested"])
        audit.record(municipality_id=municipality_id, kind="job.cancel_requested", by=by, at=at, target=f"job:{job_id}")
    return True


def recover(*, municipality_id: int, at: datetime) -> int:
    """Send again what a lost message or a dead worker left behind; give up after ``MAX_ATTEMPTS``. Returns how many were sent."""
    sent = 0
    with tenant(municipality_id):
        unfinished = Job.objects.filter(municipality_id=municipality_id)
        orphaned = unfinished.filter(state=Job.State.RUNNING, lease_until__lt=at)
        for job in orphaned.filter(attempts__gte=MAX_ATTEMPTS).select_for_update(no_key=True, skip_locked=True):
            job.state, job.error = Job.State.FAILED, "interrupted"
            _end(job, _run_of(job, uuid.uuid4()), at=at)
        waiting = unfinished.filter(state=Job.State.QUEUED).filter(
            Q(sent_at=None, created_at__lt=at - timedelta(seconds=GRACE_SECONDS)) | Q(sent_at__lt=at - timedelta(seconds=RESEND_SECONDS))
        )
        not_sent_since = Q(sent_at=None) | Q(sent_at__lt=F("lease_until")) | Q(sent_at__lt=at - timedelta(seconds=RESEND_SECONDS))
        again = orphaned.filter(not_sent_since, attempts__lt=MAX_ATTEMPTS)
        lost = [*waiting.values_list("pk", "kind"), *again.values_list("pk", "kind")]
    for job_id, kind in lost:
        if kind in current_app.tasks:
            _send(current_app.tasks[kind], job_id, municipality_id)
            sent += 1
    return sent
