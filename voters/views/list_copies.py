"""Copies of a voters list: what can be made, what was made, the two persons of a party's copy, and the file."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elections.access import access_election
from elections.models import Election
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.deciding import Question, decide
from municipalities.job_panel import job_panel
from municipalities.rules import Permission
from voters.access.list_copies import access_copy, access_kind
from voters.forms.list_copies import CopyForm
from voters.models import Extraction, ListCopy
from voters.rules.list_copies import Kind, KindRule
from voters.selectors import list_copies as selectors
from voters.services import list_copies as services
from voters.services.list_copies import CopyRefusedError
from voters.words import list_copies as words
from voters.words.links import url

AT_WORK = {ListCopy.State.MAKING, ListCopy.State.FAILED}


@require_safe
@requires(Permission.VIEW)
def list_copy_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The kinds of copies that can be made, and every copy that was asked for."""
    election = access_election(request.municipality, election_date)
    found = selectors.final_list(election=election)
    copies = selectors.copies(election=election)
    context = {
        "election": election,
        "kinds": words.kinds(election, request.actor, assigned=found[1] is not None) if found else [],
        "rows": words.rows(list(copies[: selectors.SHOWN])),
        "count": copies.count(),
        "extractions_url": url("extraction_list", election),
    }
    return render(request, "voters/list_copy_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT)
def list_copy_new(request: MunicipalRequest, nis: str, election_date: date, kind: str) -> HttpResponseBase:
    """Say what a copy of this kind holds and how many pages it takes; then have it made, or ask a second person."""
    election = access_election(request.municipality, election_date)
    rule = access_kind(request.actor, kind)
    found = selectors.final_list(election=election)
    if found is None or (rule.by_station and found[1] is None):
        return redirect(url("list_copy_list", election))
    form, context = _form(request, election, rule, found[0])
    if request.method == "POST" and form.is_valid():
        return (_ask_confirmed if rule.two_persons else _ask)(request, election, form, context)
    return _show(request, form, context)


def _form(request: MunicipalRequest, election: Election, rule: KindRule, extraction: Extraction) -> tuple[CopyForm, dict[str, Any]]:
    draft = selectors.draft_of(extraction)
    counts = selectors.counts(extraction=extraction, draft=draft, at=request.now)
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        rule=rule,
        scopes=words.scopes(rule, selectors.stations_of(draft), counts),
        orders=words.orders(rule, counts),
        with_minors="european" in ballot_codes(election) and not rule.two_persons,
        initial={"made_for": words.RECIPIENTS.get(rule.kind, "")},
    )
    context = {
        "election": election,
        "title": words.NAMES[rule.kind],
        "hint": words.HINTS[rule.kind],
        "two_persons": rule.two_persons,
        "warnings": words.warnings(rule.kind, election, request.now),
        "contents": words.contents(rule),
        "figures": words.figures(counts),
        "cancel_url": url("list_copy_list", election),
    }
    return form, context


def _show(request: MunicipalRequest, form: CopyForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, "voters/list_copy_new.html", {**context, "form": form}, status=422 if form.is_bound else 200)


def _ask(request: MunicipalRequest, election: Election, form: CopyForm, context: dict[str, Any]) -> HttpResponse:
    try:
        copy = services.request_copy(
            election=election,
            wish=form.wish(),
            as_of=form.moment(),
            purpose=form.cleaned_data.get("purpose", ""),
            by=request.actor,
            at=request.now,
        )
    except CopyRefusedError as refusal:
        form.add_error(None, str(words.REFUSALS[refusal.code]))
        return _show(request, form, context)
    if copy.requested_at < request.now:
        messages.info(request, _("This copy was asked for already and is not finished yet: here it is."))
    return redirect(url("list_copy_detail", election, pk=copy.pk))


@recently_authenticated
def _ask_confirmed(request: MunicipalRequest, election: Election, form: CopyForm, context: dict[str, Any]) -> HttpResponse:
    return _ask(request, election, form, context)


@require_safe
@requires(Permission.VIEW)
def list_copy_detail(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """A copy: waiting for a second person, being made, made."""
    copy = access_copy(access_election(request.municipality, election_date), pk)
    context = _detail(request, copy)
    job = context["job"]
    if request.htmx:
        if job is None or job["job"].finished:  # made meanwhile, or not
            return HttpResponse(status=200, headers={"HX-Refresh": "true"})
        return render(request, "components/job.html", job)
    return render(request, "voters/list_copy_detail.html", context)


def _detail(request: MunicipalRequest, copy: ListCopy, error: str = "") -> dict[str, Any]:
    approval, row = selectors.approval_of(copy), selectors.job_of(copy)
    own = approval is not None and approval.requested_by_id == request.actor.user_id
    here = url("list_copy_detail", copy.election, pk=copy.pk)
    may_stop = request.actor.may(Permission.STOP_WORK)
    return {
        "election": copy.election,
        "copy": copy,
        "name": words.NAMES[copy.kind],
        "tag": words.tag(copy),
        "facts": words.facts(copy),
        "document": words.document(copy, may_export=request.actor.may(Permission.EXPORT)),
        "job": job_panel(request, row, here, may_stop=may_stop) if row is not None and copy.state in AT_WORK else None,
        "approval": approval if approval is not None and approval.decision != "withdrawn" else None,
        "approval_figures": words.approval_figures(copy, approval),
        "warnings": words.warnings(Kind(copy.kind), copy.election, request.now),
        "can_decide": request.actor.may(Permission.APPROVE) and not own,
        "why_not": "" if own else _("Your role does not allow this."),
        "decide_url": url("list_copy_decide", copy.election, pk=copy.pk),
        "withdraw_url": url("list_copy_withdraw", copy.election, pk=copy.pk) if own and copy.state == ListCopy.State.REQUESTED else "",
        "error": error,
    }


@require_POST
@requires(Permission.APPROVE)
def list_copy_decide(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponseBase:
    """Approve or refuse a copy, as the second person."""
    copy = access_copy(access_election(request.municipality, election_date), pk)

    def page(error: str, status: int) -> HttpResponse:
        now = access_copy(copy.election, copy.pk)
        return render(request, "voters/list_copy_detail.html", _detail(request, now, error), status=status)

    question = Question(
        approve=lambda: services.approve_copy(copy=copy, by=request.actor, at=request.now),
        refuse=lambda reason: services.refuse_copy(copy=copy, reason=reason, by=request.actor, at=request.now),
        refusals=CopyRefusedError,
        why=lambda error: str(words.REFUSALS[error.code]),
        page=page,
        url=url("list_copy_detail", copy.election, pk=copy.pk),
    )
    return decide(request, question)


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def list_copy_withdraw(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Take the request back."""
    copy = access_copy(access_election(request.municipality, election_date), pk)
    try:
        services.withdraw_copy(copy=copy, by=request.actor, at=request.now)
    except CopyRefusedError as refusal:
        messages.warning(request, str(words.REFUSALS[refusal.code]))
    else:
        messages.success(request, _("Withdrawn. Nothing was made."))
    return redirect(url("list_copy_detail", copy.election, pk=copy.pk))


@require_safe
@requires(Permission.EXPORT)
def list_copy_download(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponseBase:
    """The bytes; that they were fetched is recorded."""
    copy = access_copy(access_election(request.municipality, election_date), pk)
    if copy.state != ListCopy.State.MADE or not copy.file:
        raise Http404
    file = default_storage.open(copy.file)
    services.record_download(copy=copy, by=request.actor, at=request.now)
    return FileResponse(file, as_attachment=True, filename=selectors.file_name(copy), content_type=services.media_type(copy))
