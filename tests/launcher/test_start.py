"""./run serve for real, with a var/ of its own: killed in every part, started again, stopped without a trace."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from electionadmin.launcher import ports, processes
from electionadmin.launcher.places import ROOT
from electionadmin.launcher.services import MAIN, Services

pytestmark = [pytest.mark.slow, pytest.mark.durability]
PATIENCE = 90  # seconds, on a machine that runs the other tests beside


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "DEMO"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    for pid in _trace(tmp_path):
        processes.send(pid, signal.SIGKILL)
    Services(MAIN).delete()


def _trace(var):
    """Programs started from this var/: they carry it in their environment or their arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and processes.is_alive(int(entry.name)):
            with contextlib.suppress(OSError):
                if f"VAR_DIR={var}\0".encode() in (entry / "environ").read_bytes() or str(var).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def _program(var, word):
    """The main process of a program: the one whose parent does not have the same arguments."""
    pids = [pid for pid in _trace(var) if word in processes.command_line(pid)]
    children = {child for pid in pids for child in processes.descendants(pid)}
    return next((pid for pid in pids if pid not in children), None)


def _status(port):
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _serve(var, port):
    log = (var / "serve.log").open("w")
    with log:
        launcher = subprocess.Popen([ROOT / "run", "serve", "--port", str(port)], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    assert processes.wait_until(lambda: launcher.poll() is not None or "Serving at" in (var / "serve.log").read_text(), seconds=PATIENCE)
    assert launcher.poll() is None, (var / "serve.log").read_text()
    return launcher


def test_killed_parts_come_back_and_nothing_is_left_behind(var):
    port = ports.choose()
    launcher = _serve(var, port)
    services = Services(MAIN)
    postgres = services.cluster.pid()
    worker, web = _program(var, "celery"), _program(var, "granian")

    for pid in (postgres, worker, web):
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    processes.wait_until(lambda: None not in {_program(var, "celery"), _program(var, "granian"), services.cluster.port()}, seconds=PATIENCE)
    assert processes.wait_until(lambda: (_status(port) or 500) < 500, seconds=PATIENCE)
    assert services.cluster.pid() != postgres
    assert _program(var, "celery") != worker

    launcher.kill()
    launcher.wait()
    assert processes.wait_until(lambda: not _program(var, "celery") and not _program(var, "granian"), seconds=PATIENCE)

    again = _serve(var, port)
    assert (_status(port) or 500) < 500
    started = time.monotonic()
    again.terminate()
    assert again.wait(PATIENCE) == 128 + signal.SIGTERM
    assert [processes.command_line(pid) for pid in _trace(var)] == []
    assert time.monotonic() - started < 30
