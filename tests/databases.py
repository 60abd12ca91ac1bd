"""Databases of the tests: one migrated template, named by the hash of the migrations, and quick copies of it."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import Connection, connect, sql
from psycopg.errors import InsufficientPrivilege

ROOT = Path(__file__).resolve().parent.parent
KEPT_TEMPLATES = 4  # another branch's, and those of runs that are not over yet
STALE = r"SELECT datname FROM pg_database WHERE datname ~ '^test_electionadmin_[0-9a-f]{12}$' ORDER BY oid DESC OFFSET %s"

LARGE_KEYS = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1234 + row_number() OVER (ORDER BY sequencename))
FROM pg_sequences WHERE schemaname = 'public'
"""
"""Keys as after years of use: a page that writes one with a separator (``job-1.235``) fails, and no key of one table is one of another."""


@cache
def template_name() -> str:
    """Named by what the migrations say: another hash, another template. One run keeps to one, whatever is edited meanwhile."""
    digest = hashlib.sha256()
    for path in sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("elections/data/*.csv"), ROOT / "core/tenancy.py", ROOT / "uv.lock", Path(__file__)]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return f"test_electionadmin_{digest.hexdigest()[:12]}"


@contextmanager
def server_connection() -> Iterator[Connection]:
    """A connection of the owner to the database that the server always has, outside every transaction."""
    owner = settings.DATABASES["owner"]
    with connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname="postgres", autocommit=True
    ) as connection:
        yield connection


def point_to(name: str) -> None:
    """Let this process's Django use another database."""
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def make_template(server: Connection, name: str) -> None:
    """Make the migrated template unless it is there; old templates of other migrations go."""
    # One worker makes it, the others wait: the lock is the server's own.
    server.execute("SELECT pg_advisory_lock(727272)")
    try:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]).fetchone():
            return
        for (stale,) in server.execute(STALE, [KEPT_TEMPLATES]).fetchall():
            server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(stale)))
            drop(server, stale)
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").format(sql.Identifier(name))
        )
        point_to(name)
        with connections["owner"].cursor() as cursor:
            application = connections["owner"].ops.quote_name(settings.DATABASES["default"]["USER"])
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {application}")
        call_command("migrate", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            cursor.execute(LARGE_KEYS)
        connections["owner"].close()
        server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
    finally:
        server.execute("SELECT pg_advisory_unlock(727272)")


def drop(server: Connection, name: str) -> None:
    """Drop a database, whoever is connected."""
    for _attempt in range(50):
        try:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        except InsufficientPrivilege:
            # An autovacuum worker is at it: the server's own, which the owner may not end. It is soon done.
            time.sleep(0.2)
        else:
            return
    message = f"{name} stays in use"
    raise RuntimeError(message)


def copy_template(server: Connection, template: str, name: str) -> None:
    """Replace ``name`` by a copy of ``template``."""
    drop(server, name)
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), sql.Identifier(template)))
