"""kill -9 of a real worker process while an answer of bpost comes in: nothing of it is seen, the next worker brings it in once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from benchmarks.bpost_answers import write_answer
from convocations.services import bpost_answers
from core.models import Job
from core.tenancy import tenant
from electionadmin.launcher.processes import wait_until
from tests.convocations.letters import NOTHING, Letters
from tests.personas import make_world

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import sys, django
django.setup()
from celery import current_app
task = current_app.tasks[sys.argv[1]]
print("ready", flush=True)
task.apply(kwargs={"job_id": int(sys.argv[2]), "municipality_id": int(sys.argv[3])}, throw=True)
"""
LETTERS = 3000
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


def database_url(alias: str) -> str:
    values = settings.DATABASES[alias]
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{connection.settings_dict['NAME']}"


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"  # where a worker with this VAR_DIR looks
    return tmp_path


@pytest.fixture
def owner(live_database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The tables' owner, who can stop a worker at a table."""
    with psycopg.connect(database_url("owner")) as opened:
        yield opened


def start(job: Job, folder: Path) -> "subprocess.Popen[str]":
    environment = {
        **os.environ, "DATABASE_URL": database_url("default"), "OWNER_DATABASE_URL": database_url("owner"), "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "electionadmin.settings", "JOB_LEASE_SECONDS": "1",
    }  # fmt: skip
    arguments = [sys.executable, "-c", WORKER, bpost_answers.KIND, str(job.pk), str(job.municipality_id)]
    worker = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def kill(worker: "subprocess.Popen[str]") -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def finish(town: Letters, job: Job, folder: Path) -> None:
    """Workers, one after the other as each lease passes, until the job has ended."""

    def ended() -> bool:
        start(job, folder).communicate(timeout=120)
        return town.job(job.pk).finished

    assert wait_until(ended, seconds=120)


def ask(town: Letters, folder: Path) -> Job:
    write_answer(folder / "answer.xml", town.sent, LETTERS)
    return town.ask((folder / "answer.xml").read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("table", ["convocations_cardcase", "core_auditevent"])
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_brings_it_in_once(
    folder: Path, owner: psycopg.Connection[tuple[object, ...]], table: str
) -> None:
    world = make_world()
    town = Letters(world.halle, world.actor(world.alice), nullcontext, LETTERS)
    other = Letters(world.horebeke, world.actor(world.alice), nullcontext)
    job = ask(town, folder)

    owner.execute(f"LOCK TABLE {table} IN SHARE MODE")  # everybody may read it; the worker waits where it writes
    worker = start(job, folder)
    with psycopg.connect(database_url("owner"), autocommit=True) as watcher:
        waits = (owner.info.backend_pid,)
        assert wait_until(lambda: watcher.execute(WAITING, waits).fetchone() != (0,), seconds=60), "the worker never came there"
    kill(worker)
    owner.rollback()

    assert wait_until(lambda: town.state() == NOTHING, seconds=10)
    assert town.job(job.pk).state == "running"
    finish(town, job, folder)

    assert town.job(job.pk).state == "done", town.job(job.pk).error
    expected = (LETTERS // 10, LETTERS // 10, LETTERS - LETTERS // 10, 1, 1)
    assert town.state() == expected
    assert town.job(job.pk).attempts >= 2
    start(job, folder).communicate(timeout=60)
    assert town.state() == expected
    assert len(town.uploads()) == 1
    assert other.state() == NOTHING


@pytest.mark.slow
def test_a_worker_killed_while_it_reads_leaves_nothing(folder: Path, live_database: str) -> None:
    world = make_world()
    town = Letters(world.halle, world.actor(world.alice), nullcontext, LETTERS)
    job = ask(town, folder)

    for moment in (0.0, 0.1, 0.25):
        worker = start(job, folder)
        time.sleep(moment)
        kill(worker)
        assert town.state() in {NOTHING, (LETTERS // 10, LETTERS // 10, LETTERS - LETTERS // 10, 1, 1)}
    with tenant(town.pk):
        Job.objects.filter(pk=job.pk, state="running").update(attempts=1)  # so that the kills do not use up the tries

    finish(town, job, folder)

    assert town.job(job.pk).state == "done", town.job(job.pk).error
    assert town.state() == (LETTERS // 10, LETTERS // 10, LETTERS - LETTERS // 10, 1, 1)
