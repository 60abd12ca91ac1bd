"""A print run of a whole town: from the frozen list in PostgreSQL through the services and a worker of its own to released files.

Beside it in the same run the floor of what such a run must do: a bare COPY of the rows of the cards, and the bare drawing of the same
pages (of the first files) from rows that lie in memory, read by nobody. ``ratio``: CPU of the worker for drawing and reading back, as a
multiple of that floor. Memory is the highest resident memory of one process of the worker, by phase.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.ledger import frozen_election
from benchmarks.measure import processes_of, resident_mb, seconds_of, server_seconds
from benchmarks.population import analyze
from benchmarks.scratch import scratch_database
from convocations.models import PrintRun, RunFile, RunPart
from convocations.rules.runs import RunSettings, law_hours
from convocations.selectors.pages import pages
from convocations.selectors.runs import stacks_of
from convocations.services import releasing, runs
from convocations.services.drawing import Drawer
from core.actor import Actor
from core.tenancy import tenant
from elections.models import Election

SIZES = {"town": 30_000, "city": 250_000}
FLOOR_FILES = 3
"""Files of which the bare drawing is timed."""
PATIENCE = 3600.0
"""Seconds for one phase."""
ASKING = Actor(user_id=1, name="a")
DECIDING = Actor(user_id=2, name="b")
State = PrintRun.State


def run(size: str | None) -> dict[str, Any]:
    """Measure at ``town`` or ``city`` size or for a number of voters (default: town and city)."""
    wanted = {size: SIZES.get(size) or int(size)} if size else SIZES
    with scratch_database("printrun") as database, _worker(database) as worker:
        found = {}
        for place, (name, voters) in enumerate(wanted.items()):
            election = frozen_election(str(92001 + place), voters)
            analyze()
            try:
                found[name] = _measured(election, worker)
            finally:
                shutil.rmtree(Path(settings.MEDIA_ROOT) / election.municipality.nis_code, ignore_errors=True)
        return {"cores": os.cpu_count(), **found}


@contextmanager
def _worker(database: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker as ``./run`` starts it, one process a core and with its clock (which sends late parts again), on the scratch database."""
    urls = {name: urlsplit(os.environ[name])._replace(path=f"/{database}").geturl() for name in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "electionadmin.celery",
        "worker",
        "--queues",
        "print,interactive",
        "--loglevel",
        "WARNING",
    ]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory() as clock:
        options = [
            "--concurrency",
            str(os.cpu_count() or 1),
            "--without-gossip",
            "--without-mingle",
            "--beat",
            "--schedule",
            f"{clock}/clock",
        ]
        started = subprocess.Popen([*command, *options], env={**os.environ, **urls}, stdout=said, stderr=said)
        try:
            while not current_app.control.ping(timeout=0.5):
                if started.poll() is not None:
                    said.seek(0)
                    raise RuntimeError(said.read().decode())
            yield started
        finally:
            started.terminate()
            started.wait(timeout=60)


@dataclass(slots=True)
class _Phase:
    """What one phase took: seconds on the wall, CPU seconds of the worker and of PostgreSQL, the highest memory of one of its processes in MB."""

    wall: float = 0.0
    cpu: float = 0.0
    server: float = 0.0
    peak: float = 0.0

    def told(self) -> dict[str, float]:
        return {
            "wall_s": round(self.wall, 2),
            "worker_cpu_s": round(self.cpu, 2),
            "server_cpu_s": round(self.server, 2),
            "worker_peak_mb": round(self.peak, 1),
        }


@dataclass(slots=True)
class _Watch:
    """Looks at a run and at the worker until a phase is over."""

    worker: int
    made: PrintRun
    phases: dict[str, _Phase] = field(default_factory=dict)

    def until(self, name: str, over: Callable[[], bool]) -> None:
        """One phase. Raises ``AssertionError`` when it does not end, or the run does not come out in order."""
        phase, started = self.phases.setdefault(name, _Phase()), time.perf_counter()
        processes = processes_of(self.worker)
        before, server = sum(map(seconds_of, processes)), server_seconds()
        while not over():
            phase.peak = max([phase.peak, *map(resident_mb, processes)])
            if time.perf_counter() - started > PATIENCE or self.state() in {State.REFUSED, State.CANCELLED}:
                raise AssertionError(f"{name}: {self.state()} {self.made.problems[:3]} {self.made.readback.get('counts')}")
            time.sleep(0.05)
        phase.wall, phase.cpu = time.perf_counter() - started, sum(map(seconds_of, processes)) - before
        phase.server = server_seconds() - server

    def state(self) -> str:
        """As the run is now."""
        with tenant(self.made.municipality_id):
            self.made.refresh_from_db()
        return self.made.state

    def parts(self, **values: Any) -> int:
        """How many parts there are of this kind."""
        with tenant(self.made.municipality_id):
            return RunPart.objects.filter(municipality_id=self.made.municipality_id, run=self.made, **values).count()


