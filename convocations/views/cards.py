"""Cards: all of an election, one with its history, those of one voter."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from convocations.forms.cards import CardFilter, WishForm
from convocations.run_access import access_card
from convocations.selectors import cards as selectors
from convocations.selectors import counter as counter_selectors
from convocations.selectors import runs as run_selectors
from convocations.selectors.cards import CardQuery
from convocations.services import cases, files
from convocations.tables import CardTable
from convocations.words import cards as words
from districts.selectors.stations import stations
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.persons import access_person


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def card_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The cards of an election, found by code, number or name."""
    election = access_election(request.municipality, election_date)
    form = _filter(request, election)
    asked = CardQuery(**form.cleaned_data) if form.is_valid() else CardQuery()
    table = CardTable(selectors.cards(election=election, asked=asked), nis=nis)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    total = table.paginator.count
    if asked.q:
        files.record_search(election=election, asked=asked, found=total, by=request.actor, at=request.now)
    context = {
        "election": election,
        "list_title": _("Cards"),
        "total": total,
        "table": table,
        "filter_form": form,
        "empty": {"title": _("No cards have been made yet"), "text": _("They come with the first print run.")},
    }
    return render(request, "components/results.html" if request.htmx else "convocations/card_list.html", context)


def _filter(request: MunicipalRequest, election: Election) -> CardFilter:
    numbers = [run.number for run in run_selectors.runs(election=election)]
    found = [(one.number, one.name) for one in stations(election)]
    return CardFilter(request.GET or {}, runs=numbers, stations=found)


@require_safe
@requires(Permission.VIEW)
def card_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """One card: what stands on it, and what happened to it. That it was looked at is recorded."""
    card = access_card(request.municipality, pk)
    files.record_view(card=card, by=request.actor, at=request.now)
    context = {
        "election": card.election,
        "card": card,
        "name": words.name_of(card),
        "tag": words.tag(card),
        "facts_of_card": words.facts(card),
        "history": words.timeline(selectors.history(card)),
        "others": [{"card": other, "tag": words.tag(other)} for other in selectors.others(card)],
    }
    return render(request, "convocations/card_detail.html", context)


@require_safe
@requires(Permission.VIEW)
def person_cards(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """The cards of one voter, as a page or as a part of the dossier."""
    person = access_person(request.municipality, pk)
    found = selectors.cards_of(person)
    coming = counter_selectors.at_counter(municipality=request.municipality, now=request.now)
    current = coming or (found[0].election if found else None)
    rows = [{"card": card, "tag": words.tag(card), "address": words.address_of(card)} for card in found]
    context = {
        "person": person,
        "rows": rows,
        "current": current,
        "at_counter": coming,
        "may_wish": current is not None and request.actor.may(Permission.MANAGE_ELECTION),
    }
    if current is not None:
        context["wish_form"] = WishForm(initial={"wish": selectors.wish_of(current, person)})
    return render(request, "convocations/_person_cards.html" if request.htmx else "convocations/person_cards.html", context)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def hour_wish(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Note which hour the household of a voter would like."""
    election, person = access_election(request.municipality, election_date), access_person(request.municipality, pk)
    form = WishForm(request.POST)
    if form.is_valid():
        cases.set_wish(election=election, person=person, wish=form.cleaned_data["wish"], by=request.actor, at=request.now)
        messages.success(request, _("Noted. It counts for cards that are yet to be made."))
    return redirect("person_cards", nis=nis, pk=pk)
