"""The one search for everything: persons, streets, buildings, polling stations and numbers of a voters list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from districts.sql import search as sql
from districts.sql.search import BuildingHit, StationHit, StreetHit
from elections.models import Election
from municipalities.models import Municipality
from voters.selectors import voters_list
from voters.selectors.persons import Found, search, understand
from voters.selectors.voters_list import ListRow

SHOWN: Final = 8
OTHERS: Final = 5
"""Of each kind besides persons."""
LONGEST_NUMBER: Final = 6
"""More figures than this are no number of a list or a station."""


@dataclass(frozen=True, slots=True)
class Everything:
    """What was found, the first of each kind. Stations and numbers are those of one election."""

    persons: Found
    streets: Sequence[StreetHit] = field(default_factory=list)
    buildings: Sequence[BuildingHit] = field(default_factory=list)
    stations: Sequence[StationHit] = field(default_factory=list)
    entries: Sequence[ListRow] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many are shown."""
        return len(self.persons.persons) + self.others

    @property
    def others(self) -> int:
        """How many of them are no persons of the register: streets, buildings, stations, lines of a list."""
        return sum(len(found) for found in (self.streets, self.buildings, self.stations, self.entries))


def everything(*, municipality: Municipality, text: str, election: Election | None) -> Everything:
    """Look everywhere. A bare number of at most six figures is a number of the election's list, and of a polling station, too."""
    query = understand(text)
    found = search(municipality_id=municipality.pk, query=query, limit=SHOWN)
    figures = text.strip().replace(".", "")
    number = figures if figures.isascii() and figures.isdigit() and len(figures) <= LONGEST_NUMBER else ""
    if (query.number and not number) or not (query.words or number):
        return Everything(found)
    own = {"municipality_id": municipality.pk, "limit": OTHERS}
    return Everything(
        found,
        streets=sql.streets(name=" ".join(query.words), **own) if query.words else (),
        buildings=sql.buildings(text=text, **own) if query.words else (),
        stations=sql.stations(election_id=election.pk, text=number or text, **own) if election else (),
        entries=_entries(election, int(number)) if election and number else (),
    )


def _entries(election: Election, number: int) -> Sequence[ListRow]:
    shown = voters_list.shown_extraction(election=election, number=None)
    return voters_list.by_number(extraction=shown, number=number) if shown else ()
