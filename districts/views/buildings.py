"""Pages of buildings."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from core.http import or_404
from core.sheets import csv_lines
from districts.access import access_building
from districts.forms.buildings import AccessibilityForm, BuildingFilter, BuildingForm, PhotoForm
from districts.models import Building
from districts.rules import place_picture
from districts.selectors import buildings as selectors
from districts.selectors.stations import history
from districts.services import buildings as services
from districts.services import photos
from districts.sql.stations import Box
from districts.tables.buildings import BuildingTable
from districts.words import buildings as words
from districts.words import stations as station_words
from elections.labels import election_title
from elections.models import Election
from elections.selectors import ballot_codes, current_election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission

ONE_HOUR = "private, max-age=3600"


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def building_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The buildings, by name, state, accessibility and whether their place is known."""
    form = BuildingFilter(request.GET or None)
    election = current_election(municipality=request.municipality, today=localdate(request.now))
    table = BuildingTable(_asked(request, form, election), nis=nis)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    may_change = request.actor.may(Permission.MANAGE_ELECTION)
    may_export = request.actor.may(Permission.EXPORT)
    export_url = f"{reverse('building_export', kwargs={'nis': nis})}?{request.GET.urlencode()}"
    context = {
        "list_title": _("Buildings"),
        "total": selectors.count(municipality_id=request.municipality_id),
        "table": table,
        "election": election,
        "filter_form": form,
        "may_change": may_change,
        "export_links": [{"label": "CSV", "url": export_url, "icon": "sheet"}] if may_export else [],
        "empty": {
            "title": _("No buildings yet"),
            "text": _(
                "Make the buildings in which people vote here, or bring in the polling stations of an election: that makes them too."
            ),
            "action_label": _("New building") if may_change else "",
            "action_url": reverse("building_new", kwargs={"nis": nis}),
        },
    }
    return render(request, "components/results.html" if request.htmx else "districts/building_list.html", context)


def _asked(request: MunicipalRequest, form: BuildingFilter, election: Election | None) -> QuerySet[Building]:
    return selectors.buildings(municipality_id=request.municipality_id, criteria=form.criteria(), election=election)


