"""``card_run 23027 2024-10-13 3 --release --requested-by an --approved-by lies``"""

from collections import Counter
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.commands import RUN_PROBLEMS
from convocations.models import PrintRun
from convocations.selectors import runs as selectors
from convocations.services import releasing, runs
from convocations.services.runs import RunRefusedError
from core import jobs
from core.actor import Actor
from core.approvals import NotOpenError, SamePersonError
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.models import Municipality
from municipalities.rules import Permission


class Command(JsonCommand):
    """Say how the print runs of an election stand, or do with one what its page does: cancel, withdraw what is not right, release."""

    help = "Show the print runs of an election; cancel one, withdraw its cards that are not right any more, or release it as two persons."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the run and what to do with it."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("number", metavar="RUN", type=int, nargs="?", help="its number; every run when left out")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--cancel", dest="act", action="store_const", const="cancel", help="a run that was not released")
        act.add_argument("--withdraw-cards", dest="act", action="store_const", const="withdraw", help="those that are not right any more")
        act.add_argument("--release", dest="act", action="store_const", const="release", help="as two persons")
        parser.add_argument("--requested-by", metavar="USER", help="needed to do anything")
        parser.add_argument("--approved-by", metavar="USER", help="the second person, with --release")

    def run(self, *, nis: str, date: str, number: int | None, act: str | None, **options: Any) -> dict[str, Any]:
        """Return how the runs stand afterwards."""
        place = municipality(nis)
        if act and number is None:
            refuse("is needed with this", column="RUN")
        who = _persons(place, act, options) if act else []
        with tenant(place.pk):
            election = election_on(place, date)
            found = [run for run in selectors.runs(election=election).order_by("number") if number in {None, run.number}]
            if number is not None and not found:
                refuse("no run of this election has this number", column="RUN", value=str(number))
        withdrawn = _act(found[0], act, who, options) if act else None
        with tenant(place.pk):
            told = [_told(run) for run in found]
        return {"runs": told} if withdrawn is None else {"runs": told, "withdrawn": withdrawn}


def _persons(place: Municipality, act: str, options: dict[str, Any]) -> list[Actor]:
    """Who does it, as the page asks: one person who manages elections, or two for a release."""
    needed = [("requested_by", Permission.REQUEST_APPROVAL), ("approved_by", Permission.APPROVE)] if act == "release" else []
    needed = needed or [("requested_by", Permission.MANAGE_ELECTION)]
    for name, _permission in needed:
        if options[name] is None:
            refuse("is needed with this", column=f"--{name.replace('_', '-')}")
    found = [permitted(actor(place, options[name]), permission) for name, permission in needed]
    if len({one.user_id for one in found}) < len(found):
        # Before anything is asked: a question that nobody may answer would stay open.
        refuse("the second person must be somebody else", column="--approved-by", value=options["approved_by"])
    return found


def _act(run: PrintRun, act: str, who: list[Actor], options: dict[str, Any]) -> int | None:
    """Do it; of withdrawn cards, how many."""
    now = timezone.now()
    try:
        with jobs.inline(), tenant(run.municipality_id):
            if act == "cancel":
                runs.cancel_run(run=run, by=who[0], at=now)
            elif act == "withdraw":
                return releasing.withdraw_cards(run=run, by=who[0], at=now)
            else:
                if run.state != PrintRun.State.REQUESTED:
                    releasing.request_release(run=run, by=who[0], at=now)
                releasing.approve_release(run=run, by=who[1], at=now)
    except RunRefusedError as refusal:
        refuse(RUN_PROBLEMS.get(refusal.code, refusal.code), column="RUN", value=str(run.number))
    except NotOpenError:
        refuse(RUN_PROBLEMS["wrong_state"], column="RUN", value=str(run.number))
    except SamePersonError:  # whoever asked on the page, or for the new cards of this run
        refuse("the second person must be somebody else", column="--approved-by", value=options["approved_by"])
    except jobs.JobRefusedError as refusal:
        refuse(RUN_PROBLEMS.get(str(refusal), str(refusal)), column="RUN", value=str(run.number))
    return None


def _told(run: PrintRun) -> dict[str, Any]:
    """How a run stands; ``not_right``: its cards that are not as the list says now, by cause."""
    run.refresh_from_db()
    alive = run.state in {PrintRun.State.READY, PrintRun.State.REQUESTED, PrintRun.State.RELEASED}
    stale = selectors.stale_now(run, at=timezone.now()) if alive else []
    withdrawn = selectors.withdrawn(election=run.election)[run.pk]
    return {
        "run": run.number,
        "state": run.state,
        "cards": run.cards_made - withdrawn,
        "withdrawn": withdrawn,
        "none_by_reason": run.none_by_reason,
        "requested_by": run.requested_by_name,
        "approved_by": run.approved_by_name,
        "not_right": dict(Counter(one.why for one in stale)),
    }
