"""Cards that are released and not posted yet, of whose voter something was recorded since: what must not go out as it is."""

from collections.abc import Sequence
from datetime import datetime

from convocations.models import Card, CardCase
from convocations.sql import checks
from convocations.sql.checks import Changed
from elections.models import Election
from voters.selectors.ledger import frozen_list

STILL_HERE = (Card.State.RELEASED, Card.State.PRINTED, Card.State.ANNOUNCED)
"""Nobody has said yet that they were posted."""


def changed_cards(*, election: Election, at: datetime) -> list[Changed]:
    """The cards that the list of a moment makes wrong, by run and place in it."""
    frozen = frozen_list(election)
    if frozen is None:
        return []
    return checks.changed(
        municipality_id=election.municipality_id,
        election_id=election.pk,
        extraction_id=frozen.extraction_id,
        draft_id=frozen.draft_id,
        at=at,
        states=list(STILL_HERE),
    )


def without_case(*, election: Election, found: Sequence[Changed]) -> list[Changed]:
    """Those of them for which no case was opened since the last change; a case that was closed stays closed."""
    rows = CardCase.objects.filter(
        municipality_id=election.municipality_id, kind=CardCase.Kind.CHANGED, card__in=[one.pk for one in found]
    ).values_list("card_id", "code", "state", "opened_at")
    known = {(card, code): (state, opened) for card, code, state, opened in rows.order_by("opened_at")}
    left = []
    for one in found:
        state, opened = known.get((one.pk, one.why), ("", None))
        if opened is None or (state != CardCase.State.OPEN and opened < one.changed_at):
            left.append(one)
    return left
