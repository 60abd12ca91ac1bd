"""The municipality of the URL becomes the municipality of the transaction, or the page does not exist."""

import re
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from core.actor import PLATFORM
from core.tenancy import tenant
from municipalities.access import MunicipalRequest, actor_in, anonymous_or_platform_actor, has_second_factor
from municipalities.models import Municipality

MUNICIPAL_PATH = re.compile(r"^/(?P<nis>[0-9]{5})(?:/|$)")
GetResponse = Callable[[HttpRequest], HttpResponse]


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
