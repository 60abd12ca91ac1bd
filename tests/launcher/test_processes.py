"""Who is alive, and ending what is left."""

import os
import signal
import subprocess
import sys

import pytest

from electionadmin.launcher import processes

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEP)
    yield process
    process.kill()
    process.wait()


def test_running_process_is_alive(sleeper):
    assert processes.is_alive(sleeper.pid)
    assert processes.wait_until(lambda: processes.command_line(sleeper.pid) == SLEEP, seconds=5)


def test_zombie_is_not_alive(sleeper):
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet collected

    assert not processes.is_alive(sleeper.pid)
    assert processes.command_line(sleeper.pid) == []


def test_dead_process_is_not_alive(sleeper):
    sleeper.kill()
    sleeper.wait()

    assert not processes.is_alive(sleeper.pid)


def test_process_that_ignores_the_first_signal_is_ended_by_the_next():
    stubborn = subprocess.Popen(
        [sys.executable, "-S", "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )
    with stubborn:
        assert stubborn.stdout is not None
        stubborn.stdout.readline()

        assert processes.end_pid(stubborn.pid, signals=[(signal.SIGTERM, 0.2), (signal.SIGKILL, 5)])
        assert stubborn.wait() == -signal.SIGKILL


def test_descendants_are_found_and_spared_trees_left_out(sleeper):
    found = processes.descendants(os.getpid())
    spared = processes.descendants(os.getpid(), spare=[sleeper.pid])

    assert sleeper.pid in found
    assert sleeper.pid not in spared


def test_child_dies_with_a_killed_parent():
    parent_code = (
        "import signal, subprocess, sys, time\n"
        "from electionadmin.launcher.processes import die_with_parent\n"
        f"child = subprocess.Popen({SLEEP!r}, preexec_fn=die_with_parent(signal.SIGTERM))\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert processes.is_alive(child)

        parent.kill()

        assert processes.wait_until(lambda: not processes.is_alive(child), seconds=5)
