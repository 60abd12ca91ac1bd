"""Drafts of the assignment: asked for, moved by hand, deleted, and frozen by two persons."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import approvals, audit, jobs
from core.actor import Actor
from core.jobs import JobRun
from core.models import Job
from core.tenancy import tenant
from districts.models import Station
from elections.models import Election
from voters.models import Draft, Extraction
from voters.rules.assignment import DraftSettings
from voters.sql import placements

ASSIGN = "voters.assign_stations"
FREEZE = "voters.freeze_assignment"
CURVE = "voters.weigh_settings"
APPROVAL_KIND = "assignment"
State = Draft.State


class DraftRefusedError(Exception):
    """It cannot be made, changed or frozen as things are; nothing has changed.

    Codes: ``no_extraction``, ``no_stations``, ``frozen_exists``, ``wrong_state``, ``not_final``, ``unplaced``, ``sizes``, ``nothing_moved``,
    ``other_district``. ``figures`` say how many, where that matters.
    """

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


def newest_extraction(election: Election) -> Extraction | None:
    """The extraction whose voters are placed: the final one, else the newest trial."""
    done = Extraction.objects.filter(municipality_id=election.municipality_id, election=election, state=Extraction.State.DONE)
    return done.order_by("kind", "-number").first()


@transaction.atomic
def request_draft(
    *, election: Election, name: str, settings: DraftSettings, previous: Draft | None = None, by: Actor, at: datetime
) -> Draft:
    """Have the households of the newest extraction placed. Raises ``DraftRefusedError``."""
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)
    extraction = newest_extraction(election)
    if extraction is None:
        raise DraftRefusedError("no_extraction")
    if not Station.objects.filter(municipality_id=election.municipality_id, election=election).exists():
        raise DraftRefusedError("no_stations")
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
    _enqueue(draft, ASSIGN, by=by, at=at)
    _record(draft, "requested", by=by, at=at, after={"name": draft.name, "extraction": extraction.number, **draft.settings})
    return draft


@transaction.atomic
def request_curve(*, draft: Draft, by: Actor, at: datetime) -> Job:
    """Have worked out what other settings would give. Raises ``DraftRefusedError``."""
    current = _locked(draft, State.READY, State.INFEASIBLE)
    return jobs.enqueue(kind=CURVE, municipality_id=current.municipality_id, by=by, at=at, draft=current.pk)


@transaction.atomic
def rename_draft(*, draft: Draft, name: str, by: Actor, at: datetime) -> None:
    """Call a draft something else, while it is not frozen."""
    current = _locked(draft, *(state for state in State if state != State.FROZEN))
    before, current.name = current.name, name
    current.save(update_fields=["name"])
    _record(current, "renamed", by=by, at=at, before={"name": before}, after={"name": name})


@transaction.atomic
def move_households(*, draft: Draft, station: Station, what: placements.Moved, by: Actor, at: datetime) -> int:
    """Place households of a draft in a station by hand; returns how many moved. Raises ``DraftRefusedError``."""
    current = _locked(draft, State.READY)
    if station.election_id != current.election_id:
        raise DraftRefusedError("other_district")
    count = placements.move(municipality_id=current.municipality_id, draft_id=current.pk, station_id=station.pk, what=what)
    if not count:
        raise DraftRefusedError("nothing_moved")
    current.changed_at = at
    current.figures |= figures_of(current)
    current.save(update_fields=["changed_at", "figures"])
    _record(
        current,
        "moved",
        by=by,
        at=at,
        after={
            "station": station.number,
            "households": count,
            "street": what.street_id,
            "side": what.side,
            "numbers": f"{what.number_from}-{what.number_to}",
        },
    )
    return count


def figures_of(draft: Draft) -> dict[str, Any]:
    """What a draft adds up to now, after the solver and whatever was moved by hand. Metres; ``gap`` over the bound of the solver."""
    place = {"municipality_id": draft.municipality_id, "draft_id": draft.pk}
    total = placements.figures(**place)
    split, sides = placements.split_sides(**place)
    loads = placements.loads(**place)
    stations = list(Station.objects.filter(municipality_id=draft.municipality_id, election_id=draft.election_id))
    counts = [loads[one.pk].voters if one.pk in loads else 0 for one in stations]
    over, under = out_of_size(draft, stations, {key: load.voters for key, load in loads.items()})
    return {
        "voters": total.voters,
        "households": total.households,
        "stations": len(stations),
        "unplaced": total.unplaced,
        "over": len(over),
        "under": len(under),
        "split_sides": split,
        "sides": sides,
        "moved": total.moved,
        "known_before": total.known_before,
        "by_hand": total.by_hand,
        "mean_distance_m": _rounded(total.mean),
        "p95_distance_m": _rounded(total.p95),
        "furthest_m": _rounded(total.furthest),
        "load_min": min(counts, default=0),
        "load_max": max(counts, default=0),
    }


def out_of_size(draft: Draft, stations: list[Station], voters: dict[int, int]) -> tuple[list[Station], list[Station]]:
    """The stations with more voters than they may have, and with fewer; sizes as they stood when the draft was made."""
    sizes = {int(key): value for key, value in draft.settings.get("sizes", {}).items()}
    over, under = [], []
    for station in stations:
        least, most = sizes.get(station.pk, (station.minimum, station.maximum))
        count = voters.get(station.pk, 0)
        if most is not None and count > most:
            over.append(station)
        elif least is not None and count < least:
            under.append(station)
    return over, under


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@transaction.atomic
def delete_draft(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Delete a draft that is neither at work nor frozen nor waiting for the second person."""
    current = _locked(draft, State.READY, State.INFEASIBLE, State.FAILED, State.CANCELLED)
    placements.delete(municipality_id=current.municipality_id, draft_id=current.pk)
    target, municipality_id, before = f"draft:{current.pk}", current.municipality_id, {"number": current.number, "name": current.name}
    current.delete()
    audit.record(municipality_id=municipality_id, kind="assignment.deleted", by=by, at=at, target=target, before=before)


