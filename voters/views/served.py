"""Which streets each polling station serves: pages, the file for a website, and papers."""

from datetime import date
from typing import Any, cast

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from elections.access import access_election
from municipalities.access import MunicipalRequest, requires
from municipalities.job_panel import job_panel
from municipalities.rules import Permission
from voters.access.served import access_draft_with_places, access_papers, access_served
from voters.documents.station_streets.data import Language
from voters.forms.served import PapersForm, StreetFilter
from voters.models import Draft
from voters.selectors import served as selectors
from voters.services import printing
from voters.services import served as services
from voters.tables.served import StreetTable
from voters.views.conditional import kept
from voters.words import served as words
from voters.words.map import draft_name, url


def _draft(request: MunicipalRequest, election_date: date) -> Draft:
    return access_draft_with_places(access_election(request.municipality, election_date), request.GET.get("draft", ""))


def _language(request: MunicipalRequest) -> Language:
    return "fr" if request.GET.get("language") == "fr" else "nl"


def _context(request: MunicipalRequest, draft: Draft) -> dict[str, Any]:
    return {
        "election": draft.election,
        "draft": draft,
        "draft_name": draft_name(draft),
        "urls": words.urls(draft),
        "map_url": f"{url('election_map', draft.election)}?draft={draft.number}",
        "may_export": request.actor.may(Permission.EXPORT),
    }


@require_safe
@requires(Permission.VIEW)
def served_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every polling station with how many streets and voters, and what can be made of it."""
    election = access_election(request.municipality, election_date)
    draft = selectors.chosen_draft(election=election, number=request.GET.get("draft", ""))
    if draft is None:
        if request.GET.get("draft"):
            raise Http404
        return render(request, "voters/served_none.html", {"election": election, "drafts_url": url("draft_list", election)})
    stations = selectors.served(draft=draft)
    rows = [row for one in stations for row in one.rows]
    context = _context(request, draft) | {"stations": words.station_rows(stations, draft), "kpis": words.kpis(stations, rows)}
    return render(request, "voters/served_list.html", context)


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def served_streets(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every street from A to Z with its polling station."""
    draft = _draft(request, election_date)
    stations = selectors.served(draft=draft)
    form = StreetFilter(request.GET or None, stations=words.choices(stations))
    values = form.cleaned_data if form.is_valid() else {}
    rows = words.street_rows(selectors.rows(draft=draft, name=values.get("q", "")), stations, draft)
    table = StreetTable([row for row in rows if values.get("station", "") in {"", str(row["number"])}])
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    context = _context(request, draft) | {
        "list_title": _("Streets and their polling station"),
        "total": len(rows),
        "table": table,
        "filter_form": form,
    }
    return render(request, "components/results.html" if request.htmx else "voters/served_streets.html", context)


@require_safe
@requires(Permission.VIEW)
def served_detail(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The streets of one polling station, with its map."""
    draft = _draft(request, election_date)
    stations = selectors.served(draft=draft)
    one = access_served(draft, pk)
    context = _context(request, draft) | {
        "station": words.detail(one),
        "around": words.around(stations, pk, draft),
        "urls": words.urls(draft, pk),
        "station_url": url("station_detail", draft.election, pk=pk),
    }
    return render(request, "voters/served_detail.html", context)


@gzip_page
@require_safe
@requires(Permission.VIEW)
def served_picture(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The map of one polling station."""
    draft = _draft(request, election_date)
    one = access_served(draft, pk)
    titles = _("Map of polling station {number}: where its voters live")
    return kept(request, next(selectors.pictures(draft=draft, stations=[one], titles=titles)), "image/svg+xml")


@require_safe
@requires(Permission.EXPORT)
def served_paper(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The paper of one polling station, as PDF: for the door, or with numbers of voters."""
    draft = _draft(request, election_date)
    one = access_served(draft, pk)
    counts = request.GET.get("counts") == "yes"
    try:
        content = services.issue_paper(
            draft=draft, station=pk, counts=counts, language=_language(request), by=request.actor, at=request.now
        )
    except printing.ExportRefusedError as refusal:
        return _unprintable(request, draft, refusal)
    what = f"{'stembureau' if counts else 'affiche'}-{one.load.station.number}"
    return _file(content, services.file_name(draft, what, "pdf"))


@require_safe
@requires(Permission.EXPORT)
def served_notice(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The notice: every street by name with its polling station, as PDF."""
    draft = _draft(request, election_date)
    try:
        content = services.issue_notice(draft=draft, language=_language(request), by=request.actor, at=request.now)
    except printing.ExportRefusedError as refusal:
        return _unprintable(request, draft, refusal)
    return _file(content, services.file_name(draft, "waar-stemt-u", "pdf"))


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _unprintable(request: MunicipalRequest, draft: Draft, refusal: printing.ExportRefusedError) -> HttpResponse:
    context = _context(request, draft) | {"errors": refusal.errors}
    return render(request, "voters/served_refused.html", context, status=409)


@require_safe
@requires(Permission.EXPORT)
def served_csv(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The file for a website."""
    draft = _draft(request, election_date)
    rows = services.street_file(draft=draft, by=request.actor, at=request.now)
    name = services.file_name(draft, "straten", "csv")
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    services.write_csv(rows, response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT)
def served_papers(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Have the papers of all polling stations made."""
    draft = _draft(request, election_date)
    form = PapersForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        job = services.request_papers(
            draft=draft,
            counts=form.cleaned_data["counts"] == "yes",
            language=form.cleaned_data["language"],
            by=request.actor,
            at=request.now,
        )
        return redirect("served_papers_file", nis=nis, election_date=election_date, pk=job.pk)
    return render(request, "voters/served_papers.html", _context(request, draft) | {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@requires(Permission.EXPORT)
def served_papers_file(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The papers being made, and then the file."""
    election = access_election(request.municipality, election_date)
    job = access_papers(election, pk)
    here = reverse("served_papers_file", kwargs={"nis": nis, "election_date": election_date, "pk": pk})
    context: dict[str, Any] = {
        "election": election,
        "job": job_panel(request, job, here),
        "document": words.papers_document(job, nis, election_date),
        "list_url": reverse("served_list", kwargs={"nis": nis, "election_date": election_date}),
    }
    if request.htmx:
        if job.finished:
            return HttpResponse(status=200, headers={"HX-Refresh": "true"})
        return render(request, "components/job.html", context["job"])
    return render(request, "voters/served_papers_file.html", context)


@require_safe
@requires(Permission.EXPORT)
def served_papers_download(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponseBase:
    """The bytes; that they were fetched is recorded."""
    job = access_papers(access_election(request.municipality, election_date), pk)
    result = cast("dict[str, Any]", job.result or {})
    if not result.get("file"):
        raise Http404
    file = default_storage.open(result["file"])
    services.record_download(job=job, by=request.actor, at=request.now)
    return FileResponse(file, as_attachment=True, filename=result["file_name"], content_type="application/pdf")
