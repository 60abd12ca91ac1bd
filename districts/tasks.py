"""Work on addresses that takes longer than a request."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import JobRun, job_task
from districts.services import addresses as services


def _ended(run: JobRun, _state: str) -> None:
    services.address_import_ended(run=run, at=timezone.now())


@job_task("districts.import_addresses", label=_("Bring in addresses"), ended=_ended)
def import_addresses(run: JobRun) -> dict[str, Any]:
    """Check, compare and bring in a file of addresses."""
    return services.import_addresses(run=run, at=timezone.now())
