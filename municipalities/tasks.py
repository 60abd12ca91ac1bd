"""What beat does for every municipality in turn, each in its own transaction."""

import structlog
from celery import shared_task
from django.utils import timezone

from core import audit, jobs
from core.actor import PLATFORM, SYSTEM
from core.tenancy import tenant
from municipalities.models import Municipality

log = structlog.get_logger(__name__)


@shared_task(name="municipalities.recover_jobs", expires=20)
def recover_jobs() -> None:
    """Send again what a lost message or a dead worker left behind."""
    for pk in Municipality.objects.values_list("pk", flat=True):
        jobs.recover(municipality_id=pk, at=timezone.now())


@shared_task(name="municipalities.verify_audit")
def verify_audit() -> None:
    """Check every chain once a day; a flaw is an event of the platform and an error in the log."""
    for pk in [PLATFORM, *Municipality.objects.values_list("pk", flat=True)]:
        with tenant(pk):
            flaws = audit.verify(municipality_id=pk)
        if flaws:
            log.error("audit_chain_broken", municipality=pk, flaws=len(flaws), first=flaws[0].seq)
            with tenant(PLATFORM):
                audit.record(
                    municipality_id=PLATFORM,
                    kind="audit.broken",
                    by=SYSTEM,
                    at=timezone.now(),
                    target=f"municipality:{pk}",
                    after={"flaws": len(flaws)},
                )
