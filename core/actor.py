"""Who does something. Services take it as ``by=`` and never see a request."""

from dataclasses import dataclass

PLATFORM = 0
"""The municipality number under which events of the platform itself are kept (sign-in, support, administration)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system itself) as the audit trail and the rules of two persons know them.

    ``user_id`` is ``None`` only for the system. ``address`` is the network address a request came from, or ``cli``.
    """

    user_id: int | None
    name: str
    role: str = ""
    address: str = ""
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Whether the roles held in the current municipality grant ``permission``."""
        return permission in self.permissions


SYSTEM = Actor(user_id=None, name="system", role="system", address="local")
