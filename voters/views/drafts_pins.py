"""What is fixed or closed for every draft of an election to come."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import or_404, whole
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.drafts import access_pin
from voters.access.persons import access_person
from voters.forms.pins import PinForm
from voters.models import Person
from voters.selectors import draft_pages as pages
from voters.selectors.draft_moves import household_on_list
from voters.selectors.drafts import frozen
from voters.services import pins as services
from voters.words import persons as person_words
from voters.words import pins as words


@require_safe
@requires(Permission.VIEW)
def pin_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Everything that is fixed or closed."""
    election = access_election(request.municipality, election_date)
    is_frozen = frozen(election=election) is not None
    context = {
        "election": election,
        "rows": words.rows(pages.pins(election=election)),
        "frozen": is_frozen,
        "may_change": request.actor.may(Permission.MANAGE_ELECTION),
        "lacking": "no_stations" in pages.lacking(election),
        "new_url": reverse("pin_new", kwargs={"nis": nis, "election_date": election_date}),
    }
    return render(request, "voters/pin_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def pin_new(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Fix a piece of a street, or (``?person=7``) the household of somebody; or close a building to them."""
    election = access_election(request.municipality, election_date)
    asked = whole((request.POST if request.method == "POST" else request.GET).get("person"))
    person = access_person(request.municipality, asked) if asked else None
    form = _form(request, election, person)
    if request.method == "POST" and form.is_valid():
        try:
            pin = services.add_pin(election=election, data=form.pin(), by=request.actor, at=request.now)
        except services.PinRefusedError as refusal:
            form.add_error(None, words.refusal(refusal.code))
        else:
            messages.success(
                request,
                _("%(what)s: noted for the drafts to come. Drafts that were made already stay as they are.") % {"what": words.what(pin)},
            )
            return redirect("pin_list", nis=nis, election_date=election_date)
    context = {
        "election": election,
        "form": form,
        "person": person,
        "person_name": person_words.name(person) if person else "",
        "cancel_url": reverse("pin_list", kwargs={"nis": nis, "election_date": election_date}),
    }
    return render(request, "voters/pin_new.html", context, status=422 if form.is_bound else 200)


def _form(request: MunicipalRequest, election: Election, person: Person | None) -> PinForm:
    asked = request.GET
    household = or_404(household_on_list(election=election, person=person) if person else "")
    initial: dict[str, Any] = {name: asked[name] for name in ("side", "number_from", "number_to") if name in asked}
    initial["street"] = f"{asked.get('street', '')}|{asked.get('postcode', '')}"
    if (station := whole(asked.get("station"))) is not None:
        initial["place"] = f"station-{station}"
    return PinForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        streets=pages.streets_of(election=election),
        stations=pages.stations(election=election),
        buildings=pages.buildings(election=election),
        person=person,
        household=household,
    )


@require_POST
@requires(Permission.MANAGE_ELECTION)
def pin_remove(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Take something away that was fixed or closed."""
    pin = access_pin(access_election(request.municipality, election_date), pk)
    try:
        services.remove_pin(pin=pin, by=request.actor, at=request.now)
    except services.PinRefusedError as refusal:
        messages.error(request, words.refusal(refusal.code))
    else:
        messages.success(request, _("%(what)s: free again in the drafts to come.") % {"what": words.what(pin)})
    return redirect("pin_list", nis=nis, election_date=election_date)
