"""Bringing in ``stations.csv``: read, compare, show, carry out. Nothing of a file is kept before it is carried out (docs/formats/stations.md)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import Building, District, Station
from districts.rules import station_file
from districts.rules.address_file import Problem
from districts.rules.sizes import Limits
from districts.rules.station_file import StationLine, building_key
from districts.rules.station_plan import BuildingNow, Change, Known, Plan, StationChanged, StationNow, make_plan
from districts.selectors import stations as selectors
from districts.selectors.buildings import address_of, position_of
from districts.services.buildings import put_at
from districts.services.stations import lock, record_all
from districts.sql import stations as sql
from elections.models import Election


class StationFileRefusedError(Exception):
    """The file cannot be brought in; nothing has changed. ``count`` is how many problems there are, also those not kept."""

    def __init__(self, problems: list[Problem], count: int) -> None:
        super().__init__(f"{count} problems")
        self.problems = problems
        self.count = count


class PlanChangedError(Exception):
    """Somebody changed a station or building since the differences were shown; nothing has changed."""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What was done, in figures. ``without_position``: stations of the election whose building has no place."""

    stations: int
    added: int
    changed: int
    removed: int
    unchanged: int
    buildings_added: int
    buildings_changed: int
    without_position: int


def compare(*, election: Election, content: bytes) -> Plan:
    """What bringing the file in would change. Raises ``StationFileRefusedError`` with everything that is wrong, all at once."""
    return _compare(election, content)[1]


def _compare(election: Election, content: bytes) -> tuple[list[StationLine], Plan]:
    read = station_file.read(content)
    plan = make_plan(read.lines, _known(election, read.lines)) if read.lines else Plan()
    # With rows that cannot be read nobody knows which stations are gone.
    found = [problem for problem in plan.problems if problem.row or not read.problems]
    if read.problems or found:
        raise StationFileRefusedError(sorted([*read.problems, *found], key=lambda problem: problem.row), read.count + len(found))
    return read.lines, plan


def _known(election: Election, lines: list[StationLine]) -> Known:
    municipality_id = election.municipality_id
    rows = list(Station.objects.filter(municipality_id=municipality_id, election=election).select_related("district").order_by("number"))
    wanted = {line.number for line in lines}
    used = selectors.used([row.pk for row in rows if row.number not in wanted], municipality_id=municipality_id)
    districts = District.objects.filter(municipality_id=municipality_id).values_list("code", "closed_at")
    return Known(
        stations=[_station_now(row, used) for row in rows],
        buildings=[
            BuildingNow(row.pk, row.name, address_of(row), position_of(row), row.closed_at is not None)
            for row in Building.objects.filter(municipality_id=municipality_id).order_by("pk")
        ],
        districts={code: closed_at is not None for code, closed_at in districts},
        addresses=sql.find_addresses(list(dict.fromkeys(line.address for line in lines)), municipality_id=municipality_id),
        norms=selectors.norms(election),
        frozen=election.stations_frozen_at is not None,
    )


def _station_now(row: Station, used: set[int]) -> StationNow:
    return StationNow(
        pk=row.pk,
        number=row.number,
        name=row.name,
        district_code=row.district.code,
        building_pk=row.building_id,
        room=row.room,
        limits=Limits(row.minimum, row.maximum),
        electronic=row.electronic,
        accessible=row.accessible,
        used=row.pk in used,
    )


