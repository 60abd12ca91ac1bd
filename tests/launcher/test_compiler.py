"""The compiled core is built once, where it can be, and nothing stops when it cannot."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from electionadmin.launcher import compiler
from electionadmin.launcher.places import ROOT

needs_compiler = pytest.mark.skipif(compiler.compiler() is None, reason="no C compiler with Python's headers here")


@pytest.fixture
def venv(monkeypatch, tmp_path):
    folder = tmp_path / "venv" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.setattr(compiler, "VENV", tmp_path / "venv")
    monkeypatch.setattr(compiler, "_STAMP", tmp_path / "venv" / ".core")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return folder


@needs_compiler
def test_it_compiles_without_a_warning(tmp_path):
    target = compiler.library(tmp_path)

    assert compiler.build(target, "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers", "-Wno-cast-function-type") == ""

    found = subprocess.run(
        [sys.executable, "-c", "import electionadmin_native as core; print(core.__file__, core.SOURCE)"],
        env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert found[0] == str(target)
    assert found[1] in compiler.wanted()


@needs_compiler
@pytest.mark.parametrize("broken", [False, True])
def test_the_image_builds_it_from_the_launcher_and_the_sources_alone(tmp_path, broken):
    """As the first stage of the Dockerfile does; its exit code decides whether the image goes on."""
    for place in ("electionadmin/launcher", "documents/stream/c"):
        shutil.copytree(ROOT / place, tmp_path / place, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "electionadmin" / "__init__.py", tmp_path / "electionadmin")
    (tmp_path / "built").mkdir()
    if broken:
        (tmp_path / "documents/stream/c/rows.c").write_text("this is not C")

    done = subprocess.run(
        [sys.executable, "-m", "electionadmin.launcher.compiler", "built"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == int(broken), done.stderr
    assert [path.name for path in (tmp_path / "built").iterdir()] == ([] if broken else [compiler.library(Path()).name])
    assert ("rows.c" in done.stderr) == broken


@needs_compiler
def test_it_is_built_once_and_again_when_the_source_is_another(venv, monkeypatch, tmp_path, capsys):
    compiler.ensure_core()
    made = compiler.library(venv).stat().st_mtime_ns
    compiler.ensure_core()
    assert compiler.library(venv).stat().st_mtime_ns == made

    other = Path(shutil.copytree(compiler.SOURCES, tmp_path / "c"))
    monkeypatch.setattr(compiler, "SOURCES", other)
    compiler.ensure_core()
    assert compiler.library(venv).stat().st_mtime_ns == made

    header = other / "native.h"
    header.write_bytes(header.read_bytes() + b"\n")
    compiler.ensure_core()
    assert compiler.library(venv).stat().st_mtime_ns != made
    assert capsys.readouterr().err.count("compiled") == 2


@needs_compiler
def test_a_source_that_does_not_compile_leaves_what_was_there_and_is_tried_once(venv, monkeypatch, tmp_path, capsys):
    compiler.ensure_core()
    before = compiler.library(venv).read_bytes()
    broken = Path(shutil.copytree(compiler.SOURCES, tmp_path / "c"))
    (broken / "rows.c").write_text("this is not C")
    monkeypatch.setattr(compiler, "SOURCES", broken)

    compiler.ensure_core()
    compiler.ensure_core()

    assert capsys.readouterr().err.count("drawn in Python") == 1
    assert [path.read_bytes() for path in venv.iterdir()] == [before]


def test_without_a_compiler_it_says_so_once_and_goes_on(venv, monkeypatch, capsys):
    monkeypatch.setattr(compiler, "compiler", lambda: None)

    compiler.ensure_core()
    compiler.ensure_core()

    assert capsys.readouterr().err.count("no C compiler") == 1
    assert list(venv.iterdir()) == []
