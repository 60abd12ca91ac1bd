"""Polling stations of an election, with everything that holds for them: for screens, documents, the assignment and exports."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import PROTECT, Max

from core.models import AuditEvent
from core.selectors import AuditFilter, audit_events
from districts.models import District, Station
from districts.rules.findings import Finding
from districts.rules.sizes import NO_LIMITS, Limits, effective
from districts.rules.station_file import StationLine
from districts.rules.station_findings import DistrictFacts, StationFacts, find
from districts.selectors.buildings import address_of, facts_of, position_of
from elections.models import Election, StationNorm
from elections.selectors import station_norms

Order = Literal["district", "building", "number"]


def norms(election: Election) -> dict[bool, Limits]:
    """The sizes that the law gives, by whether one votes electronically."""
    return {electronic: Limits(norm.minimum, norm.maximum) for electronic, norm in station_norms(election).items()}


def norm_rows(election: Election) -> list[StationNorm]:
    """The same with source and certainty, paper first."""
    return list(station_norms(election).values())


def stations(election: Election) -> list[StationFacts]:
    """The stations of an election by number, each with its district, its building and the sizes that count."""
    held = norms(election)
    rows = Station.objects.filter(municipality_id=election.municipality_id, election=election)
    return [_facts(row, held) for row in rows.select_related("district", "building__address").order_by("number")]


def station(*, election: Election, pk: int) -> Station | None:
    """One station of an election with its district and building."""
    rows = Station.objects.filter(municipality_id=election.municipality_id, election=election, pk=pk)
    return rows.select_related("election", "district", "building__address").first()


def facts(station: Station) -> StationFacts:
    """A station with everything that holds for it."""
    return _facts(station, norms(station.election))


def _facts(row: Station, held: dict[bool, Limits]) -> StationFacts:
    own, norm = Limits(row.minimum, row.maximum), held.get(row.electronic, NO_LIMITS)
    return StationFacts(
        pk=row.pk,
        number=row.number,
        name=row.name,
        room=row.room,
        district=_district_facts(row.district),
        building=facts_of(row.building),
        electronic=row.electronic,
        accessible=row.accessible,
        own=own,
        norm=norm,
        sizes=effective(own, norm),
    )


def _district_facts(row: District) -> DistrictFacts:
    return DistrictFacts(row.pk, row.code, row.name, row.closed_at is not None)


def districts(*, municipality_id: int) -> list[DistrictFacts]:
    """The districts by code, closed ones too."""
    rows = District.objects.filter(municipality_id=municipality_id)
    return sorted(map(_district_facts, rows), key=lambda district: natural(district.code))


def natural(code: str) -> list[tuple[int, str]]:
    """Sorts ``2`` before ``10``, and ``A2`` before ``A10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"[0-9]+|[^0-9]+", code)]


def findings(election: Election) -> list[Finding]:
    """What is not as it should be with the stations of an election: one part of the preparatory checks."""
    return findings_of(stations(election), districts(municipality_id=election.municipality_id), election)


def findings_of(rows: Sequence[StationFacts], all_districts: Sequence[DistrictFacts], election: Election) -> list[Finding]:
    """The same for what was read already."""
    return find(rows, all_districts, sizes_refuse=election.sizes_refuse)


@dataclass(frozen=True, slots=True)
class DistrictTotal:
    """A district with its stations and the voters that they take; ``maximum`` is ``None`` when one of them has no limit."""

    district: DistrictFacts
    stations: int
    buildings: int
    minimum: int
    maximum: int | None


def district_totals(rows: Sequence[StationFacts], all_districts: Sequence[DistrictFacts]) -> list[DistrictTotal]:
    """Per district how many stations and how many voters at least and at most; closed districts only where stations are in them."""
    return [
        _total(district, own)
        for district in all_districts
        if (own := [row for row in rows if row.district.pk == district.pk]) or not district.closed
    ]


def _total(district: DistrictFacts, rows: list[StationFacts]) -> DistrictTotal:
    limits = [row.sizes.maximum for row in rows]
    return DistrictTotal(
        district=district,
        stations=len(rows),
        buildings=len({row.building.pk for row in rows}),
        minimum=sum(row.sizes.minimum or 0 for row in rows),
        maximum=None if None in limits else sum(limit or 0 for limit in limits),
    )


