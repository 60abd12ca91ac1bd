"""``check_districts NIS DATE [--extraction NUMBER|--register]``: the preparatory checks of an election."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from elections.models import Election
from municipalities.commands import municipality
from voters.commands import election_on
from voters.models import Extraction
from voters.rules.preparation import FarLimits
from voters.selectors.preparation import check
from voters.selectors.voters_list import shown_extraction
from voters.words.preparation import as_json


class Command(JsonCommand):
    """Look for everything that stands in the way of placing every voter. Changes nothing."""

    help = (
        "Check districts, seats, polling stations, households and distances, on the newest list, another one, or the register as it is now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The election, and whose voters."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--extraction", type=int, metavar="NUMBER", help="the list of this extraction")
        whose.add_argument("--register", action="store_true", help="the register as it is now")

    def run(self, *, nis: str, date: str, extraction: int | None, register: bool, **_: Any) -> dict[str, Any]:
        """Look."""
        place = municipality(nis)
        limits = FarLimits(nearest=settings.FAR_FROM_NEAREST, median=settings.FAR_FROM_MEDIAN)
        with tenant(place.pk):
            election = election_on(place, date)
            chosen = None if register else _extraction(election, extraction)
            checked = check(election=election, extraction=chosen, limits=limits)
        return {**as_json(checked), "voters": checked.voters, "extraction": chosen.number if chosen else None}


def _extraction(election: Election, number: int | None) -> Extraction | None:
    found = shown_extraction(election=election, number=number)
    if found is None and number is not None:
        refuse("no finished extraction with this number", column="--extraction", value=str(number))
    return found
