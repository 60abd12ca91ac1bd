"""One embedded Valkey: the broker between the web process and the workers. Loopback only, with a password."""

import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import ports, processes
from .accounts import Account
from .places import LauncherError

if TYPE_CHECKING:
    import subprocess

START_SECONDS = 30


@dataclass(frozen=True)
class Broker:
    """A data folder and what is needed to run a server on it."""

    binary: Path
    data: Path
    log: Path
    account: Account
    password: str
    durable: bool

    def pid(self, port: int | None) -> int | None:
        """Process id of our server at `port`; None when nothing answers there, or something else than ours.

        Knowing the password is the proof of identity, so there is no pid file that could grow stale.
        """
        if not port:
            return None
        try:
            answer = self._ask(port, f"AUTH {self.password}", "INFO server")
        except OSError:
            return None
        for line in answer.splitlines():
            if line.startswith("process_id:"):
                return int(line.partition(":")[2])
        return None

    def start(self, port: int) -> int:
        """Start and answer the port (another than asked if that one is taken)."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.data)
        end = time.monotonic() + START_SECONDS
        while True:
            server = self._launch(port)
            while server.poll() is None and not self.pid(port):
                if time.monotonic() > end:
                    server.kill()
                    raise LauncherError(f"Valkey does not start; see {self.log}.")
                time.sleep(0.02)
            if server.poll() is None:
                return port
            if time.monotonic() > end or ports.is_free(port):  # the port was not what stopped it
                raise LauncherError(f"Valkey does not start; see {self.log}.")
            port = ports.choose()

    def stop(self, port: int | None) -> None:
        """End it; what is in the queue is on disk when `durable`."""
        if pid := self.pid(port):
            processes.end_pid(pid, signals=[(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)])

    def _launch(self, port: int) -> "subprocess.Popen[bytes]":
        # In a file, since the arguments of a process are for everybody to read.
        configuration = self.data / "valkey.conf"
        configuration.touch(mode=0o600)
        lines = [
            f"bind {ports.LOOPBACK}",
            f"port {port}",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            "daemonize no",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            "databases 32",
        ]
        configuration.write_text("\n".join(lines) + "\n")
        self.account.own(configuration)
        command = [str(self.binary), str(configuration)]
        return self.account.start(command, log=self.log, environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})

    def _ask(self, port: int, *commands: str) -> str:
        """The answers to inline commands, as text."""
        with socket.create_connection((ports.LOOPBACK, port), timeout=2) as connection:
            connection.sendall("".join(f"{command}\r\n" for command in [*commands, "QUIT"]).encode())
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
        return received.decode(errors="replace")
