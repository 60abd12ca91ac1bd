"""Choose on which paper the cards of an election are printed, and with which set of texts. Runs that are made already stay as they are."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from convocations.cards.card import VoterType
from convocations.cards.papers import Paper
from convocations.cards.text_sets import TextSet
from convocations.models import CardSettings
from convocations.selectors.card_settings import kept
from convocations.services.runs import lock
from core import audit
from core.actor import Actor
from core.tenancy import tenant
from elections.models import Election


@transaction.atomic
def keep_settings(
    *, election: Election, papers: Mapping[VoterType, Paper], text_set: TextSet | None, by: Actor, at: datetime
) -> CardSettings:
    """Keep the choice. ``text_set``: ``None`` for the one that follows from the municipality."""
    chosen = {voters.value: paper.value for voters, paper in sorted(papers.items()) if paper != Paper.WHITE}
    with tenant(election.municipality_id):
        lock(election)
        row = kept(election)
        before = _facts(row) if row else None
        row = row or CardSettings(municipality_id=election.municipality_id, election=election)
        row.papers, row.text_set = chosen, text_set.value if text_set else ""
        row.changed_at, row.changed_by_name = at, by.name
        row.save()
        audit.record(
            municipality_id=election.municipality_id,
            kind="card_settings.changed",
            by=by,
            at=at,
            target=f"election:{election.pk}",
            before=before,
            after=_facts(row),
        )
    return row


def _facts(row: CardSettings) -> dict[str, object]:
    return {"papers": row.papers, "text_set": row.text_set}
