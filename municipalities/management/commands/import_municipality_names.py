"""``import_municipality_names refnis.csv``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, operator
from municipalities import place_services
from municipalities.commands import list_of_places


class Command(JsonCommand):
    """Load the names of municipalities by NIS code (docs/operations/places.md)."""

    help = "Add the names of municipalities of a file of Statbel, or bring them up to date. Prints counts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE", type=Path)

    def run(self, *, file: Path, **_: Any) -> dict[str, Any]:
        """Load it, or refuse with everything that is wrong."""
        with list_of_places(file, column="FILE") as stream:
            return dict(place_services.load_municipality_names(file=stream, file_name=file.name, by=operator(), at=timezone.now()))
