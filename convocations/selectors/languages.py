"""Who asked for cards in French."""

from datetime import date

from convocations.cards.card import Language
from convocations.cards.languages import Choice, card_language
from convocations.models import LanguageChoice
from municipalities.models import Municipality
from voters.models import Person


def choices(*, municipality: Municipality, person_id: int) -> list[LanguageChoice]:
    """The requests of one voter, the newest first."""
    return list(LanguageChoice.objects.filter(municipality=municipality, person_id=person_id).order_by("-received_on", "-pk"))


def language_of(*, municipality: Municipality, person: Person, on: date) -> Language:
    """The language of a card that is made for one voter on a day."""
    rows = choices(municipality=municipality, person_id=person.pk)
    known = [Choice("fr" if row.language == "fr" else "nl", row.received_on, row.ends_on, row.withdrawn_on) for row in rows]
    return card_language(known, nis=municipality.nis_code, on=on)
