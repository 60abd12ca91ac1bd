"""``card_cases 23027 2024-10-13 --state open --kind returned --format csv --out gevallen.csv``"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.models import CardCase
from convocations.selectors.cards import CaseQuery
from convocations.services import case_files
from core.commands import JsonCommand, operator, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission

ALL = "all"


class Command(JsonCommand):
    """Tell or write the cases of cards; national numbers are masked."""

    help = "Tell the cases of cards, or write them to a file as CSV, XLSX or JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, which cases, the form and the file."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--state", choices=[*CardCase.State.values, ALL], default=CardCase.State.OPEN.value)
        parser.add_argument("--kind", choices=CardCase.Kind.values, default="")
        parser.add_argument("--postcode", default="", metavar="POSTCODE")
        parser.add_argument("--street", default="", metavar="NAME", help="as it stands on the card")
        parser.add_argument("--format", choices=case_files.FORMATS, default="csv")
        parser.add_argument("--out", metavar="FILE", type=Path, help="the file; without it the cases are told")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else whoever types the command")

    def run(self, *, nis: str, date: str, out: Path | None, requested_by: str | None, **options: Any) -> dict[str, Any]:
        """Make the file, and write it beside the target first: a refusal leaves an old one as it was."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.EXPORT) if requested_by else operator()
        if out is not None and not out.parent.is_dir():
            refuse("this folder does not exist", column="--out", value=str(out.parent))
        state = "" if options["state"] == ALL else options["state"]
        asked = CaseQuery(state, options["kind"], options["postcode"], options["street"])
        form: case_files.Format = options["format"] if out else "json"
        with tenant(place.pk):
            content, rows = case_files.export_cases(
                election=election_on(place, date), asked=asked, file_format=form, by=by, at=timezone.now()
            )
        if out is None:
            return {"rows": rows, "cases": json.loads(content)}
        partial = out.with_name(f".{out.name}.partial")
        partial.write_bytes(content)
        partial.replace(out)
        return {"file": str(out), "format": form, "rows": rows}
