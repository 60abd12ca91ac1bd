"""What the paper of a polling station says: plain values, no models."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["nl", "fr"]
Side = Literal["all", "even", "odd"]


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A street, or a part of it, that votes here. Without ends: the whole side, or the whole street.

    ``shared``: a house of which other households vote elsewhere.
    """

    street: str
    postcode: str
    side: Side
    first: int | None
    last: int | None
    shared: bool
    voters: int


@dataclass(frozen=True, slots=True)
class StationPaper:
    """One station. ``picture`` is its map as SVG, or empty where nothing has a place, and ``tall`` where few streets leave it room;
    ``elsewhere``: voters at no known address. ``names``: from whom to whom, where stations of one building are told apart by name.
    """

    number: int
    name: str
    building: str
    address: str
    room: str
    entrance: str
    district: str
    accessible: bool
    electronic: bool
    voters: int
    elsewhere: int
    names: str
    picture: str
    tall: bool
    lines: tuple[StreetLine, ...]


@dataclass(frozen=True, slots=True)
class StationStreetsData:
    """The papers of one station or of all. ``draft`` is the number of a draft that is not frozen yet; ``counts``: voters are told."""

    municipality: str
    election_day: date
    draft: int | None
    made_on: date
    counts: bool
    stations: tuple[StationPaper, ...]
