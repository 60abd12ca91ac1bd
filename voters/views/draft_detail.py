"""What stands on the page of a draft, for whoever looks at it; and the rows of its stations as a file."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from core.http import csv_response
from elections.access import access_election
from municipalities.access import MunicipalRequest, require, requires
from municipalities.job_panel import job_panel
from municipalities.rules import Permission
from voters.access.drafts import access_draft
from voters.models import Draft
from voters.selectors import draft_pages as pages
from voters.selectors import drafts as selectors
from voters.selectors.draft_basis import changed_since
from voters.services import drafts as services
from voters.tables.drafts import StationLoadTable
from voters.words import draft_page, shortages, tradeoff
from voters.words import drafts as words
from voters.words.persons import name as person_name

Item = dict[str, Any]
State = Draft.State
ENDED = {State.READY, State.INFEASIBLE, State.FAILED, State.CANCELLED}
STATION_COLUMNS = (
    "station_number", "name", "district_code", "district_name", "building", "room", "least", "most", "voters", "households",
    "mean_distance_m", "moved",
)  # fmt: skip


def draft_url(name: str, draft: Draft) -> str:
    """An address of the draft."""
    kwargs = {"nis": draft.election.municipality.nis_code, "election_date": draft.election.date, "number": draft.number}
    return reverse(name, kwargs=kwargs)


def work(request: MunicipalRequest, draft: Draft, *, curve: bool = False) -> Item | None:
    """The component *job* of the work on a draft, or of trying other settings."""
    row = pages.curve_job(draft) if curve else pages.job_of(draft)
    if row is None:
        return None
    row.error = words.refusal(row.error) if row.error in words.REFUSALS else row.error
    poll = f"{draft_url('draft_job', draft)}{'?what=curve' if curve else ''}"
    result = draft_url("draft_detail", draft) if row.state == "done" else ""
    return job_panel(request, row, poll, may_stop=request.actor.may(Permission.STOP_WORK), result_url=result)


def detail(request: MunicipalRequest, draft: Draft, error: str = "") -> Item:
    """The whole page."""
    placed = draft.state not in {State.RUNNING, State.FAILED, State.CANCELLED}
    loads = selectors.stations(draft=draft) if placed else []
    job = work(request, draft)
    frozen_now = draft.state == State.REQUESTED and draft.approved_by_id is not None
    return {
        "election": draft.election,
        "draft": draft,
        "name": words.name_of(draft),
        "tag": words.state_tag(draft),
        "facts": words.facts(draft),
        "placed": placed,
        "job": job if not placed or frozen_now or _freeze_failed(draft, job) else None,
        "answer": draft_page.answer(draft),
        "kpis": draft_page.kpis(draft),
        "attention": draft_page.attention(draft, changed_since(draft), pages.newest_extraction(draft.election), loads) if placed else [],
        "shortages": _shortages(draft, loads),
        "table": _table(request, draft, loads) if placed else None,
        "stations": len(loads),
        "districts": _districts(draft, loads) if placed else [],
        "settings": words.settings(draft),
        **_tradeoff(request, draft),
        **_hands(draft),
        **_decision(request, draft, error),
        **_may(request, draft),
    }


def _districts(draft: Draft, loads: list[selectors.StationLoad]) -> list[Item]:
    return draft_page.district_rows(draft, pages.district_rows(draft=draft, stations=loads), draft_url("draft_streets", draft))


def _freeze_failed(draft: Draft, job: Item | None) -> bool:
    """Whether the last that was tried was a freeze, and it did not come to an end."""
    return draft.state == State.READY and job is not None and job["job"].state == "failed"


def _table(request: MunicipalRequest, draft: Draft, loads: Sequence[selectors.StationLoad]) -> StationLoadTable:
    names = words.name_ranges(selectors.names_of(draft), [load.station for load in loads])
    table = StationLoadTable(loads, draft=draft, nis=request.municipality.nis_code, names=names)
    RequestConfig(request, paginate=False).configure(table)
    return table


def _shortages(draft: Draft, loads: list[selectors.StationLoad]) -> list[Item]:
    if not draft.shortages:
        return []
    rows = [load.station for load in loads]
    every = pages.all_districts(municipality_id=draft.municipality_id)
    names = {
        "districts": {one.pk: f"{one.code} {one.name}" for one in every},
        "codes": {one.pk: one.code for one in every},
        "stations": {row.pk: str(row.number) for row in rows},
        "buildings": {row.building_id: row.building.name for row in rows},
    }
    return shortages.shortages(draft.shortages, names, draft.election)


def _tradeoff(request: MunicipalRequest, draft: Draft) -> Item:
    job = pages.curve_job(draft) if draft.state == State.READY and not draft.curve else None
    at_work = job is not None and not job.finished
    may_make = request.actor.may(Permission.MANAGE_ELECTION) and draft.election.stations_frozen_at is None
    new_url = reverse("draft_new", kwargs={"nis": request.municipality.nis_code, "election_date": draft.election.date})
    return {
        "picture": tradeoff.picture(draft),
        "curve_rows": tradeoff.rows(draft, new_url if may_make else ""),
        "curve_job": work(request, draft, curve=True) if at_work else None,
        "curve_url": draft_url("draft_curve", draft) if may_make and draft.state == State.READY and not at_work else "",
    }


def _hands(draft: Draft) -> Item:
    rows = pages.hand_moves(draft=draft)
    people = [int(row.what["person"].partition(":")[2]) for row in rows if "person" in row.what]
    found = pages.heads(people, municipality_id=draft.municipality_id) if people else {}
    return {"moves": draft_page.moves(rows, {pk: person_name(person) for pk, person in found.items()})}


def _decision(request: MunicipalRequest, draft: Draft, error: str) -> Item:
    approval = pages.approval_of(draft)
    own = approval is not None and approval.requested_by_id == request.actor.user_id
    waits = draft.state == State.REQUESTED and draft.approved_by_id is None
    return {
        "approval": approval if approval is not None and approval.decision != "withdrawn" else None,
        "approval_figures": draft_page.approval_figures(approval),
        "consequence": draft_page.consequence(draft),
        "can_decide": request.actor.may(Permission.APPROVE) and not own,
        "why_not": "" if own else _("Your role does not allow this."),
        "decide_url": draft_url("draft_decide", draft),
        "withdraw_url": draft_url("draft_withdraw", draft) if own and waits else "",
        "error": error,
        "story": draft_page.story(draft, approval),
    }


def _may(request: MunicipalRequest, draft: Draft) -> Item:
    may_make = request.actor.may(Permission.MANAGE_ELECTION)
    standing = pages.standing(draft.election) if draft.state == State.READY else None
    return {
        "may_make": may_make,
        "may_export": request.actor.may(Permission.EXPORT),
        "may_delete": may_make and draft.state in ENDED,
        "may_rename": may_make and draft.state != State.FROZEN,
        "may_undo": may_make and draft.state == State.READY and not draft_page.is_closed(draft),
        "freeze_reason": draft_page.freeze_reason(draft, standing, may_request=request.actor.may(Permission.REQUEST_APPROVAL)),
        "again_url": draft_page.again_url(draft),
    }


def draft_csv(request: MunicipalRequest, draft: Draft, what: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Rows of a draft as a file; that they were taken out is recorded."""
    require(request.actor, Permission.EXPORT)
    name = f"{what}-{request.municipality.nis_code}-{draft.election.date}-{draft.number}.csv"
    written = list(rows)
    services.record_export(draft=draft, what=what, rows=len(written), by=request.actor, at=request.now)
    return csv_response(name, heads, written)


@require_safe
@requires(Permission.EXPORT)
def draft_stations_csv(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """The stations of a draft with their voters, as CSV."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    rows = [
        (
            one.station.number,
            one.station.name,
            one.station.district.code,
            one.station.district.name,
            one.station.building.name,
            one.station.room,
            one.least,
            one.most,
            one.load.voters,
            one.load.households,
            None if one.load.mean is None else round(one.load.mean, 1),
            one.load.moved,
        )
        for one in selectors.stations(draft=draft)
    ]
    return draft_csv(request, draft, "stations", STATION_COLUMNS, rows)
