"""Makes a draft: reads the households, has them placed in a process apart, writes where each one votes.

The only module of this package that needs numpy: voters.tasks imports it when there is a draft to make, so that the web server
never carries the solver.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from core import audit, jobs
from core.jobs import JobCancelledError, JobRefusedError, JobRun
from core.tenancy import tenant
from districts.assignment.problem import NONE, Buildings, Problem, Stations, Units, Weights, Wish
from districts.assignment.problem import Rooms as SolverRooms
from districts.assignment.run import SolverFailed, solve_apart
from districts.assignment.shortage import Kind, Shortage, explain
from districts.assignment.solution import Solution
from districts.assignment.tradeoff import MOVES, ROWS, curve
from districts.rules.station_findings import BuildingFacts, StationFacts
from districts.selectors.stations import stations
from voters.models import Draft
from voters.rules.assignment import CURVE, CURVE_BELOW, DraftSettings, Rooms, Wishes
from voters.selectors.draft_basis import fingerprints, limits
from voters.services.drafts import figures_of, lock
from voters.sql import households, placements
from voters.sql.households import Household

READING = gettext_noop("Reading the households")
PLACING = gettext_noop("Placing the households")
WRITING = gettext_noop("Writing where each household votes")
WEIGHING = gettext_noop("Trying other settings")
STAGES = 3

# A station without a size of its own or a norm takes whoever comes.
NO_LIMIT = 1_000_000
EARTH = 6_371_008.8


MORE_ROWS: Final = (300, 1_000, 3_000, 10_000, 30_000)
TIMES: Final = 3
"""How often the work is begun anew when stations, districts or pins were changed meanwhile."""


class SolverFailedError(JobRefusedError):
    """The program that places the households ended without a plan; its last words are in the log."""


class ChangedMeanwhileError(JobRefusedError):
    """Stations, districts or pins were changed again and again while the households were being placed."""


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


def make_draft(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Place the households of a draft. Run again after any interruption it starts over; after success it changes nothing.

    Raises ``SolverFailedError`` and ``ChangedMeanwhileError``.
    """
    started = time.perf_counter()
    for _time in range(TIMES):
        run.progress(done=0, total=STAGES, stage=READING)
        with tenant(run.municipality_id):
            draft = Draft.objects.select_related("election", "extraction").get(municipality_id=run.municipality_id, pk=run.params["draft"])
            if draft.state != Draft.State.RUNNING:
                return dict(draft.figures)
            town = read(draft)
        run.progress(done=1, total=STAGES, stage=PLACING)
        shortages = explain(town.problem)
        solution = _solve(town.problem, weights(DraftSettings.of(draft.settings)))
        run.progress(done=2, total=STAGES, stage=WRITING)
        with tenant(run.municipality_id):
            figures = _finish(run, draft, town, solution, shortages, seconds=time.perf_counter() - started, at=at)
        if figures is not None:
            return figures
    raise ChangedMeanwhileError("changed_meanwhile")


def _solve(problem: Problem, weights: Weights) -> Solution:
    try:
        return solve_apart(problem, weights)
    except SolverFailed as error:
        raise SolverFailedError("solver_failed") from error


def _finish(
    run: JobRun, asked: Draft, town: Town, solution: Solution, shortages: list[Shortage], *, seconds: float, at: datetime
) -> dict[str, Any] | None:
    """Write the plan, unless what it rests on is another by now (``None``): no station comes, goes or moves from here to the commit."""
    lock(asked.election)
    draft = (
        Draft.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election")
        .get(municipality_id=run.municipality_id, pk=asked.pk)
    )
    if draft.state != Draft.State.RUNNING:
        raise JobCancelledError
    if fingerprints(draft.election) != town.basis:
        return None
    write(draft, town, solution, shortages)
    draft.figures["seconds"] = round(seconds, 2)
    draft.finished_at = at
    draft.save()
    ready = draft.state == Draft.State.READY
    if ready and run.params.get("curve") and draft.figures["voters"] < CURVE_BELOW:
        jobs.enqueue(kind=CURVE, municipality_id=run.municipality_id, by=run.by, at=at, draft=draft.pk)
    run.progress(done=STAGES)
    run.hold()
    audit.record(
        municipality_id=run.municipality_id,
        kind="assignment.made" if ready else "assignment.impossible",
        by=run.by,
        at=at,
        target=f"draft:{draft.pk}",
        after={key: draft.figures.get(key) for key in ("voters", "households", "stations", "moved", "mean_distance_m", "gap")},
    )
    return dict(draft.figures)


def weights(settings: DraftSettings) -> Weights:
    """What the municipality set, as the solver takes it."""
    return Weights(
        move=settings.move,
        row=settings.row,
        balance=None if settings.balance is None else settings.balance / 100,
        whole_buildings=settings.whole_buildings,
        rooms=SolverRooms(settings.rooms.value),
        order=None if settings.wishes == Wishes.PRICES else _order(settings.wishes),
    )


def _order(wishes: Wishes) -> tuple[Wish, Wish, Wish]:
    first, second, third = (Wish(name) for name in wishes.split(","))
    return first, second, third


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


