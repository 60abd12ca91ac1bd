"""What a printed voters list is made of: plain values, no models."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Order = Literal["number", "name", "street", "station"]
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
    station: str = ""
    """The polling station whose list it is, and where that is; empty: not of one alone."""
    numbered_by_name: bool = True
    """Whether the numbers follow the names."""


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
    station: int | None = None
    heading: str = ""
    """Of a list by street: the street, written in one way for all who live there."""


@dataclass(frozen=True, slots=True)
class VotersListData:
    """A whole list; ``lines`` in the order in which they are printed, read once; to be closed where that ends halfway."""

    head: ListHead
    lines: Generator[VoterLine]
    ballots_differ: bool
    """Whether some voter may not vote for every ballot: then each line says which."""
    stations: Mapping[int, str] = field(default_factory=dict)
    """Number → name and place, once the assignment is frozen; empty before it."""
