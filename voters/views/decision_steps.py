"""What is done with a decision that was asked: record or refuse it, take the question back; and the counter-decision of one that was recorded."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import approvals
from elections.access import access_election
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.rules import Permission
from voters.access.ledger import access_decision
from voters.forms.ledger import WithdrawForm
from voters.models import ListDecision
from voters.services import decisions
from voters.views.decisions import new_of
from voters.words import decision_page as words
from voters.words import ledger as ledger_words
from voters.words.persons import name as person_name

ENDED = (decisions.WrongStateError, approvals.NotOpenError)


def _again(request: MunicipalRequest, decision: ListDecision, error: Exception) -> HttpResponse:
    """The page as it is now, with why the step was not taken."""
    fresh = access_decision(decision.election, decision.pk)
    context = words.page(fresh, decision.election, actor=request.actor)
    if isinstance(error, decisions.DecisionRefusedError):
        context["error"] = ledger_words.REFUSALS[error.refusal]
    elif isinstance(error, approvals.SamePersonError):
        context["error"] = _("You asked for this yourself: somebody else decides. Nothing has changed.")
    else:
        context["error"] = _("This was decided or stopped meanwhile. Nothing has changed by what you did now.")
    return render(request, "voters/ledger/decision.html", context, status=409)


@require_POST
@requires(Permission.APPROVE)
def decision_decide(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponseBase:
    """Record it, or refuse with a reason."""
    decision = access_decision(access_election(request.municipality, election_date), pk)
    if request.POST.get("decision") == "approve":
        return _approve(request, decision)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        context = words.page(decision, decision.election, actor=request.actor)
        context["approval_error"] = _("Give the reason: the one who asked reads it.")
        return render(request, "voters/ledger/decision.html", context, status=422)
    try:
        decisions.refuse_decision(decision=decision, reason=reason[:2000], by=request.actor, at=request.now)
    except (*ENDED, approvals.SamePersonError) as error:
        return _again(request, decision, error)
    return redirect("decision_detail", nis=nis, election_date=election_date, pk=pk)


@recently_authenticated
def _approve(request: MunicipalRequest, decision: ListDecision) -> HttpResponse:
    try:
        number = decisions.approve_decision(decision=decision, by=request.actor, at=request.now)
    except (*ENDED, approvals.SamePersonError, decisions.DecisionRefusedError) as error:
        return _again(request, decision, error)
    if number is not None:
        messages.success(request, _("Recorded: number %(number)s on the list.") % {"number": number})
    else:
        messages.success(request, _("Recorded."))
    nis, day = decision.election.municipality.nis_code, decision.election.date
    return redirect("decision_detail", nis=nis, election_date=day, pk=decision.pk)


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def decision_cancel(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Take the question back."""
    decision = access_decision(access_election(request.municipality, election_date), pk)
    try:
        decisions.cancel_decision(decision=decision, by=request.actor, at=request.now)
    except ENDED as error:
        return _again(request, decision, error)
    return redirect("decision_detail", nis=nis, election_date=election_date, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def decision_withdraw(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The form of a counter-decision."""
    decision = access_decision(access_election(request.municipality, election_date), pk)
    form, error = WithdrawForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            asked = decisions.request_withdrawal(decision=decision, new=new_of(form, "withdraw"), by=request.actor, at=request.now)
        except decisions.DecisionRefusedError as refusal:
            error = str(ledger_words.REFUSALS[refusal.refusal])
        else:
            return redirect("decision_detail", nis=nis, election_date=election_date, pk=asked.pk)
    context = {"election": decision.election, "person": decision.person, "name": person_name(decision.person), "form": form, "error": error}
    context |= {"title": _("Take the decision back"), "warning": words.warnings()["withdraw"], "line": None}
    return render(request, "voters/ledger/decision_new.html", context, status=422 if request.method == "POST" else 200)