@transaction.atomic
def request_freeze(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Ask a second person to freeze a draft: then every voter has a station and a number for good. Raises ``DraftRefusedError``."""
    Election.objects.select_for_update(no_key=True).get(pk=draft.election_id, municipality_id=draft.municipality_id)
    current = _locked(draft, State.READY)
    _may_freeze(current)
    taken = Draft.objects.filter(
        municipality_id=current.municipality_id, election_id=current.election_id, state__in=[State.REQUESTED, State.FROZEN]
    )
    if taken.exists():
        raise DraftRefusedError("frozen_exists")
    if by.user_id is None:
        raise approvals.SamePersonError
    current.state, current.requested_by_id, current.requested_by_name = State.REQUESTED, by.user_id, by.name
    current.save(update_fields=["state", "requested_by_id", "requested_by_name"])
    approvals.request(
        municipality_id=current.municipality_id,
        kind=APPROVAL_KIND,
        object_id=current.pk,
        summary={"draft": current.number, "name": current.name, **current.figures},
        by=by,
        at=at,
    )


def _may_freeze(draft: Draft) -> None:
    if draft.extraction.kind != Extraction.Kind.FINAL:
        raise DraftRefusedError("not_final")
    figures = figures_of(draft)
    if figures["unplaced"]:
        raise DraftRefusedError("unplaced", count=figures["unplaced"])
    if draft.election.sizes_refuse and (figures["over"] or figures["under"]):
        raise DraftRefusedError("sizes", over=figures["over"], under=figures["under"])


@transaction.atomic
def approve_freeze(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Let the assignment be frozen, as the second person. Raises as ``core.approvals.decide``, and ``DraftRefusedError``."""
    current = _locked(draft, State.REQUESTED)
    _may_freeze(current)
    approvals.decide(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=True, by=by, at=at)
    current.approved_by_id, current.approved_by_name = by.user_id, by.name
    current.save(update_fields=["approved_by_id", "approved_by_name"])
    _enqueue(current, FREEZE, by=by, at=at)
    _record(current, "approved", by=by, at=at)


@transaction.atomic
def refuse_freeze(*, draft: Draft, reason: str, by: Actor, at: datetime) -> None:
    """Refuse to freeze, with a reason for the one who asked: the draft can be worked on again."""
    current = _locked(draft, State.REQUESTED)
    approvals.decide(
        municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=False, by=by, at=at, reason=reason
    )
    _take_back(current)


@transaction.atomic
def withdraw_freeze(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Take the question back: the draft can be worked on again."""
    current = _locked(draft, State.REQUESTED)
    if not approvals.withdraw(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, by=by, at=at):
        raise DraftRefusedError("wrong_state")
    _take_back(current)


def _take_back(draft: Draft) -> None:
    draft.state, draft.requested_by_id, draft.requested_by_name = State.READY, None, ""
    draft.approved_by_id, draft.approved_by_name = None, ""
    draft.save(update_fields=["state", "requested_by_id", "requested_by_name", "approved_by_id", "approved_by_name"])


def freeze(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Give every voter a station and a number, and freeze them, in one transaction. Run again after success it changes nothing."""
    with tenant(run.municipality_id):
        draft = (
            Draft.objects.select_for_update(of=("self",), no_key=True)
            .select_related("extraction", "election")
            .get(municipality_id=run.municipality_id, pk=run.params["draft"])
        )
        if draft.state == State.FROZEN:
            return dict(draft.figures)
        if draft.state != State.REQUESTED or draft.approved_by_id is None:
            raise jobs.JobCancelledError
        settings = DraftSettings.of(draft.settings)
        count = placements.freeze(
            municipality_id=run.municipality_id,
            draft_id=draft.pk,
            extraction_id=draft.extraction_id,
            numbering=settings.numbering,
            order=settings.order,
        )
        if count != draft.extraction.counts["voters"]:
            raise jobs.JobRefusedError("unplaced")
        draft.figures |= figures_of(draft)
        draft.state, draft.frozen_at = State.FROZEN, at
        draft.save()
        Election.objects.filter(pk=draft.election_id, municipality_id=run.municipality_id).update(stations_frozen_at=at)
        run.hold()
        _record(draft, "frozen", by=run.by, at=at, after={"number": draft.number, "voters": count, **settings.as_json()})
    return dict(draft.figures)


def job_ended(run: JobRun, state: str) -> None:
    """The work failed or was stopped: so is the draft; one that was to be frozen can be worked on again."""
    draft = Draft.objects.filter(municipality_id=run.municipality_id, pk=run.params["draft"]).first()
    if draft is None:
        return
    if draft.state == State.RUNNING:
        draft.state = State.CANCELLED if state == Job.State.CANCELLED else State.FAILED
        draft.save(update_fields=["state"])
    elif draft.state == State.REQUESTED and draft.approved_by_id is not None:
        _take_back(draft)


def _enqueue(draft: Draft, kind: str, *, by: Actor, at: datetime) -> None:
    job = jobs.enqueue(kind=kind, municipality_id=draft.municipality_id, by=by, at=at, draft=draft.pk)
    draft.job_id = job.pk
    draft.save(update_fields=["job_id"])


def _locked(draft: Draft, *states: str) -> Draft:
    current = (
        Draft.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election", "extraction")
        .filter(municipality_id=draft.municipality_id, pk=draft.pk, state__in=states)
        .first()
    )
    if current is None:
        raise DraftRefusedError("wrong_state")
    return current


def _record(
    draft: Draft, kind: str, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    audit.record(
        municipality_id=draft.municipality_id,
        kind=f"assignment.{kind}",
        by=by,
        at=at,
        target=f"draft:{draft.pk}",
        before=before,
        after=after,
    )
