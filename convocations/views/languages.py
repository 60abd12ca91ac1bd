"""The language of one voter's cards, where the law lets them choose."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from convocations.forms.languages import LanguageChoiceForm
from convocations.selectors import languages as selectors
from convocations.services import languages as services
from convocations.words.languages import REFUSALS
from municipalities.access import MunicipalRequest, requires
from municipalities.facilities import facilities, term
from municipalities.rules import Permission
from voters.access.persons import access_person
from voters.models import Person
from voters.words import persons as person_words


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def language_choice(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """What the voter asked for, and the form to record a request."""
    person = access_person(request.municipality, pk)
    form = LanguageChoiceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_choice(municipality=request.municipality, person=person, **form.cleaned_data, by=request.actor, at=request.now)
        except services.ChoiceRefusedError as refusal:
            form.add_error("received_on", str(REFUSALS[refusal.code]))
        else:
            messages.success(request, _("Recorded. Cards made from now on are in French."))
            return redirect("language_choice", nis=nis, pk=pk)
    return _show(request, person, form)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def language_choice_withdraw(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """The voter asks for Dutch again."""
    person = access_person(request.municipality, pk)
    try:
        services.withdraw_choice(municipality=request.municipality, person=person, by=request.actor, at=request.now)
    except services.ChoiceRefusedError as refusal:
        messages.warning(request, str(REFUSALS[refusal.code]))
    else:
        messages.success(request, _("Withdrawn. Cards made from now on are in Dutch."))
    return redirect("language_choice", nis=nis, pk=pk)


def _show(request: MunicipalRequest, person: Person, form: LanguageChoiceForm) -> HttpResponse:
    today = localdate(request.now)
    rows = selectors.choices(municipality=request.municipality, person_id=person.pk)
    context = {
        "person": person,
        "name": person_words.name(person),
        "form": form,
        "here": request.municipality.nis_code in facilities(),
        "term": term(),
        "language": selectors.language_of(municipality=request.municipality, person=person, on=today),
        "choices": rows,
        "open": next((row for row in rows if row.withdrawn_on is None and row.ends_on >= today), None),
    }
    return render(request, "convocations/language_choice.html", context, status=422 if form.is_bound else 200)
