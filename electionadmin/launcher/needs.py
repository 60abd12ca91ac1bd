"""Prints the Debian packages that this machine lacks, on one line; nothing when all is there. Run by ./run."""

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path

# What WeasyPrint opens (weasyprint/text/ffi.py), and the Debian package that holds it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# PostgreSQL and Python read the rules of summer time from here.
TIME_ZONE = Path("/usr/share/zoneinfo/Europe/Brussels")


def missing_packages() -> list[str]:
    """Names for apt-get, in a fixed order."""
    packages = []
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        packages.append(f"python3.{sys.version_info.minor}-venv")
    packages += [package for library, package in LIBRARIES.items() if not _loads(library)]
    if not TIME_ZONE.exists():
        packages.append("tzdata")
    return packages


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(*missing_packages())
