"""A stage: a database and a folder of its own, with the web server (and a worker) on it. For the browser tests and for the guide's pictures."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg import connect

from electionadmin.launcher import ports, preparation
from electionadmin.launcher.places import var_dir
from electionadmin.launcher.processes import die_with_parent, send_group
from tests.databases import copy_template, drop, server_connection

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none",
]  # fmt: skip
START_SECONDS = 60


@dataclass
class Stage:
    """One copy of a database and what runs on it. ``environment`` is added to the servers' own; end it with ``close``."""

    database: str
    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    port: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def copy_of(cls, original: str, name: str, folder: Path, **extra: str) -> "Stage":
        """Copy a database that nobody is connected to."""
        folder.mkdir(parents=True, exist_ok=True)
        with server_connection() as server:
            copy_template(server, original, name)
        return cls(name, folder, extra)

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    def environment(self) -> dict[str, str]:
        """For every program on this stage."""
        urls = {
            name: "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**settings.DATABASES[alias]) + self.database
            for name, alias in (("DATABASE_URL", "default"), ("OWNER_DATABASE_URL", "owner"))
        }
        own = {"VAR_DIR": str(self.folder), "DEMO": "1", "DEBUG": "0", "PYTHONUTF8": "1", "SECRET_KEY": settings.SECRET_KEY, **urls}
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "electionadmin.settings", "TASKS_INLINE": "1", **own, **self.extra}

    def program(self, *arguments: str) -> str:
        """Run a module of this project to its end and return what it printed."""
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def serve(self) -> "Stage":
        """Start the web server and wait until it answers."""
        gather_static(self.folder)
        self.port = ports.choose()
        self.start(
            "web", "granian", "--interface", "wsgi", "--host", ports.LOOPBACK, "--port", str(self.port), "--workers", "1",
            "--blocking-threads", "4", "--no-ws", "--workers-kill-timeout", "2", "electionadmin.wsgi:application",
        )  # fmt: skip
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.processes[0].poll() is not None or time.monotonic() > end:
                raise RuntimeError("The web server does not start:\n" + (self.folder / "web.log").read_text(errors="replace")[-4000:])
            time.sleep(0.05)
        return self

    def start(self, name: str, *arguments: str) -> None:
        """Start a module of this project that goes on until ``close``."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - the kernel's promise that nothing is left behind
            )
        self.processes.append(process)

    def rows(self, query: str, *values: object, nis: str = "") -> list[tuple[Any, ...]]:
        """Read the database as its application, inside one municipality."""
        at = settings.DATABASES["default"]
        with connect(host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], dbname=self.database) as connection:
            if nis:
                connection.execute(
                    "SELECT set_config('app.municipality', (SELECT id::text FROM municipalities_municipality WHERE nis_code = %s), true)",
                    [nis],
                )
            return connection.execute(query, values).fetchall()

    def close(self) -> None:
        """End what runs, and drop the database."""
        for process in reversed(self.processes):
            send_group(process.pid, signal.SIGTERM)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            send_group(process.pid, signal.SIGKILL)
            process.wait(10)
        self.processes.clear()
        with server_connection() as server:
            drop(server, self.database)

    def _answers(self) -> bool:
        connection = HTTPConnection(ports.LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def gather_static(folder: Path) -> None:
    """The static files as they are served, made once and shared by all stages and by ./run."""
    static = var_dir() / "static"
    if not (folder / "static").exists():
        var_dir().mkdir(parents=True, exist_ok=True)
        with (var_dir() / "static.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            preparation.gather_static({**os.environ, "VAR_DIR": str(var_dir())})
        (folder / "static").symlink_to(static)


@contextlib.contextmanager
def stage(original: str, name: str, folder: Path, **extra: str) -> Iterator[Stage]:
    """A served copy of ``original`` that is gone afterwards."""
    copy = Stage.copy_of(original, name, folder, **extra)
    try:
        yield copy.serve()
    finally:
        copy.close()
