"""Long work as rows: enqueue, claim with a lease, report progress, cancel, finish, recover.

A job is written in the request's transaction and sent to a worker after commit. Whoever runs it claims it by a
conditional UPDATE with a lease; a heartbeat thread renews the lease and carries progress out on a connection of its
own, so that the bar moves while one long statement runs. A worker that dies leaves a lease that passes: the next one
claims the job and the service goes on where the database says it stopped.
"""

from core.jobs.asking import enqueue, enqueue_once, inline, recover, request_cancel, send
from core.jobs.kinds import LABELS, MAX_ATTEMPTS, QUEUES, JobCancelledError, JobRefusedError, JobRun
from core.jobs.working import execute, job_task

__all__ = [
    "LABELS",
    "MAX_ATTEMPTS",
    "QUEUES",
    "JobCancelledError",
    "JobRefusedError",
    "JobRun",
    "enqueue",
    "enqueue_once",
    "execute",
    "inline",
    "job_task",
    "recover",
    "request_cancel",
    "send",
]
