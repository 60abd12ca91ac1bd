"""The voters list on screen, and taken out as a file."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from core.http import or_404, whole
from districts.models import Station
from elections.access import access_election
from elections.models import Election
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, requires
from municipalities.job_panel import job_panel
from municipalities.rules import Permission
from voters.access.extractions import access_export, access_list
from voters.forms.voters_list import ExportForm, VoterFilter
from voters.models import Draft, Extraction
from voters.selectors import voters_list as selectors
from voters.services import exports
from voters.tables.voters_list import ORDERS, ListData, VoterTable
from voters.words import voters_list as words
from voters.words.extractions import name_of


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def voter_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The final list, or that of the chosen extraction: fifty a page, searched, filtered and sorted."""
    election = access_election(request.municipality, election_date)
    number = whole(request.GET.get("extraction"))
    extraction = selectors.shown_extraction(election=election, number=number)
    if extraction is None and number is None:
        return render(request, "voters/no_list.html", {"election": election})
    extraction = or_404(extraction)
    draft = selectors.placed_by(extraction)
    stations = selectors.stations(draft) if draft else []
    form = _filter_form(request, election, extraction, stations)
    data = ListData(extraction, selectors.list_filter(form.values()), draft, at=request.now)
    table = VoterTable(data, nis=nis, stations=words.station_links(stations, nis, election_date))
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    context = {
        "election": election,
        "extraction": extraction,
        "list_title": _("Voters list"),
        "list_name": name_of(extraction),
        "placed": draft,
        "total": extraction.counts.get("voters", 0),
        "table": table,
        "filter_form": form,
        "changed": selectors.changed_since(extraction),
        "export_url": _export_url(request, extraction),
    }
    return render(request, "components/results.html" if request.htmx else "voters/voter_list.html", context)


def _filter_form(request: MunicipalRequest, election: Election, extraction: Extraction, stations: Sequence[Station]) -> VoterFilter:
    data = request.GET.copy()
    data["extraction"] = str(extraction.number)
    return VoterFilter(
        data,
        extractions=[(str(row.number), name_of(row)) for row in selectors.finished(election=election)],
        ballots=ballot_codes(election),
        streets=selectors.streets(extraction=extraction),
        stations=words.station_choices(stations),
    )


def _export_url(request: MunicipalRequest, extraction: Extraction) -> str:
    if not request.actor.may(Permission.EXPORT):
        return ""
    query = request.GET.copy()
    query.pop("page", None)
    query["extraction"] = str(extraction.number)
    match = request.resolver_match
    return f"{reverse('voter_export', kwargs=match.kwargs if match else {})}?{query.urlencode()}"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT)
def voter_export(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Say what would be taken out, in which form and order; then have it written."""
    election = access_election(request.municipality, election_date)
    extraction = access_list(election, whole(request.GET.get("extraction")))
    draft = selectors.placed_by(extraction)
    chosen = _filter_form(request, election, extraction, selectors.stations(draft) if draft else [])
    form = _export_form(request, draft)
    values, selection = chosen.values(), words.selection(chosen)
    if request.method == "POST" and form.is_valid():
        job = exports.request_export(
            extraction=extraction,
            file_format=form.cleaned_data["format"],
            order=form.cleaned_data["order"],
            values=values,
            selection=selection,
            by=request.actor,
            at=request.now,
        )
        return redirect("voter_export_file", nis=nis, election_date=election_date, pk=job.pk)
    context = {
        "election": election,
        "form": form,
        "figures": words.export_figures(
            extraction, selectors.count(extraction=extraction, chosen=selectors.list_filter(values), draft=draft), selection
        ),
        "history": words.export_history(selectors.exports(election=election), nis, election_date),
        "cancel_url": f"{reverse('voter_list', kwargs={'nis': nis, 'election_date': election_date})}?{request.GET.urlencode()}",
    }
    return render(request, "voters/voter_export.html", context, status=422 if form.is_bound else 200)


def _export_form(request: MunicipalRequest, draft: Draft | None) -> ExportForm:
    return ExportForm(
        request.POST if request.method == "POST" else None,
        initial={"order": ORDERS.get(request.GET.get("sort", "").lstrip("-"), "")},
        placed=draft is not None,
        by_name=selectors.numbered_by_name(draft),
    )


@require_safe
@requires(Permission.EXPORT)
def voter_export_file(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The file being made, and then the file."""
    election = access_election(request.municipality, election_date)
    job = access_export(request.municipality, pk)
    context: dict[str, Any] = {
        "election": election,
        "job": job_panel(request, job, reverse("voter_export_file", kwargs={"nis": nis, "election_date": election_date, "pk": pk})),
        "document": words.export_document(job, nis, election_date),
    }
    if request.htmx:
        if job.finished:
            return HttpResponse(status=200, headers={"HX-Refresh": "true"})
        return render(request, "components/job.html", context["job"])
    return render(request, "voters/voter_export_file.html", context)


@require_safe
@requires(Permission.EXPORT)
def voter_export_download(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponseBase:
    """The bytes; that they were fetched is recorded."""
    access_election(request.municipality, election_date)
    job = access_export(request.municipality, pk)
    result = cast("dict[str, Any]", job.result or {})
    if not result.get("file"):
        raise Http404
    file = default_storage.open(result["file"])
    exports.record_download(job=job, by=request.actor, at=request.now)
    return FileResponse(file, as_attachment=True, filename=result["file_name"], content_type=exports.MEDIA_TYPES[job.params["format"]])
