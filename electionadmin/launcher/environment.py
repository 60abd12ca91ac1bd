"""The virtual environment: made from the hash-locked uv.lock, and left alone as long as the lock does not change."""

import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from . import requirements
from .places import BIN, PYTHON, ROOT, VENV, LauncherError, locked, tell, timed, var_dir

_STAMP = VENV / ".installed"


def ensure_environment() -> None:
    """Make .venv hold exactly what uv.lock says. Nothing to do takes milliseconds."""
    if _is_current():
        return
    with locked(var_dir() / "setup.lock", waiting="Another start is installing; waiting for it."):
        if _is_current():
            return
        with timed("Python packages installed from uv.lock"):
            _install()


def _is_current() -> bool:
    return PYTHON.exists() and _STAMP.exists() and _STAMP.read_text() == _wanted()


def _wanted() -> str:
    """What the stamp holds when the environment is up to date: the locked packages and the Python they were installed for."""
    groups = requirements.default_groups(tomllib.loads((ROOT / "pyproject.toml").read_text()))
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes() + " ".join(groups).encode())
    return f"{sys.version_info.major}.{sys.version_info.minor} {digest.hexdigest()}\n"


def _install() -> None:
    if not _STAMP.exists():
        tell("  Installing the Python packages; the first time takes a minute or two.")
    _STAMP.unlink(missing_ok=True)
    if _venv_version() != (sys.version_info.major, sys.version_info.minor):
        # A venv made by another Python, half made, or moved: start afresh.
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], problem="The virtual environment could not be made.")
    if not (_has_uv() or _pip_install(only="uv")) or not _uv_sync():
        tell("  uv cannot be had; installing with pip.")
        if not _pip_install():
            raise LauncherError("The Python packages could not be installed; the lines above say why.")
    _STAMP.write_text(_wanted())


def _venv_version() -> tuple[int, int] | None:
    """Version of the environment's Python, None when it does not start."""
    try:
        answer = subprocess.run(
            [PYTHON, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    major, minor = answer.stdout.split()
    return int(major), int(minor)


def _has_uv() -> bool:
    try:
        return subprocess.run([BIN / "uv", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _uv_sync() -> bool:
    environment = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(VENV),
    }
    if not os.access(Path.home(), os.W_OK):  # a service account without a home
        environment.setdefault("UV_CACHE_DIR", str(var_dir() / "cache" / "uv"))
    sync = [str(BIN / "uv"), "sync", "--frozen", "--quiet", "--python", str(PYTHON)]
    return subprocess.run(sync, cwd=ROOT, env=environment, stdout=sys.stderr, check=False).returncode == 0


def _pip_install(*, only: str | None = None) -> bool:
    """pip with the hashes of uv.lock; `only` one package. False when pip fails (its own words are on the terminal)."""
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        _run([str(PYTHON), "-m", "ensurepip"], problem="pip could not be put into the virtual environment.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(requirements.read(ROOT, only=only))
        file.flush()
        install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
        install += [] if os.access(Path.home(), os.W_OK) else ["--no-cache-dir"]
        return subprocess.run([*install, "-r", file.name], stdout=sys.stderr, check=False).returncode == 0


def _run(command: Sequence[str], *, problem: str) -> None:
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode:
        raise LauncherError(f"{problem} ({' '.join(command)} ended with {done.returncode})")
