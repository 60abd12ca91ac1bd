"""``export_voters NIS DATE --format csv|xlsx|pdf --out FILE``: the voters list of an election as a file."""

import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.tenancy import tenant
from elections.selectors import election as election_on
from municipalities.commands import municipality
from voters.models import Extraction
from voters.selectors.voters_list import placed_by, shown_extraction, stations
from voters.services import exports, printing


class Command(JsonCommand):
    """Write the final list, or the newest trial while there is no final one."""

    help = "Write the voters list (the final one; before it exists, that of the newest trial) as CSV, XLSX or PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        """Municipality, election day, form, file; which extraction and in which order."""
        parser.add_argument("nis")
        parser.add_argument("date", type=date.fromisoformat)
        parser.add_argument("--format", choices=exports.FORMATS, required=True)
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--order", choices=("number", "name", "street", "station"), default="number")
        parser.add_argument("--extraction", type=int, help="number of another extraction of this election")
        parser.add_argument("--station", type=int, metavar="NUMBER", help="the list of one polling station")

    def run(self, **options: Any) -> dict[str, Any]:
        """Write beside the target and move it there whole: a refusal leaves the old file as it was."""
        place, out = municipality(options["nis"]), options["out"]
        with tenant(place.pk):
            extraction = self._extraction(options)
            self._check_station(extraction, options)
            if not out.parent.is_dir():
                refuse("this folder does not exist", column="--out", value=str(out.parent))
            with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
                partial = Path(file.name)
                try:
                    written = exports.export(
                        extraction=extraction,
                        file_format=options["format"],
                        order=options["order"],
                        station=options["station"],
                        stream=file,
                        by=operator(),
                        at=timezone.now(),
                    )
                except printing.ExportRefusedError as refusal:
                    partial.unlink()
                    raise CommandRefused(refusal.errors) from refusal
                except BaseException:
                    partial.unlink()
                    raise
        partial.replace(out)
        return {"file": str(out), "format": options["format"], "extraction": extraction.number, "kind": extraction.kind, **asdict(written)}

    def _check_station(self, extraction: Extraction, options: dict[str, Any]) -> None:
        """A list by station, or of one, needs a frozen assignment that has it."""
        draft = placed_by(extraction)
        if draft is None and options["order"] == "station":
            refuse("no assignment of polling stations is frozen on this list yet", column="--order", value="station")
        if options["station"] is None:
            return
        if draft is None:
            refuse("no assignment of polling stations is frozen on this list yet", column="--station", value=str(options["station"]))
        if options["station"] not in {one.number for one in stations(draft)}:
            refuse("there is no polling station with this number", column="--station", value=str(options["station"]))

    def _extraction(self, options: dict[str, Any]) -> Extraction:
        election = election_on(municipality=municipality(options["nis"]), day=options["date"])
        if election is None:
            refuse("no election on this day", column="DATE", value=options["date"].isoformat())
        extraction = shown_extraction(election=election, number=options["extraction"])
        if extraction is None:
            refuse("no finished extraction: extract first", column="DATE", value=options["date"].isoformat())
        return extraction
