"""Drafts of the assignment side by side, a new one, and one of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import whole
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.drafts import access_draft
from voters.forms.drafts import CompareDraftsForm, DraftForm, NameForm
from voters.models import Draft
from voters.rules.assignment import DraftSettings
from voters.selectors import draft_pages as pages
from voters.selectors import drafts as selectors
from voters.services import drafts as services
from voters.views.draft_detail import detail, draft_url, work
from voters.words import drafts as words

PLACED = {Draft.State.READY, Draft.State.REQUESTED, Draft.State.FROZEN}


@require_safe
@requires(Permission.VIEW)
def draft_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """All drafts of the election side by side, what may be begun, and two to compare."""
    election = access_election(request.municipality, election_date)
    rows = list(selectors.drafts(election=election))
    lacking = pages.lacking(election)
    context = {
        "election": election,
        "rows": words.rows(rows),
        "running": [
            job | {"title": words.name_of(row)} for row in rows if row.state == Draft.State.RUNNING and (job := work(request, row))
        ],
        "standing": next((row for row in rows if row.state in {Draft.State.REQUESTED, Draft.State.FROZEN}), None),
        "compare_form": _compare_form(election, [row for row in rows if row.state in PLACED]),
        "lacking": words.lacking(lacking, election),
        "pins": len(pages.pins(election=election)),
        "heads": [words.COLUMNS[name] for name in words.columns(rows)],
        "may_make": request.actor.may(Permission.MANAGE_ELECTION),
        "new_url": reverse("draft_new", kwargs={"nis": nis, "election_date": election_date}),
    }
    return render(request, "voters/draft_list.html", context)


def _compare_form(election: Election, placed: list[Draft]) -> CompareDraftsForm | None:
    """Two drafts of this election, or one and that of an earlier election."""
    earlier = selectors.earlier(election=election)
    if len(placed) + len(earlier) < 2 or not placed:
        return None
    own = [(str(row.pk), words.name_of(row)) for row in placed]
    before = [*((str(row.pk), words.before_name(row).capitalize()) for row in earlier), *reversed(own)]
    return CompareDraftsForm(before=before, after=own, initial={"before": before[0][0], "after": own[0][0]})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def draft_new(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Ask for a draft; ``?from=3`` begins with the settings of another, ``move`` and ``row`` with these prices."""
    election = access_election(request.municipality, election_date)
    form = _form(request, election)
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.request_draft(
                election=election,
                name=form.cleaned_data["name"],
                settings=form.asked(),
                previous=form.earlier_draft(),
                with_curve=True,
                by=request.actor,
                at=request.now,
            )
        except services.DraftRefusedError as refusal:
            form.add_error(None, words.refusal(refusal.code))
        else:
            return redirect(draft_url("draft_detail", draft))
    extraction = pages.newest_extraction(election)
    context = {
        "election": election,
        "form": form,
        "list_name": words.list_name(extraction) if extraction else "",
        "voters": extraction.counts.get("voters") if extraction else None,
        "lacking": words.lacking(pages.lacking(election), election),
        "earlier": "previous" in form.fields,
    }
    return render(request, "voters/draft_new.html", context, status=422 if form.is_bound else 200)


def _form(request: MunicipalRequest, election: Election) -> DraftForm:
    asked = request.GET
    number = whole(asked.get("from"))
    source = selectors.draft_of(election=election, number=number) if number is not None else None
    earlier = selectors.earlier(election=election)
    initial: dict[str, Any] = {"previous": earlier[0].pk if earlier else None}
    if source is not None:
        initial = {**DraftSettings.of(source.settings).as_json(), "previous": source.previous_id}
    initial |= {name: price for name in ("move", "row") if (price := whole(asked.get(name))) is not None}
    return DraftForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        earlier=earlier,
        stations=pages.stations(election=election),
        next_number=selectors.drafts(election=election).count() + 1,
    )


@require_safe
@requires(Permission.VIEW)
def draft_detail(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """One draft: whether it works out, its figures, its stations and districts, and what other settings would give."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    return render(request, "voters/draft_detail.html", detail(request, draft))


@require_safe
@requires(Permission.VIEW)
def draft_job(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """How far the work is: the component *job*, asked for every two seconds until it has ended."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    found = work(request, draft, curve=request.GET.get("what") == "curve")
    if found is None or found["job"].state == "done":
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return render(request, "components/job.html", found, status=286 if found["job"].finished else 200)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def draft_curve(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Have other settings tried."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    try:
        services.request_curve(draft=draft, by=request.actor, at=request.now)
    except services.DraftRefusedError as refusal:
        messages.error(request, words.refusal(refusal.code))
    return redirect(f"{draft_url('draft_detail', draft)}#tradeoff")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def draft_rename(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Call a draft something else."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": words.name_of(draft)})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_draft(draft=draft, name=form.cleaned_data["name"], by=request.actor, at=request.now)
        except services.DraftRefusedError as refusal:
            form.add_error(None, words.refusal(refusal.code))
        else:
            return redirect(draft_url("draft_detail", draft))
    context = {
        "election": draft.election,
        "draft": draft,
        "name": words.name_of(draft),
        "form": form,
        "cancel_url": draft_url("draft_detail", draft),
    }
    return render(request, "voters/draft_rename.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def draft_delete(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Delete a draft; first say what goes with it."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    error = ""
    if request.method == "POST":
        try:
            services.delete_draft(draft=draft, by=request.actor, at=request.now)
        except services.DraftRefusedError as refusal:
            error = words.refusal(refusal.code)
        else:
            messages.success(request, _("%(name)s was deleted.") % {"name": words.name_of(draft)})
            return redirect(reverse("draft_list", kwargs={"nis": nis, "election_date": election_date}))
    context = {
        "election": draft.election,
        "draft": draft,
        "name": words.name_of(draft),
        "moves": len(pages.hand_moves(draft=draft)),
        "error": error,
        "cancel_url": draft_url("draft_detail", draft),
    }
    return render(request, "voters/draft_delete.html", context, status=409 if error else 200)