def _measured(election: Election, worker: "subprocess.Popen[bytes]") -> dict[str, Any]:
    paper, electronic = law_hours("local")
    with tenant(election.municipality_id):
        made = runs.request_run(election=election, settings=RunSettings(paper, electronic), by=ASKING, at=timezone.now())
    watch = _Watch(worker.pid, made)
    watch.until("preparing", lambda: watch.parts() > 0)
    watch.until("drawing_and_reading", lambda: watch.parts(done=False) == 0)
    watch.until("judging", lambda: watch.state() == State.READY)
    with tenant(election.municipality_id):
        releasing.request_release(run=made, by=ASKING, at=timezone.now())
        releasing.approve_release(run=made, by=DECIDING, at=timezone.now())
    watch.until("releasing", lambda: watch.state() == State.RELEASED)
    return _told(watch)


def _told(watch: _Watch) -> dict[str, Any]:
    made = watch.made
    with tenant(made.municipality_id):
        made = PrintRun.objects.select_related("election__municipality").get(municipality_id=made.municipality_id, pk=made.pk)
        files = list(RunFile.objects.filter(municipality_id=made.municipality_id, run=made, kind=RunFile.Kind.CARDS))
        if sum(file.pages for file in files) != made.cards_made or not made.readback["ok"]:
            raise AssertionError(made.readback)
        copied, drawn, floor_pages = _copied(made), *_drawn(made)
    floor = copied / made.cards_made + drawn / floor_pages
    work = watch.phases["drawing_and_reading"].cpu / made.cards_made
    return {
        "cards": made.cards_made,
        "files": len(files),
        "largest_file_pages": max(file.pages for file in files),
        "mb": round(sum(file.size for file in files) / 1e6, 1),
        "barcodes_decoded": made.readback["decoded"],
        "phases": {name: phase.told() for name, phase in watch.phases.items()},
        "wall_s": round(sum(phase.wall for phase in watch.phases.values()), 1),
        "worker_cpu_us_per_card": round(sum(phase.cpu for phase in watch.phases.values()) / made.cards_made * 1e6, 1),
        "floor_us_per_card": {"copy": round(copied / made.cards_made * 1e6, 1), "drawing": round(drawn / floor_pages * 1e6, 1)},
        "ratio": round(work / floor, 2),
    }


def _copied(made: PrintRun) -> float:
    """CPU seconds of this process and its server for a bare COPY of the rows of the cards."""
    statement = "COPY (SELECT * FROM convocations_card WHERE municipality_id = %s AND run_id = %s ORDER BY position) TO STDOUT"
    server = Path(f"/proc/{connection.connection.info.backend_pid}")
    before = time.process_time() + seconds_of(server)
    with connection.cursor() as cursor, cursor.copy(statement, [made.municipality_id, made.pk]) as rows:
        count = sum(1 for _row in rows.rows())
    if count != made.cards_made:
        raise AssertionError(count)
    return time.process_time() + seconds_of(server) - before


def _drawn(made: PrintRun) -> tuple[float, int]:
    """CPU seconds for drawing the first files from rows in memory, and how many pages they have."""
    seconds, count = 0.0, 0
    with tempfile.TemporaryDirectory() as place:
        for stack in stacks_of(made)[:FLOOR_FILES]:
            drawer, rows = Drawer(made, stack=stack), list(pages(made, first=stack.first, cards=stack.cards))
            before = time.process_time()
            drawer.write(Path(place) / "cards.pdf", iter(rows))
            seconds, count = seconds + time.process_time() - before, count + len(rows)
    return seconds, count
