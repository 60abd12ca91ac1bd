"""A new election, and the law that holds for it."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from elections import selectors, services
from elections.access import access_election
from elections.forms import ElectionForm
from elections.labels import election_title
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@requires(Permission.MANAGE_ELECTION)
def election_new(request: HttpRequest, *, nis: str) -> HttpResponse:
    """Make an election, with the dates that the law gives as a proposal."""
    ours = cast("MunicipalRequest", request)
    form = ElectionForm(request.POST if request.method == "POST" else None, today=localdate(ours.now), nis_code=ours.municipality.nis_code)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.create_election(municipality=ours.municipality, **data, by=ours.actor, at=ours.now)
        except services.ElectionRefusedError as refusal:
            form.refuse(refusal.problems)
        else:
            messages.success(request, _("The election is there. Its steps are below."))
            return redirect("election_overview", nis=nis, election_date=data["date"])
    return render(request, "elections/new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Permission.VIEW)
def election_rules(request: HttpRequest, *, nis: str, election_date: date) -> HttpResponse:
    """Who may vote on this day, by the rules in force then, each with its article and how certain it is."""
    ours = cast("MunicipalRequest", request)
    election = access_election(ours.municipality, election_date)
    groups = selectors.rules_in_force(election)
    title = election_title([group.ballot for group in groups])
    return render(request, "elections/rules.html", {"election": election, "groups": groups, "title": title})
