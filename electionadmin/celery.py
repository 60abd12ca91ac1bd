"""The Celery application. A message carries a job's number and nothing else: what to do stands in the database (core.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "electionadmin.settings")

app = Celery("electionadmin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
