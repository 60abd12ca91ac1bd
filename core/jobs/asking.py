"""Asking for long work: written in the caller's transaction, sent after commit, sent again when lost, stopped when asked."""

import contextvars
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import Task, current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from core import audit
from core.actor import Actor
from core.jobs.kinds import MAX_ATTEMPTS, QUEUES, end, run_of
from core.models import Job
from core.tenancy import tenant

log = structlog.get_logger(__name__)
GRACE_SECONDS = 10  # a job just written is on its way: recover() leaves it alone
RESEND_SECONDS = 120  # a message not taken up by then counts as lost
_inline: contextvars.ContextVar[bool] = contextvars.ContextVar("jobs_inline", default=False)


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


def in_this_process() -> bool:
    """Whether this is inside such a block."""
    return _inline.get()


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
    transaction.on_commit(lambda: send(task, job.pk, municipality_id))
    return job


ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%(kind)s, %(municipality_id)s))"


@transaction.atomic
def enqueue_once(
    *,
    kind: str,
    municipality_id: int,
    by: Actor,
    at: datetime,
    asked: Mapping[str, Any],
    besides: Callable[[], dict[str, Any]] = dict,
    each_their_own: bool = False,
) -> Job:
    """The job that does what is ``asked`` already, by the same person where it is ``each_their_own``; else a new one, as ``enqueue``.

    ``besides`` gives what a new job is told but what does not tell two apart; it is called for a new one only. Of two
    requests at once the second waits for the end of the first's transaction, and finds its job.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, {"kind": kind, "municipality_id": municipality_id})
    same = {f"params__{name}": value for name, value in asked.items()}
    under_way = Job.objects.filter(municipality_id=municipality_id, kind=kind, cancel_requested=False, **same)
    if each_their_own:
        under_way = under_way.filter(requested_by_id=by.user_id, requested_by_name=by.name)
    found = under_way.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("pk").first()
    return found or enqueue(kind=kind, municipality_id=municipality_id, by=by, at=at, **asked, **besides())


def send(task: Task[Any, Any], job_id: int, municipality_id: int) -> None:
    """Tell a worker the number of a job; a broker that is down is no error."""
    message = {"job_id": job_id, "municipality_id": municipality_id}
    if in_this_process() or settings.CELERY_TASK_ALWAYS_EAGER:
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
            end(job, run_of(job, uuid.uuid4()), at=at)
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
            end(job, run_of(job, uuid.uuid4()), at=at)
        waiting = unfinished.filter(state=Job.State.QUEUED).filter(
            Q(sent_at=None, created_at__lt=at - timedelta(seconds=GRACE_SECONDS)) | Q(sent_at__lt=at - timedelta(seconds=RESEND_SECONDS))
        )
        not_sent_since = Q(sent_at=None) | Q(sent_at__lt=F("lease_until")) | Q(sent_at__lt=at - timedelta(seconds=RESEND_SECONDS))
        again = orphaned.filter(not_sent_since, attempts__lt=MAX_ATTEMPTS)
        lost = [*waiting.values_list("pk", "kind"), *again.values_list("pk", "kind")]
    for job_id, kind in lost:
        if kind in current_app.tasks:
            send(current_app.tasks[kind], job_id, municipality_id)
            sent += 1
    return sent
