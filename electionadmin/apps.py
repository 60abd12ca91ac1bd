"""The project as an application: loads the Celery application once Django stands."""

from django.apps import AppConfig


class ElectionAdminConfig(AppConfig):
    """Knows every task, in the web process as in the worker, so that an unknown kind of work fails where it is asked for."""

    name = "electionadmin"

    def ready(self) -> None:
        from electionadmin.celery import app  # noqa: PLC0415 - tasks import models, which stand only now

        app.autodiscover_tasks(force=True)
