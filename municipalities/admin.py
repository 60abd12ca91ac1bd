"""Municipalities, users and lists of places, for platform administrators."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.admin import AuditedAdmin
from municipalities import place_services
from municipalities.forms import MunicipalityNamesForm, PostcodesForm
from municipalities.models import Municipality, MunicipalityName, PostalPlace, User
from municipalities.place_file import PlaceFileRefusedError
from municipalities.place_words import problem_row

if TYPE_CHECKING:
    from core.http import Request


@admin.register(Municipality)
class MunicipalityAdmin(AuditedAdmin):
    """Names and codes."""

    list_display = ("nis_code", "name")
    search_fields = ("nis_code", "name")
    fields = ("nis_code", "name")
    ordering = ("name",)


@admin.register(User)
class PlatformUserAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Who signs in, and who is of the platform. Roles in a municipality are granted by its head, not here."""

    list_display = ("username", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    filter_horizontal = ()
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language")}),
        (_("Platform"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )


class _ListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """A list that is read here and loaded whole from a file; nothing of it is changed by hand."""

    change_list_template = "admin/place_list.html"
    list_per_page = 50
    form_class: type[Form]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Return False, whoever asks."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Return False, whoever asks."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Return False, whoever asks."""
        return False

    def load(self, chosen: dict[str, Any], *, by: Actor, at: datetime) -> dict[str, int]:
        """Load what was chosen; return counts."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a list is loaded."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_load"
        return [path("load/", self.admin_site.admin_view(self.load_view), name=name), *super().get_urls()]

    def load_view(self, request: HttpRequest) -> HttpResponse:
        """Load a list, or show everything that is wrong with it."""
        ours, posted = cast("Request", request), request.method == "POST"
        form = self.form_class(request.POST if posted else None, request.FILES if posted else None)
        problems: list[dict[str, Any]] = []
        if posted and form.is_valid():
            try:
                counts = self.load(form.cleaned_data, by=ours.actor, at=ours.now)
            except PlaceFileRefusedError as refusal:
                problems = [problem_row(problem) for problem in refusal.problems]
            else:
                messages.success(request, gettext("Loaded. New: %(added)s.") % counts)
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "problems": problems,
            "title": capfirst(self.opts.verbose_name_plural),
        }
        return render(request, "admin/place_list_load.html", context, status=422 if posted else 200)


@admin.register(PostalPlace)
class PostalPlaceAdmin(_ListAdmin):
    """Postcodes and their places."""

    form_class = PostcodesForm
    list_display = ("postcode", "name_nl", "name_fr", "main")
    search_fields = ("postcode", "name_nl", "name_fr")
    ordering = ("postcode", "-main", "name_nl")

    def load(self, chosen: dict[str, Any], *, by: Actor, at: datetime) -> dict[str, int]:
        """One list, or one a language."""
        file, french = chosen["file"], chosen["french"]
        return place_services.load_places(
            file=file.file, file_name=file.name, french=french.file if french else None, confirmed=chosen["confirmed"], by=by, at=at
        )


@admin.register(MunicipalityName)
class MunicipalityNameAdmin(_ListAdmin):
    """Municipalities of the whole country."""

    form_class = MunicipalityNamesForm
    list_display = ("nis_code", "name_nl", "name_fr")
    search_fields = ("nis_code", "name_nl", "name_fr")
    ordering = ("nis_code",)

    def load(self, chosen: dict[str, Any], *, by: Actor, at: datetime) -> dict[str, int]:
        """One list."""
        return place_services.load_municipality_names(file=chosen["file"].file, file_name=chosen["file"].name, by=by, at=at)
