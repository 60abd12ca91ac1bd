"""What the notice *straat → stembureau* says: plain values, no models."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from voters.documents.station_streets.data import Language, StreetLine

__all__ = ["Language", "NoticeLine", "StreetNoticeData"]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A street, or a part of it, and where it votes; ``names``: whose households, where two stations share the numbers."""

    what: StreetLine
    station: int
    place: str
    names: str


@dataclass(frozen=True, slots=True)
class StreetNoticeData:
    """The whole notice by name of street. ``draft`` is the number of a draft that is not frozen yet."""

    municipality: str
    election_day: date
    draft: int | None
    made_on: date
    stations: int
    several_postcodes: bool
    lines: Iterable[NoticeLine]
