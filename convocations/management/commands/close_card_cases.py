"""``close_card_cases 23027 2024-10-13 412 413 --note "nieuwe brief bezorgd" --requested-by an``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.commands import CASE_PROBLEMS
from convocations.services import cases
from convocations.services.cases import CasesRefusedError
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission


class Command(JsonCommand):
    """Close cases of cards by their numbers (``card_cases`` gives them), with what was done. All of them or none."""

    help = "Close open cases of cards, with what was done."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the cases, and what was done."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("cases", metavar="CASE", nargs="+", type=int, help="number of a case, as card_cases gives it")
        parser.add_argument("--note", required=True, metavar="TEXT", help="what was done")
        parser.add_argument("--requested-by", required=True, metavar="USER", help="on whose behalf")

    def run(self, *, nis: str, date: str, requested_by: str, **options: Any) -> dict[str, Any]:
        """Close them."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION)
        note = options["note"].strip()
        if not 0 < len(note) <= cases.LONGEST_NOTE:
            refuse(f"from 1 to {cases.LONGEST_NOTE} letters", column="--note", value=note[:80])
        try:
            with tenant(place.pk):
                numbers = set(options["cases"])
                closed = cases.close_cases(election=election_on(place, date), numbers=numbers, note=note, by=by, at=timezone.now())
        except CasesRefusedError as refusal:
            raise CommandRefused(
                [{"row": None, "column": "CASE", "value": str(one), "problem": CASE_PROBLEMS[code]} for one, code in sorted(refusal.wrong)]
            ) from None
        return {"closed": closed}
