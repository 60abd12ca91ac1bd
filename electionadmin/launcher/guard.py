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
    while any(_runs(group) for group in groups) and time.monotonic() < end:
        time.sleep(0.1)
    _signal(groups, signal.SIGKILL)


def _signal(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
