"""The convocation cards of the demo: made and read back, released by two people, put into the folder with their list for bpost."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.core.files.storage import default_storage
from django.utils import timezone

from convocations.models import PrintRun, RunFile
from convocations.rules.runs import RunSettings, law_hours
from convocations.services import mailing, releasing, runs
from core.actor import Actor
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from elections.models import Election

Wait = Callable[[int | None], None]
POSTED: Final = timedelta(days=15)
"""Before the election."""
SENDER: Final = Sender("12345678", "87654321")
"""Nobody's: bpost would refuse it."""


def release(*, election: Election, by: Actor, second: Actor, rest: Callable[[PrintRun], PrintRun]) -> PrintRun:
    """The released run, made if there is none; ``rest`` waits until a run is not at work any more and gives it as it is then."""
    with tenant(election.municipality_id):
        found = PrintRun.objects.filter(municipality_id=election.municipality_id, election=election).exclude(state="cancelled").first()
        if found is None:
            paper, electronic = law_hours("local")
            settings = RunSettings(paper, electronic, posting=election.date - POSTED)
            found = runs.request_run(election=election, settings=settings, by=by, at=timezone.now())
    made = rest(found)
    with tenant(election.municipality_id):
        if made.state == PrintRun.State.READY:
            releasing.request_release(run=made, by=by, at=timezone.now())
            made.refresh_from_db()
        if made.state == PrintRun.State.REQUESTED and made.approved_by_id is None:
            releasing.approve_release(run=made, by=second, at=timezone.now())
    return rest(made)


def write(*, run: PrintRun, out: Path, by: Actor) -> list[Path]:
    """The files of a released run, and a list of its cards for bpost in test, in a folder; what is there already stays."""
    with tenant(run.municipality_id):
        if not RunFile.objects.filter(municipality_id=run.municipality_id, run=run, kind=RunFile.Kind.BPOST).exists():
            mailing.write_list(run=run, sender=SENDER, mode=Mode.TEST, form=Form.XML, by=by, at=timezone.now())
        files = list(RunFile.objects.filter(municipality_id=run.municipality_id, run=run).order_by("made_at", "name"))
    written = []
    for file in files:
        path = out / file.name
        if not path.exists():
            partial = path.with_name(f"{path.name}.part")
            with default_storage.open(file.file) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            partial.rename(path)
        written.append(path)
    return written
