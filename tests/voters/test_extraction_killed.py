"""kill -9 of a real worker process at any moment of an extraction: nothing of it is seen, and the next worker makes it once."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from benchmarks.population import fill
from core.models import AuditEvent, Job
from core.tenancy import tenant
from tests.personas import make_world
from tests.voters.people import Town, make_town
from voters.models import Entry, Extraction, Verdict
from voters.services import extractions

WORKER = """
import sys, django
django.setup()
from celery import current_app
from django.db import connection
task = current_app.tasks["voters.extract"]
connection.ensure_connection()
print("ready", flush=True)
task.apply(kwargs={"job_id": int(sys.argv[1]), "municipality_id": int(sys.argv[2])}, throw=True)
print("ended", flush=True)
"""
PERSONS = 8000


def start_worker(extraction: Extraction) -> subprocess.Popen:
    def url(alias: str) -> str:
        values = settings.DATABASES[alias]
        return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{connection.settings_dict['NAME']}"

    environment = {**os.environ, "DATABASE_URL": url("default"), "OWNER_DATABASE_URL": url("owner"), "JOB_LEASE_SECONDS": "1"}
    arguments = [sys.executable, "-c", WORKER, str(extraction.job_id), str(extraction.municipality_id)]
    worker = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def finish(worker: subprocess.Popen) -> int:
    worker.communicate(timeout=60)
    return worker.returncode


def seen(town: Town, extraction: Extraction) -> tuple[int, int, str]:
    with tenant(town.municipality.pk):
        return (
            Verdict.objects.filter(extraction=extraction).count(),
            Entry.objects.filter(extraction=extraction).count(),
            Extraction.objects.get(pk=extraction.pk).state,
        )


def wait_for_claim(town: Town, extraction: Extraction, *, attempts: int) -> None:
    """Until the worker has begun: on a busy machine that takes a while."""
    for _ in range(3000):
        with tenant(town.municipality.pk):
            if Job.objects.get(pk=extraction.job_id or 0).attempts >= attempts:
                return
        time.sleep(0.01)
    pytest.fail("the work was not begun")


def wait_for_lease(town: Town, extraction: Extraction) -> None:
    """Until the dead worker's claim has passed and its connection has gone."""
    for _ in range(100):
        with tenant(town.municipality.pk), connection.cursor() as cursor:
            cursor.execute(
                "SELECT lease_until < clock_timestamp() OR state = 'queued' FROM core_job WHERE municipality_id = %s AND id = %s",
                [town.municipality.pk, extraction.job_id],
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    pytest.fail("the lease did not pass")


@pytest.mark.slow
def test_a_killed_extraction_leaves_nothing_and_is_made_once_by_the_next_worker(live_database: str) -> None:
    world = make_world()
    town = make_town(world, world.halle)
    fill(town.municipality, persons=PERSONS)
    with tenant(town.municipality.pk):
        final = extractions.request_final(election=town.election, by=town.clerk, at=town.election.created_at)
        extractions.approve_final(extraction=final, by=town.head, at=town.election.created_at)
        final.refresh_from_db()

    # Verdicts, list, checks: moments after the claim of a run of some 0.4 seconds.
    for kills, moment in enumerate((0, 0.12, 0.28)):
        worker = start_worker(final)
        wait_for_claim(town, final, attempts=kills + 1)
        time.sleep(moment)
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        if seen(town, final)[2] == "done":
            break
        assert seen(town, final) == (0, 0, "running")
        wait_for_lease(town, final)

    while seen(town, final)[2] != "done":
        wait_for_lease(town, final)
        assert finish(start_worker(final)) == 0

    with tenant(town.municipality.pk):
        made = Extraction.objects.get(pk=final.pk)
        assert made.frozen_at is not None
        assert seen(town, final) == (2 * PERSONS, made.counts["voters"], "done")
        assert made.counts["persons"] == PERSONS
        assert AuditEvent.objects.filter(kind="extraction.frozen").count() == 1
    assert finish(start_worker(final)) == 0
    assert seen(town, final) == (2 * PERSONS, made.counts["voters"], "done")
    with tenant(town.municipality.pk):
        assert AuditEvent.objects.filter(kind="extraction.frozen").count() == 1
        assert Job.objects.get(pk=final.job_id or 0).attempts >= 2
