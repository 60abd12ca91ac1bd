"""``duplicate 23027 2024-10-13 85073003328 --mode full --out var/duplicaat.pdf --requested-by an``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.counter_commands import counter_called, write_files
from convocations.models import Counter
from convocations.rules.counter import Cause, Mode, Refusal
from convocations.selectors import counter as selectors
from convocations.services import counters, duplicates
from convocations.services.duplicates import DuplicateRefusedError, Request
from core.actor import Actor
from core.commands import JsonCommand, operator, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.models import Municipality
from municipalities.rules import Permission
from voters.commands import person_with_number

PROBLEMS = {
    Refusal.NO_FINAL_LIST: "there is no frozen voters list: extract --final first",
    Refusal.NOT_ASSIGNED: "no assignment is frozen: freeze_assignment first",
    Refusal.TOO_LATE: "it is too late: duplicates are not handed out any more",
    Refusal.NOT_ON_LIST: "not on the voters list",
    Refusal.STRUCK: "struck off the voters list",
    Refusal.NO_STATION: "this voter has no polling station",
    Refusal.UNPRINTABLE: "this card cannot be printed",
    Refusal.NO_BLANK: "the counter has no blank card of this kind",
    Refusal.STATION_UNFINISHED: "the polling station has no name or no whole address",
}
FIRST_COUNTER = "Loket 1"
MOST_NOTE = 200


class Command(JsonCommand):
    """Make a duplicate of a voter's card; the former card is replaced. Whoever types the number has seen the identity document."""

    help = "Make a duplicate of a voter's card. The former card is worth nothing from then on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the voter, the kind of paper and the file."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("national_number", metavar="NATIONAL_NUMBER", help="of the voter, with or without signs")
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.FULL.value)
        parser.add_argument("--out", required=True, metavar="FILE", type=Path, help="the PDF")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else whoever types the command")
        parser.add_argument("--counter", metavar="NAME", help="name of the counter; the first one if left out")
        parser.add_argument("--note", metavar="TEXT", default="", help=f"at most {MOST_NOTE} letters")
        parser.add_argument("--cause", choices=[cause.value for cause in Cause], default=Cause.NOT_RECEIVED.value)

    def run(self, *, nis: str, date: str, national_number: str, mode: str, out: Path, **options: Any) -> dict[str, Any]:
        """Make it and write the file."""
        place, now = municipality(nis), timezone.now()
        by = permitted(actor(place, options["requested_by"]), Permission.HAND_OUT) if options["requested_by"] else operator()
        if len(options["note"]) > MOST_NOTE:
            refuse(f"longer than {MOST_NOTE} letters", column="--note")
        with tenant(place.pk):
            election, person = election_on(place, date), person_with_number(place, national_number)
            request = Request(
                counter=_counter(place, options["counter"], by=by),
                mode=Mode(mode),
                cause=Cause(options["cause"]),
                identity_seen=True,
                note=options["note"],
            )
            try:
                made = duplicates.issue_duplicate(election=election, person=person, request=request, by=by, at=now)
            except DuplicateRefusedError as refusal:
                refuse(
                    ": ".join(filter(None, (PROBLEMS.get(refusal.refusal, str(refusal.refusal)), refusal.reason))), column="NATIONAL_NUMBER"
                )
            replaced, station = made.duplicate.replaces, made.card.station
            write_files({out: made.pdf}, column="--out")
        return {
            "file": str(out),
            "sha256": made.duplicate.sha256,
            "token": made.card.token,
            "issue": made.card.issue,
            "list_number": made.card.list_number,
            "station_number": station.number,
            "replaced_issue": replaced.issue if replaced else None,
            "counter": made.duplicate.counter_name,
            "mode": mode,
            "cause": made.duplicate.cause,
        }


def _counter(place: Municipality, name: str | None, *, by: Actor) -> Counter:
    """The counter that is called so, or the first one; a municipality without any gets its first."""
    if name:
        return counter_called(place, name)
    held = selectors.counters(municipality_id=place.pk)
    if held:
        return held[0]
    return counters.keep_counter(municipality=place, counter=None, name=FIRST_COUNTER, printer=None, by=by, at=timezone.now())
