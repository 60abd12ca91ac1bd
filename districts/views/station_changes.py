"""What happens to all polling stations of an election together: a file, a copy, other numbers, what their sizes mean."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.templatetags.presentation import number
from districts.forms.stations import AgreedForm, CopyForm, RenumberForm, SizesForm, StationImportForm
from districts.rules.station_plan import Plan
from districts.selectors import stations as selectors
from districts.services import station_import as imports
from districts.services import stations as services
from districts.words import stations as words
from elections.access import access_election
from elections.labels import election_title
from elections.models import Election
from elections.selectors import ballot_codes
from elections.services import set_sizes_refuse
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_POST
@requires(Permission.MANAGE_ELECTION)
def station_sizes(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Say whether a station outside its sizes stops the freeze."""
    election = access_election(request.municipality, election_date)
    form = SizesForm(request.POST)
    if form.is_valid() and set_sizes_refuse(election=election, refuse=form.cleaned_data["refuse"], by=request.actor, at=request.now):
        messages.success(request, _("Kept."))
    return redirect("station_list", nis=nis, election_date=election_date)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def station_import(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Choose a file; see what is wrong with it, or what it would change."""
    election = access_election(request.municipality, election_date)
    form = StationImportForm(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        return _shown(request, election, file.read(), file.name)
    context = {"form": form, "election": election, "step": "choose", "frozen": election.stations_frozen_at is not None}
    return render(request, "districts/station_import.html", context, status=422 if form.is_bound else 200)


def _shown(request: MunicipalRequest, election: Election, content: bytes, file_name: str, *, again: bool = False) -> HttpResponse:
    """The differences that a file makes, or what is wrong with it. ``again``: they are others than were agreed to."""
    context: dict[str, Any] = {"election": election, "file_name": file_name, "again": again}
    try:
        plan = imports.compare(election=election, content=content)
    except imports.StationFileRefusedError as refusal:
        problems = [words.problem(problem) for problem in refusal.problems]
        context |= {"step": "report", "problems": problems, "problem_count": refusal.count}
        return render(request, "districts/station_import.html", context, status=422)
    context |= {
        "step": "differences",
        "plan": plan,
        **_differences(plan),
        "agreed_form": AgreedForm.of(content, file_name, plan.fingerprint),
    }
    return render(request, "districts/station_import.html", context, status=409 if again else 200)


def _differences(plan: Plan) -> dict[str, Any]:
    return {
        "figures": words.plan_figures(plan),
        "changed": [{"number": row.line.number, "name": row.line.name, "changes": words.changes(row.changes)} for row in plan.changed],
        "buildings_changed": [{"name": row.name, "changes": words.changes(row.changes)} for row in plan.buildings_changed],
    }


@require_POST
@requires(Permission.MANAGE_ELECTION)
def station_import_confirm(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Bring in a file whose differences were seen."""
    election = access_election(request.municipality, election_date)
    form = AgreedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The file did not come along. Choose it again."))
        return redirect("station_import", nis=nis, election_date=election_date)
    data = form.cleaned_data
    content, file_name = data["content"], data["file_name"]
    try:
        counts = imports.bring_in(
            election=election, content=content, file_name=file_name, agreed=data["agreed"], by=request.actor, at=request.now
        )
    except (imports.PlanChangedError, imports.StationFileRefusedError):
        return _shown(request, election, content, file_name, again=True)
    messages.success(request, words.brought_in(counts))
    return redirect("station_list", nis=nis, election_date=election_date)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def station_copy(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Choose an earlier election, see what comes along and what does not, and take it over."""
    election = access_election(request.municipality, election_date)
    sources = [(source, str(election_title(ballot_codes(source.election)))) for source in selectors.copy_sources(election)]
    asked = request.POST if request.method == "POST" else request.GET
    form = CopyForm(asked or None, sources=sources)
    context: dict[str, Any] = {"election": election, "form": form, "sources": sources, "frozen": election.stations_frozen_at is not None}
    if form.is_bound and form.is_valid():
        source = form.chosen().election
        if request.method == "POST":
            return _copied(request, election, source)
        context |= words.copy_preview(selectors.copy_rows(source=source, election=election), source)
    return render(request, "districts/station_copy.html", context, status=422 if form.is_bound and not form.is_valid() else 200)


def _copied(request: MunicipalRequest, election: Election, source: Election) -> HttpResponse:
    try:
        count = services.copy_stations(election=election, source=source, by=request.actor, at=request.now)
    except services.StationRefusedError as refusal:
        messages.error(request, words.refusal(*refusal.problems[0][1:]))
    else:
        messages.success(request, _("Taken over: %(stations)s.") % {"stations": words.count_of_stations(count)})
    return redirect("station_list", nis=request.municipality.nis_code, election_date=election.date)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def station_renumber(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Choose an order and a first number, see the new numbers, and give them."""
    election = access_election(request.municipality, election_date)
    asked = request.POST if request.method == "POST" else request.GET
    form = RenumberForm(asked or None)
    order, start = form.chosen()
    if request.method == "POST" and form.is_valid():
        try:
            count = services.renumber_stations(election=election, order=order, start=start, by=request.actor, at=request.now)
        except services.StationRefusedError as refusal:
            messages.error(request, words.refusal(*refusal.problems[0][1:]))
        else:
            messages.success(request, _("Another number now: %(count)s.") % {"count": number(count)})
        return redirect("station_list", nis=nis, election_date=election_date)
    rows = selectors.in_order(selectors.stations(election), order)
    context = {
        "election": election,
        "form": form,
        "rows": [(row, place) for place, row in enumerate(rows, start=start)],
        "changed": sum(row.number != place for place, row in enumerate(rows, start=start)),
        "order": order,
        "start": start,
        "frozen": election.stations_frozen_at is not None,
    }
    return render(request, "districts/station_renumber.html", context, status=422 if form.is_bound and not form.is_valid() else 200)
