"""``return_cards 23027 2024-10-13 7K2M9PQ4R8TX-01 … --cause moved --action kept --requested-by an``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.commands import RETURN_PROBLEMS
from convocations.rules.returns import Action, Cause
from convocations.services import returned
from convocations.services.returned import Handling, Letter, Problem, ReturnsRefusedError
from core.commands import CommandRefused, JsonCommand, content_of, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission


class Command(JsonCommand):
    """Note that letters came back: codes that were scanned, or a file with the cause of each. All of them are noted or none."""

    help = "Note that letters came back, why, and what was done with them; those kept for their voters become open cases."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the letters, and what holds for all of them."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("codes", metavar="CODE", nargs="*", help="code or token of a card, as the QR says it")
        parser.add_argument("--file", metavar="FILE", type=Path, help="docs/formats/convocations.md, Letters that came back")
        parser.add_argument("--cause", choices=[cause.value for cause in Cause], default="", help="why, where a row does not say so")
        parser.add_argument("--action", choices=[action.value for action in Action], default=Action.KEPT.value, help="what was done")
        parser.add_argument("--note", default="", metavar="TEXT")
        parser.add_argument("--requested-by", required=True, metavar="USER", help="on whose behalf")

    def run(self, *, nis: str, date: str, codes: list[str], file: Path | None, requested_by: str, **options: Any) -> dict[str, Any]:
        """Read, check, note."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION)
        if bool(codes) == (file is not None):
            refuse("name codes or a file, one of the two", column="CODE")
        usual = Handling(options["cause"], options["action"], options["note"].strip())
        try:
            letters, wrong = _letters(codes, file, usual)
            with tenant(place.pk):
                election = election_on(place, date)
                noted = returned.note_returns(election=election, letters=letters, wrong=wrong, by=by, at=timezone.now())
        except ReturnsRefusedError as refusal:
            raise CommandRefused([_told(problem) for problem in refusal.problems]) from None
        return {
            "noted": sum(noted.causes.values()),
            "by_cause": noted.causes,
            "kept": noted.kept,
            "noted_before": noted.seen,
            "replaced": noted.replaced,
        }


def _letters(codes: list[str], file: Path | None, usual: Handling) -> tuple[list[Letter], list[Problem]]:
    if file is None:
        return [Letter(None, code, usual) for code in codes], []
    return returned.read_letters(content_of(file, most=returned.MOST_BYTES, column="--file"), usual=usual)


def _told(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column, "value": problem.value, "problem": RETURN_PROBLEMS[problem.code]}
