"""The freeze of a draft: asked for with its figures and the typed word, decided by a second person, or taken back."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from elections.access import access_election
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.deciding import Question, decide
from municipalities.rules import Permission
from voters.access.drafts import access_draft
from voters.forms.drafts import FreezeForm
from voters.models import Draft
from voters.selectors import draft_pages as pages
from voters.services import draft_freeze as services
from voters.services.drafts import DraftRefusedError
from voters.views.draft_detail import detail, draft_url
from voters.words import draft_page
from voters.words import drafts as words


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def draft_freeze(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponseBase:
    """Ask for the freeze: figures, the typed word, then a second person."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    if draft.state != Draft.State.READY:
        return redirect(draft_url("draft_detail", draft))
    form = FreezeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, draft, form)
    return _show(request, draft, form)


@recently_authenticated
def _ask(request: MunicipalRequest, draft: Draft, form: FreezeForm) -> HttpResponse:
    try:
        services.request_freeze(draft=draft, by=request.actor, at=request.now)
    except DraftRefusedError as refusal:
        form.add_error(None, words.refusal(refusal.code))
        return _show(request, draft, form)
    messages.success(request, _("Asked for. Somebody else decides now."))
    return redirect(draft_url("draft_detail", draft))


def _show(request: MunicipalRequest, draft: Draft, form: FreezeForm) -> HttpResponse:
    context = {
        "election": draft.election,
        "draft": draft,
        "name": words.name_of(draft),
        "form": form,
        "figures": draft_page.freeze_figures(draft),
        "consequence": draft_page.consequence(draft),
        "reason": draft_page.freeze_reason(draft, pages.standing(draft.election), may_request=True),
        "cancel_url": draft_url("draft_detail", draft),
    }
    return render(request, "voters/draft_freeze.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.APPROVE)
def draft_decide(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponseBase:
    """Approve or refuse the freeze, as the second person."""
    draft = access_draft(access_election(request.municipality, election_date), number)

    def page(error: str, status: int) -> HttpResponse:
        draft.refresh_from_db(fields=["state", "approved_by_id", "requested_by_id"])
        return render(request, "voters/draft_detail.html", detail(request, draft, error), status=status)

    question = Question(
        approve=lambda: services.approve_freeze(draft=draft, by=request.actor, at=request.now),
        refuse=lambda reason: services.refuse_freeze(draft=draft, reason=reason, by=request.actor, at=request.now),
        refusals=DraftRefusedError,
        why=lambda error: words.refusal(error.code) if error.code != "wrong_state" else "",
        page=page,
        url=draft_url("draft_detail", draft),
    )
    return decide(request, question)


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def draft_withdraw(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Take the request back: the draft can be worked on again."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    try:
        services.withdraw_freeze(draft=draft, by=request.actor, at=request.now)
    except DraftRefusedError as refusal:
        messages.warning(request, words.refusal(refusal.code))
    else:
        messages.success(request, _("Withdrawn. The draft can be worked on again."))
    return redirect(draft_url("draft_detail", draft))
