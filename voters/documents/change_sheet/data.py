"""What a change sheet says: plain values, no models."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Language = Literal["nl", "fr"]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change: ``change`` and ``reason`` are codes (voters.rules.ledger.Change and NoCard); the address as docs/formats/mutations.md says.

    ``place`` and ``country_name``: what a reader is told beside postcode and code, where the address lies outside and they are known.
    """

    station: int | None
    list_number: int
    change: str
    last_name: str
    first_names: str
    birth_date: str
    postcode: str
    street_name: str
    house_number: str
    box_number: str
    country: str
    reason: str
    place: str = ""
    country_name: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSheetData:
    """The whole sheet in the order in which it is printed; moments in local time; ``stations``: number → name and place."""

    municipality: str
    election_day: date
    since: datetime
    until: datetime
    stations: dict[int, str]
    lines: Iterable[ChangeLine]
