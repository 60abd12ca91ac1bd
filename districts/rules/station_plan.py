"""What bringing in a ``stations.csv`` would change, worked out on plain values before anything is written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from districts.rules.address_file import Problem
from districts.rules.sizes import NO_LIMITS, Limits, contradict
from districts.rules.station_file import BuildingAddress, Position, StationLine, building_key

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class BuildingNow:
    """A building as it is."""

    pk: int
    name: str
    address: BuildingAddress
    position: Position | None
    closed: bool


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station of the election as it is; ``used`` once a draft places voters in it."""

    pk: int
    number: int
    name: str
    district_code: str
    building_pk: int
    room: str
    limits: Limits
    electronic: bool
    accessible: bool
    used: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An address of the register of addresses, by which a building gets its place."""

    address_pk: int | None
    locality: str
    position: Position | None


NOT_FOUND: Final = Found(None, "", None)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a file is held against. ``districts``: code → whether it is closed; ``norms`` by electronic voting."""

    stations: Sequence[StationNow]
    buildings: Sequence[BuildingNow]
    districts: Mapping[str, bool]
    addresses: Mapping[BuildingAddress, Found]
    norms: Mapping[bool, Limits]
    frozen: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class BuildingAdded:
    """A building to make, with a room for each station that the file puts in it."""

    name: str
    address: BuildingAddress
    found: Found
    position: Position | None
    rooms: int


