"""What a copy of a voters list is made of: plain values, no models."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from voters.rules.list_copies import Kind, Order

Language = Literal["nl", "fr"]


@dataclass(frozen=True, slots=True)
class CopyHead:
    """What is said of the copy as a whole, on every page and line of it. Moments are local time."""

    municipality: str
    nis_code: str
    election_day: date
    list_date: date
    ballots: tuple[str, ...]
    """Codes of the ballots of the day, in the order of BALLOT_CODES."""
    kind: Kind
    order: Order
    language: Language
    apart: bool
    number: int
    made_for: str
    issued_at: datetime
    as_of: datetime
    sha256: str
    """Of the frozen list behind it."""


@dataclass(frozen=True, slots=True)
class StationHead:
    """A station, and what its list adds up to. ``number`` is ``None`` for a list that is not of one station."""

    number: int | None
    name: str
    building: str
    address: str
    voters: int
    struck: int
    added: int
    marked: int
    minors: int
    compulsory: int
    lines: int
    """Lines that the copy shows, struck ones among them."""
    room: str = ""
    entrance: str = ""


@dataclass(frozen=True, slots=True)
class CopyLine:
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
    compulsory: bool
    struck: bool
    reason: str
    added: bool
    station: int | None = None
    heading: str = ""
    """Of a list by street: the street, written in one way for all who live there."""


@dataclass(frozen=True, slots=True)
class Section:
    """The list of one station, or the whole one; ``lines`` are read once, in order."""

    head: StationHead
    lines: Iterable[CopyLine]


@dataclass(frozen=True, slots=True)
class ListCopyData:
    """A whole copy; ``sections`` one after the other, each before the next one is asked for."""

    head: CopyHead
    sections: Iterable[Section]
    stations: Mapping[int, str]
