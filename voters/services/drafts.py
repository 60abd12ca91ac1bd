"""Drafts of the assignment: asked for, called something else, deleted; and what every change of one begins and ends with."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from core import audit, jobs
from core.actor import Actor
from core.jobs import JobRun
from core.models import Job
from districts.models import Station
from elections.models import Election
from voters.models import Draft, Extraction
from voters.rules.assignment import CURVE, DraftSettings
from voters.selectors.draft_basis import by_alphabet, is_split, sizes
from voters.selectors.draft_pages import newest_extraction
from voters.sql import placements

ASSIGN: Final = "voters.assign_stations"
State = Draft.State
LIVE: Final = (State.REQUESTED, State.FROZEN)


class DraftRefusedError(Exception):
    """It cannot be made, changed or frozen as things are; nothing has changed.

    Codes: ``no_extraction``, ``no_districts``, ``no_stations``, ``no_such_station``, ``not_earlier``, ``frozen_exists``, ``wrong_state``,
    ``not_final``, ``unplaced``, ``sizes``, ``strangers``, ``nothing_moved``, ``other_election``, ``nothing_to_undo``. ``figures`` say
    how many, where that matters.
    """

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


@transaction.atomic
def request_draft(
    *,
    election: Election,
    name: str,
    settings: DraftSettings,
    previous: Draft | None = None,
    with_curve: bool = False,
    by: Actor,
    at: datetime,
) -> Draft:
    """Have the households of the newest extraction placed, and then, ``with_curve``, what other settings would give. Raises ``DraftRefusedError``."""
    lock(election)
    extraction = _may_make(election, settings, previous)
    drafts = Draft.objects.filter(municipality_id=election.municipality_id, election=election)
    number = (drafts.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Draft.objects.create(
        municipality_id=election.municipality_id,
        election=election,
        extraction=extraction,
        number=number,
        name=name or str(number),
        state=State.RUNNING,
        previous=previous,
        settings=settings.as_json(),
        made_by_id=by.user_id,
        made_by_name=by.name,
        made_at=at,
    )
    enqueue(draft, ASSIGN, by=by, at=at, curve=with_curve)
    record(draft, "requested", by=by, at=at, after={"name": draft.name, "extraction": extraction.number, **settings.as_json()})
    return draft


def _may_make(election: Election, settings: DraftSettings, previous: Draft | None) -> Extraction:
    own = {"municipality_id": election.municipality_id}
    if Draft.objects.filter(**own, election=election, state=State.FROZEN).exists():
        raise DraftRefusedError("frozen_exists")
    extraction = newest_extraction(election)
    if extraction is None:
        raise DraftRefusedError("no_extraction")
    if not is_split(election):
        raise DraftRefusedError("no_districts")
    stations = Station.objects.filter(**own, election=election)
    if not stations.exists():
        raise DraftRefusedError("no_stations")
    if settings.rest is not None and not stations.filter(number=settings.rest).exists():
        raise DraftRefusedError("no_such_station", number=settings.rest)
    if previous is not None and (
        previous.municipality_id != election.municipality_id or previous.state != State.FROZEN or previous.election.date >= election.date
    ):
        raise DraftRefusedError("not_earlier")
    return extraction


@transaction.atomic
def request_curve(*, draft: Draft, by: Actor, at: datetime) -> Job:
    """Have worked out what other settings would give; the work that is under way, if any is. Raises ``DraftRefusedError``."""
    current = locked(draft, State.READY)
    return jobs.enqueue_once(kind=CURVE, municipality_id=current.municipality_id, by=by, at=at, asked={"draft": current.pk})


@transaction.atomic
def rename_draft(*, draft: Draft, name: str, by: Actor, at: datetime) -> None:
    """Call a draft something else, while it is not frozen."""
    current = locked(draft, *(state for state in State if state != State.FROZEN))
    before, current.name = current.name, name
    if before == name:
        return
    current.save(update_fields=["name"])
    record(current, "renamed", by=by, at=at, before={"name": before}, after={"name": name})


@transaction.atomic
def delete_draft(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Delete a draft that is neither at work nor frozen nor waiting for the second person."""
    current = locked(draft, State.READY, State.INFEASIBLE, State.FAILED, State.CANCELLED)
    placements.delete(municipality_id=current.municipality_id, draft_id=current.pk)
    target, municipality_id, before = f"draft:{current.pk}", current.municipality_id, {"number": current.number, "name": current.name}
    current.delete()
    audit.record(municipality_id=municipality_id, kind="assignment.deleted", by=by, at=at, target=target, before=before)


