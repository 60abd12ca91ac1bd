"""Taking the preparatory checks out as a file stands in the trail."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.actor import Actor
from elections.models import Election
from voters.selectors.preparation import Checked


@transaction.atomic
def record_export(*, election: Election, checked: Checked, by: Actor, at: datetime) -> None:
    """Note who took out how many findings, and of whose voters."""
    audit.record(
        municipality_id=election.municipality_id,
        kind="preparation.exported",
        by=by,
        at=at,
        target=f"election:{election.pk}",
        after={"rows": len(checked.all), "extraction": checked.extraction.number if checked.extraction else None},
    )
