"""The cards of the demo: made, released by two people and written into the folder; a second start makes nothing again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from celery import current_app
from time_machine import travel

from convocations.models import PrintRun
from core import jobs
from core.models import Job
from core.tenancy import tenant
from demo import cards
from tests.convocations.cards import CardTown
from tests.personas import World
from tests.voters.ledger.town import frozen_town


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks: Callable, settings, tmp_path: Path, monkeypatch) -> CardTown:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr("convocations.services.parts.SAMPLE", 1)
    return CardTown(frozen_town(world, world.halle, django_capture_on_commit_callbacks))


def released(town: CardTown) -> PrintRun:
    with travel(town.now, tick=False), jobs.inline():
        return cards.release(election=town.election, by=town.clerk, second=town.head, rest=lambda run: _at_rest(town, run))


def _at_rest(town: CardTown, run: PrintRun) -> PrintRun:
    """What the worker does meanwhile."""
    while True:
        with tenant(town.pk):
            job = Job.objects.filter(municipality_id=town.pk, state="queued").order_by("pk").first()
        if job is None:
            return town.fresh(run)
        current_app.tasks[job.kind].apply(kwargs={"job_id": job.pk, "municipality_id": town.pk}, throw=True)


def test_the_folder_ends_with_the_cards_read_back_and_a_second_start_makes_nothing(halle: CardTown, tmp_path: Path) -> None:
    run = released(halle)

    assert run.state == PrintRun.State.RELEASED
    assert run.readback["ok"]
    files = cards.write(run=run, out=tmp_path, by=halle.clerk)
    assert {path.suffix for path in files} == {".pdf", ".csv", ".txt", ".XML"}
    assert all(path.stat().st_size for path in files)
    before = {path: path.stat().st_mtime_ns for path in files}

    assert released(halle).pk == run.pk
    assert cards.write(run=run, out=tmp_path, by=halle.clerk) == files
    assert {path: path.stat().st_mtime_ns for path in files} == before