@transaction.atomic
def bring_in(*, election: Election, content: bytes, file_name: str, agreed: str | None = None, by: Actor, at: datetime) -> ImportCounts:
    """Make the stations of an election those of the file, in one go or not at all.

    ``agreed`` is the fingerprint of the differences that somebody saw. Raises ``StationFileRefusedError`` and ``PlanChangedError``.
    """
    sql.lock_buildings(municipality_id=election.municipality_id)
    election = lock(election)
    lines, plan = _compare(election, content)
    if agreed is not None and agreed != plan.fingerprint:
        raise PlanChangedError
    _write_buildings(election, plan)
    _write_stations(election, plan)
    counts = ImportCounts(
        stations=len(lines),
        added=len(plan.added),
        changed=len(plan.changed),
        removed=len(plan.gone),
        unchanged=plan.unchanged,
        buildings_added=len(plan.buildings_added),
        buildings_changed=len(plan.buildings_changed),
        without_position=Station.objects.filter(
            municipality_id=election.municipality_id, election=election, building__latitude=None
        ).count(),
    )
    if not plan.empty:
        _record(election, plan, counts, file_name, by=by, at=at)
    return counts


def _write_buildings(election: Election, plan: Plan) -> None:
    added = []
    for wanted in plan.buildings_added:
        building = Building(municipality_id=election.municipality_id, name=wanted.name, rooms=wanted.rooms)
        put_at(building, wanted.address, wanted.found, wanted.position)
        added.append(building)
    Building.objects.bulk_create(added)
    for change in plan.buildings_changed:
        building = Building.objects.select_for_update(of=("self",)).get(pk=change.pk, municipality_id=election.municipality_id)
        if change.found is not None:
            put_at(building, change.address, change.found, change.position)
        else:
            building.latitude, building.longitude = change.position or (None, None)
        building.save()


def _write_stations(election: Election, plan: Plan) -> None:
    municipality_id = election.municipality_id
    Station.objects.filter(municipality_id=municipality_id, pk__in=[station.pk for station in plan.gone]).delete()
    districts = dict(District.objects.filter(municipality_id=municipality_id).values_list("code", "pk"))
    named = Building.objects.filter(municipality_id=municipality_id).values_list("name", "pk")
    buildings = {building_key(name): pk for name, pk in named}
    there = {row.pk: row for row in Station.objects.filter(pk__in=[change.pk for change in plan.changed], municipality_id=municipality_id)}
    for change in plan.changed:
        row = there[change.pk]
        _fill(row, change.line, districts, buildings)
        if any(one.field == "room" for one in change.changes):
            row.room = ""
        row.save()
    added = [Station(municipality_id=municipality_id, election=election, number=line.number) for line in plan.added]
    for row, line in zip(added, plan.added, strict=True):
        _fill(row, line, districts, buildings)
    Station.objects.bulk_create(added)


def _fill(row: Station, line: StationLine, districts: dict[str, int], buildings: dict[str, int]) -> None:
    row.name, row.district_id = line.name, districts[line.district_code]
    row.building_id = buildings[building_key(line.building)]
    row.electronic, row.accessible = line.electronic, line.accessible
    row.minimum, row.maximum = line.minimum, line.maximum


def _record(election: Election, plan: Plan, counts: ImportCounts, file_name: str, *, by: Actor, at: datetime) -> None:
    """One event for the whole file, and one for each building or station that was there before and is another now."""
    municipality_id = election.municipality_id
    for building in plan.buildings_changed:
        before, after = _told(building.changes)
        target = f"building:{building.pk}"
        audit.record(municipality_id=municipality_id, kind="building.changed", by=by, at=at, target=target, before=before, after=after)
    for station in plan.changed:
        before, after = _told(station.changes)
        target = f"station:{station.pk}"
        audit.record(municipality_id=municipality_id, kind="station.changed", by=by, at=at, target=target, before=before, after=after)
    done: dict[str, Any] = {
        "file_name": file_name,
        **asdict(counts),
        "numbers_added": [line.number for line in plan.added],
        "numbers_changed": [_number(change) for change in plan.changed],
        "numbers_removed": [station.number for station in plan.gone],
        "new_buildings": [building.name for building in plan.buildings_added],
    }
    record_all("stations.imported", election, by=by, at=at, after=done)


def _number(change: StationChanged) -> int:
    return change.line.number


def _told(changes: tuple[Change, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    return {one.field: one.before for one in changes}, {one.field: one.after for one in changes}
