"""What goes to bpost of a released run, and what bpost and the printer say of it."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from convocations.forms.cards import BpostForm, UploadForm
from convocations.models import PrintRun
from convocations.run_access import access_run, access_work
from convocations.services import answers, bpost_answers, mailing
from convocations.services.answers import AnswerRefusedError
from convocations.services.runs import RunRefusedError
from convocations.views.run_detail import run_url
from convocations.words import posting as words
from convocations.words import runs as run_words
from delivery.bpost.mailing import Mode
from delivery.bpost.names import Form
from delivery.selectors import bpost_agreement
from elections.access import access_election
from municipalities.access import MunicipalRequest, requires
from municipalities.job_panel import job_panel
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT)
def card_run_bpost(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Have a list for bpost made, with the numbers of the settings."""
    run = access_run(access_election(request.municipality, election_date), number)
    agreement = bpost_agreement(municipality=request.municipality)
    form = BpostForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and agreement is not None:
        mode, kind = Mode(form.cleaned_data["mode"]), Form(form.cleaned_data["form"])
        try:
            job = mailing.request_list(
                run=run, sender=agreement.sender, mode=mode, form=kind, deposit=form.link, by=request.actor, at=request.now
            )
        except RunRefusedError as refusal:
            form.add_error(None, words.list_refusal(refusal.code))
        else:
            return redirect(run_url("card_run_work", run, pk=job.pk))
    context = _context(run, form) | {"agreement": agreement}
    return render(request, "convocations/run_bpost.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def card_run_answer(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Have an answer of bpost brought in."""
    run = access_run(access_election(request.municipality, election_date), number)
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = bpost_answers.request_answer(
                municipality=request.municipality, file=file, file_name=file.name, run=run, by=request.actor, at=request.now
            )
        except AnswerRefusedError as refusal:
            form.add_error("file", words.answer_refusal(refusal.code))
        else:
            return redirect(run_url("card_run_work", run, pk=job.pk))
    context = _context(run, form) | {"of_printer": False}
    return render(request, "convocations/run_answer.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Permission.VIEW)
def card_run_work(request: MunicipalRequest, nis: str, election_date: date, number: int, pk: int) -> HttpResponse:
    """A list for bpost being made, an answer or a report being brought in; then what came of it, or everything that is wrong."""
    run = access_run(access_election(request.municipality, election_date), number)
    row = access_work(run, pk)
    panel = job_panel(request, row, run_url("card_run_work", run, pk=pk), may_stop=request.actor.may(Permission.STOP_WORK))
    if request.htmx:
        if row.finished:
            return HttpResponse(status=200, headers={"HX-Refresh": "true"})
        return render(request, "components/job.html", panel)
    context = {"election": run.election, "run": run, "name": run_words.name_of(run), "title": panel["title"], "panel": panel}
    context |= words.outcome(run, row, may_export=request.actor.may(Permission.EXPORT))
    return render(request, "convocations/run_work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def card_run_printer(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Have the report of the printer brought in."""
    run = access_run(access_election(request.municipality, election_date), number)
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = answers.request_report(run=run, file=file, file_name=file.name, by=request.actor, at=request.now)
        except AnswerRefusedError as refusal:
            form.add_error("file", words.report_refusal(refusal.code))
        else:
            return redirect(run_url("card_run_work", run, pk=job.pk))
    context = _context(run, form) | {"of_printer": True}
    return render(request, "convocations/run_answer.html", context, status=422 if form.is_bound else 200)


def _context(run: PrintRun, form: BpostForm | UploadForm) -> dict[str, Any]:
    return {
        "election": run.election,
        "run": run,
        "name": run_words.name_of(run),
        "form": form,
        "released": run.state == PrintRun.State.RELEASED,
        "cancel_url": run_url("card_run_detail", run),
    }
