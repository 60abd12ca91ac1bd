"""``import_printer_report 23027 2024-10-13 drukker.csv --run 1 --requested-by an``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.commands import report_errors
from convocations.models import PrintRun
from convocations.selectors.runs import runs
from convocations.services import answers
from convocations.services.answers import AnswerRefusedError
from core import jobs
from core.actor import Actor
from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.models import Job
from core.tenancy import tenant
from elections.commands import election_on
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.models import Municipality
from municipalities.rules import Permission


class Command(JsonCommand):
    """Bring in what the printer says of the cards of a released run: printed, spoiled, posted. Whole or not at all."""

    help = "Bring in the printer's report on a released run; spoiled and doubly printed cards become open cases."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the file and the run."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("file", metavar="FILE", type=Path, help="docs/formats/convocations.md, Report of the printer")
        parser.add_argument("--run", type=int, metavar="NUMBER", help="needed when more than one run is released")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else whoever types the command")

    def run(self, *, nis: str, date: str, file: Path, requested_by: str | None, **options: Any) -> dict[str, Any]:
        """Read, keep, note it on the cards."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.IMPORT) if requested_by else operator()
        if not file.is_file():
            refuse("no such file", column="FILE", value=str(file))
        try:
            job = _bring_in(place, date, file, options["run"], by=by)
        except AnswerRefusedError as refusal:
            raise CommandRefused(report_errors(refusal)) from None
        with tenant(place.pk):
            job.refresh_from_db()
        if job.state != Job.State.DONE:
            refuse("this file is being brought in already, or was stopped", column="FILE", value=str(file))
        return {name: value for name, value in (job.result or {}).items() if name not in {"file", "file_id", "election"}}


def _bring_in(place: Municipality, date: str, file: Path, number: int | None, *, by: Actor) -> Job:
    with jobs.inline(), tenant(place.pk), file.open("rb") as stream:
        run = _released(election_on(place, date), number)
        return answers.request_report(run=run, file=stream, file_name=file.name, by=by, at=timezone.now())


def _released(election: Election, number: int | None) -> PrintRun:
    """The run of this number; without one the only run that is released. Another one of the same election is never guessed."""
    found = list(runs(election=election).filter(state=PrintRun.State.RELEASED).select_related("election__municipality"))
    numbers = ", ".join(str(run.number) for run in reversed(found))
    if number is not None:
        chosen = next((run for run in found if run.number == number), None)
        return chosen or refuse(f"this run is not released; released are: {numbers or 'none'}", column="--run", value=str(number))
    if not found:
        refuse("no print run of this election is released: print_convocations first", column="DATE", value=election.date.isoformat())
    if len(found) > 1:
        refuse(f"more than one run is released: say which one, of {numbers}", column="--run")
    return found[0]
