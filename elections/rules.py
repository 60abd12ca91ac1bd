"""Ballots: their codes, in the order in which lists and screens name them."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Literal


class Ballot(StrEnum):
    """What is voted for. The codes of docs/formats/register.md §5."""

    CHAMBER = "chamber"
    FLEMISH = "flemish"
    EUROPEAN = "european"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    PROVINCIAL = "provincial"
    OCMW = "ocmw"


BALLOT_CODES: tuple[str, ...] = tuple(ballot.value for ballot in Ballot)
BALLOT_NUMBERS: dict[str, int] = {code: number for number, code in enumerate(BALLOT_CODES)}
"""A ballot's number, as stored with verdicts; ``1 << number`` is its bit in an entry's masks."""
DISTRICT_MUNICIPALITIES = frozenset({"11002"})
"""NIS codes where urban district councils are elected: Antwerp alone."""
OCMW_MUNICIPALITIES = frozenset({"23098", "23099", "23100", "23101", "23102", "23103", "73109"})
"""NIS codes where the council for social welfare is elected directly: the six rim municipalities and Voeren."""

PARLIAMENTS: frozenset[str] = frozenset({Ballot.CHAMBER.value, Ballot.FLEMISH.value, Ballot.EUROPEAN.value})
"""Ballots of federal law; the councils are elected by that of Flanders."""


def norm_kind(ballots: Collection[str]) -> Literal["federal", "local"]:
    """Whose norm for the size of polling stations holds: that of the parliaments as soon as one of them is elected."""
    return "federal" if PARLIAMENTS.intersection(ballots) else "local"


def election_warnings(*, day: date, list_date: date) -> tuple[str, ...]:
    """What is unusual about an election's dates though not impossible: ``not_sunday``, ``list_date_long_before``."""
    found = []
    if day.isoweekday() != 7:
        found.append("not_sunday")
    if (day - list_date).days > 150:
        found.append("list_date_long_before")
    return tuple(found)
