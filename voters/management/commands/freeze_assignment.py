"""``freeze_assignment 23027 2024-10-13 --requested-by an --approved-by lies [--draft 3]``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core import jobs
from core.approvals import SamePersonError
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.commands import DRAFT_PROBLEMS, election_on
from voters.models import Draft
from voters.selectors.drafts import drafts as drafts_of
from voters.services import draft_freeze
from voters.services.drafts import DraftRefusedError


class Command(JsonCommand):
    """Freeze an assignment, as two persons, at once."""

    help = "Give every voter the station of a draft and a number for good. Cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, two persons, and which draft."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--requested-by", required=True, metavar="USER")
        parser.add_argument("--approved-by", required=True, metavar="USER", help="the second person")
        parser.add_argument("--draft", type=int, metavar="NUMBER", help="the newest that is ready when left out")

    def run(self, *, nis: str, date: str, requested_by: str, approved_by: str, draft: int | None, **_: Any) -> dict[str, Any]:
        """Ask, approve, freeze."""
        place, now = municipality(nis), timezone.now()
        asking = permitted(actor(place, requested_by), Permission.REQUEST_APPROVAL)
        deciding = permitted(actor(place, approved_by), Permission.APPROVE)
        try:
            with jobs.inline(), tenant(place.pk):
                found = drafts_of(election=election_on(place, date)).filter(state=Draft.State.READY)
                chosen = (found if draft is None else found.filter(number=draft)).first()
                if chosen is None:
                    refuse("no such draft that is ready", column="--draft", value=str(draft or ""))
                draft_freeze.request_freeze(draft=chosen, by=asking, at=now)
                draft_freeze.approve_freeze(draft=chosen, by=deciding, at=now)
        except DraftRefusedError as refusal:
            refuse(DRAFT_PROBLEMS.get(refusal.code, refusal.code), column="DATE", value=date)
        except SamePersonError:
            refuse("the second person must be somebody else", column="approved_by", value=approved_by)
        except jobs.JobRefusedError as refusal:
            refuse(DRAFT_PROBLEMS.get(str(refusal), str(refusal)), column="DATE", value=date)
        with tenant(place.pk):
            chosen.refresh_from_db()
        return {"draft": chosen.number, "name": chosen.name, "state": chosen.state, **chosen.figures}
