"""Solves in processes of their own, with limits of memory and of CPU time, one share of the districts each.

What is slow to import stays out of the calling process, and a solver that does not come back ends with its process. Problem and shares
travel as files in a temporary folder.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from .problem import Buildings, Problem, Rooms, Stations, Units, Weights, Wish
from .solution import Part, Solution, assemble

ROOT: Final = Path(__file__).resolve().parents[2]
MEMORY_MB: Final = 4_096
CPU_SECONDS: Final = 900
WORTH_A_PROCESS: Final = 300_000  # units times buildings: less is done before another process has begun
PATIENCE: Final = 8  # the wall clock may take so many times the CPU seconds: only a process that waits for ever meets it


class SolverFailed(RuntimeError):
    """A solving process was killed, ran into a limit or ended with an error: there is no plan. The message holds its last words."""


def solve_apart(
    problem: Problem, weights: Weights, *, processes: int = 2, memory_mb: int = MEMORY_MB, cpu_seconds: int = CPU_SECONDS
) -> Solution:
    """The same solution as ``solver.solve``, whatever the number of processes. Raises SolverFailed."""
    shares = [share for share in _shares(problem, processes) if share]
    with tempfile.TemporaryDirectory(prefix="assignment-") as folder:
        question = Path(folder) / "problem.npz"
        write_problem(question, problem, weights)
        started: list[subprocess.Popen[str]] = []
        try:
            for number, share in enumerate(shares):
                started.append(_start(question, Path(folder) / f"parts-{number}.npz", share, memory_mb, cpu_seconds))
            for process in started:
                _wait(process, cpu_seconds)
        finally:
            for process in started:
                process.kill()
                process.communicate()
        parts = [part for number in range(len(shares)) for part in read_parts(Path(folder) / f"parts-{number}.npz")]
    return assemble(problem, sorted(parts, key=lambda part: part.number), by_name=weights.rooms is Rooms.ALPHABET)


def _shares(problem: Problem, processes: int) -> list[list[int]]:
    """Districts by process: the one with most work next to the process with least. Work grows with units times buildings."""
    units = np.bincount(problem.units.district, minlength=problem.districts)
    pairs = np.unique(np.column_stack([problem.stations.district, problem.stations.building]), axis=0)
    work = units * (2 + np.bincount(pairs[:, 0], minlength=problem.districts))
    shares: list[list[int]] = [[] for _ in range(max(1, min(processes, 1 + int(work.sum()) // WORTH_A_PROCESS)))]
    load = [0] * len(shares)
    for number in np.argsort(-work, kind="stable"):
        if units[number]:
            least = load.index(min(load))
            shares[least].append(int(number))
            load[least] += int(work[number])
    return shares


def _start(question: Path, answer: Path, share: list[int], memory_mb: int, cpu_seconds: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "districts.assignment", str(question), str(answer), str(memory_mb), str(cpu_seconds)]
    # One thread each: the processes share the cores, and sums come in one order.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(  # noqa: S603 - this project's own program
        [*command, *map(str, share)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait(process: "subprocess.Popen[str]", cpu_seconds: int) -> None:
    try:
        _, said = process.communicate(timeout=max(60, PATIENCE * cpu_seconds))
    except subprocess.TimeoutExpired:
        raise SolverFailed("A solving process did not end.") from None
    if process.returncode < 0:
        raise SolverFailed(f"A solving process was ended by signal {-process.returncode}.")
    if process.returncode:
        last = said.strip().splitlines()[-1] if said.strip() else ""
        raise SolverFailed(f"A solving process ended with {process.returncode}. {last}")


PARTS: Final = {"units": Units, "stations": Stations, "buildings": Buildings}


def write_problem(file: Path, problem: Problem, weights: Weights) -> None:
    """Both as arrays of one .npz file."""
    arrays: dict[str, Any] = {
        f"{name}.{item.name}": getattr(getattr(problem, name), item.name) for name in PARTS for item in fields(PARTS[name])
    }
    arrays |= {"banned_unit": problem.banned_unit, "banned_building": problem.banned_building}
    arrays |= {
        "weights": np.array([weights.move, weights.row, weights.whole_buildings], np.int64),
        "balance": np.array(-1.0 if weights.balance is None else weights.balance),
        "rooms": np.array(weights.rooms.value),
        "order": np.array([wish.value for wish in weights.order or ()], "U16"),
    }
    np.savez(file, **arrays)


def read_problem(file: Path) -> tuple[Problem, Weights]:
    """What ``write_problem`` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        parts = {name: kind(**{item.name: arrays[f"{name}.{item.name}"] for item in fields(kind)}) for name, kind in PARTS.items()}
        problem = Problem(**parts, banned_unit=arrays["banned_unit"], banned_building=arrays["banned_building"])
        move, row, whole = (int(value) for value in arrays["weights"])
        balance, order = float(arrays["balance"]), arrays["order"].tolist()
        return problem, Weights(
            move=move, row=row, balance=None if balance < 0 else balance, whole_buildings=bool(whole), rooms=Rooms(str(arrays["rooms"])),
            order=(Wish(order[0]), Wish(order[1]), Wish(order[2])) if order else None,
        )  # fmt: skip


ARRAYS: Final = ("unit", "building", "station", "open", "price")
NUMBERS: Final = ("number", "value", "bound", "transport_bound")


def write_parts(file: Path, parts: list[Part]) -> None:
    """Districts' shares as arrays of one .npz file."""
    arrays = {f"{position}.{name}": getattr(part, name) for position, part in enumerate(parts) for name in ARRAYS}
    numbers = np.array([[getattr(part, name) for name in NUMBERS] for part in parts], np.int64).reshape(-1, len(NUMBERS))
    np.savez(file, numbers=numbers, **arrays)


def read_parts(file: Path) -> list[Part]:
    """What ``write_parts`` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        found = []
        for position, row in enumerate(arrays["numbers"]):
            values: dict[str, Any] = dict(zip(NUMBERS, map(int, row), strict=True))
            found.append(Part(**values, **{name: arrays[f"{position}.{name}"] for name in ARRAYS}))
        return found
