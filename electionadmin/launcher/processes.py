"""Processes: who is alive, who belongs to whom, and ending them so that none is left behind (Linux, through /proc)."""

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent dies, so that `descendants` finds them all."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For Popen(preexec_fn=…): the kernel sends `number` to the child when this process dies, even by kill -9."""
    parent = os.getpid()

    def in_child() -> None:
        _prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return in_child


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def command_line(pid: int) -> list[str]:
    """Arguments of a living process; empty for a dead one and for a zombie."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return [part.decode(errors="replace") for part in raw.split(b"\0") if part]


def is_alive(pid: int) -> bool:
    """True for a process that still runs; a zombie does not."""
    state = _stat(pid)
    return state is not None and state[0] not in "ZX"


def _stat(pid: int) -> tuple[str, int] | None:
    """State letter and parent of a process, None when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[1])


def descendants(root: int, *, spare: Iterable[int] = ()) -> list[int]:
    """Living processes under `root`, children first; the trees of `spare` are left out."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (state := _stat(int(entry.name))) and state[0] not in "ZX":
            children.setdefault(state[1], []).append(int(entry.name))
    spared = set(spare)
    found: list[int] = []
    queue = [root]
    while queue:
        for child in children.get(queue.pop(0), []):
            if child not in spared:
                found.append(child)
                queue.append(child)
    return found


def end_descendants(*, spare: Iterable[int] = (), grace: float = 2.0) -> None:
    """End whatever still runs under this process: asked first, killed after `grace` seconds."""
    spared = set(spare)
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 2.0)):
        left = descendants(os.getpid(), spare=spared)
        for pid in left:
            send(pid, number)
        wait_until(lambda: not descendants(os.getpid(), spare=spared), seconds=seconds if left else 0)


def send(pid: int, number: signal.Signals) -> None:
    """Signal one process; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def send_group(pid: int, number: signal.Signals) -> None:
    """Signal a process group; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def wait_until(condition: Callable[[], bool], *, seconds: float, step: float = 0.03) -> bool:
    """Poll `condition` for at most `seconds`; the last answer."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(step)
    return True


def end_pid(pid: int, *, signals: Iterable[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn and wait its seconds, until the process is gone."""
    for number, seconds in signals:
        if not is_alive(pid):
            break
        send(pid, number)
        if wait_until(lambda: not is_alive(pid), seconds=seconds):
            break
    return not is_alive(pid)
