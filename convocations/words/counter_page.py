"""What the pages of the counter show."""

from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _

from convocations.cards.card import TemplateKey
from convocations.cards.papers import Paper
from convocations.models import Card, Counter
from convocations.selectors import counter as selectors
from convocations.selectors import templates
from convocations.selectors.counter import Standing
from convocations.words import counter as words
from convocations.words.blanks import kind_name
from convocations.words.papers import PAPERS
from core.templatetags.presentation import number
from elections.models import Election
from municipalities.access import MunicipalRequest
from municipalities.rules import Permission
from voters.models import Person
from voters.selectors import verdicts
from voters.selectors.persons import Found
from voters.words import dossier
from voters.words import persons as person_words

SHOWN = 15


def search(election: Election, form: Form, found: Found | None, request: MunicipalRequest) -> dict[str, Any]:
    """The first page: the field, whoever was found, and the last duplicates."""
    return {
        "election": election,
        "form": form,
        "found": found,
        "rows": [_person(person, election, request) for person in found.persons] if found else [],
        "check": None,
        "last": [words.made(one) for one in selectors.last_duplicates(election=election, count=SHOWN)],
        "until": words.deadline(selectors.last_moment(election)),
        "late": request.now > selectors.last_moment(election),
        "may_print": request.actor.may(Permission.HAND_OUT),
        "may_ask": request.actor.may(Permission.REQUEST_APPROVAL),
    }


def _person(person: Person, election: Election, request: MunicipalRequest) -> dict[str, Any]:
    kwargs = {"nis": request.municipality.nis_code, "election_date": election.date, "pk": person.pk}
    return {
        "name": person_words.name(person),
        "url": reverse("counter_voter", kwargs=kwargs),
        "birth_date": person_words.birth_date(person.birth_date),
        "address": person_words.address(person),
        "gone": bool(person.deceased_on or person.struck_on or person.departed_on or person.removed_import_id),
    }


def voter(election: Election, person: Person, found: Standing, desks: list[Counter], request: MunicipalRequest) -> dict[str, Any]:
    """The page of one voter."""
    events = selectors.events_of(found.cards)
    held = selectors.duplicates_of(found.cards)
    again = held.get(found.valid.pk) if found.valid else None
    return {
        "election": election,
        "person": person,
        "name": person_words.name(person),
        "birth": person_words.birth_date(person.birth_date),
        "answer": words.answer(found),
        "why": _why(person, election) if found.line is None else None,
        "valid": words.valid_card(found, events) if found.line is not None else None,
        "history": words.history(found.cards, events),
        "desks": desks,
        "again": again.pk if again else None,
        "refusal": words.refusal(found.refusal, (found.line.no_card or "") if found.line else "") if found.refusal else "",
        "may_print": request.actor.may(Permission.HAND_OUT),
        **_paper(election, found, desks),
        "until": words.deadline(selectors.last_moment(election)),
    }


def _paper(election: Election, found: Standing, desks: list[Counter]) -> dict[str, Any]:
    """What goes into the printer: which blank card, how many of it each counter has; of a whole page its paper if it is not white, and whether it has a back."""
    if found.line is None or found.line.station_id is None:
        return {"blank": "", "blanks": [], "paper": "", "both_sides": False}
    kind = selectors.blank_of(election, found.line.template)
    left = selectors.left_of(election=election, kind=kind)
    return {
        "blank": kind_name(kind),
        "blanks": [{"name": desk.name, "left": number(left.get(desk.pk, 0)), "none": left.get(desk.pk, 0) < 1} for desk in desks],
        "paper": "" if kind.paper == Paper.WHITE else PAPERS[kind.paper],
        "both_sides": bool(templates.used(election=election, key=TemplateKey.of(found.line.template)).back.strip()),
    }


def _why(person: Person, election: Election) -> dict[str, Any] | None:
    """Why somebody is not on the list."""
    return dossier.answer(verdicts.explain(person=person, election=election))


def scanned(found: Standing, pk: int) -> dict[str, Any] | None:
    """What is said of the card that was scanned to come here."""
    card = next((one for one in found.cards if one.pk == pk), None)
    if card is None:
        return None
    if found.valid is not None and card.pk == found.valid.pk:
        return {"text": _("The scanned card is the valid one."), "state": "ok"}
    events = selectors.events_of([card])[card.pk]
    replaced = next((event for event in reversed(events) if event.kind == Card.State.REPLACED), None)
    what = words.replaced_text(replaced) if replaced else str(card.get_state_display())
    return {"text": _("The scanned card is not valid: %(what)s.") % {"what": what[:1].lower() + what[1:]}, "state": "bad"}
