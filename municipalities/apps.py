"""The application's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MunicipalitiesConfig(AppConfig):
    """Municipalities, their people and roles."""

    name = "municipalities"
    verbose_name = _("Municipalities and people")
    default_auto_field = "django.db.models.BigAutoField"
