"""Extractions: the list, a trial, one extraction, and the final one with its second person."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import or_404
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.deciding import Question, decide
from municipalities.job_panel import job_panel
from municipalities.rules import Permission
from voters.access.extractions import access_extraction
from voters.forms.extractions import CompareForm, DeletionForm, FinalListForm
from voters.models import Extraction
from voters.selectors import extraction_pages as selectors
from voters.services import exports
from voters.services import extractions as services
from voters.words import extractions as words


@require_safe
@requires(Permission.VIEW)
def extraction_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """All extractions of the election, what may be begun, and two to compare."""
    election = access_election(request.municipality, election_date)
    rows = selectors.extractions(election=election)
    done = [row for row in rows if row.state == Extraction.State.DONE]
    choices = [(row.number, words.name_of(row)) for row in done]
    initial = {"before": done[1].number, "after": done[0].number} if len(done) > 1 else {}
    context = {
        "election": election,
        "rows": [(row, words.name_of(row), words.state_tag(row)) for row in rows],
        "running": [_job(request, row) for row in rows if row.state == Extraction.State.RUNNING],
        "compare_form": CompareForm(choices=choices, initial=initial) if len(done) > 1 else None,
        "final": next((row for row in rows if row.kind == Extraction.Kind.FINAL and row.state in {"requested", "running", "done"}), None),
        "no_register": "" if selectors.last_merged(municipality_id=election.municipality_id) else words.REFUSALS["no_register"],
        "may_extract": request.actor.may(Permission.MANAGE_ELECTION),
        "may_request": request.actor.may(Permission.REQUEST_APPROVAL),
    }
    return render(request, "voters/extraction_list.html", context)


def _url(name: str, request: MunicipalRequest, extraction: Extraction) -> str:
    kwargs = {"nis": request.municipality.nis_code, "election_date": extraction.election.date, "number": extraction.number}
    return reverse(name, kwargs=kwargs)


def _job(request: MunicipalRequest, extraction: Extraction) -> words.Item | None:
    row = selectors.job_of(extraction)
    if row is None:
        return None
    detail = _url("extraction_detail", request, extraction)
    poll = _url("extraction_job", request, extraction)
    result, may_stop = detail if row.state == "done" else "", request.actor.may(Permission.MANAGE_ELECTION)
    return job_panel(request, row, poll, may_stop=may_stop, result_url=result, title=words.name_of(extraction))


@require_POST
@requires(Permission.MANAGE_ELECTION)
def extraction_trial(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Begin a trial."""
    election = access_election(request.municipality, election_date)
    try:
        extraction = services.request_trial(election=election, by=request.actor, at=request.now)
    except services.ExtractionRefusedError as refusal:
        messages.error(request, words.refusal(refusal))
        return redirect("extraction_list", nis=nis, election_date=election_date)
    return redirect("extraction_detail", nis=nis, election_date=election_date, number=extraction.number)


