"""``verdicts 23027 2024-10-13 --out verdicts.csv``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, operator, refuse
from core.tenancy import tenant
from municipalities.commands import municipality
from voters.commands import election_on
from voters.selectors import verdicts as selectors
from voters.services import extractions


class Command(JsonCommand):
    """Write why every person may or may not vote."""

    help = (
        "Write the verdicts of the final extraction, else of the newest trial, as CSV: national_number, ballot, verdict, fact, fact_date."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election and the file."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    def run(self, *, nis: str, date: str, out: Path, **_: Any) -> dict[str, Any]:
        """Write the file whole or not at all, and record that it was taken out."""
        place = municipality(nis)
        by = operator()
        partial = out.with_name(f"{out.name}.part")
        with tenant(place.pk):
            election = election_on(place, date)
            extraction = selectors.deciding_extraction(election)
            if extraction is None:
                refuse("no extraction was made yet", column="DATE", value=date)
            rows = -1
            try:
                with partial.open("wb") as file:
                    for piece in selectors.verdict_rows(election=election, extraction=extraction):
                        file.write(piece)
                        rows += piece.count(b"\n")
            except OSError as error:
                partial.unlink(missing_ok=True)
                refuse(f"cannot be written: {error.strerror}", column="out", value=str(out))
            extractions.record_verdict_export(extraction=extraction, rows=rows, by=by, at=timezone.now())
            partial.replace(out)
        return {"file": str(out), "rows": rows, "extraction": extraction.number, "kind": extraction.kind}
