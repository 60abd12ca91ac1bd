"""Wall time, CPU time and memory of one piece of work, in this process and in its PostgreSQL backend."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall; CPU seconds of this process and of the backend; their highest private memory in MB."""

    wall: float
    client_cpu: float
    server_cpu: float
    client_mb: float
    server_mb: float


def measure(work: Callable[[], object]) -> Cost:
    """Do the work once. Figures of the backend are 0 where the server runs on another machine."""
    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}")
    sampler = _Sampler([Path("/proc/self"), backend])
    cpu, server = time.process_time(), seconds_of(backend)
    sampler.start()
    started = time.perf_counter()
    try:
        work()
    finally:
        wall = time.perf_counter() - started
        client_mb, server_mb = sampler.stop()
    return Cost(wall, time.process_time() - cpu, seconds_of(backend) - server, client_mb, server_mb)


def summary(costs: list[Cost]) -> dict[str, float]:
    """The median of several rounds (memory: the highest)."""
    return {
        "wall_s": round(statistics.median(cost.wall for cost in costs), 3),
        "client_cpu_s": round(statistics.median(cost.client_cpu for cost in costs), 3),
        "server_cpu_s": round(statistics.median(cost.server_cpu for cost in costs), 3),
        "client_mb": round(max(cost.client_mb for cost in costs), 1),
        "server_mb": round(max(cost.server_mb for cost in costs), 1),
    }


def processes_of(pid: int) -> list[Path]:
    """A process and all that it started, as their folders under ``/proc``."""
    found, waiting = [], [pid]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        found.append(process)
        for task in process.glob("task/*/children"):
            waiting += map(int, task.read_text().split())
    return found


def seconds_of(process: Path) -> float:
    """CPU seconds of a process until now; 0 when it is not there."""
    try:
        fields = _stat(process)
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def server_seconds() -> float:
    """CPU seconds of the whole PostgreSQL server until now, of what ended already too; 0 when it runs on another machine."""
    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}")
    try:
        parent = int(_stat(backend)[1])
        return sum(sum(map(int, _stat(process)[11:15])) for process in processes_of(parent)) / TICKS
    except OSError:
        return 0.0


def _stat(process: Path) -> list[str]:
    """The state of a process, its parent and so on, as proc(5) has them after the name."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def resident_mb(process: Path) -> float:
    """All memory of a process that is in memory now, what it shares with others too; 0 when it is not there."""
    return _status_mb(process, "VmRSS")


def _private_mb(process: Path) -> float:
    return _status_mb(process, "RssAnon")


def _status_mb(process: Path, name: str) -> float:
    try:
        status = (process / "status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(f"{name}:")), 0.0)


class _Sampler(threading.Thread):
    """Reads the private memory of some processes every 20 ms."""

    def __init__(self, processes: list[Path]) -> None:
        super().__init__(daemon=True)
        self.processes, self.highest, self.ended = processes, [0.0] * len(processes), threading.Event()

    def run(self) -> None:
        """Sample until told to stop, once at least."""
        while True:
            self.highest = [max(high, _private_mb(process)) for high, process in zip(self.highest, self.processes, strict=True)]
            if self.ended.wait(0.02):
                return

    def stop(self) -> list[float]:
        """The highest that was seen of each process, in MB."""
        self.ended.set()
        self.join()
        return self.highest
