"""The whole system as ./run starts it, in a folder of its own, with servers that keep their promises (fsync on).

Nothing that was killed starts again before a test lets it: the launcher's supervisor looks around only inside `until`.
"""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connections

from electionadmin.launcher import commands, ports, preparation, processes
from electionadmin.launcher.services import Services
from electionadmin.launcher.supervisor import Program, Supervisor

PATIENCE = 240.0  # seconds; a machine that is busy with other tests needs more than these take alone
# So that a test need not wait a minute for what is the same after seconds.
HURRY = {"JOB_LEASE_SECONDS": "3", "JOB_RECOVERY_SECONDS": "1"}
PLAIN = {"DEMO": "1", "DEBUG": "0", "HTTPS": "0", "TASKS_INLINE": "0", "SECOND_FACTOR_REQUIRED": "0"}


class Machine:
    """PostgreSQL, Valkey, a worker with its clock, and a web server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web_port = ports.choose()
        with self._place():
            self.services = Services("durability-services")
            self.addresses = self.services.acquire()
            self.environment = {
                **preparation.environment(self.addresses, **HURRY),
                **self.addresses.environment,
                **PLAIN,
                "SECRET_KEY": settings.SECRET_KEY,
            }
            self.supervisor = Supervisor(self.environment, self.services)
            preparation.quietly(
                "Tables migrated", preparation.manage("migrate", "--database", "owner", "--verbosity", "0"), self.environment
            )
            commands._start_worker(self.supervisor)
        [self.worker] = self.supervisor.programs
        self.web: Program | None = None

    def close(self) -> None:
        """End everything and delete it."""
        with self._place():
            self.supervisor.__exit__()
            self.services.release()
            self.services.delete()

    @contextmanager
    def _place(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VAR_DIR", str(self.folder))
            yield

    # ------------------------------------------------------------------------------------------------- this process
    @contextmanager
    def as_ours(self) -> Iterator[None]:
        """Let this process's Django and Celery use the machine's servers: what a test calls here, the worker there takes up."""
        former = {alias: dict(connections[alias].settings_dict) for alias in connections}
        broker, media = current_app.conf.broker_url, settings.MEDIA_ROOT
        self._point(self._databases(), self.addresses.redis_url)
        settings.MEDIA_ROOT = self.folder / "files"
        try:
            yield
        finally:
            settings.MEDIA_ROOT = media
            self._point(former, broker)

    def _databases(self) -> dict[str, dict[str, object]]:
        urls = {"default": self.addresses.database_url, "owner": self.addresses.owner_database_url}
        return {alias: _settings(url) for alias, url in urls.items()}

    def _point(self, databases: dict[str, dict[str, object]], broker: str) -> None:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict.update(databases[alias])
        current_app.conf["broker_url"] = broker
        # The connections that are kept lead to the other broker.
        current_app._after_fork()  # type: ignore[attr-defined]  # celery-types leaves it out

    def owner(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of the tables' owner."""
        return psycopg.connect(self.addresses.owner_database_url)

    # -------------------------------------------------------------------------------------------------- the programs
    def start_web(self) -> None:
        """Serve, unless it is served already."""
        if self.web is None:
            with self._place():
                preparation.gather_static(self.environment)
                commands._start_web(self.supervisor, self.web_port)
            self.web = self.supervisor.programs[-1]

    def until(self, condition: Callable[[], bool], *, what: str) -> None:
        """Let the launcher look after its programs and servers, as `./run serve` does, until `condition` holds."""
        with self._place():
            if not processes.wait_until(lambda: self._tick() or condition(), seconds=PATIENCE):
                raise AssertionError(f"{what} did not happen within {PATIENCE:.0f} seconds")

    def _tick(self) -> bool:
        self.supervisor.tick()
        return False

    @contextmanager
    def worker_asleep(self) -> Iterator[None]:
        """The worker's processes stop where they are."""
        assert self.worker.process is not None
        processes.send_group(self.worker.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            processes.send_group(self.worker.process.pid, signal.SIGCONT)

    @contextmanager
    def broker_asleep(self) -> Iterator[None]:
        """Valkey takes connections and answers nothing."""
        pid = self._broker_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def kill(self, program: Program) -> None:
        """kill -9 of the whole process group: the program, its pool or its workers, its clock."""
        assert program.process is not None
        group = [program.process.pid, *processes.descendants(program.process.pid)]
        processes.send_group(program.process.pid, signal.SIGKILL)
        program.process.wait()
        _gone(group)
        program.pause = 0.1  # the launcher waits ever longer before it starts again what ends ever again

    def kill_database(self) -> None:
        """kill -9 of the postmaster and of each of its children."""
        postmaster = self.services.cluster.pid()
        assert postmaster is not None
        family = [postmaster, *processes.descendants(postmaster)]
        for pid in family:
            processes.send(pid, signal.SIGKILL)
        _gone(family)
        for alias in connections:
            connections[alias].close()

    def kill_broker(self, *, losing_its_queue: bool) -> None:
        """kill -9 of Valkey; with ``losing_its_queue`` what it wrote within its last second never reached the disk."""
        pid = self._broker_pid()
        os.kill(pid, signal.SIGKILL)
        _gone([pid])
        if losing_its_queue:
            for file in self.services.broker.data.rglob("*.aof"):
                file.write_bytes(b"")

    def _broker_pid(self) -> int:
        pid = self.services.broker.pid(self.services._state()["valkey_port"])
        assert pid is not None
        return pid


def _settings(url: str) -> dict[str, object]:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    port = parts["port"]
    assert port is not None
    return {
        "HOST": parts["host"],
        "PORT": int(port),
        "USER": parts["user"],
        "PASSWORD": parts["password"],
        "NAME": parts["dbname"],
    }


def _gone(pids: list[int]) -> None:
    assert processes.wait_until(lambda: not any(processes.is_alive(pid) for pid in pids), seconds=10)
