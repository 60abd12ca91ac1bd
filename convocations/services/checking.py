"""A card that somebody has in hand: what it is worth, and that it was asked."""

from datetime import datetime

from django.db import transaction

from convocations.rules.counter import read_code
from convocations.selectors.counter import Checked, check
from core import audit
from core.actor import Actor
from elections.models import Election


@transaction.atomic
def check_card(*, election: Election, text: str, by: Actor, at: datetime) -> Checked:
    """What the card with this code is worth at an election. The code itself is not recorded: it would open other doors."""
    found = check(election=election, code=read_code(text), at=at, now=at)
    target = f"card:{found.card.pk}" if found.card else f"election:{election.pk}"
    audit.record(municipality_id=election.municipality_id, kind="card.checked", by=by, at=at, target=target, after={"state": found.state})
    return found
