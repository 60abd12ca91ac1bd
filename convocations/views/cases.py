"""Open cases of cards, and letters that came back."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from convocations.forms.cards import CaseFilter, NoteForm, ReturnForm
from convocations.rules.returns import Action, Cause
from convocations.run_access import access_case
from convocations.selectors import cards as selectors
from convocations.selectors import changed
from convocations.selectors.cards import CaseQuery
from convocations.services import case_files
from convocations.services import cases as services
from convocations.services.cases import CaseRefusedError
from convocations.services.changed import open_changed
from convocations.tables import CaseTable
from convocations.words import cards as words
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def card_case_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Cards that ask for a look, the open ones first of all."""
    election = access_election(request.municipality, election_date)
    form = CaseFilter(request.GET)
    may = request.actor.may
    table = CaseTable(selectors.cases(election=election, asked=form.chosen()), election=election, may_close=may(Permission.MANAGE_ELECTION))
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {
        "election": election,
        "may_manage": may(Permission.MANAGE_ELECTION),
        "changed_count": _changed_count(request, election),
        "list_title": _("Open cases"),
        "total": table.paginator.count,
        "table": table,
        "filter_form": form,
        "streets": words.streets(selectors.streets(election=election), election, may_reissue=may(Permission.REQUEST_APPROVAL)),
        "export_links": words.case_files(request.GET.urlencode(), election) if may(Permission.EXPORT) else [],
        "empty": words.no_cases(),
    }
    return render(request, "components/results.html" if request.htmx else "convocations/case_list.html", context)


def _changed_count(request: MunicipalRequest, election: Election) -> int:
    found = changed.changed_cards(election=election, at=request.now)
    return len(changed.without_case(election=election, found=found))


@require_safe
@requires(Permission.EXPORT)
def card_case_export(request: MunicipalRequest, nis: str, election_date: date, file_format: case_files.Format) -> HttpResponse:
    """The cases that the list shows with these filters as a file; taking them out is recorded."""
    election = access_election(request.municipality, election_date)
    asked = CaseFilter(request.GET).chosen()
    content, _rows = case_files.export_cases(election=election, asked=asked, file_format=file_format, by=request.actor, at=request.now)
    headers = {"Content-Disposition": f'attachment; filename="{case_files.file_name(election, file_format)}"'}
    return HttpResponse(content, content_type=case_files.MEDIA_TYPES[file_format], headers=headers)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def card_case_changed(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Make a case of every released card whose voter changed since."""
    open_changed(election=access_election(request.municipality, election_date), by=request.actor, at=request.now)
    messages.success(request, _("Every card that changed after the release is an open case now."))
    return redirect("card_case_list", nis=nis, election_date=election_date)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def card_case_close(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Close a case, with what was done."""
    case = access_case(access_election(request.municipality, election_date), pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_case(case=case, note=form.cleaned_data["note"], by=request.actor, at=request.now)
        except CaseRefusedError as refusal:
            messages.error(request, str(words.REFUSALS[refusal.code]))
        return redirect("card_case_list", nis=nis, election_date=election_date)
    context = {
        "election": case.card.election,
        "case": case,
        "name": words.name_of(case.card),
        "address": words.address_of(case.card),
        "reason": words.case_reason(case.code),
        "place_in_run": words.place_in_run(case.card),
        "detail": words.case_detail(case.detail),
        "todo": words.what_to_do(case),
        "without_place": words.without_place(case),
        "form": form,
    }
    return render(request, "convocations/case_close.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def card_returns(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Letters that came back, one scan after the other: the cause and what was done stay as they were for the next."""
    election = access_election(request.municipality, election_date)
    form = ReturnForm(request.POST if request.method == "POST" else None, initial={"cause": Cause.MOVED, "action": Action.KEPT})
    noted = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {"cause": Cause(data["cause"]), "action": Action(data["action"]), "note": data["note"]}
        try:
            noted = services.note_return(election=election, code=data["code"], **said, by=request.actor, at=request.now)
        except CaseRefusedError as refusal:
            form.add_error("code", str(words.REFUSALS[refusal.code]))
        else:
            form = ReturnForm(initial={"cause": data["cause"], "action": data["action"]})
    latest = selectors.cases(election=election, asked=CaseQuery(state="", kind="returned"))[:20]
    context = {
        "election": election,
        "form": form,
        "noted": {"card": noted, "name": words.name_of(noted), "replaced": noted.state == "replaced"} if noted else None,
        "latest": [{"case": case, "name": words.name_of(case.card), "reason": words.case_reason(case.code)} for case in latest],
    }
    return render(request, "convocations/returns.html", context, status=422 if form.is_bound and form.errors else 200)
