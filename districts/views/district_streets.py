"""Finding the street that a district is to have; streets that have no addresses yet, prepared and taken away again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from districts.access import access_district, access_street
from districts.forms.districts import StreetForm, WhereForm
from districts.selectors import districts as selectors
from districts.selectors.split import split_day
from districts.selectors.where import which_district
from districts.services import districts as services
from districts.words import districts as words
from districts.words.where import as_text
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def street_prepare(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Make a street before the address file brings it, and go on to its rows."""
    form = StreetForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            street = services.prepare_street(
                municipality=request.municipality, name=form.cleaned_data["name"], by=request.actor, at=request.now
            )
        except services.DistrictRefusedError as refusal:
            form.add_error("name", str(words.REFUSALS[refusal.problems[0][1]]))
        else:
            messages.success(request, _("%(street)s is prepared. Say in which district it lies.") % {"street": street})
            return redirect("district_street", nis=nis, pk=street.pk)
    prepared = [
        {"street": street, "url": reverse("street_detail", kwargs={"nis": nis, "pk": street.pk})}
        for street in selectors.prepared_streets(municipality_id=request.municipality_id)
    ]
    return render(request, "districts/street_prepare.html", {"form": form, "prepared": prepared}, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def street_drop(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Take a prepared street away that never had a row."""
    street = access_street(request.municipality, pk)
    try:
        services.drop_street(street=street, by=request.actor, at=request.now)
    except services.DistrictRefusedError as refusal:
        messages.error(request, str(words.REFUSALS[refusal.problems[0][1]]))
        return redirect("street_detail", nis=nis, pk=pk)
    messages.success(request, _("%(street)s is taken away.") % {"street": street})
    return redirect("street_list", nis=nis)


@require_safe
@requires(Permission.MANAGE_ELECTION)
@vary_on_headers("HX-Request")
def district_street_search(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Find the street that is to belong to a district, and go on to its rows."""
    district = access_district(request.municipality, pk)
    form = WhereForm(request.GET or None)
    text = form.cleaned_data.get("q", "") if form.is_valid() else ""
    day = split_day(municipality=request.municipality, today=timezone.localdate(request.now)).day
    answers = which_district(municipality_id=request.municipality_id, text=text, day=day) if text else []
    found = [
        {**as_text(answer), "url": reverse("district_street", kwargs={"nis": nis, "pk": answer.street.pk}, query={"district": pk})}
        for answer in answers
    ]
    context = {"district": district, "form": form, "text": text, "found": found}
    return render(request, "districts/_street_results.html" if request.htmx else "districts/street_search.html", context)
