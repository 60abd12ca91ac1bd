"""An election that is changed or removed, as long as no final list rests on it."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from elections import services as elections
from elections.access import access_election
from elections.forms import ElectionForm
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.forms.extractions import DeletionForm
from voters.selectors import extraction_pages as selectors
from voters.services import elections as services
from voters.words import elections as words


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def election_change(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Change the day, the list date and the ballots of an election."""
    election = access_election(request.municipality, election_date)
    initial = {"date": election.date, "list_date": election.list_date, "ballots": list(ballot_codes(election))}
    form = ElectionForm(request.POST if request.method == "POST" else None, today=localdate(request.now), nis_code=nis, initial=initial)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_election(election=election, **form.cleaned_data, by=request.actor, at=request.now)
        except elections.ElectionRefusedError as refusal:
            form.refuse(refusal.problems)
        except services.FinalListError:
            error = str(words.FINAL_LIST)
        else:
            messages.success(request, _("The election was changed.") if changed else _("Nothing was changed."))
            return redirect("election_overview", nis=nis, election_date=form.cleaned_data["date"])
    context = {
        "election": election,
        "form": form,
        "error": error,
        "locked": words.locked(election, selectors.live_final(election=election)),
        "trials": sum(row.kind == "trial" for row in selectors.extractions(election=election)),
    }
    return render(request, "voters/election_change.html", context, status=409 if error else 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def election_remove(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Remove an election, with what rests on it in view and the word typed."""
    election = access_election(request.municipality, election_date)
    form = DeletionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_election(election=election, by=request.actor, at=request.now)
        except elections.ElectionInUseError as refusal:
            form.add_error(None, words.in_use(refusal.kinds))
        else:
            messages.success(request, _("The election was removed."))
            return redirect("municipality_home", nis=nis)
    context = {
        "election": election,
        "form": form,
        "name": words.name_of(election),
        "figures": words.figures(election),
        "rests": words.rests(election, selectors.what_rests_on(election=election), nis),
        "along": words.along(selectors.ended_requests(election=election)),
    }
    return render(request, "voters/election_remove.html", context, status=422 if form.is_bound else 200)
