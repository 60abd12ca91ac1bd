"""New cards for a street, a station or a list, asked for here and released as every print run is."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from convocations.forms.counter import ReissueForm
from convocations.rules.counter import Cause
from convocations.selectors import reissues as selectors
from convocations.services import reissues
from convocations.services.reissues import ReissueRefusedError, Whom
from convocations.services.runs import RunRefusedError
from convocations.words import counter as words
from convocations.words import runs as run_words
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission

UNREADABLE = gettext_lazy("This is no list that can be read: a CSV file in UTF-8 of at most 2 MB.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def counter_reissue(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The form, which counts while it is filled in; once it is sent, the print run."""
    election = access_election(request.municipality, election_date)
    form = _form(request, election)
    if request.POST.get("step") == "live":
        return render(request, "convocations/counter/_reissue_count.html", _counted(request, election, form))
    if request.method == "POST" and form.is_valid() and (number := _ask(request, election, form)):
        messages.success(request, _("The new cards are being made. A second person releases them."))
        return redirect("card_run_detail", nis=nis, election_date=election_date, number=number)
    context = {"election": election, "form": form, "asked": selectors.asked(election)}
    return render(request, "convocations/counter/reissue.html", context, status=422 if form.errors else 200)


def _form(request: MunicipalRequest, election: Election) -> ReissueForm:
    return ReissueForm(
        request.POST or None,
        request.FILES or None,
        initial=_wanted(request, election),
        streets=selectors.streets(election),
        places=selectors.street_places(election),
        stations=selectors.stations(election),
    )


def _counted(request: MunicipalRequest, election: Election, form: ReissueForm) -> dict[str, Any]:
    """How many cards what is filled in would make, or why none; nothing while something is lacking."""
    if not form.is_valid():
        return {"count": None, "problems": []}
    try:
        count = reissues.count_voters(election=election, whom=_whom(election, form.cleaned_data), at=request.now)
    except ValueError:
        return {"count": None, "problems": [UNREADABLE]}
    except ReissueRefusedError as refused:
        return {"count": None, "problems": [words.refusal(refused.refusal), *words.bad_rows(refused.rows)]}
    return {"count": count, "problems": []}


def _wanted(request: MunicipalRequest, election: Election) -> dict[str, Any]:
    """What a link to the form fills in already: a street by its name and postcode, where there is one."""
    name, postcode = request.GET.get("street", ""), request.GET.get("postcode", "")
    found = selectors.street_called(election, name=name, postcode=postcode) if name else None
    return {"whom": "street", "street": found.pk} if found else {}


def _ask(request: MunicipalRequest, election: Election, form: ReissueForm) -> int | None:
    """The number of the run; what was refused stands in the form."""
    data = form.cleaned_data
    try:
        whom = _whom(election, data)
        run = reissues.request_reissue(
            election=election, whom=whom, cause=Cause(data["cause"]), note=data["note"], by=request.actor, at=request.now
        )
    except ValueError:
        form.add_error("file", UNREADABLE)
    except RunRefusedError as refused:
        form.add_error(None, run_words.refusal(refused.code))
    except ReissueRefusedError as refused:
        form.add_error(None, [words.refusal(refused.refusal), *words.bad_rows(refused.rows)])
    else:
        return run.number
    return None


def _whom(election: Election, data: dict[str, Any]) -> Whom:
    if data["whom"] == "street":
        street = next(one for one in selectors.streets(election) if one.pk == data["street"])
        return Whom(street=street, place=selectors.street_places(election, [street]).get(street.pk, ""))
    if data["whom"] == "station":
        return Whom(station=next(one for one in selectors.stations(election) if one.pk == data["station"]))
    return Whom(rows=reissues.rows_of(data["file"].read(reissues.MOST_BYTES + 1)), file_name=data["file"].name)
