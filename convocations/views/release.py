"""The release of a run: asked for with the typed word, decided by a second person; what is not right is withdrawn; files are fetched."""

from datetime import date

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from convocations.forms.runs import ReleaseForm
from convocations.models import PrintRun
from convocations.run_access import access_file, access_run
from convocations.selectors import run_pages as pages
from convocations.selectors.runs import papers
from convocations.services import files, releasing
from convocations.services.runs import RunRefusedError
from convocations.views.run_detail import detail, run_url
from convocations.words import run_page
from convocations.words import runs as words
from convocations.words.papers import sheets
from elections.access import access_election
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.deciding import Question, decide
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def card_run_release(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponseBase:
    """Ask for the release: the typed word, then a second person."""
    run = access_run(access_election(request.municipality, election_date), number)
    if run.state != PrintRun.State.READY:
        return redirect(run_url("card_run_detail", run))
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, run, form)
    return _show(request, run, form)


@recently_authenticated
def _ask(request: MunicipalRequest, run: PrintRun, form: ReleaseForm) -> HttpResponse:
    try:
        releasing.request_release(run=run, by=request.actor, at=request.now)
    except RunRefusedError as refusal:
        form.add_error(None, words.refusal(refusal.code))
        return _show(request, run, form)
    messages.success(request, _("Asked for. Somebody else decides now."))
    return redirect(run_url("card_run_detail", run))


def _show(request: MunicipalRequest, run: PrintRun, form: ReleaseForm) -> HttpResponse:
    states = pages.states(run)
    context = {
        "election": run.election,
        "run": run,
        "name": words.name_of(run),
        "form": form,
        "open_texts": pages.open_texts(run.election),
        "figures": [*run_page.accounts(run, states), *sheets(papers(run))],
        "consequence": run_page.consequence(run, states),
        "cancel_url": run_url("card_run_detail", run),
    }
    return render(request, "convocations/run_release.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.APPROVE)
def card_run_decide(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponseBase:
    """Approve or refuse the release, as the second person."""
    run = access_run(access_election(request.municipality, election_date), number)

    def page(error: str, status: int) -> HttpResponse:
        run.refresh_from_db(fields=["state", "approved_by_id", "requested_by_id"])
        return render(request, "convocations/run_detail.html", detail(request, run, error), status=status)

    question = Question(
        approve=lambda: releasing.approve_release(run=run, by=request.actor, at=request.now),
        refuse=lambda reason: releasing.refuse_release(run=run, reason=reason, by=request.actor, at=request.now),
        refusals=RunRefusedError,
        why=lambda error: words.refusal(error.code),
        page=page,
        url=run_url("card_run_detail", run),
    )
    return decide(request, question)


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def card_run_take_back(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Take the request back."""
    run = access_run(access_election(request.municipality, election_date), number)
    try:
        releasing.withdraw_request(run=run, by=request.actor, at=request.now)
    except RunRefusedError as refusal:
        messages.warning(request, words.refusal(refusal.code))
    else:
        messages.success(request, _("Withdrawn. The release can be asked again."))
    return redirect(run_url("card_run_detail", run))


@require_POST
@requires(Permission.MANAGE_ELECTION)
def card_run_withdraw_cards(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Withdraw the cards that are not right any more."""
    run = access_run(access_election(request.municipality, election_date), number)
    try:
        count = releasing.withdraw_cards(run=run, by=request.actor, at=request.now)
    except RunRefusedError as refusal:
        messages.error(request, words.refusal(refusal.code))
    else:
        messages.success(request, _("Cards withdrawn: %(count)s.") % {"count": count})
    return redirect(run_url("card_run_detail", run))


@require_safe
@requires(Permission.EXPORT)
def card_run_file(request: MunicipalRequest, nis: str, election_date: date, number: int, pk: int) -> HttpResponseBase:
    """A file of a run; before the release only the proof set can be fetched."""
    file = access_file(access_run(access_election(request.municipality, election_date), number), pk)
    if not files.may_fetch(file):
        raise Http404
    try:
        content = default_storage.open(file.file)
    except FileNotFoundError:
        raise Http404 from None
    files.record_download(file=file, by=request.actor, at=request.now)
    return FileResponse(content, as_attachment=file.kind != file.Kind.PROOF, filename=file.name)
