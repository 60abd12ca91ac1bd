"""Extractions: the list, a trial, one extraction, and the final one with its second person."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.approvals import NotOpenError, SamePersonError
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.extractions import access_extraction
from voters.forms.extractions import CompareForm, FinalListForm
from voters.models import Extraction
from voters.selectors import extraction_pages as selectors
from voters.services import exports
from voters.services import extractions as services
from voters.words import extractions as words


@require_safe
@requires(Permission.VIEW)
def extraction_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """All extractions of the election, what may be begun, and two to compare."""
    election = _election(request, election_date)
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
        "may_extract": request.actor.may(Permission.MANAGE_ELECTION),
        "may_request": request.actor.may(Permission.REQUEST_APPROVAL),
    }
    return render(request, "voters/extraction_list.html", context)


def _election(request: MunicipalRequest, day: date) -> Election:
    election = access_election(request.municipality, day)
    election.municipality = request.municipality
    return election


def _url(name: str, request: MunicipalRequest, extraction: Extraction) -> str:
    kwargs = {"nis": request.municipality.nis_code, "election_date": extraction.election.date, "number": extraction.number}
    return reverse(name, kwargs=kwargs)


def _job(request: MunicipalRequest, extraction: Extraction) -> words.Item | None:
    row = selectors.job_of(extraction)
    if row is None:
        return None
    detail = _url("extraction_detail", request, extraction)
    poll = _url("extraction_job", request, extraction)
    nis = {"nis": request.municipality.nis_code} if request.actor.may(Permission.MANAGE_ELECTION) else {}
    return words.job(row, request.now, poll, result_url=detail if row.state == "done" else "", **nis) | {"title": words.name_of(extraction)}


@require_POST
@requires(Permission.MANAGE_ELECTION)
def extraction_trial(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Begin a trial."""
    election = _election(request, election_date)
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
    election = _election(request, election_date)
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
        "approval_figures": words.approval_figures(approval),
        "can_decide": request.actor.may(Permission.APPROVE) and not own,
        "why_not": "" if own else _("Your role does not allow this."),
        "decide_url": _url("extraction_decide", request, extraction),
        "may_export": request.actor.may(Permission.EXPORT),
        "error": error,
    }


@require_safe
@requires(Permission.VIEW)
def extraction_job(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """How far the work is: the component *job*, asked for every two seconds until it has ended."""
    extraction = access_extraction(_election(request, election_date), number)
    job = _job(request, extraction)
    if job is None or extraction.state == Extraction.State.DONE:
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return render(request, "components/job.html", job, status=286 if job["job"].finished else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def extraction_request(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Ask for the final list: figures, the typed word, then a second person."""
    election = _election(request, election_date)
    trial = selectors.newest_trial(election=election)
    form = FinalListForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            extraction = services.request_final(election=election, by=request.actor, at=request.now)
        except services.ExtractionRefusedError as refusal:
            form.add_error(None, words.refusal(refusal))
        else:
            messages.success(request, _("Asked for. Somebody else decides now."))
            return redirect("extraction_detail", nis=nis, election_date=election_date, number=extraction.number)
    context = {"election": election, "form": form, "figures": words.final_figures(trial, election), "trial": trial}
    return render(request, "voters/extraction_request.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.APPROVE)
def extraction_decide(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Approve or refuse the final list, as the second person."""
    election = _election(request, election_date)
    extraction = access_extraction(election, number)
    reason, approve = request.POST.get("reason", "").strip(), request.POST.get("decision") == "approve"
    error = ""
    try:
        if approve:
            services.approve_final(extraction=extraction, by=request.actor, at=request.now)
        elif reason:
            services.refuse_final(extraction=extraction, reason=reason, by=request.actor, at=request.now)
        else:
            error = _("Give a reason: the one who asked reads it. Nothing has been decided.")
    except SamePersonError:
        error = _("You asked for this yourself: somebody else decides.")
    except (NotOpenError, services.ExtractionRefusedError):
        error = _("This was decided or withdrawn meanwhile. Nothing has changed.")
    if error:
        return render(request, "voters/extraction_detail.html", _detail(request, election, extraction, None, error), status=409)
    return redirect("extraction_detail", nis=nis, election_date=election_date, number=number)


@require_safe
@requires(Permission.EXPORT)
def closing_report(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """The report on the final list, as PDF; that it was taken out is recorded."""
    extraction = access_extraction(_election(request, election_date), number)
    content = exports.issue_report(extraction=extraction, by=request.actor, at=request.now)
    if content is None:
        raise Http404
    name = f"verslag-kiezerslijst-{nis}-{election_date}.pdf"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})
