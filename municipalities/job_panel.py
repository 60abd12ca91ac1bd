"""The component *job*: how far long work is, on whatever page it was asked for."""

from typing import Any

from django.urls import reverse

from core import pages, selectors
from core.jobs import LABELS
from core.models import Job
from municipalities.access import MunicipalRequest


def job_panel(request: MunicipalRequest, job: Job, poll_url: str, *, may_stop: bool = False, **more: Any) -> dict[str, Any]:
    """What the component shows; it asks ``poll_url`` how far the work is. ``more``: others of its variables (docs/components.md)."""
    return {
        "job": pages.in_words(job),
        "title": LABELS.get(job.kind, job.kind),
        "poll_url": poll_url,
        "stage": job.stage_text,
        "seconds_left": selectors.seconds_left(job, at=request.now),
        "cancel_url": reverse("job_cancel", kwargs={"nis": request.municipality.nis_code, "pk": job.pk}) if may_stop else "",
        **more,
    }
