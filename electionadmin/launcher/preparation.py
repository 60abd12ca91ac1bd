"""What must be done before the programs run: the environment they read, texts compiled, tables migrated, static files gathered."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from .places import BIN, PYTHON, ROOT, VENV, LauncherError, timed, var_dir
from .services import Addresses, Services, secret_key

OWN_SERVERS = ("DATABASE_URL", "REDIS_URL")


def needs_services() -> bool:
    """False when the environment names a PostgreSQL and a Redis of one's own."""
    return not all(os.environ.get(name) for name in OWN_SERVERS)


def has_own_database() -> bool:
    """True when the environment names a PostgreSQL of one's own."""
    return bool(os.environ.get("DATABASE_URL"))


def environment(addresses: Addresses | None, **extra: str) -> dict[str, str]:
    """For manage.py and everything else; what the caller's environment says wins over `extra` and over the embedded servers."""
    result = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    result["PATH"] = f"{BIN}{os.pathsep}{result.get('PATH', os.defpath)}"
    result["VIRTUAL_ENV"] = str(VENV)
    result["VAR_DIR"] = str(var_dir())
    defaults = {"DJANGO_SETTINGS_MODULE": "electionadmin.settings", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **extra}
    if "SECRET_KEY" not in result:
        result["SECRET_KEY"] = secret_key()
    if addresses:
        defaults |= addresses.environment
        if has_own_database():  # its owner is never the embedded one
            del defaults["OWNER_DATABASE_URL"]
    return {**defaults, **result}


def manage(*arguments: str) -> list[str]:
    """The command line of manage.py."""
    return [str(PYTHON), str(ROOT / "manage.py"), *arguments]


def quietly(step: str, command: Iterable[str], env: Mapping[str, str]) -> None:
    """Run a step whose output matters only when it fails."""
    with timed(step):
        done = subprocess.run(list(command), cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise LauncherError(f"Failed: {step}.")


def compile_messages(env: Mapping[str, str]) -> None:
    """Make the .mo files that Django reads."""
    stamp = var_dir() / "messages.stamp"
    state = _digest(sorted((ROOT / "locale").glob("*/*.po")))
    languages = [folder for folder in (ROOT / "locale").glob("*") if any(folder.glob("*.po"))]
    if all(any(folder.glob("LC_MESSAGES/*.mo")) for folder in languages) and _read(stamp) == state:
        return
    quietly("Texts compiled", [str(PYTHON), "-m", "electionadmin.messages", "compile"], env)
    stamp.write_text(state)


def migrate(env: Mapping[str, str], services: Services | None) -> None:
    """Bring the tables up to date as their owner. The embedded database remembers which migrations it has seen."""
    state = _digest([ROOT / "uv.lock", *sorted(ROOT.glob("*/migrations/*.py"))])
    embedded = services is not None and not has_own_database()
    if embedded and services is not None and services.recall("migrated") == state:
        return
    quietly("Tables migrated", manage("migrate", "--database", "owner", "--noinput", "--verbosity", "0"), env)
    if embedded and services is not None:
        services.remember("migrated", state)


def gather_static(env: Mapping[str, str]) -> None:
    """Static files with their digest in the name, compressed, for WhiteNoise."""
    stamp = var_dir() / "static.stamp"
    files = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    state = _digest([ROOT / "uv.lock", ROOT / "electionadmin" / "settings.py", *files])
    if (var_dir() / "static").exists() and _read(stamp) == state:
        return
    quietly("Static files gathered", manage("collectstatic", "--noinput", "--clear", "--verbosity", "0"), env)
    stamp.write_text(state)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""
