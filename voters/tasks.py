"""Long work of the voters package: claim the job, call one service, finish."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import JobRun, job_task
from voters.services import exports


@job_task(exports.KIND, label=_("Voters list as a file"))
def export_list(run: JobRun) -> dict[str, Any]:
    """Write a voters list as CSV, XLSX or PDF."""
    return exports.run_export(run=run, at=timezone.now())
