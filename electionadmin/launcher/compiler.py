"""The compiled core of the documents: built where there is a C compiler. Without it pages are the same, drawn more slowly in Python.

A wheel would tie the project to machines that somebody built it for; this is some files of C and one second.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from .places import ROOT, VENV, locked, tell, timed, var_dir

SOURCES = ROOT / "documents" / "stream" / "c"
MODULE = "electionadmin_native"
FLAGS = ("-std=c11", "-O2", "-ffp-contract=off", "-fPIC", "-fvisibility=hidden", "-shared")
"""No fused multiplications: a text must be placed as Python places it. Calls between the files stay inside the library."""
_STAMP = VENV / ".core"


def ensure_core() -> None:
    """Have the core built from the sources as they are, where that can be done. Nothing to do takes milliseconds."""
    state = wanted()
    if _said() == state:
        return
    with locked(var_dir() / "setup.lock"):
        if _said() == state:
            return
        if compiler():
            with timed("Core of the documents compiled"):
                problem = build(library(VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"))
        else:
            problem = "no C compiler with Python's headers (Debian: gcc libc6-dev python3-dev)"
        if problem:
            tell(f"  Documents are drawn in Python, more slowly: {problem}")
        _STAMP.write_text(state)


def compiler() -> str | None:
    """The C compiler, None where it or Python's headers are missing."""
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        return None
    names = (os.environ.get("CC", ""), "cc", "gcc", "clang")
    return next(filter(None, map(shutil.which, filter(None, names))), None)


def library(folder: Path) -> Path:
    """The file that Python imports."""
    return folder / f"{MODULE}{sysconfig.get_config_var('EXT_SUFFIX')}"


def build(target: Path, *flags: str) -> str:
    """Compile to ``target``, whole or not at all; what went wrong, empty when nothing did."""
    half = target.with_suffix(f".{os.getpid()}")
    command = [
        str(compiler()),
        *FLAGS,
        *flags,
        f'-DSOURCE="{digest()}"',
        f"-I{sysconfig.get_path('include')}",
        *map(str, sorted(SOURCES.glob("*.c"))),
        "-o",
        str(half),
        "-lm",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode:
        half.unlink(missing_ok=True)
        return (done.stderr.strip() or f"the compiler ended with {done.returncode}").splitlines()[0]
    half.replace(target)
    return ""


def digest() -> str:
    """The SHA-256 of the sources: of the SHA-256 of each, by name. ``documents.stream.native`` asks the library for it."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sorted(SOURCES.glob("*.[ch]")))).hexdigest()


def wanted() -> str:
    """What the stamp holds once these sources were built, or could not be, with this compiler."""
    return f"{sysconfig.get_config_var('EXT_SUFFIX')} {compiler()} {digest()}\n"


def _said() -> str:
    return _STAMP.read_text() if _STAMP.exists() else ""


if __name__ == "__main__":  # for the image: python -m electionadmin.launcher.compiler FOLDER
    sys.exit(build(library(Path(sys.argv[1]))) or None)
