"""The freeze of an assignment: asked for by one, decided by another, and then every voter has a station and a number for good."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop

from core import approvals, jobs
from core.actor import Actor
from core.jobs import JobRefusedError, JobRun
from core.planner import analyse
from core.tenancy import tenant
from districts.selectors.stations import districts
from districts.services.stations import freeze_stations
from voters.models import Draft, Extraction
from voters.rules.assignment import APPROVAL_KIND, DraftSettings
from voters.selectors.draft_basis import changed_since, sizes
from voters.services.drafts import LIVE, DraftRefusedError, State, enqueue, figures_of, lock, locked, record, take_back
from voters.sql import households, placements

FREEZE: Final = "voters.freeze_assignment"
NUMBERING: Final = gettext_noop("Numbering the voters")


class FreezeRefusedError(JobRefusedError):
    """What was approved does not hold any more: ``unplaced``, ``sizes``, ``strangers``. The draft can be worked on again."""


@transaction.atomic
def request_freeze(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Ask a second person to freeze a draft. Raises ``DraftRefusedError``."""
    lock(draft.election)
    current = locked(draft, State.READY)
    taken = Draft.objects.filter(municipality_id=current.municipality_id, election_id=current.election_id, state__in=LIVE)
    if taken.exists():
        raise DraftRefusedError("frozen_exists")
    figures = may_freeze(current)
    if by.user_id is None:
        raise approvals.SamePersonError
    current.state, current.requested_by_id, current.requested_by_name = State.REQUESTED, by.user_id, by.name
    current.figures |= figures
    current.save(update_fields=["state", "requested_by_id", "requested_by_name", "figures"])
    settings = DraftSettings.of(current.settings)
    approvals.request(
        municipality_id=current.municipality_id,
        kind=APPROVAL_KIND,
        object_id=current.pk,
        summary={
            "draft": current.number,
            "name": current.name,
            **{name: current.figures.get(name) for name in SUMMARY if name != "moved" or current.previous_id},
            "numbering": settings.numbering.value,
            "order": settings.order.value,
        },
        by=by,
        at=at,
    )


SUMMARY: Final = (
    "voters",
    "households",
    "stations",
    "over",
    "under",
    "mean_distance_m",
    "p95_distance_m",
    "moved",
    "split_sides",
    "by_hand",
)
"""Of the figures, what the second person is told; ``moved`` only where an earlier election was compared with."""


def may_freeze(draft: Draft) -> dict[str, Any]:
    """The figures of a draft as they are now, if it may be frozen so. Raises ``DraftRefusedError``."""
    if draft.extraction.kind != Extraction.Kind.FINAL:
        raise DraftRefusedError("not_final")
    figures = figures_of(draft)
    if figures["unplaced"]:
        raise DraftRefusedError("unplaced", count=figures["unplaced"])
    if draft.election.sizes_refuse and (figures["over"] or figures["under"]):
        raise DraftRefusedError("sizes", over=figures["over"], under=figures["under"])
    # Worked out only where it can have become so: it reads the whole list.
    if {"stations", "split"} & set(changed_since(draft)):
        place = {"municipality_id": draft.municipality_id}
        households.make(**place, extraction_id=draft.extraction_id, previous_id=None, day=draft.election.date)
        count, voters = households.strangers(**place, draft_id=draft.pk)
        if count:
            raise DraftRefusedError("strangers", count=count, voters=voters)
    return figures


@transaction.atomic
def approve_freeze(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Let the assignment be frozen, as the second person. Raises as ``core.approvals.decide``, and ``DraftRefusedError``."""
    lock(draft.election)
    current = locked(draft, State.REQUESTED)
    may_freeze(current)
    approvals.decide(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=True, by=by, at=at)
    current.approved_by_id, current.approved_by_name = by.user_id, by.name
    current.save(update_fields=["approved_by_id", "approved_by_name"])
    enqueue(current, FREEZE, by=by, at=at)
    record(current, "approved", by=by, at=at)


@transaction.atomic
def refuse_freeze(*, draft: Draft, reason: str, by: Actor, at: datetime) -> None:
    """Refuse to freeze, with a reason for the one who asked: the draft can be worked on again."""
    current = locked(draft, State.REQUESTED)
    approvals.decide(
        municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=False, by=by, at=at, reason=reason
    )
    take_back(current)


@transaction.atomic
def withdraw_freeze(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Take the question back: the draft can be worked on again."""
    current = locked(draft, State.REQUESTED)
    if not approvals.withdraw(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, by=by, at=at):
        raise DraftRefusedError("wrong_state")
    take_back(current)


def freeze(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Give every voter a station and a number, and freeze them, in one transaction. Run again after success it changes nothing."""
    run.progress(done=0, total=1, stage=NUMBERING)
    with tenant(run.municipality_id):
        found = Draft.objects.select_related("election").get(municipality_id=run.municipality_id, pk=run.params["draft"])
        lock(found.election)
        try:
            draft = locked(found, State.REQUESTED, State.FROZEN)
        except DraftRefusedError as error:
            raise jobs.JobCancelledError from error
        if draft.state == State.FROZEN:
            return dict(draft.figures)
        if draft.approved_by_id is None:
            raise jobs.JobCancelledError
        try:
            figures = may_freeze(draft)
        except DraftRefusedError as error:
            raise FreezeRefusedError(error.code) from error
        settings = DraftSettings.of(draft.settings)
        count = placements.freeze(
            municipality_id=run.municipality_id,
            draft_id=draft.pk,
            extraction_id=draft.extraction_id,
            numbering=settings.numbering,
            order=settings.order,
            districts=[one.pk for one in districts(municipality_id=run.municipality_id)],
        )
        if count != draft.extraction.counts["voters"]:
            raise FreezeRefusedError("unplaced")
        analyse("voters_entry", "voters_entryplace", rows=count)
        draft.settings["sizes"] = sizes(draft)
        draft.figures |= figures
        draft.state, draft.frozen_at = State.FROZEN, at
        draft.save()
        freeze_stations(election=draft.election, at=at)
        run.progress(done=1)
        run.hold()
        record(draft, "frozen", by=run.by, at=at, after={"number": draft.number, "voters": count, **settings.as_json()})
    return dict(draft.figures)
