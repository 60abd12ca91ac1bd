"""``assign_stations 23027 2024-10-13 --requested-by an [--previous 2018-10-14] [--draft NAME]``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core import jobs
from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.tenancy import tenant
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.commands import DRAFT_PROBLEMS, election_on
from voters.models import Draft
from voters.rules.assignment import DraftSettings, ListOrder, Numbering, Rooms, Wishes
from voters.selectors.draft_pages import all_districts
from voters.selectors.drafts import earlier
from voters.services import drafts

FIGURES = (
    "voters",
    "stations",
    "households",
    "unplaced",
    "over",
    "under",
    "split_sides",
    "moved",
    "mean_distance_m",
    "bound_m",
    "gap",
    "seconds",
)


class Command(JsonCommand):
    """Place every household of the newest extraction in a station, at once, in this process."""

    help = "Make a draft of the assignment and wait for it. Prints its figures; refused with the shortages when it is not possible."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, on whose behalf, what to compare with, and the weights."""
        settings = DraftSettings()
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; the one who types it when left out")
        parser.add_argument("--previous", metavar="DATE", help="election whose frozen assignment voters should keep where they can")
        parser.add_argument("--draft", default="", metavar="NAME", help="what the draft is called")
        parser.add_argument("--move", type=int, default=settings.move, help="metres that a voter must save to move")
        parser.add_argument("--row", type=int, default=settings.row, help="metres of walking, all together, that a street row may cost")
        parser.add_argument(
            "--wishes", choices=[one.value for one in Wishes], default=settings.wishes.value, help="which goes before which"
        )
        parser.add_argument("--balance", type=int, help="spread of loads around the mean of the district, percent")
        parser.add_argument("--whole-buildings", action="store_true", help="never split a house number")
        parser.add_argument("--rooms", choices=[one.value for one in Rooms], default=settings.rooms.value)
        parser.add_argument("--rest", type=int, metavar="NUMBER", help="station for voters whose street nobody knows")
        parser.add_argument("--numbering", choices=[one.value for one in Numbering], default=settings.numbering.value)
        parser.add_argument("--order", choices=[one.value for one in ListOrder], default=settings.order.value)

    def run(self, *, nis: str, date: str, requested_by: str | None, previous: str | None, draft: str, **options: Any) -> dict[str, Any]:
        """Ask and make."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION) if requested_by else operator()
        try:
            settings = DraftSettings.of(options)
        except ValueError as error:
            refuse(str(error))
        try:
            with jobs.inline(), tenant(place.pk):
                election = election_on(place, date)
                before = next((one for one in earlier(election=election) if one.election.date.isoformat() == previous), None)
                if previous and before is None:
                    refuse("no frozen assignment on this day", column="--previous", value=previous)
                made = drafts.request_draft(election=election, name=draft, settings=settings, previous=before, by=by, at=timezone.now())
        except drafts.DraftRefusedError as refusal:
            refuse(DRAFT_PROBLEMS.get(refusal.code, refusal.code), column="DATE", value=date)
        except jobs.JobRefusedError as refusal:
            refuse(DRAFT_PROBLEMS.get(str(refusal), str(refusal)), column="DATE", value=date)
        with tenant(place.pk):
            made.refresh_from_db()
            codes = {one.pk: one.code for one in all_districts(municipality_id=place.pk)}
        if made.state == Draft.State.INFEASIBLE:
            raise CommandRefused([_problem(shortage, codes) for shortage in made.shortages])
        if made.state != Draft.State.READY:
            refuse(f"the draft ended as {made.state}")
        return {"draft": made.number, "name": made.name, **{name: made.figures.get(name) for name in FIGURES}}


def _problem(shortage: dict[str, Any], codes: dict[int, str]) -> dict[str, Any]:
    advice = ", ".join(f"{one['remedy']} {one['amount']}" for one in shortage["advice"])
    return {
        "row": None,
        "column": "district",
        "value": codes.get(shortage["district"], ""),
        "problem": f"{shortage['kind']}: {shortage['voters']} voters, {shortage['seats']} seats, {shortage['short']} short; {advice}",
    }
