"""The application's configuration."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Sending what was made: files for bpost, and the numbers of the letters in them."""

    name = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
