"""``import_districts 23027 kieswijken.csv --valid-from 2024-01-01``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CommandRefused, JsonCommand, content_of, operator, refuse
from core.tenancy import tenant
from districts.commands import day_named
from districts.rules.address_file import Problem
from districts.rules.table_file import MOST_BYTES
from districts.selectors.split import split_day
from districts.services import district_imports as services
from municipalities.commands import actor, municipality
from municipalities.rules import Permission

MOST_TOLD = 100


class Command(JsonCommand):
    """Bring in a file of districts (docs/formats/districts.md)."""

    help = (
        "Make a file of districts the split from a day on: streets and numbers of every district. Rows that stay the same are left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, the file, the day and who asks."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--valid-from", metavar="DATE", help="default: since when the split of now holds; the first, from the beginning"
        )
        parser.add_argument("--requested-by", metavar="USERNAME", help="default: whoever types the command, as the machine knows them")

    def run(self, *, nis: str, file: Path, valid_from: str | None, requested_by: str | None, **_: Any) -> dict[str, Any]:
        """Bring the file in at once and return the counts."""
        place = municipality(nis)
        now, asked = timezone.now(), day_named(valid_from, column="--valid-from")
        by = actor(place, requested_by, at=now) if requested_by else operator()
        if requested_by and not by.may(Permission.MANAGE_ELECTION):
            refuse("this person may not change districts", column="--requested-by", value=requested_by)
        content = content_of(file, most=MOST_BYTES, column="FILE")
        try:
            with tenant(place.pk):
                day = asked or split_day(municipality=place, today=timezone.localdate(now)).start
                done, warnings = services.import_districts(
                    municipality=place, content=content, file_name=file.name, valid_from=day, by=by, at=now
                )
        except services.DistrictFileRefusedError as refusal:
            raise CommandRefused([_told(problem) for problem in refusal.problems]) from refusal
        return {**done.counts, "valid_from": day, "warned": [_told(warning) for warning in warnings[:MOST_TOLD]]}


def _told(problem: Problem) -> dict[str, Any]:
    said = f"{problem.code}: {problem.expected}" if problem.expected else problem.code
    return {"row": problem.row, "column": problem.column, "value": problem.value, "problem": said}
