"""Django's administration: platform administrators only, and nothing that belongs to a municipality."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from municipalities.access import has_second_factor
from municipalities.models import User


class PlatformAdminSite(AdminSite):
    """Closed to everybody but active superusers with a second factor; logs in where everybody does."""

    site_header = site_title = _("Platform administration")
    index_title = _("Municipalities and users")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out what libraries register of their own accord (accounts, second factors, lock-outs)."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in models if model.__module__.partition(".")[0] in settings.FIRST_PARTY_APPS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers, and where a second factor is asked of people, only with one."""
        user = request.user
        if not isinstance(user, User) or not (user.is_active and user.is_superuser):
            return False
        return not settings.SECOND_FACTOR_REQUIRED or has_second_factor(user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Send whoever is not signed in to the one login page; for anybody else this site is not there."""
        if request.user.is_authenticated:
            raise Http404
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': reverse('admin:index')})}")