@transaction.atomic
def record_export(*, draft: Draft, what: str, rows: int, by: Actor, at: datetime) -> None:
    """Record that something of a draft was taken out as a file."""
    record(draft, "exported", by=by, at=at, after={"what": what, "rows": rows})


def figures_of(draft: Draft) -> dict[str, Any]:
    """What a draft adds up to now, after the solver and whatever was moved by hand. Distances in metres."""
    place = {"municipality_id": draft.municipality_id, "draft_id": draft.pk}
    total = placements.figures(**place, by_building=by_alphabet(draft))
    voters = {key: load.voters for key, load in placements.loads(**place).items()}
    limits = sizes(draft)
    counts = [voters.get(pk, 0) for pk in limits]
    over, under = out_of_size(limits, voters)
    return {
        "voters": total.voters,
        "households": total.households,
        "stations": len(limits),
        "unplaced": total.unplaced,
        "over": len(over),
        "under": len(under),
        "split_sides": total.split_sides,
        "sides": total.sides,
        "moved": total.moved,
        "known_before": total.known_before,
        "by_hand": total.by_hand,
        "mean_distance_m": _rounded(total.mean),
        "p95_distance_m": _rounded(total.p95),
        "furthest_m": _rounded(total.furthest),
        "load_min": min(counts, default=0),
        "load_max": max(counts, default=0),
    }


def out_of_size(limits: dict[int, tuple[int | None, int | None]], voters: dict[int, int]) -> tuple[list[int], list[int]]:
    """The stations with more voters than they may have, and with fewer, by their ids."""
    over = [pk for pk, (_least, most) in limits.items() if most is not None and voters.get(pk, 0) > most]
    under = [pk for pk, (least, _most) in limits.items() if least is not None and voters.get(pk, 0) < least]
    return over, under


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def job_ended(run: JobRun, state: str) -> None:
    """The work failed or was stopped: so is the draft; one that was to be frozen can be worked on again."""
    draft = Draft.objects.filter(municipality_id=run.municipality_id, pk=run.params["draft"]).first()
    if draft is None:
        return
    if draft.state == State.RUNNING:
        draft.state = State.CANCELLED if state == Job.State.CANCELLED else State.FAILED
        draft.save(update_fields=["state"])
    elif draft.state == State.REQUESTED and draft.approved_by_id is not None:
        take_back(draft)


def take_back(draft: Draft) -> None:
    """It is not frozen after all."""
    draft.state, draft.requested_by_id, draft.requested_by_name = State.READY, None, ""
    draft.approved_by_id, draft.approved_by_name = None, ""
    draft.save(update_fields=["state", "requested_by_id", "requested_by_name", "approved_by_id", "approved_by_name"])


def lock(election: Election) -> None:
    """Keep the election, its stations and the numbers of its drafts from everybody else until the end of the transaction."""
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)


def enqueue(draft: Draft, kind: str, *, by: Actor, at: datetime, **params: Any) -> None:
    """Have a worker take the draft up."""
    job = jobs.enqueue(kind=kind, municipality_id=draft.municipality_id, by=by, at=at, draft=draft.pk, **params)
    draft.job_id = job.pk
    draft.save(update_fields=["job_id"])


def locked(draft: Draft, *states: str) -> Draft:
    """The draft as it is now, kept from everybody else, or ``wrong_state``."""
    current = (
        Draft.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election", "extraction")
        .filter(municipality_id=draft.municipality_id, pk=draft.pk, state__in=states)
        .first()
    )
    if current is None:
        raise DraftRefusedError("wrong_state")
    return current


def record(
    draft: Draft, kind: str, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """Write ``assignment.<kind>`` into the trail; last in the transaction."""
    audit.record(
        municipality_id=draft.municipality_id,
        kind=f"assignment.{kind}",
        by=by,
        at=at,
        target=f"draft:{draft.pk}",
        before=before,
        after=after,
    )
