"""bpost among the settings of a municipality."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from delivery import selectors, services
from delivery.forms import BpostSettingsForm
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@requires(Permission.VIEW)
@require_safe
def bpost_settings(request: HttpRequest, *, nis: str) -> HttpResponse:
    """What is agreed with bpost and which numbers were taken; with the form, for whoever may change it."""
    ours = cast("MunicipalRequest", request)
    return _show(ours, BpostSettingsForm.filled(selectors.bpost_values(municipality=ours.municipality)))


@requires(Permission.MANAGE_SETTINGS)
@require_POST
def bpost_settings_save(request: HttpRequest, *, nis: str) -> HttpResponse:
    """Keep what is filled in."""
    ours = cast("MunicipalRequest", request)
    form = BpostSettingsForm(request.POST)
    if form.is_valid():
        try:
            services.save_bpost_settings(municipality=ours.municipality, values=form.values(), by=ours.actor, at=ours.now)
        except services.BpostSettingsRefusedError as refusal:
            form.refuse(refusal.problems)
        else:
            messages.success(request, _("The settings of bpost are kept."))
            return redirect("bpost_settings", nis=nis)
    return _show(ours, form, status=422)


def _show(request: MunicipalRequest, form: BpostSettingsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "agreement": selectors.bpost_agreement(municipality=request.municipality),
        "allocations": selectors.mail_id_allocations(municipality=request.municipality),
        "form": form,
        "may_change": request.actor.may(Permission.MANAGE_SETTINGS),
    }
    return render(request, "delivery/bpost_settings.html", context, status=status)
