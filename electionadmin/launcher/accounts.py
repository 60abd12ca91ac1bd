"""Under which account the embedded servers run, and where that account can reach its data.

Without root: the own account, below var/. As root (initdb refuses root): `postgres` where it exists, else `nobody`; the binaries
are copied out of .venv and, when the account cannot enter the project (a checkout under /root), the data lies in /var/lib.
"""

import hashlib
import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .places import LauncherError

# Kept, because Python warns about a process object that is dropped while its process runs.
_started: list["subprocess.Popen[bytes]"] = []


@dataclass(frozen=True)
class Account:
    """A user and group to run as; None means the present one."""

    uid: int | None = None
    gid: int | None = None

    def start(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Start a server that outlives its starter, in a session of its own."""
        with log.open("ab") as output:
            server = subprocess.Popen(
                command,
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=self._groups,
            )
        _started.append(server)
        return server

    def run(self, command: Sequence[str], *, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end; its output is kept."""
        return subprocess.run(
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=self._groups,
        )

    @property
    def _groups(self) -> list[str | int] | None:
        return None if self.uid is None else []

    def own(self, path: Path) -> None:
        """Make `path` this account's."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid if self.gid is not None else -1)


def server_account(existing: Path | None = None) -> Account:
    """Whom the servers run as; data that is already there keeps its owner."""
    if os.geteuid() != 0:
        return Account()
    if existing is not None and existing.exists() and (owner := existing.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LauncherError("Neither the account postgres nor nobody exists: PostgreSQL cannot run as root. Start as an ordinary user.")


def can_enter(account: Account, folder: Path) -> bool:
    """True when the account can make its way to `folder`; asked of the kernel, since groups, ACLs and mounts decide too."""
    if account.uid is None or account.gid is None:
        return True
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            os.chdir(folder)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def outside_base(var: Path, candidates: Sequence[Path] = (Path("/var/lib"), Path("/tmp"))) -> Path:  # noqa: S108 - a private folder is made in it
    """A folder that every account can reach, one for each folder `var`."""
    name = f"electionadmin-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}"
    for parent in candidates:
        base = parent / name
        if base.exists() and (base.is_symlink() or base.stat().st_uid != os.geteuid()):
            continue  # somebody else's
        if os.access(parent, os.W_OK):
            return base
    raise LauncherError("No folder was found that the database's account can reach; start as an ordinary user.")
