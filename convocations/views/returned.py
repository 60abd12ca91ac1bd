"""Letters that came back, many at once: a file of codes, with the cause of each or one for all."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from convocations.forms.cards import ReturnFileForm
from convocations.services import returned
from convocations.services.returned import Handling, Noted, Problem, ReturnsRefusedError
from convocations.words import returned as words
from core.templatetags.presentation import number
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def card_returns_file(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Have a file of letters noted, or see everything that is wrong with it."""
    election = access_election(request.municipality, election_date)
    form = ReturnFileForm(request.POST, request.FILES) if request.method == "POST" else ReturnFileForm()
    problems: list[Problem] = []
    if form.is_bound and form.is_valid():
        try:
            noted = _note(request, election, form.cleaned_data)
        except ReturnsRefusedError as refusal:
            problems = refusal.problems
        else:
            _say(request, noted)
            return redirect("card_case_list", nis=nis, election_date=election_date)
    context = {"election": election, "form": form, **words.wrong(problems)}
    return render(request, "convocations/returns_file.html", context, status=422 if form.is_bound else 200)


def _note(request: MunicipalRequest, election: Election, data: dict[str, Any]) -> Noted:
    usual = Handling(data["cause"], data["action"], data["note"])
    letters, wrong = returned.read_letters(data["file"].read(returned.MOST_BYTES + 1), usual=usual)
    return returned.note_returns(election=election, letters=letters, wrong=wrong, by=request.actor, at=request.now)


def _say(request: MunicipalRequest, noted: Noted) -> None:
    told = _("Letters noted: %(count)s. Open cases among them: %(kept)s.")
    messages.success(request, told % {"count": number(sum(noted.causes.values())), "kept": number(noted.kept)})
    if noted.seen:
        messages.info(request, _("Noted a moment ago already: %(codes)s.") % {"codes": words.codes(noted.seen)})
    if noted.replaced:
        text = _("These cards were replaced before: destroy them, they are worth nothing: %(codes)s.")
        messages.warning(request, text % {"codes": words.codes(noted.replaced)})
