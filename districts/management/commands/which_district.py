"""``which_district 23027 "Kerkstraat 12"``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from districts.commands import day_named
from districts.selectors.split import split_day
from districts.selectors.where import which_district
from districts.words.where import as_json
from municipalities.commands import municipality


class Command(JsonCommand):
    """Tell in which district an address lies."""

    help = "In which district a street, or a house of it, lies; accents and typing errors are forgiven."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, the address and the day."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("address", metavar="ADDRESS", help='a street, with or without number: "Kerkstraat 12"')
        parser.add_argument("--date", metavar="DATE", help="default: the election at hand, else today")

    def run(self, *, nis: str, address: str, date: str | None, **_: Any) -> dict[str, Any]:
        """The likeliest answer, and the others."""
        place = municipality(nis)
        asked = day_named(date, column="--date")
        with tenant(place.pk):
            day = split_day(municipality=place, today=timezone.localdate(), day=asked).day
            answers = [as_json(answer) for answer in which_district(municipality_id=place.pk, text=address, day=day)]
        if not answers:
            refuse("no street looks like this", column="ADDRESS", value=address)
        return {"query": address, "date": day, **answers[0], "alternatives": answers[1:]}
