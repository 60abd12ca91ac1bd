"""What the planner is told when a statement reads a whole list, or everybody in a register.

A list written in the same transaction, or not analysed since, is empty to the planner: it would fetch every line by
itself through whichever index is smallest, and look the lines of one list up in another in a loop. Of a register it
expects that the persons of a municipality lie in the order of their names.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_SET = "SELECT set_config('enable_nestloop', %(state)s, true), set_config('enable_indexscan', %(state)s, true)"


@contextmanager
def whole_lists() -> Iterator[None]:
    """Read what lies together in one go, and join by hash, for the time of the block; inside a transaction only.

    Not for a statement whose order is an index's own, nor for one that looks up a few rows.
    """
    _set("off")
    yield
    # After an error the transaction takes no more statements, and its end takes the settings back anyway.
    _set("on")


def _set(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, {"state": state})
