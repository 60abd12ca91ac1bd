"""Ballots: their codes, in the order in which lists and screens name them."""

from enum import StrEnum


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
