"""``print_convocations 23027 2024-10-13 --requested-by an --approved-by lies --out var/cards``"""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from convocations.commands import RUN_PROBLEMS
from convocations.models import PrintRun
from convocations.rules.runs import RunSettings
from convocations.run_commands import add_settings, own_settings, run_errors, settings_from
from convocations.selectors.reissue_choices import waiting_run
from convocations.selectors.runs import files, progress
from convocations.services import releasing, runs
from convocations.services.runs import RunRefusedError
from core import jobs
from core.actor import Actor
from core.approvals import SamePersonError
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission

PATIENCE = 600.0
"""Seconds without any progress of what a worker does at the same time, after which nothing more is to be expected of it."""
STUCK = (
    "nothing has been done on run %(run)s for %(minutes)s minutes: the worker that took a part of it has stopped. The run stays open. "
    "Start the worker again and it goes on where it stopped; two persons then release it on its page, or with card_run --release. "
    "Or cancel it, on its page or with card_run --cancel, and give this command again."
)
MANIFEST = "manifest.csv"
"""The list of the cards in the folder, of whichever run: a folder takes one run."""


class Command(JsonCommand):
    """Make the cards of everybody who has none yet, or take the new cards of ``reissue``; read them back, release them as two persons, write the files."""

    help = "Print the convocation cards of an election, as two persons, at once. Cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, two persons, the folder and how the cards are to be."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--requested-by", required=True, metavar="USER")
        parser.add_argument("--approved-by", required=True, metavar="USER", help="the second person")
        parser.add_argument("--out", required=True, metavar="DIR", type=Path, help="folder for the files")
        add_settings(parser)

    def run(self, *, nis: str, date: str, requested_by: str, approved_by: str, out: Path, **options: Any) -> dict[str, Any]:
        """Ask, make, read back, release, write."""
        place, started, settings = municipality(nis), time.monotonic(), None
        asking = permitted(actor(place, requested_by), Permission.REQUEST_APPROVAL)
        deciding = permitted(actor(place, approved_by), Permission.APPROVE)
        if asking.user_id == deciding.user_id:
            refuse("the second person must be somebody else", column="approved_by", value=approved_by)
        if (out / MANIFEST).exists():
            refuse("manifest.csv of another run is in this folder: give one of its own to every run", column="out", value=str(out))
        try:
            with jobs.inline(), tenant(place.pk):
                election = election_on(place, date)
                settings = settings_from(election, options)
                made = _new_cards(election, deciding, settings)
                made = made or runs.request_run(election=election, settings=settings, by=asking, at=timezone.now())
            self._ready(made)
            _release(made, asking=asking, deciding=deciding)
        except RunRefusedError as refusal:
            raise CommandRefused(run_errors(refusal, settings)) from None
        except SamePersonError:
            refuse("the second person must be somebody else", column="approved_by", value=approved_by)
        except jobs.JobRefusedError as refusal:
            told = [_told(row) for row in refusal.errors]
            raise CommandRefused(told or run_errors(RunRefusedError(str(refusal)), settings)) from None
        with tenant(place.pk):
            made.refresh_from_db()
            written = _write(made, out)
        return {
            "run": made.number,
            "cards": made.cards_made,
            "none_by_reason": made.none_by_reason,
            "lines": made.lines,
            "files": written,
            "pages": made.figures["pages"],
            "seconds": round(time.monotonic() - started, 2),
            "readback": made.readback,
        }

    @staticmethod
    def _ready(made: PrintRun) -> None:
        """Wait until the run has come to rest: a worker that looks for forgotten work may have taken a part of it.

        However long that takes, as long as it gets on. Raises ``CommandError`` when it does not.
        """
        seen, deadline = None, 0.0
        while True:
            with tenant(made.municipality_id):
                made.refresh_from_db()
                told = progress(made)
            if made.state != PrintRun.State.MAKING:
                break
            if told != seen:
                seen, deadline = told, time.monotonic() + PATIENCE
            elif time.monotonic() > deadline:
                raise CommandError(STUCK % {"minutes": round(PATIENCE / 60), "run": made.number})
            time.sleep(0.2)
        if made.state == PrintRun.State.REFUSED:
            counts = made.readback.get("counts") or {"not in order": len(made.problems)}
            raise CommandRefused(
                [{"row": None, "column": kind, "value": str(count), "problem": RUN_PROBLEMS["read_back"]} for kind, count in counts.items()]
            )
        if made.state != PrintRun.State.READY:
            raise CommandError(f"the run ended as {made.state}")


def _new_cards(election: Election, deciding: Actor, settings: RunSettings) -> PrintRun | None:
    """The run that ``reissue`` has made and that waits to be printed, with the settings that it was made with; refused to who asked for it."""
    found = waiting_run(election)
    if found is not None and found.reissue_by_id == deciding.user_id:
        refuse("asked for these new cards: somebody else approves their release", column="approved_by", value=deciding.name)
    if found is not None and own_settings(election, settings) and settings != RunSettings.of(found.settings):
        refuse(
            "the new cards of this run are made already, with their own settings: print them first, without any",
            column="RUN",
            value=str(found.number),
        )
    return found


def _release(made: PrintRun, *, asking: Actor, deciding: Actor) -> None:
    """Ask and approve. A run that is kept back is cancelled before the refusal goes on: left open, it would refuse the next call."""
    try:
        with jobs.inline(), tenant(made.municipality_id):
            releasing.request_release(run=made, by=asking, at=timezone.now())
            releasing.approve_release(run=made, by=deciding, at=timezone.now())
    except (RunRefusedError, SamePersonError, jobs.JobRefusedError):
        # Somebody else may have released or cancelled it meanwhile: then nothing of it is open either.
        with suppress(RunRefusedError), tenant(made.municipality_id):
            runs.cancel_run(run=made, by=asking, at=timezone.now())
        raise


def _write(made: PrintRun, out: Path) -> list[str]:
    """The files of a run in a folder, under the names that a printer is told; the list of the cards as ``manifest.csv``."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for file in files(run=made):
        name = MANIFEST if file.kind == file.Kind.MANIFEST else file.name
        partial = out / f"{name}.part"
        with default_storage.open(file.file) as source, partial.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        partial.rename(out / name)
        written.append(name)
    return written


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "problem": RUN_PROBLEMS.get(row["problem"], row["problem"])}