def used(pks: Collection[int], *, municipality_id: int) -> set[int]:
    """Which of some stations others hold on to: every table whose key protects a station, whichever package it is in."""
    held: set[int] = set()
    for relation in Station._meta.related_objects:  # noqa: SLF001 - Django's documented way to ask
        if relation.on_delete is PROTECT:
            name = relation.field.name
            table = relation.related_model._default_manager  # noqa: SLF001 - likewise
            rows = table.filter(**{"municipality_id": municipality_id, f"{name}__in": pks})
            held.update(rows.values_list(f"{name}_id", flat=True).distinct())
    return held


def is_used(station: Station) -> bool:
    """Whether others hold on to one station."""
    return bool(used([station.pk], municipality_id=station.municipality_id))


def next_number(election: Election) -> int:
    """The number after the highest."""
    own = Station.objects.filter(municipality_id=election.municipality_id, election=election)
    return (own.aggregate(highest=Max("number"))["highest"] or 0) + 1


def lines(election: Election) -> list[StationLine]:
    """The stations as rows of ``stations.csv``, by number."""
    rows = Station.objects.filter(municipality_id=election.municipality_id, election=election)
    return [
        StationLine(
            row=place,
            number=row.number,
            district_code=row.district.code,
            name=row.name,
            building=row.building.name,
            address=address_of(row.building),
            minimum=row.minimum,
            maximum=row.maximum,
            electronic=row.electronic,
            accessible=row.accessible,
            position=position_of(row.building),
        )
        for place, row in enumerate(rows.select_related("district", "building").order_by("number"), start=2)
    ]


def open_districts(*, municipality_id: int, also: int | None = None) -> list[District]:
    """The districts that a station can serve, by code; ``also`` one that is closed, because a station serves it already."""
    rows = District.objects.filter(municipality_id=municipality_id)
    return sorted((row for row in rows if row.closed_at is None or row.pk == also), key=lambda row: natural(row.code))


def in_order(rows: Sequence[StationFacts], order: Order) -> list[StationFacts]:
    """Stations as they would be numbered: by district, by building, or as they are."""
    keys = {
        "district": lambda row: (natural(row.district.code), row.building.name, row.building.pk, row.number),
        "building": lambda row: (row.building.name, row.building.pk, row.number),
        "number": lambda row: row.number,
    }
    return sorted(rows, key=keys[order])


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A station of an earlier election, and why it does not come along: the empty text when it does."""

    station: StationFacts
    reason: Literal["", "building_closed", "district_closed", "number_taken"]


def copy_rows(*, source: Election, election: Election) -> list[CopyRow]:
    """What copying the stations of another election would bring."""
    own = Station.objects.filter(municipality_id=election.municipality_id, election=election)
    taken = set(own.values_list("number", flat=True))
    return [CopyRow(row, _reason(row, taken)) for row in stations(source)]


def _reason(row: StationFacts, taken: set[int]) -> Literal["", "building_closed", "district_closed", "number_taken"]:
    if row.building.closed:
        return "building_closed"
    if row.district.closed:
        return "district_closed"
    return "number_taken" if row.number in taken else ""


@dataclass(frozen=True, slots=True)
class Source:
    """An election to copy from."""

    election: Election
    stations: int


def copy_sources(election: Election) -> list[Source]:
    """The other elections that have stations, the newest first."""
    counts: dict[int, int] = {}
    rows = Station.objects.filter(municipality_id=election.municipality_id).exclude(election=election)
    for pk in rows.values_list("election_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    held = Election.objects.filter(municipality_id=election.municipality_id, pk__in=counts).order_by("-date")
    return [Source(row, counts[row.pk]) for row in held.prefetch_related("ballots")]


def history(target: str, *, municipality_id: int, newest: int = 12) -> list[AuditEvent]:
    """The last things that happened to one building or station, the newest first."""
    return list(audit_events(municipality_id=municipality_id, asked=AuditFilter(target=target))[:newest])
