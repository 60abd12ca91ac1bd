"""Households of a draft placed in another station by hand; the last time can be undone, and the one before it after that."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from core.actor import Actor
from districts.models import Station, Street
from voters.models import Draft, HandMove, Person
from voters.services.drafts import DraftRefusedError, State, figures_of, locked, record
from voters.sql import moves
from voters.sql.moves import EVERY_NUMBER, Moved


@transaction.atomic
def move_households(*, draft: Draft, station: Station, what: Moved, person: Person | None = None, by: Actor, at: datetime) -> HandMove:
    """Place households of a draft in a station by hand. ``person``: by whom the household is meant. Raises ``DraftRefusedError``."""
    current = locked(draft, State.READY)
    if (station.municipality_id, station.election_id) != (current.municipality_id, current.election_id):
        raise DraftRefusedError("other_election")
    _refuse_frozen(current)
    before = moves.move(municipality_id=current.municipality_id, draft_id=current.pk, station_id=station.pk, what=what)
    if not before:
        raise DraftRefusedError("nothing_moved")
    made = HandMove.objects.create(
        municipality_id=current.municipality_id,
        draft=current,
        number=(_moves(current).aggregate(last=Max("number"))["last"] or 0) + 1,
        station=station,
        what=_told(what, person, municipality_id=current.municipality_id),
        households=len(before),
        voters=sum(one.voters for one in before),
        before=[asdict(one) for one in before],
        made_by_name=by.name,
        made_at=at,
    )
    _count_again(current, at)
    told = {"station": station.number, "households": made.households, "voters": made.voters, **made.what}
    record(current, "moved", by=by, at=at, after=told)
    return made


@transaction.atomic
def undo_move(*, draft: Draft, by: Actor, at: datetime) -> HandMove:
    """Put the households of the last move by hand back where each was. Raises ``DraftRefusedError``."""
    current = locked(draft, State.READY)
    _refuse_frozen(current)
    last = _moves(current).filter(undone_at=None).order_by("-number").select_related("station").first()
    if last is None:
        raise DraftRefusedError("nothing_to_undo")
    moves.undo(municipality_id=current.municipality_id, draft_id=current.pk, station_id=last.station_id, before=last.before)
    last.undone_at, last.undone_by_name = at, by.name
    last.save(update_fields=["undone_at", "undone_by_name"])
    _count_again(current, at)
    record(current, "move_undone", by=by, at=at, before={"station": last.station.number, "households": last.households, **last.what})
    return last


def _refuse_frozen(draft: Draft) -> None:
    if draft.election.stations_frozen_at is not None:
        raise DraftRefusedError("frozen_exists")


def _moves(draft: Draft) -> QuerySet[HandMove]:
    return HandMove.objects.filter(municipality_id=draft.municipality_id, draft=draft)


def _count_again(draft: Draft, at: datetime) -> None:
    draft.changed_at = at
    draft.figures |= figures_of(draft)
    draft.save(update_fields=["changed_at", "figures"])


def _told(what: Moved, person: Person | None, *, municipality_id: int) -> dict[str, Any]:
    """What was moved, for the list of moves and the trail: never the key of a household."""
    if what.unplaced:
        return {"unplaced": True}
    if person is not None:
        return {"person": f"person:{person.pk}"}
    street = Street.objects.get(municipality_id=municipality_id, pk=what.street_id or 0)
    ends = [what.number_from or None, None if what.number_to == EVERY_NUMBER else what.number_to]
    return {"street": street.name, "postcode": what.postcode, "side": what.side, "number_from": ends[0], "number_to": ends[1]}