def write(draft: Draft, town: Town, solution: Solution, shortages: list[Shortage]) -> None:
    """Write where each household votes, and what the draft adds up to. One that is not possible keeps what could be placed."""
    found = solution.figures
    place = {"municipality_id": draft.municipality_id, "draft_id": draft.pk}
    draft.settings["sizes"] = {fact.pk: limits(fact.sizes) for fact in town.stations}
    draft.settings["prices"] = {fact.pk: round(float(price), 1) for fact, price in zip(town.stations, solution.price, strict=True) if price}
    draft.basis = town.basis
    draft.shortages = [_shortage(town, shortage) for shortage in shortages]
    placements.store(**place, rows=_rows(town, solution))
    if draft.settings.get("rooms") == Rooms.ALPHABET:
        draft.settings["names"] = placements.name_ranges(**place, election_id=draft.election_id, extraction_id=draft.extraction_id)
    draft.state = Draft.State.READY if all(one.kind in BEARABLE for one in shortages) else Draft.State.INFEASIBLE
    # Per voter, as people read distances; the bound is of walking, moves and rows together, and so is the gap.
    draft.figures = {
        **figures_of(draft),
        "bound_m": round(found.bound / max(1, found.voters), 2),
        "gap": round(found.gap, 6),
        "rows": found.rows,
        "forced_moves": found.forced_moves,
        "room_moves": found.room_moves,
    }
    draft.districts = [_district(town, number, solution) for number in solution.districts]


# A minimum that cannot be met is told and lived with; a voter without a seat is not.
BEARABLE = frozenset({Kind.MINIMUM, Kind.MINIMUM_REACH})


def _rows(town: Town, solution: Solution) -> Iterator[placements.Row]:
    """Every household, placed or not, as ``voters.sql.placements.store`` takes it."""
    unit_of = np.full(len(town.rows), NONE, np.intp)
    unit_of[town.units] = np.arange(len(town.units))
    units, buildings = town.problem.units, town.problem.buildings
    metres = np.hypot(units.x - buildings.x[solution.building], units.y - buildings.y[solution.building])
    for row, unit in zip(town.rows, unit_of, strict=True):
        station = NONE if unit == NONE else int(solution.station[unit])
        distance = None if station == NONE or np.isnan(metres[unit]) else round(float(metres[unit]), 1)
        pinned = row.pinned_station_id is not None or row.pinned_building_id is not None
        yield (
            row.household,
            row.head_id,
            row.address_id,
            row.district_id,
            None if station == NONE else town.stations[station].pk,
            row.voters,
            distance,
            row.previous_building_id,
            pinned,
        )


def _district(town: Town, number: int, solution: Solution) -> dict[str, Any]:
    found = solution.districts[number]
    return {
        "district": town.districts[number],
        "voters": found.voters,
        "unplaced": found.unplaced,
        "mean_distance_m": round(found.mean_distance, 1),
        "split_sides": found.split_sides,
        "moved": found.moved,
        "load_min": found.load_min,
        "load_max": found.load_max,
        "gap": round(found.gap, 6),
    }


def _shortage(town: Town, found: Shortage) -> dict[str, Any]:
    """A shortage with the ids of the database; words for it are in voters.words.drafts."""
    return {
        "kind": found.kind.value,
        "district": town.districts[found.district],
        "voters": found.voters,
        "seats": found.seats,
        "short": found.short,
        "buildings": [town.buildings[one].pk for one in found.buildings],
        "stations": [town.stations[one].pk for one in found.stations],
        "households": [town.rows[town.units[one]].household for one in found.units],
        "advice": [asdict(one) for one in found.advice],
    }


def _split_sides(solution: Solution) -> int:
    """Street sides that vote in more than one station, or where names tell stations apart in more than one building."""
    _sides, rows = np.unique(solution.station_rows.side, return_counts=True)
    return int((rows > 1).sum())


def make_curve(*, run: JobRun) -> dict[str, Any]:
    """What other prices would give, for the picture of the trade-off beside a draft."""
    with tenant(run.municipality_id):
        draft = Draft.objects.select_related("election").get(municipality_id=run.municipality_id, pk=run.params["draft"])
        if draft.state != Draft.State.READY:
            raise JobCancelledError
        town = read(draft)
    settings = DraftSettings.of(draft.settings)
    # Without an earlier election nobody moves: only the price of a row makes a difference.
    moves, rows = (MOVES, ROWS) if draft.previous_id else ((settings.move,), MORE_ROWS)
    run.progress(done=0, total=len({*moves, settings.move}) + len({*rows, settings.row}) - 1, stage=WEIGHING)

    splits: list[int] = []

    def solve(problem: Problem, asked: Weights) -> Solution:
        solution = _solve(problem, asked)
        splits.append(_split_sides(solution))
        run.progress(done=run.done + 1)
        return solution

    points = curve(town.problem, weights(settings), solver=solve, moves=moves, rows=rows)
    found = [
        {
            "move": point.move,
            "row": point.row,
            "mean_distance_m": round(point.figures.mean_distance, 1),
            "moved": point.figures.moved + point.figures.forced_moves,
            "rows": point.figures.rows,
            "split_sides": split,
        }
        for point, split in zip(points, splits, strict=True)
    ]
    with tenant(run.municipality_id):
        run.hold()
        Draft.objects.filter(municipality_id=run.municipality_id, pk=draft.pk, frozen_at=None).update(curve=found)
    return {"points": len(found)}
