"""``print_convocations 23027 2024-10-13 --requested-by an --approved-by lies --out var/cards``"""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from convocations.commands import RUN_PROBLEMS, settings_from
from convocations.models import PrintRun
from convocations.selectors.runs import files
from convocations.services import releasing, runs
from convocations.services.runs import RunRefusedError
from core import jobs
from core.actor import Actor
from core.approvals import SamePersonError
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission

PATIENCE = 600.0
"""Seconds for what a worker does at the same time."""
MANIFEST = "manifest.csv"
"""The list of the cards in the folder, of whichever run: a folder takes one run."""


class Command(JsonCommand):
    """Make the cards of everybody who has none yet, read them back, release them as two persons, and write the files."""

    help = "Print the convocation cards of an election, as two persons, at once. Cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, two persons, the folder and how the cards are to be."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--requested-by", required=True, metavar="USER")
        parser.add_argument("--approved-by", required=True, metavar="USER", help="the second person")
        parser.add_argument("--out", required=True, metavar="DIR", type=Path, help="folder for the files")
        parser.add_argument("--order", choices=["post", "station"], default="post")
        parser.add_argument("--hours", metavar="MINUTES", type=int, default=60, help="length of an advised time; 0 for none")
        parser.add_argument("--mail-ids", action="store_true", help="give every card a Mail ID number of the municipality's own")
        parser.add_argument("--reissue-changed", action="store_true", help="also a new card for whose card says something else by now")

    def run(self, *, nis: str, date: str, requested_by: str, approved_by: str, out: Path, **options: Any) -> dict[str, Any]:
        """Ask, make, read back, release, write."""
        place, started = municipality(nis), time.monotonic()
        asking = permitted(actor(place, requested_by), Permission.REQUEST_APPROVAL)
        deciding = permitted(actor(place, approved_by), Permission.APPROVE)
        if asking.user_id == deciding.user_id:
            refuse("the second person must be somebody else", column="approved_by", value=approved_by)
        if (out / MANIFEST).exists():
            refuse("manifest.csv of another run is in this folder: give one of its own to every run", column="out", value=str(out))
        try:
            with jobs.inline(), tenant(place.pk):
                election = election_on(place, date)
                settings = settings_from(
                    election,
                    order=options["order"],
                    step=options["hours"],
                    mail_ids=options["mail_ids"],
                    reissue_changed=options["reissue_changed"],
                )
                made = runs.request_run(election=election, settings=settings, by=asking, at=timezone.now())
            self._ready(made)
            _release(made, asking=asking, deciding=deciding)
        except RunRefusedError as refusal:
            raise CommandRefused([_problem(code) for code in refusal.codes]) from None
        except SamePersonError:
            refuse("the second person must be somebody else", column="approved_by", value=approved_by)
        except jobs.JobRefusedError as refusal:
            raise CommandRefused([_told(row) for row in (refusal.payload or {}).get("errors", [])] or [_problem(str(refusal))]) from None
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
        """Wait until the run has come to rest: a worker that looks for forgotten work may have taken a part of it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with tenant(made.municipality_id):
                made.refresh_from_db()
            if made.state != PrintRun.State.MAKING or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        if made.state == PrintRun.State.REFUSED:
            counts = made.readback.get("counts") or {"not in order": len(made.problems)}
            raise CommandRefused(
                [{"row": None, "column": kind, "value": str(count), "problem": RUN_PROBLEMS["read_back"]} for kind, count in counts.items()]
            )
        if made.state != PrintRun.State.READY:
            raise CommandError(f"the run ended as {made.state}")


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


def _problem(code: str) -> dict[str, Any]:
    return {"row": None, "column": "DATE", "value": "", "problem": RUN_PROBLEMS.get(code, code)}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "problem": RUN_PROBLEMS.get(row["problem"], row["problem"])}
