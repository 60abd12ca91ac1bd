"""``import_addresses 23027 openaddress-bevlg.zip --requested-by an``"""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core import jobs
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from districts.models import AddressImport
from districts.services import addresses as services
from municipalities.commands import actor, municipality
from municipalities.rules import Permission


class Command(JsonCommand):
    """Bring in a BeSt file of addresses (docs/formats/addresses.md)."""

    help = "Bring in the addresses of one municipality from a BeSt file: plain, .gz or .zip, of the municipality or of the whole region."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, the file and who asks."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--requested-by", required=True, metavar="USERNAME")
        parser.add_argument("--confirm-closing", action="store_true", help="even when it closes more than 10 % of the addresses")

    def run(self, *, nis: str, file: Path, requested_by: str, confirm_closing: bool, **_: Any) -> dict[str, Any]:
        """Bring the file in at once and return the counts."""
        started = time.monotonic()
        place = municipality(nis)
        by = actor(place, requested_by)
        if not by.may(Permission.IMPORT):
            refuse("this person may not bring in addresses", column="--requested-by", value=requested_by)
        if not file.is_file():
            refuse("there is no such file", column="FILE", value=str(file))
        try:
            with jobs.inline(), file.open("rb") as stream, tenant(place.pk):
                asked = services.request_address_import(
                    municipality=place, file=stream, file_name=file.name, by=by, at=timezone.now(), confirmed=confirm_closing
                )
        except services.AddressFileRefusedError as refusal:
            raise CommandRefused(
                [
                    {"row": problem.row, "column": problem.column, "value": problem.value, "problem": f"{problem.code}: {problem.expected}"}
                    for problem in refusal.problems
                ]
            ) from refusal
        with tenant(place.pk):
            counts = AddressImport.objects.get(pk=asked.pk, municipality=place).counts
        return {**counts, "seconds": round(time.monotonic() - started, 2)}
