"""Making, changing and closing districts, the levels above them, and streets that have no addresses yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Left

from core import audit
from core.actor import Actor
from districts.models import Area, District, Station, Street, StreetRange
from districts.rules.texts import tidy
from districts.selectors.addresses import street_key
from districts.sql import changes as sql
from municipalities.models import Municipality

LEVELS: Final = (Area.Kind.URBAN_DISTRICT, Area.Kind.CANTON, Area.Kind.FORMER_MUNICIPALITY)
"""The kinds of area; each is the name of a field of a district too."""


class DistrictRefusedError(Exception):
    """It cannot be made, changed or closed so; ``problems`` are (field, code) pairs. Nothing has changed.

    Codes: ``code_taken``, ``in_use``, ``has_rows``, ``has_stations``, ``street_exists``, ``not_a_street``.
    """

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {code}" for name, code in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictData:
    """What is known of a district besides its rows; ``areas`` by kind, at most one of each."""

    code: str
    name: str
    areas: Mapping[str, Area | None] = field(default_factory=dict)


@transaction.atomic
def make_district(*, municipality: Municipality, data: DistrictData, by: Actor, at: datetime) -> District:
    """Make a district without rows. Raises ``DistrictRefusedError``."""
    sql.lock(municipality_id=municipality.pk)
    district = District(municipality=municipality)
    _fill(district, data)
    _refuse_same_code(district)
    district.save()
    _record("district.created", district, by=by, at=at, after=_values(district))
    return district


@transaction.atomic
def change_district(*, district: District, data: DistrictData, by: Actor, at: datetime) -> list[str]:
    """Give a district another code, name or level above it. Returns the fields that are another now. Raises ``DistrictRefusedError``."""
    sql.lock(municipality_id=district.municipality_id)
    district = District.objects.select_for_update(of=("self",)).get(pk=district.pk, municipality_id=district.municipality_id)
    before = _values(district)
    _fill(district, data)
    after = _values(district)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        _refuse_same_code(district)
        district.save()
        told = [{name: values[name] for name in changed} for values in (before, after)]
        _record("district.changed", district, by=by, at=at, before=told[0], after=told[1])
    return changed


def _fill(district: District, data: DistrictData) -> None:
    district.code, district.name = tidy(data.code), tidy(data.name)
    for kind in LEVELS:
        area = data.areas.get(kind)
        if area is not None and (area.kind, area.municipality_id) != (kind, district.municipality_id):
            raise ValueError(area)
        setattr(district, kind, area)


def _refuse_same_code(district: District) -> None:
    others = District.objects.filter(municipality_id=district.municipality_id, code=district.code).exclude(pk=district.pk)
    if others.exists():
        raise DistrictRefusedError(("code", "code_taken"))


@transaction.atomic
def close_district(*, district: District, day: date, by: Actor, at: datetime) -> bool:
    """Take a district out of use. Returns whether it was open.

    Raises ``DistrictRefusedError`` while a row of it holds on ``day`` or later, or a station of an election from then on serves it.
    """
    sql.lock(municipality_id=district.municipality_id)
    own = {"municipality_id": district.municipality_id, "district": district}
    rows = StreetRange.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), removed_at=None, **own)
    if rows.exists():
        raise DistrictRefusedError(("", "has_rows"))
    if Station.objects.filter(election__date__gte=day, **own).exists():
        raise DistrictRefusedError(("", "has_stations"))
    closed = District.objects.filter(pk=district.pk, municipality_id=district.municipality_id, closed_at=None).update(closed_at=at)
    if closed:
        _record("district.closed", district, by=by, at=at)
    return bool(closed)


@transaction.atomic
def reopen_district(*, district: District, by: Actor, at: datetime) -> bool:
    """Take a closed district into use again. Returns whether it was closed."""
    own = District.objects.filter(pk=district.pk, municipality_id=district.municipality_id)
    opened = own.exclude(closed_at=None).update(closed_at=None)
    if opened:
        _record("district.reopened", district, by=by, at=at)
    return bool(opened)


def _values(district: District) -> dict[str, Any]:
    areas = {kind.value: area.code if (area := getattr(district, kind)) else "" for kind in LEVELS}
    return {"code": district.code, "name": district.name, **areas}


def _record(
    kind: str, district: District, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    audit.record(
        municipality_id=district.municipality_id, kind=kind, by=by, at=at, target=f"district:{district.pk}", before=before, after=after
    )


@transaction.atomic
def save_area(*, municipality: Municipality, area: Area | None, kind: str, code: str, name: str, by: Actor, at: datetime) -> Area:
    """Make a level above districts, or give one another code or name; its kind never changes. Raises ``DistrictRefusedError``."""
    sql.lock(municipality_id=municipality.pk)
    before = None if area is None else {"code": area.code, "name": area.name}
    area = area or Area(municipality=municipality, kind=Area.Kind(kind))
    area.code, area.name = tidy(code), tidy(name)
    if Area.objects.filter(municipality=municipality, kind=area.kind, code=area.code).exclude(pk=area.pk).exists():
        raise DistrictRefusedError(("code", "code_taken"))
    area.save()
    after = {"kind": area.kind, "code": area.code, "name": area.name}
    _record_area("area.changed" if before else "area.created", area, by=by, at=at, before=before, after=after)
    return area


@transaction.atomic
def delete_area(*, area: Area, by: Actor, at: datetime) -> None:
    """Take a level away that no district belongs to. Raises ``DistrictRefusedError``."""
    sql.lock(municipality_id=area.municipality_id)
    if District.objects.filter(municipality_id=area.municipality_id, **{area.kind: area}).exists():
        raise DistrictRefusedError(("", "in_use"))
    gone = Area(pk=area.pk, municipality_id=area.municipality_id)
    area.delete()
    _record_area("area.deleted", gone, by=by, at=at, before={"kind": area.kind, "code": area.code, "name": area.name})


def _record_area(
    kind: str, area: Area, *, by: Actor, at: datetime, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    audit.record(municipality_id=area.municipality_id, kind=kind, by=by, at=at, target=f"area:{area.pk}", before=before, after=after)


@transaction.atomic
def prepare_street(*, municipality: Municipality, name: str, by: Actor, at: datetime) -> Street:
    """Make a street that the address file does not know yet; the file that brings one of its name takes it over.

    Raises ``DistrictRefusedError`` when there is a street of that name.
    """
    sql.lock(municipality_id=municipality.pk)
    street = Street(municipality=municipality, name=tidy(name))
    street.name_key = Left(street_key(street.name), 120)
    if Street.objects.filter(municipality=municipality, name_key=street.name_key, closed_at=None).exists():
        raise DistrictRefusedError(("name", "street_exists"))
    street.save()
    street.refresh_from_db()
    if not street.name_key:
        raise DistrictRefusedError(("name", "not_a_street"))
    audit.record(
        municipality_id=municipality.pk, kind="street.prepared", by=by, at=at, target=f"street:{street.pk}", after={"name": street.name}
    )
    return street


@transaction.atomic
def drop_street(*, street: Street, by: Actor, at: datetime) -> None:
    """Take a prepared street away again, as long as it never had a row. Raises ``DistrictRefusedError``."""
    sql.lock(municipality_id=street.municipality_id)
    prepared = Street.objects.filter(pk=street.pk, municipality_id=street.municipality_id, best_id=None)
    if not prepared.exists() or StreetRange.objects.filter(municipality_id=street.municipality_id, street=street).exists():
        raise DistrictRefusedError(("", "in_use"))
    pk = street.pk
    street.delete()
    audit.record(
        municipality_id=street.municipality_id, kind="street.dropped", by=by, at=at, target=f"street:{pk}", before={"name": street.name}
    )
