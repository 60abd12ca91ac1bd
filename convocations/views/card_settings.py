"""On which paper cards are printed, and with which set of texts."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from convocations.forms.card_settings import CardSettingsForm
from convocations.selectors.card_settings import kept
from convocations.services.card_settings import keep_settings
from convocations.words import card_settings as words
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, require, requires
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW)
def card_settings(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """What is chosen, what is suggested and how sure that is; with the form for whoever may choose."""
    election = access_election(request.municipality, election_date)
    form = _form(request, election)
    if request.method == "POST":
        require(request.actor, Permission.MANAGE_ELECTION)
        if form.is_valid():
            keep_settings(election=election, papers=form.papers(), text_set=form.text_set(), by=request.actor, at=request.now)
            messages.success(request, _("Kept. The next run prints it so."))
            return redirect("card_template_list", nis=nis, election_date=election_date)
    context = {
        "election": election,
        "form": form,
        "rows": words.paper_rows(election),
        "sets": words.set_rows(election),
        "may_edit": request.actor.may(Permission.MANAGE_ELECTION),
    }
    return render(request, "convocations/card_settings.html", context, status=422 if form.errors else 200)


def _form(request: MunicipalRequest, election: Election) -> CardSettingsForm:
    own: dict[str, Any] = {"voters": words.types_of(election), "with_sets": words.has_parliament(election)}
    return CardSettingsForm(request.POST, **own) if request.method == "POST" else CardSettingsForm.filled(kept(election), **own)
