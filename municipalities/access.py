"""Who is asking, and whether they may. Another municipality: 404. The own one, without the permission: 403."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django_htmx.http import HttpResponseClientRedirect

from core.actor import PLATFORM, Actor
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
            ours = cast("Request", request)
            if ours.municipality_id == PLATFORM:
                raise Http404  # an address that begins like a municipality's, and is none
            require(ours.actor, permission)
            return view(request, *args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]  # read by the security sweep
        return checked

    return decorate


def public(view: View) -> View:
    """Mark a view that needs no role in a municipality; who may see it stands in the sweep's list (tests/security)."""
    view.public = True  # type: ignore[attr-defined]  # read by the security sweep
    return view


def recently_authenticated(view: View) -> View:
    """For acts that cannot be undone: ask for the password or second factor again unless it was given minutes ago.

    Stands on a view, or on the function that a view calls once what was typed is in order. Nothing happens on the way: what
    was sent waits in the session, and is sent again from ``act_again`` as soon as the person has said who they are. allauth's
    own decorator would replay the request without our middleware, so outside every municipality.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD", "OPTIONS"} or did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        methods = get_adapter().get_reauthentication_methods(request.user)
        url = f"{methods[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: reverse('act_again', kwargs={'token': _keep(request)})})}"
        return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)

    return checked


WAITING = "municipalities.waiting_act"
WAITS_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class WaitingAct:
    """What somebody sent before they said once more who they are. ``fields`` is ``None`` when it is not to be sent again."""

    path: str
    fields: list[tuple[str, str]] | None
    page: str


def _keep(request: HttpRequest) -> str:
    """Let what was sent wait in the session, in place of what waited there; files do not wait."""
    token = secrets.token_urlsafe(12)
    fields = [[name, value] for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
    request.session[WAITING] = {
        "token": token,
        "at": time.time(),
        "path": request.get_full_path(),
        "fields": fields,
        "page": page_of(request),
    }
    return token


def take_waiting(request: HttpRequest, token: str) -> WaitingAct | None:
    """What waits under ``token``, once: it is forgotten as it is given, but for the page it came from. ``None`` when nothing does.

    Without its fields when the person did not say who they are, or too late.
    """
    kept = request.session.get(WAITING)
    if kept is None or not constant_time_compare(kept["token"], token):
        return None
    fields, kept["fields"] = kept["fields"], None
    request.session.modified = True
    late = time.time() - kept["at"] > WAITS_SECONDS
    again = fields is not None and not late and did_recently_reauthenticate(request)
    return WaitingAct(kept["path"], [(name, value) for name, value in fields] if again else None, kept["page"])


def page_of(request: HttpRequest) -> str:
    """The page of ours on which the button was pressed, as a path; the municipality's first page when unknown."""
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and came_from.path:
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return "/" + request.path_info.lstrip("/").split("/", 1)[0] + "/"


def attempted_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The user name of a login attempt, under which django-axes counts, as a keyed digest.

    People type passwords and other people's numbers into that field; only whether two attempts named the same account
    matters here.
    """
    typed = (credentials or {}).get("username") or request.POST.get("login") or request.POST.get("username") or ""
    return salted_hmac("municipalities.access.attempted_username", str(typed), algorithm="sha256").hexdigest()


def has_second_factor(user: User) -> bool:
    """Whether a time-based code or a security key is set up; recovery codes alone are no factor."""
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


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
