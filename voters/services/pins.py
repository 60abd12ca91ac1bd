"""What the municipality decided itself for every draft of an election to come: this street, house or household here, or not here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import Building, Station, Street, StreetRange
from elections.models import Election
from voters.models import Draft, Person, Pin
from voters.services.drafts import lock

Kind = Pin.Kind


class PinRefusedError(Exception):
    """It cannot be pinned so; nothing has changed.

    Codes: ``frozen`` (the assignment stands), ``nothing_named`` or ``two_named`` (a street or a person's household, one of them),
    ``no_place`` (a station or a building, one of them), ``not_ours``, ``numbers``, ``exists``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class PinData:
    """What is pinned or banned, and where. ``household``: that of ``person``, as the list has it."""

    kind: Pin.Kind
    station: Station | None = None
    building: Building | None = None
    street: Street | None = None
    postcode: str = ""
    side: StreetRange.Side = StreetRange.Side.ALL
    number_from: int | None = None
    number_to: int | None = None
    person: Person | None = None
    household: str = ""
    note: str = ""


@transaction.atomic
def add_pin(*, election: Election, data: PinData, by: Actor, at: datetime) -> Pin:
    """Pin or ban for the drafts to come. A ban is of the building: of one of its rooms it would move nobody. Raises ``PinRefusedError``."""
    lock(election)
    _refuse_frozen(election)
    values = _values(election, data)
    if Pin.objects.filter(municipality_id=election.municipality_id, election=election, **values).exists():
        raise PinRefusedError("exists")
    pin = Pin.objects.create(
        municipality_id=election.municipality_id, election=election, note=data.note, made_by_name=by.name, made_at=at, **values
    )
    _record(pin, "added", by=by, at=at, after=told(pin))
    return pin


def _values(election: Election, data: PinData) -> dict[str, Any]:
    if (data.street is None) == (data.person is None):
        raise PinRefusedError("nothing_named" if data.street is None else "two_named")
    if (data.station is None) == (data.building is None):
        raise PinRefusedError("no_place")
    if data.person is not None and not data.household:
        raise PinRefusedError("nothing_named")
    named = [one for one in (data.street, data.person, data.building, data.station) if one is not None]
    if any(one.municipality_id != election.municipality_id for one in named):
        raise PinRefusedError("not_ours")
    if data.station is not None and data.station.election_id != election.pk:
        raise PinRefusedError("not_ours")
    if data.number_from is not None and data.number_to is not None and data.number_to < data.number_from:
        raise PinRefusedError("numbers")
    station: Station | None = data.station
    building = data.building
    if data.kind == Kind.NOT_HERE and data.station is not None:
        station, building = None, data.station.building
    values: dict[str, Any] = {"kind": data.kind, "station": station, "building": building, "street": data.street, "person": data.person}
    if data.person is not None:
        return {**values, "household": data.household}
    numbers = {"side": data.side, "number_from": data.number_from, "number_to": data.number_to}
    return {**values, "postcode": data.postcode, **numbers}


@transaction.atomic
def remove_pin(*, pin: Pin, by: Actor, at: datetime) -> None:
    """Take a pin or ban away: drafts to come are free there. Raises ``PinRefusedError``."""
    lock(pin.election)
    _refuse_frozen(pin.election)
    before = told(pin)
    target = pin.pk
    if not Pin.objects.filter(municipality_id=pin.municipality_id, pk=pin.pk).delete()[0]:
        return
    pin.pk = target
    _record(pin, "removed", by=by, at=at, before=before)


def _refuse_frozen(election: Election) -> None:
    if Draft.objects.filter(municipality_id=election.municipality_id, election=election, state=Draft.State.FROZEN).exists():
        raise PinRefusedError("frozen")


def told(pin: Pin) -> dict[str, Any]:
    """A pin as the trail keeps it, for ever: never the key of a household, nor what was noted about one (health, often)."""
    where: dict[str, Any] = {"station": pin.station.number} if pin.station else {"building": pin.building.name if pin.building else ""}
    if pin.street is None:
        what: dict[str, Any] = {"person": f"person:{pin.person_id}"}
    else:
        what = {
            "street": pin.street.name,
            "postcode": pin.postcode,
            "side": pin.side,
            "number_from": pin.number_from,
            "number_to": pin.number_to,
            "note": pin.note,
        }
    return {"kind": pin.kind, **what, **where}


def _record(
    pin: Pin, kind: str, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    audit.record(municipality_id=pin.municipality_id, kind=f"pin.{kind}", by=by, at=at, target=f"pin:{pin.pk}", before=before, after=after)
