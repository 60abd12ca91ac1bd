"""kill -9 while cards are drawn: another worker takes the part up where it stood, and the file has the same bytes as undisturbed."""

import hashlib
from contextlib import nullcontext

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from convocations.models import Card, PrintRun, RunFile, RunPart
from convocations.services import preparing, runs
from core import jobs
from core.models import Job
from core.tenancy import tenant
from tests.convocations.cards import SETTINGS, CardTown
from tests.durability.machine import Machine
from tests.durability.stall import Stall
from tests.durability.town import Files, people
from tests.durability.town import make_town as empty_town
from tests.personas import World
from tests.voters.ledger.town import LedgerTown
from tests.voters.stations.town import make_town

pytestmark = [pytest.mark.durability, pytest.mark.slow, pytest.mark.xdist_group("durability")]


def _digests(town: CardTown, run: PrintRun) -> dict[str, str]:
    with tenant(town.pk):
        rows = list(RunFile.objects.filter(municipality=town.municipality, run=run, kind=RunFile.Kind.CARDS))
    found = {}
    for row in rows:
        with default_storage.open(row.file) as file:
            found[row.name] = hashlib.sha256(file.read()).hexdigest()
        assert found[row.name] == row.sha256
    return found


def _state(town: CardTown, run: PrintRun) -> str:
    return str(town.fresh(run).state)


def test_a_worker_killed_while_it_draws_leaves_the_same_file(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FILE_PAGES", 30)
    place = empty_town("30901", Files(machine.folder, machine.folder))
    alice, henk = people().values()
    world = World(place.municipality, place.municipality, alice, henk, bob=alice, charlie=alice, hilde=henk, dora=alice)
    made_town = make_town(world, place.municipality, people=120)
    made_town.freeze()
    town = CardTown(LedgerTown(made_town, lambda **_: nullcontext()))
    with machine.worker_asleep():
        with tenant(town.pk):
            run = runs.request_run(election=town.election, settings=SETTINGS, by=town.clerk, at=timezone.now())
        # Prepared here, so that the parts are small and stand in the database before the worker wakes.
        jobs.execute(lambda job: preparing.prepare(run=job, at=timezone.now()), job_id=town.fresh(run).job_id or 0, municipality_id=town.pk)
    with tenant(town.pk):
        tokens = list(Card.objects.filter(run=run).order_by("position").values_list("token", flat=True))
        assert RunPart.objects.filter(run=run).count() > 2

    with Stall(machine, place) as stall:
        stall.at_table("convocations_runpart")
        stall.reached()
        machine.kill(machine.worker)
        assert _state(town, run) == PrintRun.State.MAKING
    machine.until(lambda: _state(town, run) != PrintRun.State.MAKING, what="the cards made")

    ended = town.fresh(run)
    assert ended.state == PrintRun.State.READY, (ended.problems, ended.readback)
    with tenant(town.pk):
        assert list(Card.objects.filter(run=run).order_by("position").values_list("token", flat=True)) == tokens
        assert Job.objects.filter(kind=runs.DRAW, attempts=2).exists()
        first = _digests(town, run)
        assert len(first) > 2
        # Undisturbed, from nothing but the rows and what was kept with the run.
        PrintRun.objects.filter(pk=run.pk).update(state=PrintRun.State.MAKING)
        RunPart.objects.filter(run=run).update(done=False)
        for part in RunPart.objects.filter(run=run).order_by("-number"):
            jobs.enqueue(kind=runs.DRAW, municipality_id=town.pk, by=town.clerk, at=timezone.now(), run=run.pk, part=part.pk)
    machine.until(lambda: _state(town, run) != PrintRun.State.MAKING, what="the cards made again")
    assert _digests(town, run) == first
