"""kill -9 of a real worker in the middle of bringing mutations in: register applied, effects not yet. Nothing shows, and afterwards all of it, once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.tenancy import tenant
from tests.personas import make_world
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import LedgerTown, events_csv, frozen_town
from voters.models import Effect, Mutation, MutationStaging, Person, PersonVersion, RegisterImport
from voters.services import imports

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys, time, django, time_machine
django.setup()
from celery import current_app
from voters.sql import effects
write = effects.write
def stalled(**values):
    print("midway", flush=True)
    time.sleep(60)
if sys.argv[4] == "stall":
    effects.write = stalled
print("ready", flush=True)
# The election is to come; how long a lease lasts is counted by the clock of the database.
from voters.services import mutation_merge
from datetime import date
mutation_merge.localdate = lambda at: date(2024, 9, 23)
current_app.tasks[sys.argv[1]].apply(kwargs={"job_id": int(sys.argv[2]), "municipality_id": int(sys.argv[3])}, throw=True)
print("ended", flush=True)
"""


def _url(alias: str) -> str:
    values = settings.DATABASES[alias]
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{connection.settings_dict['NAME']}"


@contextmanager
def _at_once(*, execute: bool) -> Iterator[None]:
    assert execute
    yield


@pytest.fixture
def town(live_database: str) -> LedgerTown:
    world = make_world()
    return frozen_town(world, world.halle, _at_once)


def _worker(town: LedgerTown, sent: RegisterImport, how: str, files: Path) -> subprocess.Popen[str]:
    current = town.fresh(sent)
    environment = {
        **os.environ, "DATABASE_URL": _url("default"), "OWNER_DATABASE_URL": _url("owner"), "VAR_DIR": str(files),
        "DJANGO_SETTINGS_MODULE": "electionadmin.settings", "JOB_LEASE_SECONDS": "1",
    }  # fmt: skip
    arguments = [sys.executable, "-c", WORKER, imports.MERGE_MUTATIONS, str(current.job_id), str(town.municipality.pk), how]
    process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _counts(town: LedgerTown) -> dict[str, int]:
    models: tuple[Any, ...] = (Mutation, Effect, PersonVersion, MutationStaging)
    with tenant(town.municipality.pk):
        found = {model.__name__: model.objects.filter(municipality=town.municipality).count() for model in models}
        return found | {"dead": Person.objects.filter(municipality=town.municipality, deceased_on__isnull=False).count()}


@pytest.mark.slow
def test_a_killed_merge_leaves_nothing_and_then_everything_once(town: LedgerTown, tmp_path: Path) -> None:
    a, b = town.persons()[:2]
    sent = town.send(events_csv(one(a, 1, "death"), one(b, 2, "move", postcode="1500", street_name="Zinkstraat", house_number="7")))
    with tenant(town.municipality.pk):
        imports.request_import_approval(register_import=sent, accepted_guards=(), by=town.clerk, at=timezone.now())
        imports.approve_import(register_import=sent, by=town.head, at=timezone.now())

    process = _worker(town, sent, "stall", tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "midway\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    time.sleep(2.2)

    assert town.fresh(sent).state == "merging"
    assert _counts(town) == {"Mutation": 0, "Effect": 0, "PersonVersion": 0, "MutationStaging": 2, "dead": 0}

    output, _ = _worker(town, sent, "work", tmp_path).communicate()

    assert output == "ended\n"
    assert town.fresh(sent).state == "merged"
    assert _counts(town) == {"Mutation": 2, "Effect": 6, "PersonVersion": 2, "MutationStaging": 0, "dead": 1}
