"""``check_card 23027 2024-10-13 7HJ2K0P4QRST-01``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.services.checking import check_card
from core.commands import JsonCommand, operator
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission


class Command(JsonCommand):
    """Say what a card is worth: valid, replaced (when and where), withdrawn, of another election, unknown."""

    help = "Say what the card with this code is worth."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election and the code."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("code", metavar="CODE", help="as the square says it, with or without the issue")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else whoever types the command")

    def run(self, *, nis: str, date: str, code: str, requested_by: str | None, **_options: Any) -> dict[str, Any]:
        """Look it up; that it was asked is recorded."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.VIEW) if requested_by else operator()
        with tenant(place.pk):
            found = check_card(election=election_on(place, date), text=code, by=by, at=timezone.now())
        card, event = found.card, found.by
        return {
            "state": found.state,
            "issue": card.issue if card else None,
            "list_number": card.list_number if card else None,
            "election": card.election.date.isoformat() if card else None,
            "reason": found.reason,
            "at": event.at.isoformat() if event else None,
            "counter": event.details.get("counter", "") if event else "",
            "replaced_by_issue": event.details.get("issue") if event else None,
        }
