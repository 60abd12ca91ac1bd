"""What a printed voters list is made of: plain values, no models."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Order = Literal["name", "street"]
Language = Literal["nl", "fr"]


@dataclass(frozen=True, slots=True)
class ListHead:
    """What is said of the list as a whole."""

    municipality: str
    election_day: date
    list_date: date
    ballots: tuple[str, ...]
    """Codes of the ballots of the day, in the order of BALLOT_CODES."""
    final: bool
    number: int
    """Of the extraction within its election."""
    made_on: date
    order: Order
    voters: int
    sha256: str
    selection: str = ""
    """What was chosen out of the list, in words; empty: all of it."""


@dataclass(frozen=True, slots=True)
class VoterLine:
    """One voter. ``birth_date`` as registered: ``1950-00-00`` where day and month are unknown."""

    list_number: int
    last_name: str
    first_names: str
    birth_date: str
    postcode: str
    street_name: str
    house_number: str
    box_number: str
    mark: str
    minor: bool
    ballots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VotersListData:
    """A whole list; ``lines`` in the order in which they are printed, read once."""

    head: ListHead
    lines: Iterable[VoterLine]
    ballots_differ: bool
    """Whether some voter may not vote for every ballot: then each line says which."""
