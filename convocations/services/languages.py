"""A voter's request for cards in French: recorded with its document and its term, and withdrawn."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from convocations.cards.languages import last_day
from convocations.models import LanguageChoice
from core import audit
from core.actor import Actor
from core.tenancy import tenant
from municipalities.facilities import facilities, term
from municipalities.models import Municipality
from voters.models import Person


class ChoiceRefusedError(Exception):
    """The choice cannot be; ``code``: ``not_here``, ``future``, ``over`` (its term has passed), ``open`` (one holds already), ``none``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def record_choice(*, municipality: Municipality, person: Person, received_on: date, source: str, by: Actor, at: datetime) -> LanguageChoice:
    """Record that a request for French came in on a day; it holds for the term of the law. Raises ``ChoiceRefusedError``."""
    today = localdate(at)
    if municipality.nis_code not in facilities():
        raise ChoiceRefusedError("not_here")
    if received_on > today:
        raise ChoiceRefusedError("future")
    ends_on = last_day(received_on, term().years)
    if ends_on < today:
        raise ChoiceRefusedError("over")
    with tenant(municipality.pk):
        Person.objects.select_for_update(no_key=True).get(municipality=municipality, pk=person.pk)
        current = open_choice(municipality=municipality, person_id=person.pk)
        if current is not None and current.ends_on >= today and received_on <= current.received_on:
            raise ChoiceRefusedError("open")
        if current is not None:
            # A newer request, or one after the term, takes the place of the one before.
            _end(current, on=max(received_on, current.received_on), by=by, at=at)
        found = LanguageChoice.objects.create(
            municipality=municipality,
            person=person,
            received_on=received_on,
            ends_on=ends_on,
            source=source,
            recorded_at=at,
            recorded_by_name=by.name,
        )
        _audit(found, "recorded", by=by, at=at)
    return found


@transaction.atomic
def withdraw_choice(*, municipality: Municipality, person: Person, by: Actor, at: datetime) -> None:
    """The voter asks for Dutch again, from today. Raises ``ChoiceRefusedError``."""
    with tenant(municipality.pk):
        Person.objects.select_for_update(no_key=True).get(municipality=municipality, pk=person.pk)
        current = open_choice(municipality=municipality, person_id=person.pk)
        if current is None:
            raise ChoiceRefusedError("none")
        _end(current, on=localdate(at), by=by, at=at)
        _audit(current, "withdrawn", by=by, at=at)


def open_choice(*, municipality: Municipality, person_id: int) -> LanguageChoice | None:
    """The choice that was not withdrawn, whether its term has passed or not."""
    return LanguageChoice.objects.filter(municipality=municipality, person_id=person_id, withdrawn_on=None).first()


def _end(choice: LanguageChoice, *, on: date, by: Actor, at: datetime) -> None:
    choice.withdrawn_on, choice.withdrawn_at, choice.withdrawn_by_name = on, at, by.name
    choice.save(update_fields=["withdrawn_on", "withdrawn_at", "withdrawn_by_name"])


def _audit(choice: LanguageChoice, what: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        municipality_id=choice.municipality_id,
        kind=f"language_choice.{what}",
        by=by,
        at=at,
        target=f"person:{choice.person_id}",
        after={"language": choice.language, "from_date": choice.received_on.isoformat(), "ends_at": choice.ends_on.isoformat()},
    )
