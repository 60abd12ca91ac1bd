"""The project as an application, and the administration site of the platform."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ElectionAdminConfig(AppConfig):
    """Knows every task, in the web process as in the worker, so that an unknown kind of work fails where it is asked for."""

    name = "electionadmin"

    def ready(self) -> None:
        """Load the tasks, the checks of a deployment, and the pages of objects."""
        from electionadmin import checks, pages  # noqa: F401, PLC0415 - they import models, which stand only now
        from electionadmin.celery import app  # noqa: PLC0415

        app.autodiscover_tasks(force=True)
        pages.register()


class PlatformAdminConfig(AdminConfig):
    """Django's administration, for platform administrators and what belongs to no municipality."""

    default_site = "electionadmin.admin_site.PlatformAdminSite"
