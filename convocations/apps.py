"""The application's configuration."""

from django.apps import AppConfig


class ConvocationsConfig(AppConfig):
    """Convocation cards: their texts, the print runs, the files for printer and post, and what becomes of every card."""

    name = "convocations"
    default_auto_field = "django.db.models.BigAutoField"
