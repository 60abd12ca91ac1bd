"""Pages of the polling stations of an election: the list, one station, making, changing and removing it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from core.templatetags.presentation import number
from districts.access import access_station
from districts.forms.stations import SizesForm, StationFilter, StationForm
from districts.models import Station
from districts.rules.station_file import write
from districts.selectors import buildings
from districts.selectors import stations as selectors
from districts.services import stations as services
from districts.tables.stations import StationTable
from districts.words import buildings as building_words
from districts.words import stations as words
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def station_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The stations of an election, what is not as it should be, and what each district has."""
    election = access_election(request.municipality, election_date)
    rows = selectors.stations(election)
    districts = selectors.districts(municipality_id=request.municipality_id)
    form = StationFilter(request.GET or None, districts=districts)
    table = StationTable(form.chosen(rows), nis=nis, election=election)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {"election": election, "list_title": _("Polling stations"), "total": len(rows), "table": table, "filter_form": form}
    if request.htmx:
        return render(request, "components/results.html", context)
    found = selectors.findings_of(rows, districts, election)
    context |= _around(request, election, bool(rows), has_districts=any(not district.closed for district in districts))
    context |= {
        "findings": [words.finding(one, nis, election_date) for one in found],
        "totals": [words.district_total(total) for total in selectors.district_totals(rows, districts)],
        "sum": words.sum_of(rows),
    }
    return render(request, "districts/station_list.html", context)


def _around(request: MunicipalRequest, election: Election, filled: bool, *, has_districts: bool) -> dict[str, Any]:
    """What can be done on the list, and the sizes that hold."""
    may_change = request.actor.may(Permission.MANAGE_ELECTION)
    urls = {name: _url(f"station_{name}", election, request) for name in ("list", "new", "import", "copy", "renumber", "export", "sizes")}
    frozen = election.stations_frozen_at is not None
    may_export = request.actor.may(Permission.EXPORT) and filled
    return {
        "may_change": may_change,
        "urls": urls,
        "frozen": frozen,
        "filled": filled,
        "has_districts": has_districts,
        "may_copy": may_change and not frozen and bool(selectors.copy_sources(election)),
        "norms": [words.norm(norm) for norm in selectors.norm_rows(election)],
        "sizes_form": SizesForm(initial={"refuse": "refuse" if election.sizes_refuse else "warn"}),
        "export_links": [{"label": _("CSV, all polling stations"), "url": urls["export"], "icon": "sheet"}] if may_export else [],
        "empty": words.empty_list(urls, may_change=may_change, has_districts=has_districts),
    }


def _url(name: str, election: Election, request: MunicipalRequest, **values: Any) -> str:
    return reverse(name, kwargs={"nis": request.municipality.nis_code, "election_date": election.date, **values})


@require_safe
@requires(Permission.EXPORT)
def station_export(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every station of an election, in the form in which it can come back."""
    election = access_election(request.municipality, election_date)
    lines = selectors.lines(election)
    services.record_export(election=election, count=len(lines), by=request.actor, at=request.now)
    response = HttpResponse(write(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="stations-{nis}-{election_date}.csv"'
    return response


@require_safe
@requires(Permission.VIEW)
def station_detail(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """One station: for whom, where, how many, and what changed."""
    election = access_election(request.municipality, election_date)
    station = access_station(election, pk)
    facts = selectors.facts(station)
    may_change = request.actor.may(Permission.MANAGE_ELECTION)
    context = {
        "election": election,
        "station": station,
        "facts": facts,
        "limits": words.limits(facts.sizes),
        "size_source": words.size_source(facts.sizes),
        "norm": words.limits(facts.norm),
        "verdict": building_words.verdict_tag(facts.building.checklist),
        "findings": [
            words.finding(one, nis, election_date) for one in selectors.findings_of([facts], [], election) if not _of_all(one.code)
        ],
        "may_change": may_change,
        "edit_url": _url("station_edit", election, request, pk=pk),
        "delete_url": _url("station_delete", election, request, pk=pk),
        "why_not_delete": words.why_not_delete(frozen=bool(election.stations_frozen_at), used=selectors.is_used(station)),
        "history": words.history(selectors.history(f"station:{pk}", municipality_id=request.municipality_id)),
    }
    return render(request, "districts/station_detail.html", context)


def _of_all(code: str) -> bool:
    """Whether a finding can only be judged over all stations of a building."""
    return code == "too_few_rooms"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def station_new(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Make a station."""
    election = access_election(request.municipality, election_date)
    form = _form(request, election, None, initial={"number": selectors.next_number(election)})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_station(election=election, data=form.station(), by=request.actor, at=request.now)
        except services.StationRefusedError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Polling station %(number)s is there.") % {"number": number(made.number)})
            return redirect("station_detail", nis=nis, election_date=election_date, pk=made.pk)
    context = {"form": form, "election": election, "station": None, "frozen": False}
    return render(request, "districts/station_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def station_edit(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Change a station; once the assignment is frozen, what a voter finds at the door only."""
    election = access_election(request.municipality, election_date)
    station = access_station(election, pk)
    form = _form(request, election, station, initial=StationForm.values(station))
    frozen = election.stations_frozen_at is not None
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_station(station=station, data=form.station(), by=request.actor, at=request.now)
        except services.StationRefusedError as refusal:
            _refuse(form, refusal)
        else:
            _say_what_changed(request, changed, frozen=frozen)
            return redirect("station_detail", nis=nis, election_date=election_date, pk=pk)
    context = {"form": form, "election": election, "station": station, "frozen": frozen}
    return render(request, "districts/station_form.html", context, status=422 if form.is_bound else 200)


def _form(request: MunicipalRequest, election: Election, station: Station | None, *, initial: dict[str, Any]) -> StationForm:
    municipality_id = request.municipality_id
    return StationForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        districts=selectors.open_districts(municipality_id=municipality_id, also=station.district_id if station else None),
        buildings=buildings.to_choose(municipality_id=municipality_id, also=station.building_id if station else None),
        norm=words.norm_hint(selectors.norms(election)),
        frozen=station is not None and election.stations_frozen_at is not None,
    )


def _refuse(form: StationForm, refusal: services.StationRefusedError) -> None:
    for field, code, detail in refusal.problems:
        form.add_error(field or None, words.refusal(code, detail))


def _say_what_changed(request: MunicipalRequest, changed: list[str], *, frozen: bool) -> None:
    if not changed:
        messages.info(request, _("Nothing was different."))
        return
    messages.success(request, _("Changed: %(fields)s.") % {"fields": building_words.changed_fields(changed)})
    if frozen and {"building", "room", "name"} & set(changed):
        messages.warning(request, _("The assignment is frozen: letters and posters made before today name this polling station as it was."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def station_delete(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Remove a station in which no voter was placed; first say which."""
    election = access_election(request.municipality, election_date)
    station = access_station(election, pk)
    error = ""
    if request.method == "POST":
        try:
            services.delete_station(station=station, by=request.actor, at=request.now)
        except services.StationRefusedError as refusal:
            error = words.refusal(*refusal.problems[0][1:])
        else:
            messages.success(request, _("Polling station %(number)s was removed.") % {"number": number(station.number)})
            return redirect("station_list", nis=nis, election_date=election_date)
    context = {"election": election, "station": station, "error": error}
    return render(request, "districts/station_delete.html", context, status=409 if error else 200)
