"""The application's configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Tenancy, long work, audit, approvals: what every package stands on."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
