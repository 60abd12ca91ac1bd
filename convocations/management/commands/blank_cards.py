"""``blank_cards 23027 2024-10-13 --out var/blanco``"""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.cards.template import TemplateRefusedError
from convocations.counter_commands import write_files
from convocations.selectors import templates
from convocations.services.blanks import issue_blanks
from core.commands import JsonCommand, operator, refuse
from core.tenancy import tenant
from elections.commands import election_on
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission


class Command(JsonCommand):
    """Write the blank cards that an election can need, for the printer: a file for each text, with its back side where it has one."""

    help = "Write the blank cards of an election, one PDF a text, for whoever prints them beforehand."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the folder, and which texts."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--out", required=True, metavar="DIR", type=Path, help="folder for the files")
        parser.add_argument("--template", metavar="NAME", action="append", help="only this text; may be said several times")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else whoever types the command")

    def run(
        self, *, nis: str, date: str, out: Path, template: list[str] | None, requested_by: str | None, **_options: Any
    ) -> dict[str, Any]:
        """Make the files and return what each is."""
        place = municipality(nis)
        by = permitted(actor(place, requested_by), Permission.EXPORT) if requested_by else operator()
        with tenant(place.pk):
            election = election_on(place, date)
            keys = templates.keys(election)
            for name in template or ():
                if name not in {key.name for key in keys}:
                    refuse("is no text that this election needs", column="--template", value=name)
            try:
                found = issue_blanks(
                    election=election, keys=[key for key in keys if not template or key.name in template], by=by, at=timezone.now()
                )
            except TemplateRefusedError as refusal:
                refuse(str(refusal), column="DATE", value=date)
            write_files({out / one.name: one.content for one in found}, column="--out")
        return {
            "files": [
                {
                    "file": one.name,
                    "template": one.template,
                    "paper": one.paper.value,
                    "pages": one.pages,
                    "sha256": hashlib.sha256(one.content).hexdigest(),
                }
                for one in found
            ]
        }
