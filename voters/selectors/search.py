"""The one search for everything: persons, streets and numbers of a voters list."""

from collections.abc import Sequence
from dataclasses import dataclass

from districts.models import Street
from districts.selectors import addresses as districts
from elections.models import Election
from municipalities.models import Municipality
from voters.selectors import voters_list
from voters.selectors.persons import Found, search, understand
from voters.selectors.voters_list import ListRow

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Everything:
    """What was found, the first of each kind."""

    persons: Found
    streets: list[Street]
    entries: Sequence[ListRow]

    @property
    def total(self) -> int:
        """How many are shown."""
        return len(self.persons.persons) + len(self.streets) + len(self.entries)


def everything(*, municipality: Municipality, text: str, election: Election | None) -> Everything:
    """Look everywhere. A bare number of at most six figures is a number of the election's list too."""
    query = understand(text)
    found = search(municipality_id=municipality.pk, query=query, limit=SHOWN)
    streets: list[Street] = []
    if query.words and not query.number:
        named = districts.streets(municipality_id=municipality.pk, name=" ".join(query.words))
        streets = list(named.order_by("name_key", "pk")[:5])
    figures = text.strip().replace(".", "")
    entries: Sequence[ListRow] = ()
    if election is not None and figures.isascii() and figures.isdigit() and len(figures) <= 6:
        shown = voters_list.shown_extraction(election=election, number=None)
        if shown is not None:
            entries = voters_list.by_number(extraction=shown, number=int(figures))
    return Everything(found, streets, entries)
