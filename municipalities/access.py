"""Who is asking, and whether they may. Another municipality: 404. The own one, without the permission: 403."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.actor import Actor
from core.http import Request
from municipalities.models import Membership, Municipality, SupportSession, User
from municipalities.rules import Grant, Permission, Role


class MunicipalRequest(Request):
    """A request inside a municipality that its person may see."""

    municipality: Municipality
    support_session: SupportSession | None


View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """Deny the view to whoever lacks ``permission`` in the municipality of the URL."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(cast("Request", request).actor, permission)
            return view(request, *args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]  # read by the security sweep
        return checked

    return decorate


def require(actor: Actor, permission: Permission) -> None:
    """Raise ``PermissionDenied`` (403) unless the actor holds ``permission``."""
    if not actor.may(permission):
        raise PermissionDenied


def actor_in(*, municipality: Municipality, user: User, address: str, at: datetime) -> tuple[Actor, SupportSession | None] | None:
    """Return the person as an actor in one municipality, through membership or an open support session.

    Must run inside ``core.tenancy.tenant(municipality.id)``. Returns ``None`` when there is neither: that the
    municipality exists is nobody else's business.
    """
    roles = tuple(
        Role(role)
        for role in Membership.objects.filter(municipality=municipality, user=user, ended_at=None)
        .order_by("role")
        .values_list("role", flat=True)
    )
    session = None
    if not roles:
        session = SupportSession.objects.filter(
            municipality=municipality, user=user, opened_at__lte=at, ends_at__gt=at, closed_at=None
        ).first()
        if session is None or not user.is_staff:
            return None
        roles = (Role.PLATFORM,)
    return (
        Actor(
            user_id=user.pk,
            name=user.full_name,
            role=" ".join(role.value for role in roles),
            address=address,
            permissions=Grant(roles).permissions,
        ),
        session,
    )


def anonymous_or_platform_actor(user: User | None, address: str) -> Actor:
    """The actor of a request outside every municipality: nobody, or a signed-in person without permissions."""
    if user is None:
        return Actor(user_id=None, name="anonymous", address=address)
    return Actor(user_id=user.pk, name=user.full_name, role="platform" if user.is_staff else "", address=address)


__all__ = ["MunicipalRequest", "actor_in", "anonymous_or_platform_actor", "require", "requires"]
