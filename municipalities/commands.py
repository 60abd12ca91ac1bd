"""How a command names a municipality and the person on whose behalf it acts."""

from datetime import datetime

from django.utils import timezone

from core.actor import Actor
from core.commands import refuse
from core.tenancy import tenant
from municipalities.access import actor_in
from municipalities.models import Municipality, User
from municipalities.rules import Permission


def municipality(nis: str) -> Municipality:
    """Return the municipality with this NIS code, or refuse."""
    found = Municipality.objects.filter(nis_code=nis).first()
    return found or refuse("no municipality with this NIS code", column="NIS", value=nis)


def actor(municipality: Municipality, username: str, *, at: datetime | None = None) -> Actor:
    """Return the person as an actor in the municipality, or refuse: a command grants nobody more than a page would.

    ``at`` is the moment at which the role must be held; now, unless the command has read the clock itself.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        refuse("no such user", column="user", value=username)
    with tenant(municipality.pk):
        found = actor_in(municipality=municipality, user=user, address="cli", at=at or timezone.now())
    return found[0] if found else refuse("this user has no role in this municipality", column="user", value=username)


def permitted(person: Actor, permission: Permission) -> Actor:
    """Return the person, or refuse: a command grants nobody more than a page would."""
    return person if person.may(permission) else refuse("this user's role does not allow it", column="user", value=person.name)
