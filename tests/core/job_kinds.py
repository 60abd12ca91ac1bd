"""Kinds of long work for the tests, and a worker for one job: ``python -m tests.core.job_kinds JOB MUNICIPALITY``."""

import os
import sys
import time

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "electionadmin.settings")
    django.setup()

from celery import current_app
from django.db import connection
from django.utils.translation import gettext_lazy as _

from core import audit, jobs
from core.models import Job
from core.tenancy import tenant
from tests.personas import NOW


def run(kind: str, job_id: int, municipality_id: int) -> None:
    """Do what a worker does with the message."""
    current_app.tasks[kind].run(job_id=job_id, municipality_id=municipality_id)


def mark(run: jobs.JobRun, text: str) -> None:
    """Leave a trace that commits with the work."""
    audit.record(municipality_id=run.municipality_id, kind="test.mark", by=run.by, at=NOW, target=text)


def ended(run: jobs.JobRun, state: str) -> None:
    mark(run, f"ended:{state}")


class NoSuchStreetError(jobs.JobRefusedError):
    pass


@jobs.job_task("test.mark", label=_("Test"))
def do_mark(run: jobs.JobRun) -> dict:
    with tenant(run.municipality_id):
        mark(run, run.params["mark"])
        run.hold()
    return {"mark": run.params["mark"]}


@jobs.job_task("test.wait_then_mark", label=_("Test"))
def do_wait_then_mark(run: jobs.JobRun) -> None:
    with tenant(run.municipality_id):
        mark(run, "waited")
        run.progress(0, 1, "waiting")
        time.sleep(run.params["seconds"])
        run.hold()


@jobs.job_task("test.sleep_in_database", label=_("Test"), ended=ended)
def do_sleep_in_database(run: jobs.JobRun) -> None:
    run.progress(0, 1, "sleeping")
    with tenant(run.municipality_id), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [run.params["seconds"]])


@jobs.job_task("test.refuse", label=_("Test"), ended=ended)
def do_refuse(run: jobs.JobRun) -> None:
    with tenant(run.municipality_id):
        mark(run, "written before the refusal")
        raise NoSuchStreetError("no such street", [{"row": 7}], streets=0)


@jobs.job_task("test.interrupt", label=_("Test"))
def do_interrupt(run: jobs.JobRun) -> None:
    raise KeyboardInterrupt


@jobs.job_task("test.fail", label=_("Test"))
def do_fail(run: jobs.JobRun) -> None:
    raise ZeroDivisionError(run.params["number"])


@jobs.job_task("test.lose_lease_then_mark", label=_("Test"))
def do_lose_lease_then_mark(run: jobs.JobRun) -> None:
    with tenant(run.municipality_id):
        Job.objects.filter(pk=run.job_id).update(lease_token="00000000-0000-0000-0000-000000000001")
    with tenant(run.municipality_id):
        mark(run, "written by a worker that had lost it")
        run.hold()


@jobs.job_task("test.lose_connection", label=_("Test"))
def do_lose_connection(run: jobs.JobRun) -> None:
    with tenant(run.municipality_id), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@jobs.job_task("test.count_in_one_transaction", label=_("Test"))
def do_count_in_one_transaction(run: jobs.JobRun) -> None:
    with tenant(run.municipality_id):
        run.progress(3, 10, "counting")
        time.sleep(1)
        run.progress(10, 10)


if __name__ == "__main__":
    _job_id, _municipality_id = int(sys.argv[1]), int(sys.argv[2])
    with tenant(_municipality_id):
        _kind = Job.objects.get(pk=_job_id).kind
    run(_kind, _job_id, _municipality_id)
