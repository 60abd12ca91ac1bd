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
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from kombu.exceptions import OperationalError as BrokerError

from core import audit
from core.actor import Actor
from core.models import Job
from core.tenancy import tenant

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 5
HEARTBEAT_SECONDS = 1.0
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

    def progress(self, done: int | None = None, total: int | None = None, stage: str | None = None) -> None:
        """Say how far the work is (any unit) and, by ``stage``, what is being done (a msgid). Cheap: call it often."""
        if self.cancelled or self.lost:
            raise JobCancelledError
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        self.stage = self.stage if stage is None else stage


Handler = Callable[[JobRun], dict[str, Any] | None]
Ended = Callable[[JobRun, str], None]
QUEUES: dict[str, str] = {}
LABELS: dict[str, Promise] = {}


def job_task(kind: str, *, label: Promise, queue: str = "bulk", ended: Ended | None = None) -> Callable[[Handler], Task[Any, None]]:
    """Register ``handler`` for jobs of ``kind``; ``label`` is what a screen calls it.

    ``ended(run, state)`` runs in the transaction that ends the row when it failed or was cancelled.
    """

    def register(handler: Handler) -> Task[Any, None]:
        QUEUES[kind] = queue
        LABELS[kind] = label

        @shared_task(name=kind)
        def task(*, job_id: int, municipality_id: int, **_: object) -> None:
            execute(handler, ended=ended, job_id=job_id, municipality_id=municipality_id)

        return cast("Task[Any, None]", task)

    return register


@contextmanager
def inline() -> Iterator[None]:
    """Run what is enqueued inside this block at once in this process: for commands typed by a person or a script."""
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
        created_at=at,
    )
    transaction.on_commit(lambda: _send(task, job.pk, municipality_id))
    return job


def _send(task: Task[Any, Any], job_id: int, municipality_id: int) -> None:
    message = {"job_id": job_id, "municipality_id": municipality_id}
    if _inline.get() or settings.CELERY_TASK_ALWAYS_EAGER:
        task.apply(kwargs=message, throw=True)
        return
    try:
        task.apply_async(kwargs=message, queue=QUEUES[task.name], retry=False)
    except (BrokerError, OSError) as error:
        # The row stands: recover() sends it again within seconds of the broker's return.
        log.warning("job_not_sent", job=job_id, error=type(error).__name__)


CLAIM = """
UPDATE core_job
   SET state = 'running', attempts = attempts + 1, lease_token = %(token)s,
       lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       started_at = coalesce(started_at, clock_timestamp())
 WHERE id = %(job_id)s AND municipality_id = %(municipality_id)s
   AND (state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))
RETURNING requested_by_id, requested_by_name, cancel_requested
"""

BEAT = """
UPDATE core_job
   SET lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       done = %(done)s, total = %(total)s, stage = %(stage)s
 WHERE id = %(job_id)s AND municipality_id = %(municipality_id)s AND lease_token = %(token)s AND state = 'running'
RETURNING cancel_requested
"""


def execute(handler: Handler, *, ended: Ended | None, job_id: int, municipality_id: int) -> None:
    """Claim one job and run it to an end that stands in its row. Does nothing when somebody else holds or ended it."""
    run = _claim(job_id, municipality_id)
    if run is None:
        return
    structlog.contextvars.bind_contextvars(job=job_id, municipality=municipality_id)
    try:
        run.progress()  # asked to stop before anybody began
        with _heartbeat(run):
            result = handler(run)
    except JobRefusedError as refusal:
        _finish(run, Job.State.FAILED, ended=ended, error=str(refusal), result=refusal.payload)
        if _inline.get():
            raise
    except JobCancelledError:
        _finish(run, Job.State.CANCELLED, ended=ended)
    except (OperationalError, InterfaceError) as error:
        if run.cancelled:
            _finish(run, Job.State.CANCELLED, ended=ended)
            return
        # The database went away: the lease passes and the work is taken up again.
        log.warning("job_interrupted", error=type(error).__name__)
        connection.close()
        if _inline.get():
            raise
    except Exception as error:
        log.exception("job_failed", kind_of_error=type(error).__name__)
        _finish(run, Job.State.FAILED, ended=ended, error=f"internal:{type(error).__name__}")
        if _inline.get() or settings.CELERY_TASK_ALWAYS_EAGER:
            raise
    else:
        _finish(run, Job.State.DONE, ended=None, result=result)
    finally:
        structlog.contextvars.unbind_contextvars("job", "municipality")


def _claim(job_id: int, municipality_id: int) -> JobRun | None:
    token = uuid.uuid4()
    with tenant(municipality_id), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"job_id": job_id, "municipality_id": municipality_id, "token": token, "lease": settings.JOB_LEASE_SECONDS})
        row = cursor.fetchone()
        if row is None:
            return None
        params = Job.objects.values_list("params", flat=True).get(pk=job_id, municipality_id=municipality_id)
    actor = Actor(user_id=row[0], name=row[1], address="worker")
    return JobRun(job_id, municipality_id, params, actor, token, cancelled=row[2], direct=connection.in_atomic_block)


def _finish(run: JobRun, state: str, *, ended: Ended | None, error: str = "", result: dict[str, Any] | None = None) -> None:
    with tenant(run.municipality_id):
        count = Job.objects.filter(
            pk=run.job_id, municipality_id=run.municipality_id, lease_token=run.token, state=Job.State.RUNNING
        ).update(
            state=state,
            error=error,
            result=result,
            finished_at=timezone.now(),
            lease_until=None,
            done=run.total if state == Job.State.DONE else run.done,
            total=run.total,
            stage=run.stage,
        )
        if count and ended is not None:
            ended(run, state)


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
            except (OperationalError, InterfaceError):
                connection.close()
                continue
            if (run.cancelled or run.lost) and not stop.is_set():
                raw.cancel_safe(timeout=5)
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


@transaction.atomic
def request_cancel(*, municipality_id: int, job_id: int, by: Actor, at: datetime) -> bool:
    """Ask a job to stop. One that waits is cancelled at once; one that runs stops at its next step. Returns whether it could."""
    unfinished = Job.objects.filter(pk=job_id, municipality_id=municipality_id, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    count = unfinished.update(cancel_requested=True)
    if not count:
        return False
    audit.record(municipality_id=municipality_id, kind="job.cancel_requested", by=by, at=at, target=f"job:{job_id}")
    return True


def recover(*, municipality_id: int, at: datetime) -> int:
    """Send again what a lost message or a dead worker left behind; give up after ``MAX_ATTEMPTS``. Returns how many were sent."""
    sent = 0
    with tenant(municipality_id):
        waiting = Job.objects.filter(municipality_id=municipality_id, state=Job.State.QUEUED, created_at__lt=at - timedelta(seconds=10))
        orphaned = Job.objects.filter(municipality_id=municipality_id, state=Job.State.RUNNING, lease_until__lt=at)
        orphaned.filter(attempts__gte=MAX_ATTEMPTS).update(state=Job.State.FAILED, error="interrupted", finished_at=at)
        for job_id, kind in [*waiting.values_list("pk", "kind"), *orphaned.values_list("pk", "kind")]:
            if kind in current_app.tasks:
                transaction.on_commit(lambda task=current_app.tasks[kind], pk=job_id: _send(task, pk, municipality_id))
                sent += 1
    return sent
