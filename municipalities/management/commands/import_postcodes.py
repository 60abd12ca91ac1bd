"""``import_postcodes zipcodes_num_nl.csv --french zipcodes_num_fr.csv``"""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, operator
from municipalities import place_services
from municipalities.commands import list_of_places


class Command(JsonCommand):
    """Load the list of postcodes and their places (docs/operations/places.md)."""

    help = "Make the list of postcodes and places what a file of bpost says. Prints counts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, a second one with the French names, and whether much may go."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--french", metavar="FILE", type=Path, help="the same list in French, where FILE is in Dutch only")
        parser.add_argument("--confirm-removing", action="store_true", help="even when more than 10 %% of the postcodes go")

    def run(self, *, file: Path, french: Path | None, confirm_removing: bool, **_: Any) -> dict[str, Any]:
        """Load it, or refuse with everything that is wrong."""
        with ExitStack() as files:
            dutch = files.enter_context(list_of_places(file, column="FILE"))
            other = files.enter_context(list_of_places(french, column="--french")) if french else None
            return dict(
                place_services.load_places(
                    file=dutch, file_name=file.name, french=other, confirmed=confirm_removing, by=operator(), at=timezone.now()
                )
            )
