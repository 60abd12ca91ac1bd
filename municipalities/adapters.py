"""How allauth behaves here: nobody signs up; people are made by their municipality; coming and going is recorded."""

from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from core.middleware import client_address
from municipalities import services

if TYPE_CHECKING:
    from django.http import HttpRequest

    from core.http import Request
    from municipalities.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed to sign-up; every login, failed login and logout is an event of the platform's trail."""

    def is_open_for_signup(self, request: "HttpRequest") -> bool:  # noqa: ARG002 - allauth's signature
        """Return False, whoever asks."""
        return False

    def get_client_ip(self, request: "HttpRequest") -> str:
        """The address that our own middleware trusts, so that limits count the same client as the trail."""
        return client_address(request)

    def login(self, request: "HttpRequest", user: "User") -> None:
        """Open the session, all factors given, and record it."""
        super().login(request, user)
        ours = cast("Request", request)
        services.record_login(user=user, address=ours.address, at=ours.now)

    def authentication_failed(self, request: "HttpRequest", **credentials: Any) -> None:
        """Record a refused password."""
        ours = cast("Request", request)
        services.record_failed_login(username=str(credentials.get("username", "")), address=ours.address, at=ours.now)
        super().authentication_failed(request, **credentials)

    def logout(self, request: "HttpRequest") -> None:
        """Record who left, then close the session."""
        ours = cast("Request", request)
        if request.user.is_authenticated:
            services.record_logout(user=request.user, address=ours.address, at=ours.now)
        super().logout(request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Names for security keys that say which is which."""

    def generate_authenticator_name(self, user: "User", type: Authenticator.Type) -> str:  # noqa: A002 - allauth's signature
        """*Security key*, *Security key 2* …: a proposal that people write over."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Security key") if number == 1 else _("Security key %(number)s") % {"number": number}