@dataclass(frozen=True, slots=True)
class BuildingChanged:
    """A building with another address or position."""

    pk: int
    name: str
    address: BuildingAddress
    found: Found | None
    position: Position | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class StationChanged:
    """A station with other values."""

    pk: int
    line: StationLine
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Plan:
    """The differences, or why there can be none. Nothing of a plan with problems is carried out."""

    problems: list[Problem] = field(default_factory=list)
    added: list[StationLine] = field(default_factory=list)
    changed: list[StationChanged] = field(default_factory=list)
    gone: list[StationNow] = field(default_factory=list)
    unchanged: int = 0
    buildings_added: list[BuildingAdded] = field(default_factory=list)
    buildings_changed: list[BuildingChanged] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether the file says what is there already."""
        return not (self.added or self.changed or self.gone or self.buildings_added or self.buildings_changed)

    @property
    def fingerprint(self) -> str:
        """The same for the same differences: what somebody agreed to is what is carried out."""
        seen = (self.added, self.changed, self.gone, self.buildings_added, self.buildings_changed)
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def make_plan(lines: Sequence[StationLine], known: Known) -> Plan:
    """Compare a file with what is there. A station is known by its number, a building by its name."""
    plan = Plan()
    lines = [replace(line, district_code=_district_code(line.district_code, known.districts)) for line in lines]
    buildings = _Buildings(known)
    now = {station.number: station for station in known.stations}
    for line in lines:
        _compare(line, now.get(line.number), buildings.of(line), known, plan)
    wanted = {line.number for line in lines}
    for station in known.stations:
        if station.number not in wanted:
            _take_away(station, known, plan)
    buildings.compare(lines, plan)
    return plan


def _district_code(code: str, districts: Mapping[str, bool]) -> str:
    """The code as the district has it: a spreadsheet makes ``1`` of ``01``, and capitals say nothing."""
    if code in districts:
        return code
    alike = [known for known in districts if known.lstrip("0").casefold() == code.lstrip("0").casefold()]
    return alike[0] if len(alike) == 1 else code


def _compare(line: StationLine, now: StationNow | None, building: BuildingNow | None, known: Known, plan: Plan) -> None:
    moves = now is None or now.district_code != line.district_code
    if line.district_code not in known.districts:
        plan.problems.append(Problem(line.row, "district_code", line.district_code, "district_unknown"))
    elif moves and known.districts[line.district_code]:
        plan.problems.append(Problem(line.row, "district_code", line.district_code, "district_closed"))
    if building and building.closed and (now is None or now.building_pk != building.pk):
        plan.problems.append(Problem(line.row, "building", line.building, "building_closed"))
    own = Limits(line.minimum, line.maximum)
    if own.maximum is None and contradict(own, known.norms.get(line.electronic, NO_LIMITS)):
        plan.problems.append(Problem(line.row, "min_voters", str(line.minimum), "minimum_over_norm"))
    if known.frozen and now is None:
        plan.problems.append(Problem(line.row, "station_number", str(line.number), "frozen_added"))
    elif known.frozen and moves:
        plan.problems.append(Problem(line.row, "district_code", line.district_code, "frozen_district"))
    if now is None:
        plan.added.append(line)
    elif changes := tuple(_changes(line, now, building, known)):
        plan.changed.append(StationChanged(now.pk, line, changes))
    else:
        plan.unchanged += 1


def _changes(line: StationLine, now: StationNow, building: BuildingNow | None, known: Known) -> list[Change]:
    moved = building is None or building.pk != now.building_pk
    here = next((known_building.name for known_building in known.buildings if known_building.pk == now.building_pk), "")
    pairs: list[Change] = [
        Change("district", now.district_code, line.district_code),
        Change("name", now.name, line.name),
        Change("building", here, line.building if moved else here),
        # The room was one of the other building.
        Change("room", now.room, "" if moved else now.room),
        Change("minimum", now.limits.minimum, line.minimum),
        Change("maximum", now.limits.maximum, line.maximum),
        Change("electronic", now.electronic, line.electronic),
        Change("accessible", now.accessible, line.accessible),
    ]
    return [pair for pair in pairs if pair.before != pair.after]


def _take_away(station: StationNow, known: Known, plan: Plan) -> None:
    if known.frozen:
        plan.problems.append(Problem(0, "station_number", str(station.number), "frozen_removed"))
    elif station.used:
        plan.problems.append(Problem(0, "station_number", str(station.number), "used"))
    plan.gone.append(station)


class _Buildings:
    """The buildings of the file beside those that are there: the same where their names read the same."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._there = {building_key(building.name): building for building in known.buildings}

    def of(self, line: StationLine) -> BuildingNow | None:
        """The building that a row names, or ``None`` for a new one."""
        return self._there.get(building_key(line.building))

    def compare(self, lines: Sequence[StationLine], plan: Plan) -> None:
        """Add the buildings that are new and those whose address or position is another."""
        groups: dict[str, list[StationLine]] = {}
        for line in lines:
            groups.setdefault(building_key(line.building), []).append(line)
        for group in groups.values():
            position = next((line.position for line in group if line.position), None)
            found = self._known.addresses.get(group[0].address, NOT_FOUND)
            now = self.of(group[0])
            if now is None:
                added = BuildingAdded(group[0].building, group[0].address, found, position or found.position, rooms=len(group))
                plan.buildings_added.append(added)
            else:
                self._change(now, group[0].address, found, position, plan)

    def _change(self, now: BuildingNow, address: BuildingAddress, found: Found, position: Position | None, plan: Plan) -> None:
        """An empty position leaves the place alone, unless the address is another: then its place is the new one."""
        moved = address != now.address
        place = position or (found.position if moved else now.position)
        pairs = [
            Change("postcode", now.address.postcode, address.postcode),
            Change("street_name", now.address.street_name, address.street_name),
            Change("house_number", now.address.house_number, address.house_number),
            Change("position", shown(now.position), shown(place)),
        ]
        changes = tuple(pair for pair in pairs if pair.before != pair.after)
        if changes:
            plan.buildings_changed.append(BuildingChanged(now.pk, now.name, address, found if moved else None, place, changes))


def shown(position: Position | None) -> str:
    """A position as text, to the decimetre: a spreadsheet rounds further down. Empty for none."""
    return f"{round(position[0], 6)}, {round(position[1], 6)}" if position else ""
