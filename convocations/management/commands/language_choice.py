"""``language_choice 23027 85073003328 --received-on 2024-08-01 --source "brief van 30 juli" --requested-by an``"""

from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import override

from convocations.models import LanguageChoice
from convocations.selectors import languages as selectors
from convocations.services import languages as services
from convocations.words.languages import REFUSALS
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from municipalities.commands import actor, municipality, permitted
from municipalities.models import Municipality
from municipalities.rules import Permission
from voters.commands import field_length, person_with_number
from voters.models import Person


class Command(JsonCommand):
    """Record that a voter asks for cards in French, or for Dutch again; without either, say what holds."""

    help = "Show, record or withdraw a voter's request for cards in French, in a municipality with language facilities."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the voter, and what came in."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("national_number", metavar="NATIONAL_NUMBER", help="of the voter, with or without signs")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--received-on", metavar="DATE", help="day on which the request came in, YYYY-MM-DD")
        what.add_argument("--withdraw", action="store_true", help="the voter asks for Dutch again, from today")
        parser.add_argument("--source", metavar="TEXT", help="the document of the request; needed with --received-on")
        parser.add_argument("--requested-by", metavar="USER", help="needed to record or to withdraw")

    def run(self, *, nis: str, national_number: str, **options: Any) -> dict[str, Any]:
        """Return the language of this voter's cards, and until when the request holds."""
        place, now = municipality(nis), timezone.now()
        with tenant(place.pk):
            person = person_with_number(place, national_number)
            if options["received_on"] or options["withdraw"]:
                _change(place, person, options, at=now)
            language = selectors.language_of(municipality=place, person=person, on=localdate(now))
            held = services.open_choice(municipality=place, person_id=person.pk)
        return {"language": language, "ends_on": held.ends_on.isoformat() if held else None}


def _change(place: Municipality, person: Person, options: dict[str, Any], *, at: datetime) -> None:
    if options["requested_by"] is None:
        refuse("is needed with --received-on and --withdraw", column="--requested-by")
    by, typed = permitted(actor(place, options["requested_by"]), Permission.MANAGE_ELECTION), options["received_on"]
    try:
        if options["withdraw"]:
            services.withdraw_choice(municipality=place, person=person, by=by, at=at)
        else:
            source = _source(options["source"])
            services.record_choice(municipality=place, person=person, received_on=_day(typed), source=source, by=by, at=at)
    except services.ChoiceRefusedError as refusal:
        with override("en"):
            refuse(str(REFUSALS[refusal.code]), column="--received-on" if typed else "--withdraw", value=typed or "")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        refuse("expected a date, YYYY-MM-DD", column="--received-on", value=typed)


def _source(typed: str | None) -> str:
    most = field_length(LanguageChoice, "source")
    text = (typed or "").strip()
    return text if 0 < len(text) <= most else refuse(f"expected 1 to {most} characters", column="--source", value=text)
