"""Makes a draft: reads the households, has them placed in a process apart, writes where each one votes.

This module, ``draft_town`` and ``draft_plan`` are the only ones of the package that need numpy: voters.tasks imports them when there
is a draft to make, so that the web server never carries the solver.
"""

import time
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext_noop

from core import audit, jobs
from core.jobs import JobCancelledError, JobRefusedError, JobRun
from core.tenancy import tenant
from districts.assignment.problem import Problem, Weights, Wish
from districts.assignment.problem import Rooms as SolverRooms
from districts.assignment.run import SolverFailed, solve_apart
from districts.assignment.shortage import Shortage, explain, explain_plan
from districts.assignment.solution import Solution
from districts.assignment.tradeoff import MOVES, ROWS, curve
from voters.models import Draft
from voters.rules.assignment import CURVE, CURVE_BELOW, DraftSettings, Wishes
from voters.selectors.draft_basis import fingerprints
from voters.services import draft_plan
from voters.services.draft_town import Town, read
from voters.services.drafts import lock

READING = gettext_noop("Reading the households")
PLACING = gettext_noop("Placing the households")
WRITING = gettext_noop("Writing where each household votes")
WEIGHING = gettext_noop("Trying other settings")
STAGES = 3

MORE_ROWS: Final = (300, 1_000, 3_000, 10_000, 30_000)
TIMES: Final = 3
"""How often the work is begun anew when stations, districts or pins were changed meanwhile."""


class SolverFailedError(JobRefusedError):
    """The program that places the households ended without a plan; its last words are in the log."""


class ChangedMeanwhileError(JobRefusedError):
    """Stations, districts or pins were changed again and again while the households were being placed."""


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
        before = explain(town.problem)
        solution = _solve(town.problem, weights(DraftSettings.of(draft.settings)))
        shortages = before + explain_plan(town.problem, solution, before)
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
    draft_plan.write(draft, town, solution, shortages)
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
