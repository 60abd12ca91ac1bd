"""The households, stations and buildings of a draft as arrays, as the solver takes them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from districts.assignment.problem import NONE, Buildings, Problem, Stations, Units
from districts.rules.station_findings import BuildingFacts, StationFacts
from districts.selectors.stations import stations
from voters.models import Draft
from voters.selectors.draft_basis import fingerprints
from voters.sql import households
from voters.sql.households import Household

# A station without a size of its own or a norm takes whoever comes.
NO_LIMIT = 1_000_000
EARTH = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Town:
    """What is to be placed, as it stands in the database, and the arrays made of it: unit ``i`` is ``rows[units[i]]``."""

    rows: list[Household]
    stations: list[StationFacts]
    buildings: list[BuildingFacts]
    districts: list[int]
    problem: Problem
    units: NDArray[np.intp]
    basis: dict[str, str]


def read(draft: Draft) -> Town:
    """The households of a draft's extraction and the stations of its election, as arrays. Runs inside the municipality.

    A household without a district cannot be placed by anybody but a person, or by the setting ``rest``: else it is among the rows and
    not among the units.
    """
    place = {"municipality_id": draft.municipality_id}
    households.make(**place, extraction_id=draft.extraction_id, previous_id=draft.previous_id, day=draft.election.date)
    rows = households.read(**place, election_id=draft.election_id, extraction_id=draft.extraction_id)
    banned = households.banned(**place, election_id=draft.election_id, extraction_id=draft.extraction_id)
    facts = stations(draft.election)
    return _town(_settled(rows, facts, draft.settings.get("rest")), rows, facts, banned, fingerprints(draft.election, facts))


def _settled(rows: list[Household], facts: list[StationFacts], rest: int | None) -> list[Household]:
    """Whoever has no district goes where they are pinned, else to the station for the rest, and counts in its district."""
    by_pk = {fact.pk: fact for fact in facts}
    last = next((fact for fact in facts if fact.number == rest), None)
    settled = []
    for row in rows:
        if row.district_id is None and row.pinned_building_id is None:
            station = by_pk.get(row.pinned_station_id or 0, last)
            if station is not None:
                settled.append(row._replace(district_id=station.district.pk, pinned_station_id=station.pk))
                continue
        settled.append(row)
    return settled


def _town(
    settled: list[Household], rows: list[Household], facts: list[StationFacts], banned: list[tuple[str, int]], basis: dict[str, str]
) -> Town:
    units = np.array([index for index, row in enumerate(settled) if row.district_id is not None], np.intp)
    placed = [settled[index] for index in units]
    # In the order of the stations' numbers; those without a station after them.
    buildings = list({fact.building.pk: fact.building for fact in facts}.values())
    lonely = {row.district_id for row in placed if row.district_id is not None} - {fact.district.pk for fact in facts}
    districts = [*dict.fromkeys(fact.district.pk for fact in facts), *sorted(lonely)]
    at_district = _places(districts)
    at_building = _places([building.pk for building in buildings])
    scale = _Projection.of(placed, facts)
    problem = Problem(
        units=_units(placed, facts, at_district, at_building, scale),
        stations=Stations.of(
            building=[at_building[fact.building.pk] for fact in facts],
            district=[at_district[fact.district.pk] for fact in facts],
            minimum=[fact.sizes.minimum or 0 for fact in facts],
            maximum=[NO_LIMIT if fact.sizes.maximum is None else fact.sizes.maximum for fact in facts],
            number=[fact.number for fact in facts],
        ),
        buildings=Buildings.of(**scale.positions([building.position or scale.middle[building.pk] for building in buildings])),
        **_bans(placed, at_building, banned),
    )
    return Town(rows, facts, buildings, districts, problem, units, basis)


def _units(
    placed: list[Household], facts: list[StationFacts], at_district: dict[int, int], at_building: dict[int, int], scale: "_Projection"
) -> Units:
    at_station = _places([fact.pk for fact in facts])
    # A station of an earlier election is the one of that number in the same building now.
    before = {(fact.building.pk, fact.number): index for index, fact in enumerate(facts)}
    return Units.of(
        key=np.arange(len(placed)),
        voters=[row.voters for row in placed],
        district=[at_district[row.district_id or 0] for row in placed],
        side=[NONE if row.side is None else row.side for row in placed],
        place=[row.number for row in placed],
        previous=[at_building.get(row.previous_building_id or 0, NONE) for row in placed],
        previous_station=[before.get((row.previous_building_id or 0, row.previous_number or 0), NONE) for row in placed],
        pinned=[at_station.get(row.pinned_station_id or 0, NONE) for row in placed],
        pinned_building=[at_building.get(row.pinned_building_id or 0, NONE) for row in placed],
        name_rank=[row.head for row in placed],
        **scale.positions([_position(row) for row in placed]),
    )


def _places(keys: list[int]) -> dict[int, int]:
    return {key: index for index, key in enumerate(keys)}


def _position(row: Household) -> tuple[float, float] | None:
    return None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)


def _bans(placed: list[Household], at_building: dict[int, int], banned: list[tuple[str, int]]) -> dict[str, NDArray[np.int32]]:
    unit_of = {row.household: index for index, row in enumerate(placed)}
    pairs = sorted((unit_of[key], at_building[pk]) for key, pk in banned if key in unit_of and pk in at_building)
    array = np.array(pairs, np.int32).reshape(-1, 2)
    return {"banned_unit": np.ascontiguousarray(array[:, 0]), "banned_building": np.ascontiguousarray(array[:, 1])}


@dataclass(frozen=True, slots=True)
class _Projection:
    """Metres east and north of a point in the town; ``middle``: where a building without a position is taken to be (by its id)."""

    latitude: float
    longitude: float
    middle: dict[int, tuple[float, float]]

    @classmethod
    def of(cls, placed: list[Household], facts: list[StationFacts]) -> "_Projection":
        known = [(row.district_id, *position) for row in placed if (position := _position(row))]
        points = np.array([point[1:] for point in known] or [(0.0, 0.0)])
        centre = points.mean(axis=0)
        middle = {}
        for fact in facts:
            own = [point[1:] for point in known if point[0] == fact.district.pk]
            middle[fact.building.pk] = tuple(np.mean(own or [centre], axis=0).tolist())
        return cls(float(centre[0]), float(centre[1]), middle)

    def positions(self, points: list[tuple[float, float] | None]) -> dict[str, NDArray[np.float64]]:
        """As ``x`` and ``y`` in metres; NaN where there is none. Over a town the error against the sphere is below a thousandth."""
        degrees = np.array([point or (np.nan, np.nan) for point in points], np.float64).reshape(-1, 2)
        radius = EARTH * np.pi / 180
        return {
            "x": np.round((degrees[:, 1] - self.longitude) * np.cos(np.radians(self.latitude)) * radius, 1),
            "y": np.round((degrees[:, 0] - self.latitude) * radius, 1),
        }
