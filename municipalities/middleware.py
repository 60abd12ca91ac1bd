"""The municipality of the URL becomes the municipality of the transaction, or the page does not exist."""

import re
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from core.actor import PLATFORM
from core.tenancy import tenant
from municipalities.access import MunicipalRequest, actor_in, anonymous_or_platform_actor, has_second_factor, page_of
from municipalities.models import Municipality

MUNICIPAL_PATH = re.compile(r"^/(?P<nis>[0-9]{5})(?:/|$)")
GetResponse = Callable[[HttpRequest], HttpResponse]


class LoginMiddleware(LoginRequiredMiddleware):
    """Whoever is not signed in is asked to; what they sent is not sent on, which is said.

    They come back to the page where they were: the address that takes what is sent shows none. htmx is told to leave that page,
    which would otherwise get the login form in the place of its list.
    """

    def handle_no_permission(  # type: ignore[override]  # htmx is told where to go in a header, with 200
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Go to the login form."""
        sent = request.method not in {"GET", "HEAD"}
        htmx = bool(getattr(request, "htmx", False))
        if sent:
            messages.warning(
                request, _("You were logged out before this was sent, and nothing was done with it. Log in and do it once more.")
            )
        if not sent and not htmx:
            return super().handle_no_permission(request, view_func)
        url = redirect_to_login(page_of(request)).url
        return HttpResponseClientRedirect(url) if htmx else redirect(url)


class LanguageMiddleware:
    """Speak the language that a signed-in person chose, whatever their browser prefers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class SecondFactorMiddleware:
    """A signed-in person without a second factor gets no further than the page that sets one up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        names = ("mfa_index", "account_logout", "account_reauthenticate", "set_language")
        self.free = (*(reverse(name) for name in names), "/health/")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if settings.SECOND_FACTOR_REQUIRED and request.user.is_authenticated else None
        if user is None or request.path_info.startswith(self.free) or has_second_factor(user):
            return self.get_response(request)
        return redirect("mfa_activate_totp")


class MunicipalityMiddleware:
    """Resolve ``/<nis>/…``, check membership (404 otherwise) and open the transaction that sees only that municipality.

    A response that is written later (a streamed export) opens its own transaction: it does not run inside this one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = cast("MunicipalRequest", request)
        user = request.user if request.user.is_authenticated else None
        ours.municipality_id = PLATFORM
        ours.actor = anonymous_or_platform_actor(user, ours.address)
        ours.support_session = None
        match = MUNICIPAL_PATH.match(request.path_info)
        if match is None or user is None:
            return self.get_response(request)
        municipality = Municipality.objects.filter(nis_code=match["nis"]).first()
        if municipality is None:
            # An unknown municipality and a foreign one must look alike: let the view resolve to nothing inside no tenant.
            return self._not_found(request)
        with tenant(municipality.pk):
            found = actor_in(municipality=municipality, user=user, address=ours.address, at=ours.now)
            if found is None:
                return self._not_found(request)
            ours.actor, ours.support_session = found
            ours.municipality = municipality
            ours.municipality_id = municipality.pk
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    def _not_found(self, request: HttpRequest) -> HttpResponse:
        # Resolving to a path that exists for nobody gives the ordinary 404 page through Django's own handling.
        request.path_info = "/404/"
        return self.get_response(request)


class NotAPageMiddleware:
    """An address that only takes what a button sends shows a page all the same when somebody opens or reloads it: never a blank one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or getattr(request, "htmx", False):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page
