"""Looking people up leaves a trace: what was searched, and whose national number was shown."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.actor import Actor
from municipalities.models import Municipality
from voters.models import Person
from voters.rules.person_query import PersonQuery


@transaction.atomic
def record_search(*, municipality: Municipality, query: PersonQuery, found: int, by: Actor, at: datetime) -> None:
    """Record a search for persons: the words, that a number or a birth date was among them, and how many were found.

    Figures of a national number are never recorded, only how many were typed.
    """
    audit.record(
        municipality_id=municipality.pk,
        kind="person.searched",
        by=by,
        at=at,
        after={
            "words": " ".join((*query.words, query.house)).strip(),
            "number_figures": len(query.number),
            "birth_date": query.born_on is not None,
            "found": found,
        },
    )


@transaction.atomic
def reveal_number(*, person: Person, by: Actor, at: datetime) -> str:
    """Return the national number in full and record that it was shown."""
    audit.record(municipality_id=person.municipality_id, kind="person.number_revealed", by=by, at=at, target=f"person:{person.pk}")
    return person.national_number
