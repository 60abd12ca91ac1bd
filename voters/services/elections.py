"""Changing an election, as long as no final list rests on it; removing one, with the requests that came to nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from core import audit
from core.actor import Actor
from elections import services as elections
from elections.models import Election
from voters.selectors import extraction_pages as selectors


class FinalListError(Exception):
    """A final list was asked for, is being made or stands: the election stays as it is."""


@transaction.atomic
def change_election(*, election: Election, date: date, list_date: date, ballots: Iterable[str], by: Actor, at: datetime) -> list[str]:
    """Change the day, the list date and the ballots; trials keep what they were made with. Returns what is other than before.

    Raises ``FinalListError``, and ``ElectionRefusedError`` as ``elections.services.change_election`` does.
    """
    # Whoever asks for the final list takes the same row.
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)
    if selectors.live_final(election=election) is not None:
        raise FinalListError
    return elections.change_election(election=election, date=date, list_date=list_date, ballots=ballots, by=by, at=at)


@transaction.atomic
def remove_election(*, election: Election, by: Actor, at: datetime) -> None:
    """Remove an election on which nothing rests but requests for a final list that were withdrawn, refused or failed: they go along.

    Raises ``elections.services.ElectionInUseError``; nothing has changed then.
    """
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)
    for request in selectors.ended_requests(election=election):
        target = f"extraction:{request.pk}"
        request.delete()
        audit.record(
            municipality_id=election.municipality_id,
            kind="extraction.deleted",
            by=by,
            at=at,
            target=target,
            before={"number": request.number},
        )
    elections.remove_election(election=election, by=by, at=at)
