"""What the report on the final list says: plain values, no models."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Language = Literal["nl", "fr"]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Moments are in local time. ``reasons`` holds, a verdict's code, the persons of each ballot in the order of ``ballots``."""

    municipality: str
    nis_code: str
    election_day: date
    list_date: date
    register_as_of: date | None
    ballots: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, tuple[int, ...]], ...]
    persons: int
    voters: int
    non_belgians: int
    minors: int
    sha256: str
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime
    frozen_at: datetime
