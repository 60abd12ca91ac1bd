"""Finding people, and what is known of one of them.

A national number never stands in an address: it would stay in histories and logs. So every search is sent as POST. What
holds no figures of a number is then answered with a redirect to ``?q=…`` (htmx: that address is pushed), so that *back*,
bookmarks and links work for names; what does hold some is answered at once and leaves no address.
"""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from core.templatetags.presentation import national_number
from elections import selectors as elections
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.facilities import facilities
from municipalities.models import Municipality
from municipalities.rules import Permission
from voters.access.persons import access_person
from voters.forms.persons import PersonSearchForm
from voters.models import Person
from voters.selectors import dossier, persons, verdicts
from voters.selectors.draft_why import place_of
from voters.selectors.search import Everything, everything
from voters.services import persons as services
from voters.words import dossier as dossier_words
from voters.words import ledger_page
from voters.words import persons as words
from voters.words import search as search_words
from voters.words import why as why_words


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def person_search(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Search persons; see the module for why a search is sent as POST."""
    form = PersonSearchForm(request.POST if request.method == "POST" else request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    query = persons.understand(text)
    url = reverse("person_search", kwargs={"nis": nis})
    address = url if query.confidential or not text else f"{url}?{urlencode({'q': text})}"
    if request.method == "POST" and not request.htmx and not query.confidential:
        return redirect(address)
    if request.method != "POST" and query.confidential:
        return redirect(url)
    context: dict[str, Any] = {"form": form, "searched": not query.empty, "rows": [], "found": None}
    if not query.empty:
        found = persons.search(municipality_id=request.municipality_id, query=query)
        services.record_search(municipality=request.municipality, query=query, found=len(found.persons), by=request.actor, at=request.now)
        context |= {"found": found, "rows": [_row(person, nis) for person in found.persons]}
    response = render(request, "voters/person_results.html" if request.htmx else "voters/person_search.html", context)
    if request.htmx:
        response["HX-Replace-Url"] = address
    return response


def _row(person: Person, nis: str) -> dict[str, Any]:
    return {
        "name": words.name(person),
        "url": reverse("person_detail", kwargs={"nis": nis, "pk": person.pk}),
        "birth_date": words.birth_date(person.birth_date),
        "address": words.address(person),
        "number": person.national_number,
        "removed": person.removed_import_id is not None,
        "gone": bool(person.deceased_on or person.struck_on or person.departed_on),
        "unplaced": person.address_id is None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW)
def search(request: MunicipalRequest, nis: str) -> HttpResponseBase:
    """The field at the top of every page: what is found while somebody types, and a page of it after *Enter*.

    What only persons can be leads to the page of persons.
    """
    sent = request.method == "POST"
    text = (request.POST if sent else request.GET).get("q", "").strip()[:200]
    live = bool(request.htmx) and sent
    if not text:
        return HttpResponse() if live else person_search(request, nis=nis)
    query = persons.understand(text)
    if not live and query.confidential:
        return person_search(request, nis=nis)
    election = elections.current_election(municipality=request.municipality, today=localdate(request.now))
    found = everything(municipality=request.municipality, text=text, election=election)
    if not live and (sent or not found.others):
        page = "search" if found.others else "person_search"
        return redirect(f"{reverse(page, kwargs={'nis': nis})}?{urlencode({'q': text})}")
    services.record_search(municipality=request.municipality, query=query, found=found.total, by=request.actor, at=request.now)
    return render(request, "components/search_results.html" if live else "voters/search.html", _found(found, text, nis, election))


def _found(found: Everything, text: str, nis: str, election: Election | None) -> dict[str, Any]:
    """For components/search_results.html. What was typed is not said back when it is (part of) a national number."""
    shown = "" if found.persons.query.confidential else text
    return {
        "groups": search_words.groups(found, nis, election.date if election else None),
        "query": shown,
        "total": found.total,
        "more": found.persons.more,
        "all_url": f"{reverse('person_search', kwargs={'nis': nis})}?{urlencode({'q': text})}" if found.persons.more and shown else "",
    }


@require_safe
@requires(Permission.VIEW)
def person_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """The dossier: the answer first, then what the register says, with whom, where, and what changed."""
    return _dossier(request, access_person(request.municipality, pk))


@require_POST
@requires(Permission.REVEAL_NUMBER)
def person_number(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Show the national number in full, once, and record that."""
    person = access_person(request.municipality, pk)
    shown = national_number(services.reveal_number(person=person, by=request.actor, at=request.now))
    if request.htmx:
        response: HttpResponse = render(request, "voters/person_number.html", {"shown": shown})
    else:
        response = _dossier(request, person, shown=shown)
    response["Cache-Control"] = "no-store"
    return response


def _history(person: Person, municipality: Municipality) -> list[dict[str, Any]]:
    listed, decided = dossier.listed(municipality=municipality, person=person), dossier.recorded_decisions(person)
    return dossier_words.history(person, dossier.versions(person), listed, decided, municipality.nis_code)


def _dossier(request: MunicipalRequest, person: Person, *, shown: str = "") -> HttpResponse:
    municipality, nis = request.municipality, request.municipality.nis_code
    held = elections.elections(municipality=municipality)
    address, match = dossier.address_of(person)
    context = {
        "person": person,
        "name": words.name(person),
        "birth": words.birth_date(person.birth_date),
        "where": words.address(person, postname=address.postname if address else ""),
        "shown": shown,
        "may_reveal": request.actor.may(Permission.REVEAL_NUMBER),
        "election": held[0] if held else None,
        "answer": dossier_words.answer(verdicts.explain(person=person, election=held[0])) if held else None,
        "place": why_words.place(found) if held and (found := place_of(person=person, election=held[0])) else None,
        "after": ledger_page.of_person(person, held[0], actor=request.actor, at=request.now) if held else None,
        "identity": words.record(person, words.IDENTITY),
        "residence": words.record(person, words.RESIDENCE),
        "rights": words.record(person, words.RIGHTS),
        "address": address,
        "match": {"code": match, "label": words.MATCHES[match], "state": words.MATCH_STATES[match]},
        "may_link": request.actor.may(Permission.IMPORT),
        "may_choose_language": nis in facilities() and request.actor.may(Permission.MANAGE_ELECTION),
        "household": [_row(member, nis) for member in dossier.household(person)],
        "history": _history(person, municipality),
    }
    return render(request, "voters/person_detail.html", context)
