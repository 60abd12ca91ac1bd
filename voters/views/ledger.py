"""What changed on the list of an election after the list date: the ledger, and the change sheet between two moments."""

from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.forms.ledger import LedgerForm, MomentsForm, first_moments
from voters.selectors import changes
from voters.selectors import decisions as decision_selectors
from voters.selectors.extraction_pages import live_final
from voters.selectors.ledger import NoFinalListError, frozen_list
from voters.services import change_sheet, ledger_file, printing
from voters.sql.changes import LedgerFilter
from voters.tables.ledger import ChangeTable, LedgerData, LedgerTable
from voters.words import ledger_page as words


def _filter(request: MunicipalRequest, election: Election) -> LedgerForm:
    return LedgerForm(request.GET or None, stations=list(decision_selectors.stations(election=election)))


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def ledger_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every event and decision after the list date, with its three effects."""
    election = access_election(request.municipality, election_date)
    frozen = frozen_list(election)
    if frozen is None:
        return render(request, "voters/ledger/none.html", {"election": election})
    form = _filter(request, election)
    table = LedgerTable(LedgerData(frozen, form.chosen()), election=election)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    context = {
        "election": election,
        "list_title": _("After the list date"),
        "total": changes.count(frozen, LedgerFilter()),
        "table": table,
        "filter_form": form,
        "stations": words.stations(frozen, request.now),
        "export_links": words.ledger_files(request.GET.urlencode(), election) if request.actor.may(Permission.EXPORT) else [],
        "empty": words.empty_ledger(nis, may_import=request.actor.may(Permission.IMPORT)),
    }
    return render(request, "components/results.html" if request.htmx else "voters/ledger/list.html", context)


@require_safe
@requires(Permission.EXPORT)
def ledger_export(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponseBase:
    """What the ledger shows with these filters, as CSV; taking it out is recorded."""
    election = access_election(request.municipality, election_date)
    form = _filter(request, election)
    try:
        content, _written = ledger_file.export_ledger(
            election=election, chosen=form.chosen(), values=form.as_text(), by=request.actor, at=request.now
        )
    except NoFinalListError:
        return ledger_list(request, nis=nis, election_date=election_date)
    headers = {"Content-Disposition": f'attachment; filename="{ledger_file.file_name(election)}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@requires(Permission.VIEW)
def ledger_sheet(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Two moments, and what differs between them."""
    election = access_election(request.municipality, election_date)
    if frozen_list(election) is None:
        return render(request, "voters/ledger/none.html", {"election": election})
    final = live_final(election=election)
    form = MomentsForm(request.GET or None, initial=first_moments(final.frozen_at if final else None, request.now))
    context = {"election": election, "form": form, "table": None, "files": [], "figures": []}
    if form.is_bound and form.is_valid():
        since, until = form.moments()
        rows = list(changes.changes(election, since=since, until=until))
        table = ChangeTable(rows, nis=nis)
        RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
        files = words.sheet_files(request.GET.urlencode(), election) if request.actor.may(Permission.EXPORT) else []
        context |= {"table": table, "figures": words.sheet_figures(rows), "files": files}
    return render(request, "voters/ledger/sheet.html", context, status=422 if form.is_bound and form.errors else 200)


@require_safe
@requires(Permission.EXPORT)
def ledger_sheet_file(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponseBase:
    """The change sheet as CSV or PDF, since the freeze where no moments are asked; taking it out is recorded."""
    election = access_election(request.municipality, election_date)
    final = live_final(election=election)
    form = MomentsForm(
        request.GET if {"since", "until"} & set(request.GET) else first_moments(final.frozen_at if final else None, request.now)
    )
    extension = "pdf" if request.GET.get("format") == "pdf" else "csv"
    if frozen_list(election) is None or not form.is_valid():
        return ledger_sheet(request, nis=nis, election_date=election_date)
    since, until = form.moments()
    try:
        sheet = change_sheet.issue_change_sheet(
            election=election, since=since, until=until, file_format=extension, language="nl", by=request.actor, at=request.now
        )
    except printing.ExportRefusedError as refusal:
        return render(request, "voters/ledger/refused.html", words.refused_sheet(refusal, election), status=409)
    response = HttpResponse(sheet.content, content_type="application/pdf" if extension == "pdf" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{change_sheet.file_name(election, extension)}"'
    return response
