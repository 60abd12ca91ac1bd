"""The preparatory checks: what they find, in groups, and how grave it is. Plain values in, findings out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from districts.rules.findings import Finding, Severity


class Group(StrEnum):
    """What a check is about, in the order in which one mends it."""

    SPLIT = "split"
    VOTERS = "voters"
    SEATS = "seats"
    STATIONS = "stations"
    HOUSEHOLDS = "households"
    WALKS = "walks"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class DistrictSeats:
    """A district with its voters, and what its stations take; ``maximum`` is ``None`` when one of them has no limit."""

    pk: int
    code: str
    name: str
    stations: int
    voters: int
    minimum: int
    maximum: int | None


def seats(districts: Iterable[DistrictSeats]) -> Iterator[Finding]:
    """Where the stations of a district take fewer voters than it has, or need more. A district without stations is found elsewhere."""
    for one in districts:
        if not one.stations:
            continue
        values = {"district": one.name, "code": one.code, "voters": one.voters, "stations": one.stations}
        if one.maximum is not None and one.voters > one.maximum:
            short = one.voters - one.maximum
            yield Finding("seats_short", Severity.BAD, f"district:{one.pk}", {**values, "seats": one.maximum, "count": short})
        elif one.voters < one.minimum:
            lack = one.minimum - one.voters
            yield Finding("seats_too_many", Severity.WARN, f"district:{one.pk}", {**values, "seats": one.minimum, "count": lack})


@dataclass(frozen=True, slots=True)
class BuildingWalk:
    """How far the voters live for whom a building is."""

    pk: int
    name: str
    nearest: float
    median: float
    voters: int


@dataclass(frozen=True, slots=True)
class FarLimits:
    """Metres from which a building is far: from its nearest voter, and from half of its voters."""

    nearest: int
    median: int


def far(buildings: Iterable[BuildingWalk], limits: FarLimits) -> Iterator[Finding]:
    """Buildings that stand away from everybody whom they serve."""
    for one in buildings:
        values = {"building": one.name, "voters": one.voters}
        for code, metres, limit in (
            ("building_nearest_far", one.nearest, limits.nearest),
            ("building_median_far", one.median, limits.median),
        ):
            if metres > limit:
                yield Finding(
                    code, Severity.WARN, f"building:{one.pk}", {**values, "metres": round(metres), "limit": limit, "count": one.voters}
                )


@dataclass(frozen=True, slots=True)
class DraftStation:
    """A station as a draft fills it."""

    pk: int
    number: int
    name: str
    voters: int
    least: int | None
    most: int | None


def loads(stations: Sequence[DraftStation], *, sizes_refuse: bool) -> Iterator[Finding]:
    """Stations with more voters than they may have, or fewer."""
    severity = Severity.BAD if sizes_refuse else Severity.WARN
    for one in stations:
        values = {"number": one.number, "name": one.name, "voters": one.voters}
        if one.most is not None and one.voters > one.most:
            yield Finding("station_over", severity, f"station:{one.pk}", {**values, "limit": one.most, "count": one.voters - one.most})
        elif one.least is not None and one.voters < one.least:
            yield Finding("station_under", severity, f"station:{one.pk}", {**values, "limit": one.least, "count": one.least - one.voters})
