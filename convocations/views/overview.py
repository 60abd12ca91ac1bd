"""Where an election stands, and what to do now: first the list and the assignment, then the cards."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from convocations.selectors.overview import letters
from convocations.words import overview as card_words
from elections.access import access_election
from elections.labels import election_title
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.rules.next_step import Step
from voters.selectors import overview as selectors
from voters.words import overview as words
from voters.words.extractions import name_of


@require_safe
@requires(Permission.VIEW)
def election_overview(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """One next step, four figures, the course, and what needs attention."""
    election = access_election(request.municipality, election_date)
    today, allowed = localdate(request.now), request.actor.permissions
    found, cards = selectors.overview(election=election, today=today), letters(election=election, at=request.now)
    context = {
        "election": election,
        "election_name": election_title(ballot_codes(election)),
        "title": words.title(found, election),
        "facts": words.facts(found, election),
        "next_step": card_words.next_step(cards, election, allowed, found.deadlines, today)
        if found.step == Step.DONE
        else words.next_step(found, election, allowed, today),
        "figures": words.figures(found, election),
        "figures_of": name_of(found.shown) if found.shown else "",
        "course": words.course(found, election, today, cards=card_words.course(cards, election, found.deadlines)),
        "attention": card_words.attention(cards, election) + words.attention(found, election),
        "may_change": request.actor.may(Permission.MANAGE_ELECTION),
        "change_reason": words.change_reason(found, election),
    }
    return render(request, "voters/overview.html", context)
