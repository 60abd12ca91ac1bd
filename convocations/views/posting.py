"""What goes to bpost of a released run, and what bpost and the printer say of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from convocations.forms.cards import BpostForm, UploadForm
from convocations.models import PrintRun
from convocations.run_access import access_election_of, access_run
from convocations.services import answers, mailing
from convocations.services.answers import AnswerRefusedError
from convocations.services.runs import RunRefusedError
from convocations.views.run_detail import run_url
from convocations.words import cards as words
from convocations.words import runs as run_words
from delivery.bpost.mailing import Mode, RefusedError
from delivery.bpost.names import Form
from delivery.selectors import bpost_agreement
from delivery.words import ANSWER_ERRORS, PROBLEMS
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT)
def card_run_bpost(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Make a list for bpost, with the numbers of the settings."""
    run = access_run(access_election_of(request, election_date), number)
    agreement = bpost_agreement(municipality=request.municipality)
    form = BpostForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and agreement is not None:
        data = form.cleaned_data
        try:
            kept = mailing.write_list(
                run=run, sender=agreement.sender, mode=Mode(data["mode"]), form=Form(data["form"]), by=request.actor, at=request.now
            )
        except RefusedError as refusal:
            form.add_error(None, " ".join(str(PROBLEMS.get(code, code)) for code in sorted({one.code for one in refusal.problems})))
        except RunRefusedError as refusal:
            form.add_error(None, run_words.refusal(refusal.code))
        else:
            messages.success(request, _("The list was made: %(file)s.") % {"file": kept.name})
            return redirect(f"{run_url('card_run_detail', run)}#files")
    context = _context(run, form) | {"agreement": agreement}
    return render(request, "convocations/run_bpost.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def card_run_answer(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Bring in an answer of bpost."""
    return _bring_in(request, access_run(access_election_of(request, election_date), number), of_printer=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def card_run_printer(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Bring in the report of the printer."""
    return _bring_in(request, access_run(access_election_of(request, election_date), number), of_printer=True)


def _bring_in(request: MunicipalRequest, run: PrintRun, *, of_printer: bool) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    rows: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        given = {"file": file, "file_name": file.name, "by": request.actor, "at": request.now}
        try:
            if of_printer:
                answers.import_report(run=run, **given)
            else:
                answers.import_answer(municipality=request.municipality, **given)
        except AnswerRefusedError as refusal:
            form.add_error("file", str(words.ANSWER_REFUSALS.get(refusal.code) or ANSWER_ERRORS.get(refusal.code) or refusal.code))
            rows = [{**row, "text": words.ANSWER_REFUSALS.get(row["problem"], "")} for row in refusal.errors if row["row"]]
        else:
            messages.success(request, _("%(file)s was brought in.") % {"file": file.name})
            return redirect(f"{run_url('card_run_detail', run)}#files")
    context = _context(run, form) | {"of_printer": of_printer, "rows": rows}
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
