"""``reset_password an --by-order-of "L. Claes, by telephone"``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, operator
from municipalities import services
from municipalities.commands import account, new_password


class Command(JsonCommand):
    """Give somebody another password who cannot ask for one by mail."""

    help = "Give somebody another password and end their sessions. One that is not given is made up and printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person, and who asked for it."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--by-order-of", default="", metavar="WHO", help="who asked for it and how it was checked; kept in the trail")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of standard input")

    def run(self, *, username: str, by_order_of: str, password_stdin: bool, **_: Any) -> dict[str, Any]:
        """Set it, or refuse a weak one."""
        user = account(username)
        password = new_password(from_stdin=password_stdin, user=user)
        ordered_by = by_order_of.strip()[:200]
        gone = services.reset_password(user=user, password=password, ordered_by=ordered_by, by=operator(), at=timezone.now())
        answer = {"username": user.username, "sessions": gone.sessions}
        return answer if password_stdin else {**answer, "password": password}
