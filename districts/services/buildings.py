"""Making, changing and closing the buildings in which people vote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import Building
from districts.rules.accessibility import cleaned
from districts.rules.station_file import BuildingAddress, Position, building_key
from districts.rules.station_plan import Found
from districts.rules.texts import tidy
from districts.sql import stations as sql
from municipalities.models import Municipality

ABOUT_PEOPLE: Final = frozenset({"keys", "contact_name", "contact_phone", "contact_email"})
"""The trail says that these changed, never what they were: it is kept for ever, and they are about somebody."""


class BuildingRefusedError(Exception):
    """A building cannot be made or changed so; ``problems`` are (field, code) pairs. Nothing has changed.

    Codes: ``name_taken``.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingData:
    """What is known of a building. Without ``position`` it gets that of its address; without ``locality``, the name of the postal area."""

    name: str
    address: BuildingAddress
    locality: str = ""
    position: Position | None = None
    entrance: str = ""
    rooms: int = 1
    opening: str = ""
    keys: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@transaction.atomic
def make_building(*, municipality: Municipality, data: BuildingData, by: Actor, at: datetime) -> Building:
    """Make a building. Raises ``BuildingRefusedError``."""
    sql.lock_buildings(municipality_id=municipality.pk)
    building = Building(municipality=municipality)
    _fill(building, data)
    _refuse_same_name(building)
    building.save()
    _record("building.created", building, by=by, at=at, after=_told(_values(building)))
    return building


@transaction.atomic
def change_building(*, building: Building, data: BuildingData, by: Actor, at: datetime) -> list[str]:
    """Change what is known of a building. Returns the fields that are another now. Raises ``BuildingRefusedError``."""
    sql.lock_buildings(municipality_id=building.municipality_id)
    building = Building.objects.select_for_update(of=("self",)).get(pk=building.pk, municipality_id=building.municipality_id)
    before = _values(building)
    _fill(building, data)
    after = _values(building)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        _refuse_same_name(building)
        building.save()
        told = [_told({name: values[name] for name in changed}) for values in (before, after)]
        _record("building.changed", building, by=by, at=at, before=told[0], after=told[1])
    return changed


def _fill(building: Building, data: BuildingData) -> None:
    address = BuildingAddress(tidy(data.address.postcode), tidy(data.address.street_name), tidy(data.address.house_number))
    found = sql.find_addresses([address], municipality_id=building.municipality_id)[address]
    for name in ("name", "entrance", "opening", "keys", "contact_name", "contact_phone", "contact_email"):
        setattr(building, name, tidy(getattr(data, name)))
    building.rooms = data.rooms
    put_at(building, address, found, data.position or found.position, locality=tidy(data.locality))


def put_at(building: Building, address: BuildingAddress, found: Found, position: Position | None, *, locality: str = "") -> None:
    """Set address and place of a building; it is not saved."""
    building.postcode, building.street_name, building.house_number = address.postcode, address.street_name, address.house_number
    building.address_id = found.address_pk
    building.locality = locality or found.locality
    building.latitude, building.longitude = position or (None, None)


def _refuse_same_name(building: Building) -> None:
    others = Building.objects.filter(municipality_id=building.municipality_id).exclude(pk=building.pk).values_list("name", flat=True)
    if building_key(building.name) in map(building_key, others):
        raise BuildingRefusedError([("name", "name_taken")])


@transaction.atomic
def set_accessibility(*, building: Building, answers: dict[str, bool], by: Actor, at: datetime) -> bool:
    """Keep what a visitor found; a question without an answer was not looked at. Returns whether anything is another now."""
    building = Building.objects.select_for_update(of=("self",)).get(pk=building.pk, municipality_id=building.municipality_id)
    before, after = dict(building.accessibility), cleaned(answers)
    if before == after:
        return False
    building.accessibility = after
    building.save(update_fields=["accessibility"])
    _record("building.accessibility_changed", building, by=by, at=at, before=before, after=after)
    return True


@transaction.atomic
def close_building(*, building: Building, by: Actor, at: datetime) -> bool:
    """Take a building out of use; the stations that are in it stay there until they are moved. Returns whether it was open."""
    closed = Building.objects.filter(pk=building.pk, municipality_id=building.municipality_id, closed_at=None).update(closed_at=at)
    if closed:
        _record("building.closed", building, by=by, at=at)
    return bool(closed)


@transaction.atomic
def reopen_building(*, building: Building, by: Actor, at: datetime) -> bool:
    """Take a closed building into use again. Returns whether it was closed."""
    own = Building.objects.filter(pk=building.pk, municipality_id=building.municipality_id)
    opened = own.exclude(closed_at=None).update(closed_at=None)
    if opened:
        _record("building.reopened", building, by=by, at=at)
    return bool(opened)


@transaction.atomic
def record_export(*, municipality: Municipality, criteria: dict[str, str], by: Actor, at: datetime) -> None:
    """Record that the list of buildings was taken out as a file."""
    audit.record(municipality_id=municipality.pk, kind="buildings.exported", by=by, at=at, after=criteria)


KEPT: Final = (
    "name",
    "postcode",
    "locality",
    "street_name",
    "house_number",
    "latitude",
    "longitude",
    "address_id",
    "entrance",
    "opening",
    "keys",
    "contact_name",
    "contact_phone",
    "contact_email",
)


def _values(building: Building) -> dict[str, Any]:
    """A building as the trail keeps it; ``rooms`` means something else there (the settings of an assignment)."""
    return {**{name: getattr(building, name) for name in KEPT}, "room_count": building.rooms}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "…" if name in ABOUT_PEOPLE and value else value for name, value in values.items()}


def _record(
    kind: str, building: Building, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    audit.record(
        municipality_id=building.municipality_id, kind=kind, by=by, at=at, target=f"building:{building.pk}", before=before, after=after
    )
