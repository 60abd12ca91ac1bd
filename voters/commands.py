"""How a command names an election and a person, and says why a draft of the assignment is refused."""

import re

from django.db.models import CharField, Model

from core.commands import refuse
from elections.commands import election_on
from municipalities.models import Municipality
from voters.models import Person

NUMBER_LENGTH = 11
"""Figures of a national number."""
DRAFT_PROBLEMS = {
    "no_extraction": "there is no finished extraction: extract first",
    "no_districts": "no street lies in a district on that day: import_districts first",
    "no_such_station": "--rest names no polling station of this election",
    "strangers": "districts or stations were changed: some households would vote outside their district; make the draft again",
    "solver_failed": "the program that places the households ended without a plan",
    "changed_meanwhile": "stations, districts or pins were changed again and again meanwhile",
    "no_stations": "there are no polling stations for this election: import_stations first",
    "frozen_exists": "an assignment of this election is frozen, or waits for the second person",
    "wrong_state": "this draft is not ready: it is at work, frozen or was decided meanwhile",
    "not_final": "only a draft made on the final extraction can be frozen",
    "unplaced": "some voters have no station yet: link their addresses or place them by hand",
    "sizes": "a station has more voters than it may have, or fewer, and this election does not allow that",
}


def person_with_number(place: Municipality, text: str) -> Person:
    """Return the person with this national number, or refuse. The number is not said back: it would stand in a log."""
    figures = re.sub(r"[^0-9]", "", text)
    found = Person.objects.filter(municipality=place, national_number=figures).first() if len(figures) == NUMBER_LENGTH else None
    return found or refuse("nobody in the register has this national number", column="NATIONAL_NUMBER")


def field_length(model: type[Model], name: str) -> int:
    """Characters that a text of a model may have, at most."""
    field = model._meta.get_field(name)  # noqa: SLF001  # Django's own, documented
    return (field.max_length or 0) if isinstance(field, CharField) else 0


__all__ = ["DRAFT_PROBLEMS", "election_on", "field_length", "person_with_number"]
