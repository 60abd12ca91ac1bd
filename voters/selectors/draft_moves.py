"""Households as they are meant by one of their voters, and what a move by hand would do before it is done."""

from districts.models import Station
from elections.models import Election
from voters.models import Draft, Person
from voters.selectors.draft_pages import newest_extraction
from voters.sql import moves
from voters.sql.households import household_of
from voters.sql.moves import Leaving, Moved


def household_key(*, draft: Draft, person: Person) -> str | None:
    """The household of a person on the list of a draft; ``None`` for who is not on it."""
    return household_of(municipality_id=draft.municipality_id, extraction_id=draft.extraction_id, person_id=person.pk)


def household_on_list(*, election: Election, person: Person) -> str | None:
    """The household of a person on the list that the next draft places; ``None`` for who is not on it, or while there is none."""
    extraction = newest_extraction(election)
    if extraction is None:
        return None
    return household_of(municipality_id=election.municipality_id, extraction_id=extraction.pk, person_id=person.pk)


def preview(*, draft: Draft, station: Station, what: Moved) -> list[Leaving]:
    """Who would leave which station, and who would stay since the other station is not of their district."""
    return moves.preview(municipality_id=draft.municipality_id, draft_id=draft.pk, station_id=station.pk, what=what)
