"""``import_stations 23027 stations.csv --election 2024-10-13``"""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CommandRefused, JsonCommand, content_of, operator, refuse
from core.tenancy import tenant
from districts.rules.table_file import MOST_BYTES
from districts.services import station_import
from elections.commands import election_on
from municipalities.commands import actor, municipality
from municipalities.rules import Permission


class Command(JsonCommand):
    """Bring in the polling stations of an election with their buildings (docs/formats/stations.md)."""

    help = "Make the polling stations of an election those of a file. A file with a single problem changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, the file and the election."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--election", required=True, metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--requested-by", metavar="USERNAME", help="on whose behalf; else the operator's")

    def run(self, *, nis: str, file: Path, election: str, requested_by: str | None, **_: Any) -> dict[str, Any]:
        """Bring the file in at once and return the counts."""
        started = time.monotonic()
        place = municipality(nis)
        by = actor(place, requested_by) if requested_by else operator()
        if requested_by and not by.may(Permission.MANAGE_ELECTION):
            refuse("this user may not change polling stations", column="--requested-by", value=requested_by)
        content = content_of(file, most=MOST_BYTES, column="FILE")
        try:
            with tenant(place.pk):
                counts = station_import.bring_in(
                    election=election_on(place, election, column="--election"),
                    content=content,
                    file_name=file.name,
                    by=by,
                    at=timezone.now(),
                )
        except station_import.StationFileRefusedError as refusal:
            raise CommandRefused(
                [
                    {
                        "row": problem.row or None,
                        "column": problem.column,
                        "value": problem.value,
                        "problem": f"{problem.code}: {problem.expected}".removesuffix(": "),
                    }
                    for problem in refusal.problems
                ]
            ) from refusal
        return {**asdict(counts), "seconds": round(time.monotonic() - started, 2)}
