"""Free ports on the loopback address."""

import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """True when a server could listen there now (a port that only lingers after its server ended counts as free)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(preferred: int | None = None, *, taken: Iterable[int] = ()) -> int:
    """`preferred` when it is free, so that addresses stay the same over restarts; else any free port not in `taken`."""
    avoid = set(taken)
    if preferred and preferred not in avoid and is_free(preferred):
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in avoid:
            return port
