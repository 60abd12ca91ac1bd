"""The counter: find a voter, say the answer, print a duplicate, check a card that somebody has in hand.

A national number never stands in an address: every search is sent as POST, and what holds none is answered with an address of its own
(voters.views.persons).
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from convocations.counter_access import access_counter, access_duplicate
from convocations.forms.counter import CodeForm, DuplicateForm, VoterSearchForm
from convocations.models import Duplicate
from convocations.rules.counter import Cause, Mode, read_code
from convocations.selectors import counter as selectors
from convocations.services import checking, duplicates
from convocations.services.duplicates import DuplicateRefusedError, Request
from convocations.words import counter as words
from convocations.words import counter_page
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.persons import access_person
from voters.models import Person
from voters.selectors import persons
from voters.services.persons import record_search

REMEMBERED = "convocations.counter"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW)
def counter_search(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """One field for everything; one voter found is shown at once."""
    election = access_election(request.municipality, election_date)
    form = VoterSearchForm(request.POST if request.method == "POST" else request.GET, first=True)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if request.method == "POST" and read_code(text):
        return _scanned(request, election, text)
    query = persons.understand(text)
    if request.method == "POST" and text and not query.confidential:
        return redirect(f"{request.path}?{urlencode({'q': text})}")
    if request.method != "POST" and query.confidential:
        return redirect(request.path)
    found = None
    if not query.empty:
        found = persons.search(municipality_id=request.municipality_id, query=query)
        record_search(municipality=request.municipality, query=query, found=len(found.persons), by=request.actor, at=request.now)
        if len(found.persons) == 1:
            return redirect("counter_voter", nis=nis, election_date=election_date, pk=found.persons[0].pk)
    return render(request, "convocations/counter/search.html", counter_page.search(election, form, found, request))


def _scanned(request: MunicipalRequest, election: Election, text: str) -> HttpResponse:
    """A card was scanned in the search field: its voter, or what is wrong with it."""
    found = checking.check_card(election=election, text=text, by=request.actor, at=request.now)
    if found.card is None or found.card.election_id != election.pk:
        context = counter_page.search(election, VoterSearchForm(first=True), None, request) | {"check": words.checked(found)}
        return render(request, "convocations/counter/search.html", context)
    kwargs = {"nis": request.municipality.nis_code, "election_date": election.date, "pk": found.card.person_id}
    return redirect(f"{reverse('counter_voter', kwargs=kwargs)}?card={found.card.pk}")


@require_safe
@requires(Permission.VIEW)
def counter_voter(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The answer first, then the form that prints a duplicate, and what happened to each card."""
    election, person = access_election(request.municipality, election_date), access_person(request.municipality, pk)
    return _voter(request, election, person)


def _voter(
    request: MunicipalRequest,
    election: Election,
    person: Person,
    *,
    form: DuplicateForm | None = None,
    error: str = "",
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page; ``typed``: what was chosen when it was refused. The identity document is looked at once more."""
    found = selectors.standing(election=election, person_id=person.pk, at=request.now, now=request.now)
    desks = selectors.counters(municipality_id=request.municipality_id)
    remembered = request.session.get(REMEMBERED, {})
    first = {**remembered, "seen_issue": found.last_issue} | ({} if found.cards else {"cause": Cause.ADDED})
    first |= {name: typed[name] for name in ("counter", "mode", "cause", "note")} if typed else {}
    shown = form or DuplicateForm(counters=desks, initial=first)
    scanned = request.GET.get("card", "")
    context = counter_page.voter(election, person, found, desks, request) | {"form": shown, "error": error}
    context |= {"search_form": VoterSearchForm(auto_id="search_%s")}
    context |= {"scanned": counter_page.scanned(found, int(scanned)) if scanned.isdecimal() and len(scanned) < 19 else None}
    return render(request, "convocations/counter/voter.html", context, status=409 if error else 422 if form else 200)


@require_POST
@requires(Permission.HAND_OUT)
def counter_issue(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """Make the duplicate and open it."""
    election, person = access_election(request.municipality, election_date), access_person(request.municipality, pk)
    form = DuplicateForm(request.POST, counters=selectors.counters(municipality_id=request.municipality_id))
    if not form.is_valid():
        return _voter(request, election, person, form=form)
    try:
        made = duplicates.issue_duplicate(
            election=election, person=person, request=_request(request, form.cleaned_data), by=request.actor, at=request.now
        )
    except DuplicateRefusedError as refused:
        return _voter(request, election, person, error=words.refusal(refused.refusal, refused.reason), typed=form.cleaned_data)
    request.session[REMEMBERED] = {"counter": form.cleaned_data["counter"], "mode": form.cleaned_data["mode"]}
    return _pdf(made.pdf, made.duplicate, election)


def _request(request: MunicipalRequest, data: dict[str, Any]) -> Request:
    return Request(
        counter=access_counter(request, data["counter"]),
        mode=Mode(data["mode"]),
        cause=Cause(data["cause"]),
        identity_seen=data["identity"],
        note=data["note"],
        seen_issue=data["seen_issue"] or 0,
    )


@require_safe
@requires(Permission.HAND_OUT)
def counter_file(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """A duplicate once more, for a printer that failed."""
    election = access_election(request.municipality, election_date)
    duplicate = access_duplicate(election, pk)
    return _pdf(duplicates.open_again(duplicate=duplicate, by=request.actor, at=request.now), duplicate, election)


def _pdf(content: bytes, duplicate: Duplicate, election: Election) -> HttpResponse:
    name = f"duplicaat-{election.date:%Y-%m-%d}-{duplicate.card.list_number}-{duplicate.card.issue:02d}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW)
def counter_check(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """What a card is worth, for whoever has it in hand."""
    election = access_election(request.municipality, election_date)
    form = CodeForm(request.POST or None)
    check = None
    if request.method == "POST" and form.is_valid():
        found = checking.check_card(election=election, text=form.cleaned_data["code"], by=request.actor, at=request.now)
        check, form = words.checked(found), CodeForm()
    context = {"election": election, "form": form, "check": check}
    return render(request, "convocations/counter/check.html", context, status=422 if form.errors else 200)
