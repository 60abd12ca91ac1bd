"""Work stopped at one exact place: a lock that the tables' owner holds, on which the worker's statement waits."""

import contextlib
import json
from types import TracebackType
from typing import Any

import psycopg

from electionadmin.launcher.processes import wait_until
from tests.durability.machine import PATIENCE, Machine
from tests.durability.town import Town

# A row that nobody sees yet and that a row of the worker's statement may not double: the statement waits in its middle.
ROW = """
INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table},
    (SELECT to_jsonb(p) FROM voters_person p WHERE p.municipality_id = %(place)s ORDER BY p.id LIMIT 1) || %(values)s::jsonb)
"""
TRAIL = "SELECT FROM core_auditchain WHERE municipality_id = %(place)s FOR UPDATE"
WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE usename = 'app' AND datname = current_database() AND %(holder)s = ANY (pg_blocking_pids(pid))
"""


class Stall:
    """Use as a context manager; leaving it lets go."""

    def __init__(self, machine: Machine, town: Town) -> None:
        self.machine, self.town = machine, town
        self.connection = machine.owner()
        self.connection.execute("SELECT set_config('app.municipality', %s, true)", [str(town.pk)])

    def at_row(self, table: str, **values: Any) -> None:
        """In the middle of an INSERT into ``table``, when it comes to the row with these values."""
        self.connection.execute(ROW.format(table=table), {"place": self.town.pk, "values": json.dumps(values)})

    def at_table(self, table: str) -> None:
        """Before the first row that goes into ``table``; everybody may read it."""
        self.connection.execute(f"LOCK TABLE {table} IN SHARE MODE")

    def at_trail(self) -> None:
        """When the work is done and only its line in the audit trail, the last before the commit, is missing."""
        self.connection.execute(TRAIL, {"place": self.town.pk})

    def reached(self) -> None:
        """Wait until the work stands there."""
        with self.machine.owner() as watcher:
            watcher.autocommit = True
            holder = {"holder": self.connection.info.backend_pid}
            assert wait_until(lambda: watcher.execute(WAITING, holder).fetchone() != (0,), seconds=PATIENCE), "the work never came there"

    def __enter__(self) -> "Stall":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(psycopg.Error):  # the server may be gone, and the lock with it
            self.connection.rollback()
        self.connection.close()
