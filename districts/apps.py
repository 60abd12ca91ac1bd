"""The application's configuration."""

from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    """Streets and addresses, districts, buildings and polling stations."""

    name = "districts"
    default_auto_field = "django.db.models.BigAutoField"
