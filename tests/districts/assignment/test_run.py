"""Solving in processes of its own: the same answer, limits that hold, nothing heavy in the caller."""

import subprocess
import sys
from dataclasses import replace

import pytest

from districts.assignment import run
from districts.assignment.problem import Problem, Rooms, Weights, Wish
from districts.assignment.run import SolverFailed, read_parts, read_problem, solve_apart, write_parts, write_problem
from districts.assignment.solution import same
from districts.assignment.solver import solve, solve_parts
from tests.districts.assignment.towns import town

PROBLEM = town(7, districts=4, sides=30)


@pytest.mark.parametrize("processes", [1, 3])
def test_fresh_processes_give_the_same_solution(monkeypatch, processes):
    monkeypatch.setattr(run, "WORTH_A_PROCESS", 1)
    weights = Weights(move=100)

    assert same(solve_apart(PROBLEM, weights, processes=processes), solve(PROBLEM, weights))


@pytest.mark.parametrize(
    "weights",
    [
        Weights(),
        Weights(balance=0.1, whole_buildings=True, rooms=Rooms.ALPHABET),
        Weights(order=(Wish.ROW, Wish.MOVE, Wish.DISTANCE)),
    ],
)
def test_problem_and_parts_survive_their_files(tmp_path, weights):
    write_problem(tmp_path / "problem.npz", PROBLEM, weights)
    problem, read = read_problem(tmp_path / "problem.npz")
    write_parts(tmp_path / "parts.npz", list(solve_parts(problem, read, [1, 2])))

    assert read == weights
    assert same(solve(problem, read), solve(PROBLEM, weights))
    assert [part.number for part in read_parts(tmp_path / "parts.npz")] == [1, 2]


def test_too_little_memory_is_said():
    with pytest.raises(SolverFailed, match="ended"):
        solve_apart(PROBLEM, Weights(), memory_mb=40)


def test_a_killed_process_is_said(monkeypatch, tmp_path):
    killer = tmp_path / "python"
    killer.write_text("#!/bin/sh\nkill -9 $$\n")
    killer.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(killer))

    with pytest.raises(SolverFailed, match="signal 9"):
        solve_apart(PROBLEM, Weights())


def test_an_endless_process_meets_its_limit(monkeypatch, tmp_path):
    endless = tmp_path / "python"
    endless.write_text(f"#!/bin/sh\nulimit -t 1\nexec {sys.executable} -c 'while True: pass'\n")
    endless.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(endless))

    with pytest.raises(SolverFailed, match="signal"):
        solve_apart(PROBLEM, Weights())


def test_the_caller_imports_nothing_heavy():
    code = (
        "import sys, districts.assignment.run, districts.assignment.shortage, districts.assignment.reasons, districts.assignment.tradeoff;"
        "print([name for name in ('highspy', 'django', 'celery') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=run.ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_problem_of_no_one_needs_no_process():
    units = PROBLEM.units
    nobody = replace(units, **{name: getattr(units, name)[:0] for name in type(units).__slots__})

    assert solve_apart(Problem(nobody, PROBLEM.stations, PROBLEM.buildings), Weights()).figures.voters == 0
