"""``create_municipality 23027 --name Halle``"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, operator, refuse
from municipalities import services


class Command(JsonCommand):
    """Make a municipality."""

    help = "Make a municipality. Prints its NIS code and name."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the NIS code and the name."""
        parser.add_argument("nis", metavar="NIS", help="NIS code, five digits")
        parser.add_argument("--name", required=True, help="name as it stands on documents")

    def run(self, *, nis: str, name: str, **_: Any) -> dict[str, Any]:
        """Make it, or refuse a code that is taken or malformed."""
        by = operator()
        try:
            made = services.create_municipality(nis_code=nis, name=name, by=by, at=timezone.now())
        except services.AlreadyExistsError:
            refuse("this municipality is there already", column="NIS", value=nis)
        except ValidationError as error:
            refuse(" ".join(error.messages), column="NIS", value=nis)
        return {"nis": made.nis_code, "name": made.name}
