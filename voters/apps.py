"""The application's configuration."""

from django.apps import AppConfig


class VotersConfig(AppConfig):
    """The register, eligibility, extraction and the voters list."""

    name = "voters"
    default_auto_field = "django.db.models.BigAutoField"
