"""kill -9 of a real worker process in the middle of a draft, of trying other settings, and of a freeze: nothing is lost, nothing is there twice."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from core import audit
from core.models import AuditEvent, Job
from core.tenancy import tenant
from tests.personas import NOW, make_world
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.models import Draft, EntryPlace, Placement
from voters.rules.assignment import DraftSettings
from voters.services import draft_freeze, drafts

WORKER = """
import sys, django
django.setup()
from celery import current_app
from django.db import connection
task = current_app.tasks[sys.argv[1]]
connection.ensure_connection()
print("ready", flush=True)
task.apply(kwargs={"job_id": int(sys.argv[2]), "municipality_id": int(sys.argv[3])}, throw=True)
print("ended", flush=True)
"""
WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE usename = 'app' AND datname = current_database() AND %s = ANY (pg_blocking_pids(pid))
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
# Where the worker is stopped, from the first write to the last before the commit.
STALLS = {
    "placements": "LOCK TABLE voters_placement IN SHARE MODE",
    "numbers": "LOCK TABLE voters_entryplace IN SHARE MODE",
    "trail": "SELECT FROM core_auditchain WHERE municipality_id = %(place)s FOR UPDATE",
}


def start_worker(kind: str, draft: Draft) -> "subprocess.Popen[str]":
    def url(alias: str) -> str:
        values = settings.DATABASES[alias]
        return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{connection.settings_dict['NAME']}"

    environment = {**os.environ, "DATABASE_URL": url("default"), "OWNER_DATABASE_URL": url("owner"), "JOB_LEASE_SECONDS": "1"}
    arguments = [sys.executable, "-c", WORKER, kind, str(draft.job_id), str(draft.municipality_id)]
    worker = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def until(condition, *, what: str) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"{what} did not happen")


def lease_passed(town: AssignmentTown, draft: Draft) -> bool:
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT lease_until < clock_timestamp() OR state = 'queued' FROM core_job WHERE id = %s", [draft.job_id])
        return bool(cursor.fetchone()[0])


def strike(owner, town: AssignmentTown, kind: str, draft: Draft, statement: str) -> None:
    """Start the work, let it come to a lock of ours, kill it there, and wait until its connection has gone and its claim has passed."""
    with owner.transaction():
        owner.execute("SELECT set_config('app.municipality', %s, true)", [str(town.municipality.pk)])
        owner.execute(statement, {"place": town.municipality.pk})
        worker = start_worker(kind, draft)
        until(lambda: owner.execute(WAITING, [owner.info.backend_pid]).fetchone() != (0,), what="the stall")
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    until(lambda: owner.execute(OTHERS).fetchone() == (0,), what="the end of its connection")
    until(lambda: lease_passed(town, draft), what="the end of its lease")


def finish(kind: str, draft: Draft) -> None:
    worker = start_worker(kind, draft)
    worker.communicate(timeout=120)
    assert worker.returncode == 0


def seen(town: AssignmentTown, draft: Draft) -> tuple[str, int, int]:
    with tenant(town.municipality.pk):
        return (
            Draft.objects.get(pk=draft.pk).state,
            Placement.objects.filter(draft=draft).count(),
            EntryPlace.objects.filter(draft=draft).count(),
        )


def events(town: AssignmentTown, kind: str) -> int:
    with tenant(town.municipality.pk):
        assert audit.verify(municipality_id=town.municipality.pk) == []
        return AuditEvent.objects.filter(kind=kind).count()


@pytest.mark.slow
def test_a_killed_draft_and_a_killed_freeze_leave_nothing_and_are_done_once_by_the_next_worker(
    live_database: str, owner_connection
) -> None:
    with transaction.atomic():
        world = make_world()
        town = two_schools(world, world.halle)
        town.town.final()
        with tenant(town.municipality.pk):
            draft = drafts.request_draft(election=town.election, name="", settings=DraftSettings(), by=town.town.clerk, at=NOW)

    for stall in ("placements", "trail"):
        strike(owner_connection, town, drafts.ASSIGN, draft, STALLS[stall])
        assert seen(town, draft) == ("running", 0, 0)
    finish(drafts.ASSIGN, draft)
    assert seen(town, draft) == ("ready", 20, 0)
    finish(drafts.ASSIGN, draft)
    assert seen(town, draft) == ("ready", 20, 0)
    assert events(town, "assignment.made") == 1

    with tenant(town.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=town.town.clerk, at=NOW)
        draft_freeze.approve_freeze(draft=draft, by=town.town.head, at=NOW)
        draft.refresh_from_db()
    for stall in ("numbers", "trail"):
        strike(owner_connection, town, draft_freeze.FREEZE, draft, STALLS[stall])
        assert seen(town, draft) == ("requested", 20, 0)
    finish(draft_freeze.FREEZE, draft)
    assert seen(town, draft) == ("frozen", 20, 40)
    finish(draft_freeze.FREEZE, draft)
    assert seen(town, draft) == ("frozen", 20, 40)
    assert events(town, "assignment.frozen") == 1
    with tenant(town.municipality.pk):
        assert list(EntryPlace.objects.order_by("list_number").values_list("list_number", flat=True)) == list(range(1, 41))
        assert Job.objects.get(pk=draft.job_id or 0).attempts == 3
