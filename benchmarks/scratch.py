"""A database of its own for a measurement: migrated by the owner, used as the application's role, dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import connect, sql
from psycopg.errors import InsufficientPrivilege


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Point Django's connections to a fresh, migrated database for the time of the block."""
    database = f"bench_{name}_{os.getpid()}"
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
    _administer("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", database)
    try:
        _point_to(dict.fromkeys(connections, database))
        application = connections["owner"].ops.quote_name(settings.DATABASES["default"]["USER"])
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {application}")
        call_command("migrate", database="owner", verbosity=0)
        yield database
    finally:
        _point_to(before)
        try:
            _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        except InsufficientPrivilege:
            # The server's own vacuum is in it, which nobody may end by force; without force it is asked to go.
            _administer("DROP DATABASE IF EXISTS {}", database)


def flush(database: str) -> None:
    """Have the server write out what it still holds in memory, so that the next piece of work pays for itself only.

    A checkpoint is not for everybody to ask for, but dropping a database brings one about.
    """
    other = f"{database}_flush"
    _administer("CREATE DATABASE {} TEMPLATE template0", other)
    _administer("DROP DATABASE {}", other)


def _administer(statement: str, database: str) -> None:
    owner = settings.DATABASES["owner"]
    with connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))


def _point_to(names: dict[str, str]) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = names[alias]
