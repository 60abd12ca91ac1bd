"""What the municipality calls the places of postcodes outside it, where nobody else says it."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from municipalities import place_services, selectors
from municipalities.access import MunicipalRequest, requires
from municipalities.forms import PlaceForm
from municipalities.place_words import country_called
from municipalities.rules import Permission


@requires(Permission.VIEW)
@require_safe
def place_list(request: HttpRequest, *, nis: str) -> HttpResponse:
    """What was put by hand, and the form for another one; the address may say for which postcode."""
    asked = {name: request.GET.get(name, "")[:10] for name in ("postcode", "country")}
    return _show(cast("MunicipalRequest", request), PlaceForm(initial=asked))


@requires(Permission.MANAGE_ELECTION)
@require_POST
def place_put(request: HttpRequest, *, nis: str) -> HttpResponse:
    """Keep what the place of a postcode is called."""
    ours, form = cast("MunicipalRequest", request), PlaceForm(request.POST)
    if not form.is_valid():
        return _show(ours, form, status=422)
    put = place_services.put_place(municipality=ours.municipality, **form.cleaned_data, by=ours.actor, at=ours.now)
    messages.success(
        request, _("%(postcode)s is called %(name)s on cards that are made from now on.") % {"postcode": put.postcode, "name": put.name}
    )
    return redirect("place_list", nis=nis)


@requires(Permission.MANAGE_ELECTION)
@require_POST
def place_remove(request: HttpRequest, *, nis: str, pk: int) -> HttpResponse:
    """Forget what the place of a postcode is called."""
    ours = cast("MunicipalRequest", request)
    if place_services.remove_place(municipality=ours.municipality, place_id=pk, by=ours.actor, at=ours.now):
        messages.success(request, _("Removed."))
    return redirect("place_list", nis=nis)


def _show(request: MunicipalRequest, form: PlaceForm, *, status: int = 200) -> HttpResponse:
    places = selectors.places_by_hand(municipality_id=request.municipality_id)
    context = {
        "places": [{"place": place, "country": country_called(place.country)} for place in places],
        "listed": selectors.postcodes_listed(),
        "form": form,
        "may_change": request.actor.may(Permission.MANAGE_ELECTION),
    }
    return render(request, "municipalities/places.html", context, status=status)
