"""The application's configuration."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Making documents."""

    name = "documents"
    default_auto_field = "django.db.models.BigAutoField"