@require_safe
@requires(Permission.EXPORT)
def building_export(request: MunicipalRequest, nis: str) -> HttpResponseBase:
    """The buildings of the list as CSV, in the same order."""
    form = BuildingFilter(request.GET)
    election = current_election(municipality=request.municipality, today=localdate(request.now))
    table = BuildingTable(_asked(request, form, election), nis=nis)
    RequestConfig(request, paginate=False).configure(table)
    rows = [row.record for row in table.rows]
    services.record_export(municipality=request.municipality, criteria=form.criteria().as_text(), by=request.actor, at=request.now)
    response = StreamingHttpResponse(csv_lines(selectors.as_rows(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gebouwen-{nis}.csv"'
    return response


@require_safe
@requires(Permission.VIEW)
def building_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """One building: where it is, which stations are in it, whether everybody can get in, and what changed."""
    building = access_building(request.municipality, pk)
    context = {
        "building": building,
        "may_change": request.actor.may(Permission.MANAGE_ELECTION),
        "address": selectors.address_line(building),
        "place": words.place(building),
        "map_url": _map_url(request, building),
        "remarks": words.remarks(selectors.facts_of(building), edit_url=_edit_url(request, building)),
        "elections": [_in_election(row, nis) for row in selectors.in_elections(building)],
        "checklist": words.checklist(building),
        "verdict": words.verdict_tag(building.accessibility),
        "history": station_words.history(history(f"building:{pk}", municipality_id=request.municipality_id)),
    }
    return render(request, "districts/building_detail.html", context)


def _map_url(request: MunicipalRequest, building: Building) -> str:
    """The map at the building; empty where it has no place, or while there is no election whose map could show it."""
    election = current_election(municipality=request.municipality, today=localdate(request.now))
    if election is None or selectors.position_of(building) is None:
        return ""
    url = reverse("election_map", kwargs={"nis": request.municipality.nis_code, "election_date": election.date})
    return f"{url}?building={building.pk}"


def _edit_url(request: MunicipalRequest, building: Building) -> str:
    if not request.actor.may(Permission.MANAGE_ELECTION):
        return ""
    return reverse("building_edit", kwargs={"nis": request.municipality.nis_code, "pk": building.pk})


def _in_election(row: selectors.InElection, nis: str) -> dict[str, Any]:
    day = row.election.date
    return {
        "title": election_title(ballot_codes(row.election)),
        "day": day,
        "rooms_lack": row.rooms_lack,
        "count": len(row.stations),
        "stations": [
            {"station": one, "url": reverse("station_detail", kwargs={"nis": nis, "election_date": day, "pk": one.pk})}
            for one in row.stations
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def building_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Make a building."""
    form = BuildingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_building(municipality=request.municipality, data=form.building(), by=request.actor, at=request.now)
        except services.BuildingRefusedError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("%(name)s is there.") % {"name": made.name})
            return redirect("building_detail", nis=nis, pk=made.pk)
    return render(request, "districts/building_form.html", _form_context(request, form, None), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def building_edit(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Change what is known of a building."""
    building = access_building(request.municipality, pk)
    form = BuildingForm(request.POST if request.method == "POST" else None, initial=BuildingForm.values(building))
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_building(building=building, data=form.building(), by=request.actor, at=request.now)
        except services.BuildingRefusedError as refusal:
            _refuse(form, refusal)
        else:
            _say_what_changed(request, building, changed)
            return redirect("building_detail", nis=nis, pk=pk)
    return render(request, "districts/building_form.html", _form_context(request, form, building), status=422 if form.is_bound else 200)


def _say_what_changed(request: MunicipalRequest, building: Building, changed: list[str]) -> None:
    if not changed:
        messages.info(request, _("Nothing was different."))
        return
    messages.success(request, _("Changed: %(fields)s.") % {"fields": words.changed_fields(changed)})
    if words.SAID_TO_VOTERS & set(changed) and selectors.in_frozen_elections(building):
        messages.warning(
            request, _("The assignment of an election is frozen: letters and posters made before today name this building as it was.")
        )


def _refuse(form: BuildingForm, refusal: services.BuildingRefusedError) -> None:
    for field, code in refusal.problems:
        form.add_error(field, str(words.REFUSALS[code]))


def _form_context(request: MunicipalRequest, form: BuildingForm, building: Building | None) -> dict[str, Any]:
    return {"form": form, "building": building, "streets": selectors.streets_to_choose(municipality_id=request.municipality_id)}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def building_accessibility(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Go through the checklist."""
    building = access_building(request.municipality, pk)
    form = AccessibilityForm(request.POST if request.method == "POST" else None, initial=AccessibilityForm.values(building))
    if request.method == "POST" and form.is_valid():
        services.set_accessibility(building=building, answers=form.answers(), by=request.actor, at=request.now)
        messages.success(request, _("The checklist is kept."))
        return redirect("building_detail", nis=nis, pk=pk)
    context = {"form": form, "building": building}
    return render(request, "districts/building_accessibility.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def building_close(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Take a building out of use, or into use again; first say what that means."""
    building = access_building(request.municipality, pk)
    if request.method == "POST":
        act = services.close_building if request.POST.get("decision") == "close" else services.reopen_building
        act(building=building, by=request.actor, at=request.now)
        return redirect("building_detail", nis=nis, pk=pk)
    coming = selectors.coming_stations(building, today=localdate(request.now))
    return render(request, "districts/building_close.html", {"building": building, "coming": coming})


@require_safe
@requires(Permission.VIEW)
def building_photo(request: MunicipalRequest, nis: str, pk: int) -> HttpResponseBase:
    """The photo: a picture of our own making, so never anything else than JPEG."""
    building = access_building(request.municipality, pk)
    if not building.photo or not default_storage.exists(building.photo):
        raise Http404
    file = default_storage.open(building.photo)
    response = FileResponse(file, filename=f"{slugify(building.name) or pk}.jpg", content_type="image/jpeg")
    response["Cache-Control"] = ONE_HOUR
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def building_photo_edit(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Send a photo, or take it away."""
    building = access_building(request.municipality, pk)
    if request.method == "POST" and request.POST.get("decision") == "remove":
        photos.remove_photo(building=building, by=request.actor, at=request.now)
        return redirect("building_detail", nis=nis, pk=pk)
    form = PhotoForm(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            photos.set_photo(building=building, file=form.cleaned_data["photo"], by=request.actor, at=request.now)
        except photos.PhotoRefusedError as refusal:
            form.add_error("photo", str(words.REFUSALS[refusal.code]))
        else:
            return redirect("building_detail", nis=nis, pk=pk)
    context = {"form": form, "building": building}
    return render(request, "districts/building_photo.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Permission.VIEW)
def building_place(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """A small picture of where a building stands, from the houses around it."""
    building = access_building(request.municipality, pk)
    position = or_404(selectors.position_of(building))
    houses = selectors.houses_around(building, Box(*place_picture.bounds(position)))
    picture = place_picture.draw(position, houses)
    response = render(request, "districts/place.svg", {"picture": picture}, content_type="image/svg+xml")
    response["Cache-Control"] = ONE_HOUR
    return response
