"""``create_election 23027 2024-10-13 --list-date 2024-08-01 --ballots municipal,provincial``"""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CommandRefused, JsonCommand, operator, refuse
from elections import services
from elections.rules import election_warnings
from municipalities.commands import actor, municipality
from municipalities.rules import Permission

PROBLEMS = {
    "exists": "there is an election on this day already",
    "not_before_election": "the list date must lie before the election day",
    "no_ballots": "at least one ballot is needed",
    "unknown": "there is no such ballot",
    "not_held_here": "this ballot is not held in this municipality",
    "no_rules": "no rules are loaded that hold for this ballot on that day",
}


class Command(JsonCommand):
    """Make an election day with its ballots."""

    help = "Make an election day with its ballots. Prints its dates, its ballots and what is unusual about them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, the two dates and the ballots."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--list-date", required=True, help="date on which the list is closed, YYYY-MM-DD")
        parser.add_argument("--ballots", required=True, help="codes separated by commas: municipal,provincial")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else the operator's")

    def run(self, *, nis: str, date: str, list_date: str, ballots: str, requested_by: str | None, **_: Any) -> dict[str, Any]:
        """Make it, or say what is wrong with each value."""
        place = municipality(nis)
        by = actor(place, requested_by) if requested_by else operator()
        if requested_by and not by.may(Permission.MANAGE_ELECTION):
            refuse("this user may not make elections", column="requested_by", value=requested_by)
        day, listed = read_date(date, column="DATE"), read_date(list_date, column="list_date")
        codes = [code.strip() for code in ballots.split(",") if code.strip()]
        try:
            made = services.create_election(municipality=place, date=day, list_date=listed, ballots=codes, by=by, at=timezone.now())
        except services.ElectionRefusedError as refusal:
            given = {"date": date, "list_date": list_date, "ballots": ballots}
            raise CommandRefused(
                [
                    {
                        "row": None,
                        "column": field,
                        "value": code.partition(":")[2] or given[field],
                        "problem": PROBLEMS[code.partition(":")[0]],
                    }
                    for field, code in refusal.problems
                ]
            ) from None
        return {
            "nis": nis,
            "date": made.date.isoformat(),
            "list_date": made.list_date.isoformat(),
            "ballots": codes,
            "warnings": list(election_warnings(day=day, list_date=listed)),
        }


def read_date(value: str, *, column: str) -> date:
    """Return the day, or refuse what is none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return refuse("expected a date, YYYY-MM-DD", column=column, value=value)