@require_safe
@requires(Permission.VIEW)
def extraction_detail(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """One extraction: its counts, its checks, its hash, and who asked and decided."""
    election = access_election(request.municipality, election_date)
    extraction = access_extraction(election, number)
    job = _job(request, extraction)
    return render(request, "voters/extraction_detail.html", _detail(request, election, extraction, job))


def _detail(request: MunicipalRequest, election: Election, extraction: Extraction, job: words.Item | None, error: str = "") -> words.Item:
    approval = selectors.approval_of(extraction) if extraction.kind == Extraction.Kind.FINAL else None
    own = approval is not None and approval.requested_by_id == request.actor.user_id
    return {
        "election": election,
        "extraction": extraction,
        "name": words.name_of(extraction),
        "facts": words.facts(extraction),
        "tag": words.state_tag(extraction),
        "job": job if extraction.state in {"running", "failed", "cancelled"} else None,
        "kpis": words.kpis(extraction),
        "ballots": words.by_ballot(extraction, election),
        "reasons": words.by_reason(extraction, election),
        "checks": words.checks(extraction, election),
        "story": words.story(extraction),
        "approval": approval,
        "approval_figures": words.approval_figures(approval, election),
        "approval_warnings": words.approval_warnings(approval),
        "can_decide": request.actor.may(Permission.APPROVE) and not own,
        "why_not": "" if own else _("Your role does not allow this."),
        "decide_url": _url("extraction_decide", request, extraction),
        "withdraw_url": _url("extraction_withdraw", request, extraction) if own and extraction.state == Extraction.State.REQUESTED else "",
        "delete_url": _url("extraction_delete", request, extraction) if _deletable(request, extraction) else "",
        "may_export": request.actor.may(Permission.EXPORT),
        "error": error,
    }


def _deletable(request: MunicipalRequest, extraction: Extraction) -> bool:
    ended = extraction.state in {Extraction.State.DONE, Extraction.State.FAILED, Extraction.State.CANCELLED}
    return ended and extraction.kind == Extraction.Kind.TRIAL and request.actor.may(Permission.MANAGE_ELECTION)


@require_safe
@requires(Permission.VIEW)
def extraction_job(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """How far the work is: the component *job*, asked for every two seconds until it has ended."""
    extraction = access_extraction(access_election(request.municipality, election_date), number)
    job = _job(request, extraction)
    if job is None or extraction.state == Extraction.State.DONE:
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return render(request, "components/job.html", job, status=286 if job["job"].finished else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def extraction_request(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponseBase:
    """Ask for the final list: figures, the typed word, then a second person."""
    election = access_election(request.municipality, election_date)
    form = FinalListForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, election, form)
    return _show_request(request, election, form)


@recently_authenticated
def _ask(request: MunicipalRequest, election: Election, form: FinalListForm) -> HttpResponse:
    try:
        extraction = services.request_final(election=election, by=request.actor, at=request.now)
    except services.ExtractionRefusedError as refusal:
        form.add_error(None, words.refusal(refusal))
        return _show_request(request, election, form)
    messages.success(request, _("Asked for. Somebody else decides now."))
    return redirect(_url("extraction_detail", request, extraction))


def _show_request(request: MunicipalRequest, election: Election, form: FinalListForm) -> HttpResponse:
    found = selectors.final_request(election=election)
    context = {
        "election": election,
        "form": form,
        "figures": words.final_figures(found.trial, election),
        "warnings": words.final_warnings(found, election),
    }
    return render(request, "voters/extraction_request.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.APPROVE)
def extraction_decide(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponseBase:
    """Approve or refuse the final list, as the second person."""
    election = access_election(request.municipality, election_date)
    extraction = access_extraction(election, number)

    def page(error: str, status: int) -> HttpResponse:
        extraction.refresh_from_db(fields=["state"])
        return render(request, "voters/extraction_detail.html", _detail(request, election, extraction, None, error), status=status)

    question = Question(
        approve=lambda: services.approve_final(extraction=extraction, by=request.actor, at=request.now),
        refuse=lambda reason: services.refuse_final(extraction=extraction, reason=reason, by=request.actor, at=request.now),
        refusals=services.ExtractionRefusedError,
        why=lambda error: words.refusal(error) if error.code == "register_changed" else "",
        page=page,
        url=_url("extraction_detail", request, extraction),
    )
    return decide(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def extraction_withdraw(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Take the request for the final list back, with what was asked in view."""
    election = access_election(request.municipality, election_date)
    extraction = access_extraction(election, number)
    approval = selectors.approval_of(extraction)
    detail = _url("extraction_detail", request, extraction)
    if request.method == "POST":
        try:
            services.withdraw_final(extraction=extraction, by=request.actor, at=request.now)
        except services.ExtractionRefusedError as refusal:
            messages.warning(request, words.refusal(refusal))
        else:
            messages.success(request, _("Withdrawn. The final list may be asked for again."))
        return redirect(detail)
    if extraction.state != Extraction.State.REQUESTED or approval is None:
        return redirect(detail)
    context = {"election": election, "approval": approval, "figures": words.approval_figures(approval, election), "back_url": detail}
    return render(request, "voters/extraction_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def extraction_delete(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Delete a trial, with its figures in view and the word typed."""
    election = access_election(request.municipality, election_date)
    extraction = access_extraction(election, number)
    if not _deletable(request, extraction):
        raise Http404
    form = DeletionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.delete_trial(extraction=extraction, by=request.actor, at=request.now)
        except services.ExtractionRefusedError as refusal:
            form.add_error(None, words.refusal(refusal))
        else:
            messages.success(request, _("%(name)s was deleted.") % {"name": words.name_of(extraction)})
            return redirect("extraction_list", nis=nis, election_date=election_date)
    context = {
        "election": election,
        "form": form,
        "name": words.name_of(extraction),
        "figures": words.delete_figures(extraction),
        "drafts": selectors.drafts_on(extraction),
        "back_url": _url("extraction_detail", request, extraction),
    }
    return render(request, "voters/extraction_delete.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Permission.EXPORT)
def closing_report(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """The report on the final list, as PDF; that it was taken out is recorded."""
    extraction = access_extraction(access_election(request.municipality, election_date), number)
    content = or_404(exports.issue_report(extraction=extraction, by=request.actor, at=request.now))
    name = f"verslag-kiezerslijst-{nis}-{election_date}.pdf"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})
