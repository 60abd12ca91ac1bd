"""``create_user 23027 an --role clerk --first-name An --last-name Peeters``"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from core.commands import JsonCommand, operator, refuse
from municipalities import services
from municipalities.commands import municipality, new_password
from municipalities.rules import Role

ROLES = [Role.CLERK.value, Role.HEAD.value, Role.READER.value]


class Command(JsonCommand):
    """Make a person with a role in one municipality."""

    help = "Make a person with a role in one municipality. A password that is not given is made up and printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, the person and the role."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of standard input")

    @transaction.atomic
    def run(self, *, nis: str, username: str, role: str, password_stdin: bool, **options: Any) -> dict[str, Any]:
        """Make the person and grant the role: both, or neither."""
        place = municipality(nis)
        password = new_password(from_stdin=password_stdin)
        by = operator()
        now = timezone.now()
        names = {key: options[key] for key in ("first_name", "last_name", "email")}
        try:
            user = services.create_user(username=username, password=password, by=by, at=now, **names)
        except services.AlreadyExistsError:
            refuse("this user name is taken", column="USERNAME", value=username)
        except ValidationError as error:
            refuse(" ".join(error.messages), column="USERNAME", value=username)
        services.grant(municipality=place, user=user, role=Role(role), by=by, at=now)
        made = {"username": user.username, "nis": place.nis_code, "role": role}
        return made if password_stdin else {**made, "password": password}
