"""``change_sheet NIS DATE --from MOMENT --to MOMENT --format csv|pdf --out FILE``: what changed on the list between two moments."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import municipality
from voters.rules.ledger import Change
from voters.selectors.ledger import NoFinalListError
from voters.services import change_sheet, printing


class Command(JsonCommand):
    """Write the change sheet; a refusal leaves an old file as it was."""

    help = "Write what changed on the voters list between two moments, by polling station (docs/formats/mutations.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Municipality, election day, the two moments, form, file."""
        super().add_arguments(parser)
        parser.add_argument("nis")
        parser.add_argument("date")
        parser.add_argument("--from", dest="since", required=True, metavar="MOMENT", help="such as 2024-09-01T00:00; without a zone: local")
        parser.add_argument("--to", dest="until", required=True, metavar="MOMENT")
        parser.add_argument("--format", choices=change_sheet.FORMATS, required=True)
        parser.add_argument("--out", required=True, type=Path)

    def run(self, **options: Any) -> dict[str, Any]:
        """Make it, then write it."""
        place, out = municipality(options["nis"]), options["out"]
        since, until = (_moment(options[name], option) for name, option in (("since", "--from"), ("until", "--to")))
        if since > until:
            refuse("the second moment lies before the first", column="--to", value=options["until"])
        if not out.parent.is_dir():
            refuse("this folder does not exist", column="--out", value=str(out.parent))
        with tenant(place.pk):
            election = election_on(place, options["date"])
            try:
                sheet = change_sheet.issue_change_sheet(
                    election=election, since=since, until=until, file_format=options["format"], by=operator(), at=timezone.now()
                )
            except NoFinalListError:
                refuse("no final list is frozen for this election", column="DATE", value=options["date"])
            except printing.ExportRefusedError as refusal:
                raise CommandRefused(refusal.errors) from refusal
        partial = out.with_name(f".{out.name}.partial")
        partial.write_bytes(sheet.content)
        partial.replace(out)
        counts = {change.value: sheet.changes[change.value] for change in Change}
        return {"file": str(out), "format": options["format"], "rows": sheet.rows, **counts, "sha256": sheet.sha256}


def _moment(text: str, option: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        refuse("expected a moment, such as 2024-09-01T00:00", column=option, value=text)
    return found if found.tzinfo else timezone.make_aware(found)
