"""kill -9 of a real worker process at any moment of the check and of the merge: nothing is lost, nothing doubled."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.models import Job
from core.tenancy import tenant
from demo.population import generate
from demo.register import read_register
from tests.personas import make_world
from voters.models import NameToken, Person, PersonVersion, RegisterImport, RegisterStaging
from voters.services import imports

WORKER = """
import sys, django
django.setup()
from celery import current_app
task = current_app.tasks[sys.argv[1]]
print("ready", flush=True)
task.apply(kwargs={"job_id": int(sys.argv[2]), "municipality_id": int(sys.argv[3])}, throw=True)
print("ended", flush=True)
"""
ROOT = Path(__file__).resolve().parents[3]


def url(alias: str) -> str:
    from django.conf import settings

    values = settings.DATABASES[alias]
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{connection.settings_dict['NAME']}"


class Town:
    """A municipality in a database that really commits, and workers that can be killed."""

    def __init__(self, folder: Path, files: Path) -> None:
        self.world = make_world()
        self.place = self.world.halle
        self.files = files
        generate(town="halle", persons=5000, seed=3, out=folder)
        self.file = folder / "register.csv"
        self.numbers = sorted(p.national_number for p in read_register(self.file))

    def send(self) -> RegisterImport:
        with tenant(self.place.pk):
            return imports.request_register_import(
                municipality=self.place, file=io.BytesIO(self.file.read_bytes()), file_name="register.csv", manifest=None,
                as_of=None, column_map=None, by=self.world.actor(self.world.alice), at=timezone.now(),
            )  # fmt: skip

    def approve(self, sent: RegisterImport) -> None:
        with tenant(self.place.pk):
            imports.request_import_approval(
                register_import=sent, accepted_guards=[], by=self.world.actor(self.world.alice), at=timezone.now()
            )
            imports.approve_import(register_import=sent, by=self.world.actor(self.world.henk), at=timezone.now())

    def fresh(self, sent: RegisterImport) -> RegisterImport:
        with tenant(self.place.pk):
            return RegisterImport.objects.get(pk=sent.pk)

    def worker(self, sent: RegisterImport) -> subprocess.Popen:
        current = self.fresh(sent)
        with tenant(self.place.pk):
            kind = Job.objects.get(pk=current.job_id or 0).kind
        environment = {
            **os.environ, "DATABASE_URL": url("default"), "OWNER_DATABASE_URL": url("owner"), "VAR_DIR": str(self.files.parent),
            "DJANGO_SETTINGS_MODULE": "electionadmin.settings", "JOB_LEASE_SECONDS": "1",
        }  # fmt: skip
        arguments = [sys.executable, "-c", WORKER, kind, str(current.job_id), str(self.place.pk)]
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def kill_after(self, sent: RegisterImport, seconds: float) -> bool:
        """Start a worker, kill it; whether it died before it had ended."""
        process = self.worker(sent)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
        return "ended" not in output

    def work(self, sent: RegisterImport) -> None:
        """A worker that is left alone."""
        process = self.worker(sent)
        output, _ = process.communicate()
        assert (process.returncode, output) == (0, "ended\n")

    def finish(self, sent: RegisterImport) -> None:
        """As recover() does: once the dead worker's lease has passed, another one takes the job."""
        time.sleep(2.2)
        self.work(sent)

    def count(self, model: Any) -> int:
        with tenant(self.place.pk):
            return model.objects.filter(municipality=self.place).count()


@pytest.fixture
def town(live_database: str, tmp_path: Path, files: Path) -> Town:
    return Town(tmp_path / "register", files)


@pytest.mark.slow
def test_a_killed_check_is_done_again_and_stages_each_person_once(town):
    sent = town.send()
    killed = [town.kill_after(sent, 0.05)]
    for seconds in (0.12, 0.2):
        time.sleep(1.2)
        if town.fresh(sent).state == "checking":
            assert town.count(RegisterStaging) == 0
            killed.append(town.kill_after(sent, seconds))
    assert any(killed)

    if town.fresh(sent).state == "checking":
        town.finish(sent)

    current = town.fresh(sent)
    assert (current.state, current.counts["added"]) == ("compared", len(town.numbers))
    assert town.count(RegisterStaging) == len(town.numbers)
    assert town.count(Person) == 0


@pytest.mark.slow
def test_a_killed_merge_leaves_nothing_and_then_everything_once(town):
    sent = town.send()
    town.work(sent)
    town.approve(sent)
    killed = []
    for seconds in (0.03, 0.1, 0.2):
        if town.fresh(sent).state == "merging":
            killed.append(town.kill_after(sent, seconds))
            # The server undoes what a dead client did not commit: none of it, or all of it.
            time.sleep(1.2)
            assert town.count(Person) in {0, len(town.numbers)}
    assert any(killed)

    if town.fresh(sent).state == "merging":
        town.finish(sent)

    assert town.fresh(sent).state == "merged"
    with tenant(town.place.pk):
        found = sorted(Person.objects.filter(municipality=town.place).values_list("national_number", flat=True))
        words = NameToken.objects.filter(municipality=town.place).values_list("person_id", flat=True).distinct().count()
    assert found == town.numbers
    assert words == len(town.numbers)
    assert (town.count(PersonVersion), town.count(RegisterStaging)) == (0, 0)


@pytest.mark.slow
def test_a_staging_table_emptied_by_a_crash_is_filled_again_before_the_merge(town, owner_connection):
    sent = town.send()
    town.work(sent)
    town.approve(sent)
    # What recovery does to an unlogged table.
    owner_connection.execute("TRUNCATE voters_registerstaging")

    town.work(sent)

    assert town.fresh(sent).state == "merged"
    assert town.count(Person) == len(town.numbers)
