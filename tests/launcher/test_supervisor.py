"""Programs are kept running, and none is left behind."""

import os
import signal
import subprocess
import sys

import pytest

from electionadmin.launcher import processes
from electionadmin.launcher.supervisor import Supervisor, exit_code

# Starts a child of its own, as the worker does with its pool, and writes both numbers to its log.
FAMILY = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'])\n"
    "print(os.getpid(), child.pid, flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.fixture
def supervisor(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    with Supervisor(os.environ, services=None) as supervisor:
        yield supervisor


def _families(tmp_path):
    log = tmp_path / "log" / "family.log"
    return [[int(pid) for pid in line.split()] for line in log.read_text().splitlines()] if log.exists() else []


def _wait_for_family(supervisor, tmp_path, number):
    for _ in range(100):
        supervisor.tick()
        if len(_families(tmp_path)) >= number:
            return _families(tmp_path)[number - 1]
    raise AssertionError(f"family {number} was not started")


def test_killed_program_is_started_again_and_its_children_do_not_go_on(supervisor, tmp_path):
    supervisor.start("family", [sys.executable, "-S", "-c", FAMILY])
    first_parent, first_child = _wait_for_family(supervisor, tmp_path, 1)

    os.kill(first_parent, signal.SIGKILL)
    second_parent, second_child = _wait_for_family(supervisor, tmp_path, 2)

    assert not processes.is_alive(first_child)
    assert processes.is_alive(second_parent)
    assert processes.is_alive(second_child)


def test_leaving_ends_programs_with_their_children(supervisor, tmp_path):
    supervisor.start("family", [sys.executable, "-S", "-c", FAMILY])
    family = _wait_for_family(supervisor, tmp_path, 1)

    supervisor.__exit__(None, None, None)

    assert processes.wait_until(lambda: not any(processes.is_alive(pid) for pid in family), seconds=5)


def test_foreground_program_gives_its_exit_code(supervisor):
    assert supervisor.run([sys.executable, "-S", "-c", "raise SystemExit(7)"]) == 7


def test_killed_program_has_the_exit_code_of_a_shell():
    assert exit_code(-signal.SIGKILL) == 137


def test_killed_supervisor_leaves_nothing_behind_even_of_a_stubborn_family(tmp_path, monkeypatch):
    """The parent-death signal reaches only the parent of the family, which dies of it and leaves its child."""
    code = (
        "import os, sys\n"
        "from electionadmin.launcher.supervisor import Supervisor\n"
        "with Supervisor(os.environ, services=None) as supervisor:\n"
        f"    supervisor.start('family', [sys.executable, '-S', '-c', {FAMILY!r}])\n"
        "    supervisor.run_for_ever()\n"
    )
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code]) as supervisor:
        assert processes.wait_until(lambda: len(_families(tmp_path)) == 1, seconds=20)
        [family] = _families(tmp_path)

        supervisor.kill()

        assert processes.wait_until(lambda: not any(processes.is_alive(pid) for pid in family), seconds=20)
