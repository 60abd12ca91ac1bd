"""``preferred_hour 23027 2024-10-13 85073003328 earlier --requested-by an``"""

from typing import Any, Final

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.services.cases import set_wish
from core.commands import JsonCommand
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.commands import person_with_number

WISHES: Final = {"earlier": -1, "none": 0, "later": 1}


class Command(JsonCommand):
    """Note which hour the household of a voter would like; it counts for cards that are yet to be made."""

    help = "Note that a voter's household would rather come earlier or later, or has no wish any more."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the voter and the wish."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("national_number", metavar="NATIONAL_NUMBER", help="of the voter, with or without signs")
        parser.add_argument("wish", choices=WISHES)
        parser.add_argument("--requested-by", required=True, metavar="USER")

    def run(self, *, nis: str, date: str, national_number: str, wish: str, requested_by: str, **_: Any) -> dict[str, Any]:
        """Keep it."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION)
        with tenant(place.pk):
            election, person = election_on(place, date), person_with_number(place, national_number)
            set_wish(election=election, person=person, wish=WISHES[wish], by=by, at=timezone.now())
        return {"wish": wish}
