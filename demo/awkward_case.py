"""The shape of an awkward case: a person's columns and the verdict that the rules of docs/formats/register.md §5 must give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

LOCAL_LIST_DATE, LOCAL_ELECTION_DAY = date(2024, 8, 1), date(2024, 10, 13)
FEDERAL_LIST_DATE, FEDERAL_ELECTION_DAY = date(2024, 4, 1), date(2024, 6, 9)

ELIGIBLE = "eligible"
LOCAL_BALLOTS = ("municipal", "provincial")
FEDERAL_BALLOTS = ("chamber", "flemish", "european")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Expected verdicts: local ballots on 13 October 2024 (list date 1 August), the others on 9 June 2024 (list date 1 April)."""

    municipal: str
    provincial: str
    chamber: str
    flemish: str
    european: str

    def on(self, ballot: str) -> str:
        """The verdict for any ballot: an urban district votes as the municipality, social welfare as the province (§5)."""
        return str(getattr(self, {"district": "municipal", "ocmw": "provincial"}.get(ballot, ballot)))


def everywhere(verdict: str) -> Verdicts:
    return Verdicts(*[verdict] * 5)


def by_day(*, local: str, federal: str) -> Verdicts:
    return Verdicts(local, local, federal, federal, federal)


def belgian(*, local: str, state: str, european: str) -> Verdicts:
    """`state`: Chamber and Flemish Parliament."""
    return Verdicts(local, local, state, state, european)


def foreign(*, municipal: str, european: str = "nationality") -> Verdicts:
    """A non-Belgian may at most vote for the municipal council and the European Parliament."""
    return Verdicts(municipal, "nationality", "nationality", "nationality", european)


@dataclass(frozen=True, slots=True)
class Case:
    """`columns` are those of the register that matter (the rest is ordinary); `address` names a kind of demo.awkward.ADDRESSES."""

    name: str
    verdicts: Verdicts
    columns: Mapping[str, str] = field(default_factory=dict)
    address: str = "house"
    birth_date_adjusted: bool = False
    serial: int = 0  # 0 = the next of those kept for awkward persons
    bis: int = 0


def case(
    name: str,
    verdicts: Verdicts,
    more: Mapping[str, str] | None = None,
    *,
    address: str = "house",
    adjusted: bool = False,
    serial: int = 0,
    bis: int = 0,
    **columns: str,
) -> Case:
    """A row of the table: columns by keyword, or by name in `more`."""
    return Case(name, verdicts, {**(more or {}), **columns}, address, adjusted, serial, bis)
