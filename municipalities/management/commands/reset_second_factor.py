"""``reset_second_factor an --by-order-of "L. Claes, by telephone, ticket 2024-118"``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand, operator, refuse
from municipalities import services
from municipalities.commands import account


class Command(JsonCommand):
    """Let somebody in who lost their phone or key and their recovery codes."""

    help = "Take somebody's second factors and recovery codes away and end their sessions; at the next login they set one up anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person, and who asked for it."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument(
            "--by-order-of", required=True, metavar="WHO", help="who asked for it and how it was checked; kept in the trail"
        )

    def run(self, *, username: str, by_order_of: str, **_: Any) -> dict[str, Any]:
        """Take them away, or refuse."""
        user = account(username)
        ordered_by = by_order_of.strip()
        if not 3 <= len(ordered_by) <= 200:
            refuse("say in 3 to 200 characters who asked for it", column="--by-order-of", value=by_order_of)
        gone = services.reset_second_factor(user=user, ordered_by=ordered_by, by=operator(), at=timezone.now())
        return {"username": user.username, "factors": gone.factors, "sessions": gone.sessions}
