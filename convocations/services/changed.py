"""A voter moved, died or was struck between the release of a card and its posting: each such card is an open case, with what to do."""

from datetime import datetime

from django.db import transaction

from convocations.models import Card, CardCase, PrintRun
from convocations.selectors.changed import changed_cards, without_case
from convocations.sql.checks import Changed
from core import audit
from core.actor import Actor
from elections.models import Election
from voters.selectors.ledger import moment


@transaction.atomic
def open_changed(*, election: Election, by: Actor, at: datetime) -> list[Changed]:
    """Open a case of every card that is not right any more and is none yet. Returns all that are not right, also those that were a case."""
    found = changed_cards(election=election, at=moment(municipality_id=election.municipality_id))
    new = without_case(election=election, found=found)
    CardCase.objects.bulk_create(
        [
            CardCase(municipality_id=election.municipality_id, card_id=one.pk, kind=CardCase.Kind.CHANGED, code=one.why, opened_at=at)
            for one in new
        ],
        batch_size=1000,
    )
    if new:
        after = {"cases": len(new)}
        audit.record(
            municipality_id=election.municipality_id, kind="card_case.opened", by=by, at=at, target=f"election:{election.pk}", after=after
        )
    return found


def close_replaced(run: PrintRun, *, by: Actor, at: datetime) -> None:
    """A newer card of the same voter goes out with this run: what was to be done about the former is done."""
    voters = Card.objects.filter(municipality_id=run.municipality_id, run=run).values("person")
    replaced = Card.objects.filter(
        municipality_id=run.municipality_id, election_id=run.election_id, state=Card.State.REPLACED, person__in=voters
    )
    rows = CardCase.objects.filter(
        municipality_id=run.municipality_id, kind=CardCase.Kind.CHANGED, state=CardCase.State.OPEN, card__in=replaced
    )
    rows.update(state=CardCase.State.DONE, closed_at=at, closed_by_name=by.name, note=f"drukgang {run.number}")
