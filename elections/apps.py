"""The application's configuration."""

from django.apps import AppConfig


class ElectionsConfig(AppConfig):
    """Elections, ballots and the legal rules by date."""

    name = "elections"
    default_auto_field = "django.db.models.BigAutoField"
