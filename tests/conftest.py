"""The harness: a database migrated by its owner and used as the application's role, one a worker, copied from a template.

The template is named by the hash of the migrations, so that a second run need not migrate. ``db`` (from pytest-django)
rolls back; ``live_database`` commits and gives a fresh copy to the next test.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import connect, sql
from psycopg.errors import InsufficientPrivilege

from tests.personas import World, make_world

ROOT = Path(__file__).resolve().parent.parent


def _template_name() -> str:
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("elections/data/*.csv"), ROOT / "core/tenancy.py", ROOT / "uv.lock"]):
        digest.update(path.name.encode() + path.read_bytes())
    return f"test_electionadmin_{digest.hexdigest()[:12]}"


@contextmanager
def _server() -> Iterator[object]:
    """A connection of the owner to the database that the server always has, outside every transaction."""
    owner = settings.DATABASES["owner"]
    with connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname="postgres", autocommit=True
    ) as connection:
        yield connection


def _point_to(name: str) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _make_template(server: object, name: str) -> None:
    # One worker makes it, the others wait: the lock is the server's own.
    server.execute("SELECT pg_advisory_lock(727272)")
    try:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]).fetchone():
            return
        for (stale,) in server.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_electionadmin\_%'").fetchall():
            if stale.count("_") == 2:
                server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(stale)))
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(stale)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").format(sql.Identifier(name))
        )
        _point_to(name)
        with connections["owner"].cursor() as cursor:
            application = connections["owner"].ops.quote_name(settings.DATABASES["default"]["USER"])
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {application}")
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        server.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
    finally:
        server.execute("SELECT pg_advisory_unlock(727272)")


def _drop(server: object, name: str) -> None:
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


def _copy_template(server: object, template: str, name: str) -> None:
    _drop(server, name)
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object) -> Iterator[str]:
    """Give this worker its own copy of the migrated database, seen by the application's role."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    template, name = _template_name(), f"test_electionadmin_{os.getpid()}_{worker}"
    with django_db_blocker.unblock(), _server() as server:
        _make_template(server, template)
        _copy_template(server, template, name)
        _point_to(name)
        yield name
        _point_to("postgres")
        _drop(server, name)


@pytest.fixture
def live_database(django_db_setup: str, django_db_blocker: object) -> Iterator[str]:
    """A database in which this test really commits (workers, kill -9, several connections); replaced by a fresh one after it."""
    with django_db_blocker.unblock():
        yield django_db_setup
        for alias in connections:
            connections[alias].close()
        with _server() as server:
            _copy_template(server, _template_name(), django_db_setup)


@pytest.fixture
def owner_connection(django_db_setup: str) -> Iterator[object]:
    """The tables' owner, as somebody with the database's own password would come in; commits at once."""
    owner = settings.DATABASES["owner"]
    with connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname=django_db_setup, autocommit=True
    ) as connection:
        yield connection


@pytest.fixture
def world(db: None) -> World:
    """The personas and their two municipalities."""
    return make_world()
