"""Doing long work: claim a job by its number, renew its lease while its service runs, and write how it ended."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import structlog
from celery import Task, shared_task
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.functional import Promise

from core.jobs.asking import in_this_process
from core.jobs.kinds import ENDED, LABELS, MAX_ATTEMPTS, QUEUES, Ended, Handler, JobCancelledError, JobRefusedError, JobRun, end, run_of
from core.models import Job
from core.tenancy import tenant

log = structlog.get_logger(__name__)
HEARTBEAT_SECONDS = 1.0


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
            if in_this_process():
                _finish(run, _Outcome(Job.State.CANCELLED))
            raise
        if outcome.state is not None:
            _finish(run, outcome)
        if outcome.raised is not None and (in_this_process() or (outcome.always and settings.CELERY_TASK_ALWAYS_EAGER)):
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
        run = run_of(Job.objects.get(pk=job_id, municipality_id=municipality_id), token)
    run.direct = connection.in_atomic_block
    return run


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
        end(job, run, at=timezone.now())


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
