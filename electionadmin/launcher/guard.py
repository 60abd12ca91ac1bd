"""Ends the programs of a launcher that was killed. A process of its own, started by supervisor.py with a pipe as stdin.

The pipe carries `+123` and `-123`: process group 123 has started, has ended. The kernel closes the pipe however the launcher
ends; groups that have not been taken back by then are ended here. (The parent-death signal alone does not do: it reaches the
main process only, which in the midst of its own start dies without its children.)
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

GRACE_SECONDS = 8.0


def main() -> None:
    """Read until the pipe closes, then end what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change, group = line[0], int(line[1:])
        if change == "+":
            groups.add(group)
        else:
            groups.discard(group)
    _signal(groups, signal.SIGTERM)
    end = time.monotonic() + GRACE_SECONDS
    while _anything_runs(groups) and time.monotonic() < end:
        time.sleep(0.1)
    _signal(groups, signal.SIGKILL)


def _signal(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _anything_runs(groups: set[int]) -> bool:
    """True while a process of the groups lives; one that is dead and not yet collected by its parent does not count."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _parent, group = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[:3]
                if int(group) in groups and state not in "ZX":
                    return True
    return False


if __name__ == "__main__":
    main()
