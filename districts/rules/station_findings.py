"""What is not as it should be with the stations of an election, their buildings and districts: plain values in, findings out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from districts.rules import accessibility, sizes
from districts.rules.findings import Finding, Severity
from districts.rules.position import metres
from districts.rules.sizes import Limits, Sizes
from districts.rules.station_file import Position

FAR: Final = 200
"""Metres from its address at which a building's place is probably a slip of the mouse or of the keyboard."""


@dataclass(frozen=True, slots=True)
class BuildingFacts:
    """A building as the checks and the list of stations see it."""

    pk: int
    name: str
    address: str
    position: Position | None
    address_known: bool
    address_position: Position | None
    rooms: int
    checklist: Mapping[str, bool]
    closed: bool


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """A district."""

    pk: int
    code: str
    name: str
    closed: bool


@dataclass(frozen=True, slots=True)
class StationFacts:
    """A station with all that holds for it: ``sizes`` are the ones that count, ``own`` what it was given itself."""

    pk: int
    number: int
    name: str
    room: str
    district: DistrictFacts
    building: BuildingFacts
    electronic: bool
    accessible: bool
    own: Limits
    norm: Limits
    sizes: Sizes

    @property
    def maximum(self) -> float:
        """The most voters, for sorting: a station without a limit takes more than any other."""
        return float("inf") if self.sizes.maximum is None else self.sizes.maximum


def find(stations: Sequence[StationFacts], districts: Iterable[DistrictFacts], *, sizes_refuse: bool) -> list[Finding]:
    """All findings, in the order of buildings, stations and districts."""
    by_building = sorted(stations, key=lambda station: (station.building.name, station.building.pk, station.number))
    found: list[Finding] = []
    for _pk, group in groupby(by_building, key=lambda station: station.building.pk):
        found += _of_building(list(group))
    for station in sorted(stations, key=lambda station: station.number):
        found += _of_station(station, Severity.BAD if sizes_refuse else Severity.WARN)
    served = {station.district.pk for station in stations}
    for district in districts:
        if not district.closed and district.pk not in served:
            values = {"district": district.name, "code": district.code}
            found.append(Finding("district_without_station", Severity.BAD, f"district:{district.pk}", values))
    return found


def _of_building(stations: list[StationFacts]) -> Iterator[Finding]:
    building = stations[0].building
    target = f"building:{building.pk}"
    values = {"building": building.name, "stations": [station.number for station in stations]}
    if building.closed:
        yield Finding("building_closed", Severity.BAD, target, values)
    if building.position is None:
        yield Finding("without_position", Severity.BAD, target, values)
    if not building.address_known:
        yield Finding("address_unknown", Severity.WARN, target, {**values, "address": building.address})
    elif building.position and building.address_position:
        distance = round(metres(building.position, building.address_position))
        if distance > FAR:
            yield Finding("far_from_address", Severity.WARN, target, {**values, "address": building.address, "metres": distance})
    if building.rooms < len(stations):
        yield Finding("too_few_rooms", Severity.WARN, target, {**values, "rooms": building.rooms, "count": len(stations)})


def _of_station(station: StationFacts, severity: Severity) -> Iterator[Finding]:
    target = f"station:{station.pk}"
    values = {"number": station.number, "name": station.name}
    if station.district.closed:
        yield Finding("district_closed", Severity.BAD, target, {**values, "district": station.district.name})
    if not station.accessible:
        yield Finding("not_accessible", Severity.WARN, target, {**values, "building": station.building.name})
    elif accessibility.verdict(station.building.checklist) == accessibility.Verdict.NO:
        yield Finding("accessibility_doubtful", Severity.WARN, target, {**values, "building": station.building.name})
    for code, wrong in (("below_norm", sizes.below_norm), ("above_norm", sizes.above_norm)):
        if wrong(station.own, station.norm):
            norm = {"norm_minimum": station.norm.minimum, "norm_maximum": station.norm.maximum}
            own = {"minimum": station.own.minimum, "maximum": station.own.maximum}
            yield Finding(code, severity, target, {**values, **own, **norm})
