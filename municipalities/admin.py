"""Municipalities and users, for platform administrators."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from core.admin import AuditedAdmin
from municipalities.models import Municipality, User


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
