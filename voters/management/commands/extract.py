"""``extract 23027 2024-10-13 final --requested-by an --approved-by lies``"""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core import jobs
from core.actor import Actor
from core.approvals import SamePersonError
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.commands import election_on
from voters.models import Extraction
from voters.services import extractions

PROBLEMS = {
    "no_ballots": "this election has no ballots",
    "no_rules": "no rules are loaded that hold for one of the ballots on that day",
    "no_register": "there is no population register yet",
    "final_exists": "the final extraction was made or asked for already",
    "register_changed": "another register file came in meanwhile",
    "wrong_state": "this was decided meanwhile",
}


class Command(JsonCommand):
    """Make a trial or the final extraction at once, in this process."""

    help = "Make an extraction and wait for it. Prints persons, voters, by_ballot, by_reason and seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the kind, and on whose behalf."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("kind", choices=["trial", "final"])
        parser.add_argument("--requested-by", required=True, metavar="USER")
        parser.add_argument("--approved-by", metavar="USER", help="the second person; final only, and then required")

    def run(self, *, nis: str, date: str, kind: str, requested_by: str, approved_by: str | None, **_: Any) -> dict[str, Any]:
        """Ask, have it decided when it is final, make it."""
        place, now = municipality(nis), timezone.now()
        asking = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION if kind == "trial" else Permission.REQUEST_APPROVAL)
        deciding = _second_person(kind, approved_by) and permitted(actor(place, approved_by or ""), Permission.APPROVE)
        try:
            with jobs.inline(), tenant(place.pk):
                extraction = _made(election_on(place, date), asking, deciding, now)
        except jobs.JobRefusedError as refusal:
            refuse(PROBLEMS.get(str(refusal), str(refusal)), column="DATE", value=date)
        with tenant(place.pk):
            extraction.refresh_from_db()
        if extraction.state != Extraction.State.DONE:
            refuse(f"the extraction ended as {extraction.state}")
        counts = extraction.counts
        return {
            "number": extraction.number,
            "kind": extraction.kind,
            **{name: counts[name] for name in ("persons", "voters", "by_ballot", "by_reason", "minors", "non_belgians", "seconds")},
            "checks": {check["code"]: check["count"] for check in extraction.checks},
            "sha256": extraction.sha256,
        }


def _second_person(kind: str, approved_by: str | None) -> bool:
    if kind == "final" and not approved_by:
        refuse("the final extraction needs a second person", column="approved_by")
    if kind == "trial" and approved_by:
        refuse("a trial needs no second person", column="approved_by", value=approved_by)
    return kind == "final"


def _made(election: Election, asking: Actor, deciding: Actor | bool, at: datetime) -> Extraction:
    try:
        if not isinstance(deciding, Actor):
            return extractions.request_trial(election=election, by=asking, at=at)
        extraction = extractions.request_final(election=election, by=asking, at=at)
        extractions.approve_final(extraction=extraction, by=deciding, at=at)
    except extractions.ExtractionRefusedError as refusal:
        refuse(PROBLEMS.get(refusal.code, refusal.code), column="DATE", value=election.date.isoformat())
    except SamePersonError:
        refuse("the second person must be somebody else", column="approved_by", value=deciding.name if isinstance(deciding, Actor) else "")
    return extraction
