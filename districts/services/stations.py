"""Making, changing, numbering and copying the polling stations of an election.

Every write takes the election first, so that numbers stay apart and nothing slips in beside the freeze of an assignment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import Building, District, Station
from districts.rules.sizes import NO_LIMITS, Limits, contradict
from districts.rules.texts import tidy
from districts.selectors import stations as selectors
from districts.selectors.stations import Order
from districts.sql import stations as sql
from elections.models import Election


class StationRefusedError(Exception):
    """Stations cannot be made, changed or removed so; ``problems`` are (field, code, detail) triples. Nothing has changed.

    Codes: ``number_taken`` (detail: the name of the other), ``sizes_out_of_order``, ``minimum_over_norm`` (detail: the norm),
    ``building_closed``, ``district_closed``, ``frozen_added``, ``frozen_removed``, ``frozen_number``, ``frozen_district``, ``used``.
    """

    def __init__(self, problems: list[tuple[str, str, str]]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code, _detail in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class StationData:
    """What is known of a station. Without ``name`` it is called after its building."""

    number: int
    name: str = ""
    district: District
    building: Building
    room: str = ""
    electronic: bool = False
    accessible: bool = True
    minimum: int | None = None
    maximum: int | None = None


@transaction.atomic
def make_station(*, election: Election, data: StationData, by: Actor, at: datetime) -> Station:
    """Make a station of an election. Raises ``StationRefusedError``."""
    election = lock(election)
    if election.stations_frozen_at:
        raise StationRefusedError([("", "frozen_added", "")])
    station = Station(municipality_id=election.municipality_id, election=election)
    _fill(station, data)
    _refuse(election, station, data)
    station.save()
    _record("station.created", station, by=by, at=at, after=values(station))
    return station


@transaction.atomic
def change_station(*, station: Station, data: StationData, by: Actor, at: datetime) -> list[str]:
    """Change a station. Returns the fields that are another now. Raises ``StationRefusedError``."""
    election = lock(station.election)
    station = Station.objects.select_related("district", "building").get(pk=station.pk, municipality_id=election.municipality_id)
    before = values(station)
    was = (station.district_id, station.building_id)
    _fill(station, data)
    after = values(station)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        _refuse(election, station, data, was=was, changed=changed)
        station.save()
        told = [{name: text[name] for name in changed} for text in (before, after)]
        _record("station.changed", station, by=by, at=at, before=told[0], after=told[1])
    return changed


@transaction.atomic
def delete_station(*, station: Station, by: Actor, at: datetime) -> None:
    """Remove a station that no voter was ever placed in. Raises ``StationRefusedError``."""
    election = lock(station.election)
    if election.stations_frozen_at:
        raise StationRefusedError([("", "frozen_removed", "")])
    if selectors.used([station.pk], municipality_id=election.municipality_id):
        raise StationRefusedError([("", "used", "")])
    before = values(station)
    target = f"station:{station.pk}"
    station.delete()
    audit.record(municipality_id=election.municipality_id, kind="station.deleted", by=by, at=at, target=target, before=before)


@transaction.atomic
def renumber_stations(*, election: Election, order: Order, start: int, by: Actor, at: datetime) -> int:
    """Number the stations of an election without gaps. Returns how many have another number now. Raises ``StationRefusedError``."""
    election = lock(election)
    if election.stations_frozen_at:
        raise StationRefusedError([("", "frozen_number", "")])
    rows = selectors.in_order(selectors.stations(election), order)
    numbers = {row.pk: (row.number, number) for number, row in enumerate(rows, start=start) if row.number != number}
    if numbers:
        new = {pk: number for pk, (_old, number) in numbers.items()}
        sql.renumber(new, municipality_id=election.municipality_id, election_id=election.pk)
        record_all(
            "stations.renumbered",
            election,
            by=by,
            at=at,
            after={"order": order, "new_numbers": {str(old): new for old, new in numbers.values()}},
        )
    return len(numbers)


@transaction.atomic
def copy_stations(*, election: Election, source: Election, by: Actor, at: datetime) -> int:
    """Take the stations of another election over, save those whose building or district is closed or whose number is taken.

    Returns how many came. Raises ``StationRefusedError``.
    """
    election = lock(election)
    if election.stations_frozen_at:
        raise StationRefusedError([("", "frozen_added", "")])
    rows = [row.station for row in selectors.copy_rows(source=source, election=election) if not row.reason]
    Station.objects.bulk_create(
        Station(
            municipality_id=election.municipality_id,
            election=election,
            number=row.number,
            name=row.name,
            district_id=row.district.pk,
            building_id=row.building.pk,
            room=row.room,
            electronic=row.electronic,
            accessible=row.accessible,
            minimum=row.own.minimum,
            maximum=row.own.maximum,
        )
        for row in rows
    )
    if rows:
        after = {"copied_from": source.date.isoformat(), "numbers_added": [row.number for row in rows]}
        record_all("stations.copied", election, by=by, at=at, after=after)
    return len(rows)


def freeze_stations(*, election: Election, at: datetime) -> None:
    """From now on the stations of an election keep their number and district, and none comes or goes: the database sees to it.

    To be called in the transaction that freezes an assignment; the event of that freeze says who did it.
    """
    Election.objects.filter(pk=election.pk, municipality_id=election.municipality_id, stations_frozen_at=None).update(stations_frozen_at=at)


@transaction.atomic
def record_export(*, election: Election, count: int, by: Actor, at: datetime) -> None:
    """Record that the stations of an election were taken out as a file."""
    record_all("stations.exported", election, by=by, at=at, after={"stations": count})


def lock(election: Election) -> Election:
    """The election as it is now, kept from everybody else until the end of the transaction."""
    own = Election.objects.filter(municipality_id=election.municipality_id).prefetch_related("ballots")
    return own.select_for_update(of=("self",), no_key=True).get(pk=election.pk)


def _fill(station: Station, data: StationData) -> None:
    station.number = data.number
    station.name = tidy(data.name) or data.building.name
    station.district, station.building, station.room = data.district, data.building, tidy(data.room)
    station.electronic, station.accessible = data.electronic, data.accessible
    station.minimum, station.maximum = data.minimum, data.maximum


def _refuse(
    election: Election,
    station: Station,
    data: StationData,
    *,
    was: tuple[int | None, int | None] = (None, None),
    changed: list[str] | None = None,
) -> None:
    """Raise with everything that is wrong. ``was``: the district and building before, which may have been closed since."""
    problems: list[tuple[str, str, str]] = []
    if election.stations_frozen_at and changed:
        problems += [(name, f"frozen_{name}", "") for name in ("number", "district") if name in changed]
    others = Station.objects.filter(municipality_id=election.municipality_id, election=election, number=data.number)
    if other := others.exclude(pk=station.pk).first():
        problems.append(("number", "number_taken", other.name))
    if data.district.closed_at and data.district.pk != was[0]:
        problems.append(("district", "district_closed", ""))
    if data.building.closed_at and data.building.pk != was[1]:
        problems.append(("building", "building_closed", ""))
    own, norm = Limits(data.minimum, data.maximum), selectors.norms(election).get(data.electronic, NO_LIMITS)
    if contradict(own, NO_LIMITS):
        problems.append(("maximum", "sizes_out_of_order", ""))
    elif own.maximum is None and contradict(own, norm):
        problems.append(("minimum", "minimum_over_norm", str(norm.maximum)))
    if problems:
        raise StationRefusedError(problems)


SIMPLE: Final = ("number", "name", "room", "electronic", "accessible", "minimum", "maximum")


def values(station: Station) -> dict[str, Any]:
    """A station as the trail keeps it: its district by code, its building by name."""
    own = {name: getattr(station, name) for name in SIMPLE}
    return {**own, "district": station.district.code, "building": station.building.name}


def _record(
    kind: str, station: Station, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    audit.record(
        municipality_id=station.municipality_id, kind=kind, by=by, at=at, target=f"station:{station.pk}", before=before, after=after
    )


def record_all(kind: str, election: Election, *, by: Actor, at: datetime, after: dict[str, Any]) -> None:
    """Record what happened to the stations of an election together."""
    audit.record(municipality_id=election.municipality_id, kind=kind, by=by, at=at, target=f"election:{election.pk}", after=after)
