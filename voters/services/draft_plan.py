"""What the solver found, written as rows: where each household votes, and what the draft adds up to."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from districts.assignment.problem import NONE
from districts.assignment.shortage import MINIMUMS, Shortage
from districts.assignment.solution import Solution
from voters.models import Draft
from voters.rules.assignment import Rooms
from voters.selectors.draft_basis import limits
from voters.services.draft_town import Town
from voters.services.drafts import figures_of
from voters.sql import placements


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
    draft.state = Draft.State.READY if all(one.kind in MINIMUMS for one in shortages) else Draft.State.INFEASIBLE
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
