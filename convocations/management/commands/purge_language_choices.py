"""``purge_language_choices --dry-run`` counts, ``purge_language_choices 23101`` deletes; without NIS in every municipality."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.services.retention import purge_ended_choices
from core.commands import JsonCommand, operator
from municipalities.commands import municipality
from municipalities.models import Municipality


class Command(JsonCommand):
    """Delete requests for cards in French that ended and about which no election can be disputed any more."""

    help = "Delete ended requests for cards in French, 180 days after the first election that followed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a municipality, and whether to count only."""
        parser.add_argument("nis", metavar="NIS", nargs="?", help="NIS code; all of them when left out")
        parser.add_argument("--dry-run", action="store_true", help="say how many there are, delete nothing")

    def run(self, *, nis: str | None, dry_run: bool, **_options: Any) -> dict[str, Any]:
        """Do it, one municipality after the other; each in a transaction of its own."""
        places = [municipality(nis)] if nis else list(Municipality.objects.order_by("nis_code"))
        by, at = operator(), timezone.now()
        found = {place.nis_code: purge_ended_choices(municipality=place, dry_run=dry_run, by=by, at=at) for place in places}
        return {
            "dry_run": dry_run,
            "choices": sum(found.values()),
            "by_municipality": {nis: count for nis, count in found.items() if count},
        }
