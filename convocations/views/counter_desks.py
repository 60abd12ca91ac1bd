"""Counters and printers: blank cards in and out, how far a printer is off, the page that tells it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from convocations.cards import calibration
from convocations.counter_access import access_counter, access_printer
from convocations.forms.counter import CounterForm, MovementForm, PrinterForm
from convocations.models import CardPrinter, Counter
from convocations.rules.counter import Movement
from convocations.selectors import counter as selectors
from convocations.services import counters
from convocations.words import blanks
from convocations.words import counter as words
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, require, requires
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW)
def counter_blanks(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The blank cards of every counter, and the form that notes what came, went or was counted."""
    election = access_election(request.municipality, election_date)
    desks = selectors.counters(municipality_id=request.municipality_id)
    first = {"seen": selectors.last_movement(election=election)}
    form = MovementForm(request.POST or None, counters=desks, blanks=selectors.blank_kinds(election), initial=first)
    if request.method == "POST":
        require(request.actor, Permission.HAND_OUT)
        if form.is_valid():
            data = form.cleaned_data
            moved = {
                "kind": Movement(data["kind"]),
                "blank": data["blank"],
                "quantity": data["quantity"],
                "note": data["note"],
                "seen": data["seen"],
                "by": request.actor,
            }
            counters.move_blanks(election=election, counter=access_counter(request, data["counter"]), at=request.now, **moved)
            messages.success(request, _("The blank cards are noted."))
            return redirect("counter_blanks", nis=nis, election_date=election_date)
    context = {
        "election": election,
        "form": form,
        **blanks.shown(selectors.stocks(election), desks),
        "may_print": request.actor.may(Permission.HAND_OUT),
    }
    return render(request, "convocations/counter/blanks.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.VIEW)
def counter_blank_history(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """What a counter has of each kind, and all that happened to them: of every kind, or of the one with ``?kind=``."""
    election, counter = access_election(request.municipality, election_date), access_counter(request, pk)
    own = [stock for stock in selectors.stocks(election) if stock.counter.pk == counter.pk]
    asked = request.GET.get("kind")
    context = {"election": election, "counter": counter, **blanks.history(own, asked)}
    return render(request, "convocations/counter/blank_history.html", context)


@require_safe
@requires(Permission.VIEW)
def counter_printers(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The counters and the printers of the municipality."""
    context = {
        "election": access_election(request.municipality, election_date),
        "printers": selectors.printers(municipality_id=request.municipality_id),
        "desks": selectors.counters(municipality_id=request.municipality_id),
        "may_print": request.actor.may(Permission.HAND_OUT),
    }
    return render(request, "convocations/counter/printers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HAND_OUT)
def counter_printer_new(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Add a printer."""
    return _printer(request, access_election(request.municipality, election_date), None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HAND_OUT)
def counter_printer(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Say how far a printer is off."""
    return _printer(request, access_election(request.municipality, election_date), access_printer(request, pk))


def _printer(request: MunicipalRequest, election: Election, printer: CardPrinter | None) -> HttpResponse:
    form = PrinterForm(request.POST) if request.method == "POST" else PrinterForm.filled(printer) if printer else PrinterForm()
    if request.method == "POST" and form.is_valid():
        own: dict[str, Any] = {"municipality": request.municipality, "by": request.actor, "at": request.now}
        try:
            counters.keep_printer(**own, printer=printer, **form.cleaned_data)
        except counters.NameTakenError:
            form.add_error("name", _("Another printer is called so."))
        else:
            messages.success(request, _("The printer is kept."))
            return redirect("counter_printers", nis=request.municipality.nis_code, election_date=election.date)
    context = {"election": election, "form": form, "printer": printer}
    return render(request, "convocations/counter/printer.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.VIEW)
def counter_calibration(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The page that tells how far a printer is off, moved as its cards are."""
    access_election(request.municipality, election_date)
    printer = access_printer(request, pk)
    page = calibration.Calibration(printer.name, printer.right_mm, printer.up_mm, words.calibration(printer.name))
    response = HttpResponse(calibration.draw(page), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="ijkblad.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HAND_OUT)
def counter_desk_new(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Add a counter."""
    return _desk(request, access_election(request.municipality, election_date), None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HAND_OUT)
def counter_desk(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Change a counter."""
    return _desk(request, access_election(request.municipality, election_date), access_counter(request, pk))


def _desk(request: MunicipalRequest, election: Election, counter: Counter | None) -> HttpResponse:
    printers = selectors.printers(municipality_id=request.municipality_id)
    initial = {"name": counter.name, "printer": counter.printer_id} if counter else None
    form = CounterForm(request.POST or None, printers=printers, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = next((one for one in printers if one.pk == form.cleaned_data["printer"]), None)
        own: dict[str, Any] = {"municipality": request.municipality, "by": request.actor, "at": request.now}
        try:
            counters.keep_counter(**own, counter=counter, name=form.cleaned_data["name"], printer=chosen)
        except counters.NameTakenError:
            form.add_error("name", _("Another counter is called so."))
        else:
            messages.success(request, _("The counter is kept."))
            return redirect("counter_printers", nis=request.municipality.nis_code, election_date=election.date)
    context = {"election": election, "form": form, "counter": counter}
    return render(request, "convocations/counter/desk.html", context, status=422 if form.errors else 200)
