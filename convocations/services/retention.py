"""What is known of a request for French is destroyed once it is of no use any more; the trail keeps how many, and of nobody who."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from convocations.rules.retention import last_election_day
from convocations.sql import retention as sql
from core import audit
from core.actor import Actor
from core.tenancy import tenant
from municipalities.models import Municipality


@transaction.atomic
def purge_ended_choices(*, municipality: Municipality, dry_run: bool, by: Actor, at: datetime) -> int:
    """Delete the choices that ended and about which nothing can be disputed any more. Returns how many; ``dry_run``: would be."""
    today = localdate(at)
    days = {"today": today, "validated": last_election_day(today)}
    with tenant(municipality.pk):
        if dry_run:
            return sql.count(municipality_id=municipality.pk, **days)
        purged = sql.delete(municipality_id=municipality.pk, **days)
        if purged:
            audit.record(
                municipality_id=municipality.pk,
                kind="language_choice.purged",
                by=by,
                at=at,
                target=f"municipality:{municipality.pk}",
                after={"rows": purged},
            )
    return purged
