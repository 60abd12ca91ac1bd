"""uv.lock as a requirements file with hashes, for pip where uv cannot be had.

    python -m electionadmin.launcher.requirements [--production]

The way from the project to a package is a chain of markers ("only on Windows", "only before 3.13"). A package is written
with the alternatives of all its ways; one unconditional way makes it unconditional. pip judges the markers.
"""

import sys
import tomllib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Key = tuple[str, str]  # (name, version)
Way = frozenset[str]  # markers that must all hold


def requirements(lock: Mapping[str, Any], *, groups: Iterable[str], only: str | None = None) -> str:
    """Requirements lines of the project's dependencies and `groups`; `only` keeps one package by name."""
    packages = {(package["name"], package.get("version", "")): package for package in lock["package"]}
    ways = _ways(packages, groups=list(groups))
    lines = [_line(packages[key], ways[key]) for key in sorted(ways) if "registry" in packages[key]["source"] and only in {None, key[0]}]
    return "".join(f"{line}\n" for line in lines)


def _ways(packages: Mapping[Key, Mapping[str, Any]], *, groups: list[str]) -> dict[Key, set[Way]]:
    """Every package that can be needed, with the markers of each way to it (the weakest ones only)."""
    [root] = [package for package in packages.values() if package["source"].get("virtual") == "."]
    first = list(root.get("dependencies", []))
    for group in groups:
        first += root.get("dev-dependencies", {}).get(group, [])
    ways: dict[Key, set[Way]] = {}
    queue = deque((edge, Way()) for edge in first)
    seen: set[tuple[Key, str, Way]] = set()
    while queue:
        edge, way = queue.popleft()
        key = _target(edge, packages)
        here = way | {edge["marker"]} if "marker" in edge else way
        for extra in ["", *edge.get("extra", [])]:
            if (key, extra, here) in seen:
                continue
            seen.add((key, extra, here))
            if not extra:
                _add(ways.setdefault(key, set()), here)
            queue.extend((further, here) for further in _edges(packages[key], extra))
    return ways


def _target(edge: Mapping[str, Any], packages: Mapping[Key, Mapping[str, Any]]) -> Key:
    """The package that a dependency points at; uv writes the version only where several are locked."""
    if "version" in edge:
        return edge["name"], edge["version"]
    [key] = [key for key in packages if key[0] == edge["name"]]
    return key


def _edges(package: Mapping[str, Any], extra: str) -> Iterator[Mapping[str, Any]]:
    source = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
    yield from source


def _add(ways: set[Way], way: Way) -> None:
    """Keep only ways that no weaker one already covers."""
    if not any(known <= way for known in ways):
        ways.difference_update({known for known in ways if way < known})
        ways.add(way)


def _line(package: Mapping[str, Any], ways: set[Way]) -> str:
    hashes = sorted({file["hash"] for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]})
    marker = ""
    if Way() not in ways:
        alternatives = sorted(" and ".join(f"({part})" for part in sorted(way)) for way in ways)
        marker = " ; " + " or ".join(f"({alternative})" for alternative in alternatives)
    return " \\\n    ".join([f"{package['name']}=={package['version']}{marker}", *(f"--hash={value}" for value in hashes)])


def default_groups(pyproject: Mapping[str, Any]) -> list[str]:
    """The groups that `uv sync` installs without being asked."""
    return list(pyproject.get("tool", {}).get("uv", {}).get("default-groups", ["dev"]))


def read(root: Path, *, only: str | None = None, production: bool = False) -> str:
    """The requirements of the project in `root`; for production without the embedded servers and the tools."""
    pyproject = tomllib.loads((root / "pyproject.toml").read_text())
    groups = [] if production else default_groups(pyproject)
    return requirements(tomllib.loads((root / "uv.lock").read_text()), groups=groups, only=only)


if __name__ == "__main__":
    sys.stdout.write(read(Path(), production="--production" in sys.argv[1:]))
