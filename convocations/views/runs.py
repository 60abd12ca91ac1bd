"""Print runs of an election: all of them, a new one with its counts before anything is made, one of them, and the end of one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from convocations.forms.runs import CancelForm, RunForm
from convocations.rules.runs import Problem, law_hours
from convocations.run_access import access_run
from convocations.selectors import run_pages as pages
from convocations.selectors import runs as selectors
from convocations.services import runs as services
from convocations.services.runs import RunRefusedError
from convocations.views.run_detail import detail, run_url, work
from convocations.words import runs as words
from core.templatetags.presentation import number as shown
from delivery.selectors import bpost_agreement
from elections.access import access_election
from elections.models import Election
from elections.rules import norm_kind
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.selectors.ledger import NoFinalListError


@require_safe
@requires(Permission.VIEW)
def card_run_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """All runs of the election."""
    election = access_election(request.municipality, election_date)
    found, may_make = pages.hindrance(election), request.actor.may(Permission.MANAGE_ELECTION)
    withdrawn = selectors.withdrawn(election=election)
    context = {
        "election": election,
        "rows": [words.row(run, withdrawn[run.pk]) for run in selectors.runs(election=election)],
        "may_make": may_make,
        "hindrance": words.refusal(found) if found else "",
        "empty_url": reverse("card_run_new", kwargs={"nis": nis, "election_date": election_date}) if may_make and not found else "",
    }
    return render(request, "convocations/run_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def card_run_new(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Ask for a run; first see how many cards it would have, and who would get none."""
    election = access_election(request.municipality, election_date)
    form = _form(request, election)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.request_run(election=election, settings=form.settings(), by=request.actor, at=request.now)
        except RunRefusedError as refusal:
            for code in refusal.codes:
                form.add_error(None, words.refusal(code))
        else:
            return redirect(run_url("card_run_detail", made))
    counted, anything = _counted(request, election)
    hindrance = pages.hindrance(election) or (None if anything else Problem.NO_CARDS)
    context = {
        "election": election,
        "form": form,
        "counted": counted,
        "open_run": pages.open_run(election),
        "open_texts": pages.open_texts(election),
        "hindrance": words.refusal(hindrance) if hindrance else "",
    }
    return render(request, "convocations/run_new.html", context, status=422 if form.is_bound else 200)


def _form(request: MunicipalRequest, election: Election) -> RunForm:
    paper, electronic = law_hours(norm_kind(set(ballot_codes(election))))
    initial = {
        "paper_opening": paper.texts[0],
        "paper_closing": paper.texts[1],
        "electronic_opening": electronic.texts[0],
        "electronic_closing": electronic.texts[1],
    }
    agreement = bpost_agreement(municipality=request.municipality)
    may_number = agreement is not None and agreement.makes_numbers
    return RunForm(request.POST if request.method == "POST" else None, initial=initial, may_number=may_number)


def _counted(request: MunicipalRequest, election: Election) -> tuple[list[dict[str, Any]], bool]:
    """Cards and each reason for none, as they would be now, and whether a run could make any; nothing while there is no list."""
    try:
        found = selectors.preview(election=election, reissue_changed=False, at=request.now)
    except NoFinalListError:
        return [], False
    rows = [{"label": _("cards"), "value": shown(found.cards)}, *words.reasons(found.none_by_reason)]
    anything = found.cards or selectors.preview(election=election, reissue_changed=True, at=request.now).cards
    return [*rows, {"label": _("together: lines of the list"), "value": shown(found.lines)}], bool(anything)


@require_safe
@requires(Permission.VIEW)
def card_run_detail(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """One run."""
    return render(
        request, "convocations/run_detail.html", detail(request, access_run(access_election(request.municipality, election_date), number))
    )


@require_safe
@requires(Permission.VIEW)
def card_run_job(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """How far the work is: the component *job*, asked for every two seconds until the run has come to rest."""
    run = access_run(access_election(request.municipality, election_date), number)
    found = work(request, run)
    if found is None:
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return render(request, "components/job.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def card_run_cancel(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """End a run that was not released; first say what goes with it."""
    run = access_run(access_election(request.municipality, election_date), number)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_run(run=run, by=request.actor, at=request.now)
        except RunRefusedError as refusal:
            form.add_error(None, words.refusal(refusal.code))
        else:
            messages.success(request, _("%(name)s was cancelled.") % {"name": words.name_of(run)})
            return redirect(reverse("card_run_list", kwargs={"nis": nis, "election_date": election_date}))
    context = {
        "election": run.election,
        "run": run,
        "name": words.name_of(run),
        "form": form,
        "cancel_url": run_url("card_run_detail", run),
    }
    return render(request, "convocations/run_cancel.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def card_run_anew(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Make the cards anew on the list of now, with the same settings."""
    run = access_run(access_election(request.municipality, election_date), number)
    try:
        made = services.begin_anew(run=run, by=request.actor, at=request.now)
    except RunRefusedError as refusal:
        messages.error(request, words.refusal(refusal.code))
        return redirect(run_url("card_run_detail", run))
    return redirect(run_url("card_run_detail", made))
