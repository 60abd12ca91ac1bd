"""Where things lie: the project, its virtual environment, its state under var/, and what the terminal is told."""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"


class LauncherError(Exception):
    """The start-up cannot go on; the message says why and what to do."""


def var_dir() -> Path:
    """The folder for state and files; made when needed, entered but not listed by others (the server's user passes through)."""
    path = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    try:
        path.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise LauncherError(f"{path} cannot be made: {error.strerror}.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise LauncherError(f"{path} belongs to another user; start as that user, or set VAR_DIR to a folder of your own.")
    return path


def log_file(name: str) -> Path:
    """The log of one program, kept under 10 MB over the starts (the former one stays beside it)."""
    folder = var_dir() / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > 10_000_000:
        path.replace(path.with_suffix(".log.1"))
    return path


def tell(text: str) -> None:
    """One line for people, on stderr: stdout belongs to the command."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def timed(text: str) -> Iterator[None]:
    """Tell `text` with its seconds once the step is done."""
    start = time.monotonic()
    yield
    tell(f"  {text} ({time.monotonic() - start:.1f} s)")


@contextlib.contextmanager
def locked(path: Path, *, waiting: str = "") -> Iterator[None]:
    """Hold an exclusive lock; the kernel lets go of it however this process ends, so a lock is never stale."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                tell(f"  {waiting}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
