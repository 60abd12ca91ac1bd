"""The shell script ./run on machines that lack something, played with stand-ins for the programs it calls."""

import os
import subprocess
import sys

import pytest

from electionadmin.launcher.places import ROOT

PYTHON = """
case "$1" in
    -c) exec {real} "$@" ;;
    *needs.py) [ -e {folder}/installed ] || echo libpango-1.0-0 tzdata ;;
    *) echo "launched: $*" ;;
esac
"""


@pytest.fixture
def machine(tmp_path):
    """A function that starts ./run on a machine without Pango, as root or not; apt-get may fail."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def start(*arguments, uid, apt="touch {folder}/installed"):
        programs = {
            "python3.11": PYTHON,
            "id": f"echo {uid}",
            "sudo": "exit 1",
            "apt-get": 'echo "apt-get $*" >> {folder}/calls; [ "$1" = update ] || ' + apt,
        }
        for name, body in programs.items():
            program = folder / name
            program.write_text(
                "#!/bin/sh\n" + body.format(folder=folder, real=sys.executable) + "\n" if "{" in body else f"#!/bin/sh\n{body}\n"
            )
            program.chmod(0o755)
        path = f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"
        done = subprocess.run([ROOT / "run", *arguments], env={"PATH": path}, capture_output=True, text=True, check=False)
        calls = (folder / "calls").read_text().splitlines() if (folder / "calls").exists() else []
        return done, calls

    return start


def test_without_root_the_one_line_to_type_is_said(machine):
    done, calls = machine("demo", uid=1000)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "sudo apt-get update && sudo apt-get install -y libpango-1.0-0 tzdata"
    assert done.stdout == ""
    assert calls == []


def test_root_installs_and_goes_on(machine):
    done, calls = machine("test", "-k", "two words", uid=0)

    assert done.stdout == "launched: -m electionadmin.launcher test -k two words\n"
    assert calls == ["apt-get update -q", "apt-get install -q -y --no-install-recommends libpango-1.0-0 tzdata"]


def test_failed_installation_says_the_line_and_stops(machine):
    done, _ = machine("demo", uid=0, apt="exit 100")

    assert done.returncode == 1
    assert "sudo apt-get install -y libpango-1.0-0 tzdata" in done.stderr
    assert "launched" not in done.stdout


def test_installation_that_changes_nothing_stops(machine):
    done, _ = machine("demo", uid=0, apt="true")

    assert done.returncode == 1
    assert "Still missing" in done.stderr
