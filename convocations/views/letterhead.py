"""How the municipality signs its cards: lines, arms, foot."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from convocations.cards.arms import ArmsRefusedError
from convocations.cards.languages import languages_of
from convocations.forms.templates import LetterheadForm
from convocations.services.templates import save_letterhead
from convocations.words.template_pages import letterhead_row
from convocations.words.templates import REFUSALS
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_safe
@requires(Permission.VIEW)
def card_letterhead(request: MunicipalRequest, nis: str) -> HttpResponse:
    """What is kept; with the form, for whoever may change it."""
    return _show(request, LetterheadForm.filled(letterhead_row(request.municipality), with_french=_with_french(request)))


@require_POST
@requires(Permission.MANAGE_SETTINGS)
def card_letterhead_save(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Keep what is filled in."""
    form = LetterheadForm(request.POST, request.FILES, with_french=_with_french(request))
    if form.is_valid():
        try:
            save_letterhead(municipality=request.municipality, texts=form.texts(), arms=form.picture(), by=request.actor, at=request.now)
        except ArmsRefusedError as refusal:
            form.add_error("arms", str(REFUSALS[refusal.code]))
        else:
            messages.success(request, _("Kept. The next run prints it so."))
            return redirect("card_letterhead", nis=nis)
    return _show(request, form, status=422)


def _with_french(request: MunicipalRequest) -> bool:
    return "fr" in languages_of(request.municipality.nis_code)


def _show(request: MunicipalRequest, form: LetterheadForm, *, status: int = 200) -> HttpResponse:
    context = {
        "row": letterhead_row(request.municipality),
        "form": form,
        "may_change": request.actor.may(Permission.MANAGE_SETTINGS),
    }
    return render(request, "convocations/letterhead.html", context, status=status)
