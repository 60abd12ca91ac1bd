"""One municipality at a time: the setting that row-level security reads, and the migration operation that turns it on.

Every table with a ``municipality_id`` carries the same policy, written as an init plan so that it costs nothing
(docs/adr/0003-row-level-security.md). Without a setting there are no rows. Statements still name the municipality
themselves: the policy is the second lock, not the first.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, migrations, transaction

SETTING = "app.municipality"
USER_SETTING = "app.user"
T = TypeVar("T")


@contextmanager
def tenant(municipality_id: int) -> Iterator[None]:
    """Open a transaction (or a savepoint in it) that sees the rows of one municipality and no others.

    The setting ends with the transaction. Nested use is allowed; the outer municipality is restored on success, and
    the savepoint's rollback restores it on failure.
    """
    with transaction.atomic():
        previous = current()
        _set(SETTING, str(municipality_id))
        yield
        _restore(SETTING, "" if previous is None else str(previous))


def stream(municipality_id: int, produce: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield what ``produce`` yields inside a transaction of its own, for a response written after its request has ended."""
    with tenant(municipality_id):
        yield from produce()


@contextmanager
def own_rows_of(user_id: int) -> Iterator[None]:
    """Let a signed-in person see their own memberships in every municipality, and nothing else of them."""
    with transaction.atomic():
        _set(USER_SETTING, str(user_id))
        yield
        _restore(USER_SETTING, "")


def current() -> int | None:
    """Return the municipality that the running transaction sees, or ``None``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NULLIF(current_setting(%s, true), '')::bigint", [SETTING])
        row = cursor.fetchone()
    return row[0] if row else None


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def _restore(name: str, value: str) -> None:
    # A transaction that is to be rolled back takes no more statements, and its end takes the setting back anyway.
    if not connection.needs_rollback:
        _set(name, value)


_POLICY = "(municipality_id = (SELECT NULLIF(current_setting('app.municipality', true), '')::bigint))"


class EnableRowSecurity(migrations.RunSQL):
    """Migration operation: bind a table's rows to the municipality of the transaction, for its owner too."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'CREATE POLICY municipality ON "{table}" USING {_POLICY} WITH CHECK {_POLICY}',
            ],
            reverse_sql=[
                f'DROP POLICY municipality ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """Name the operation by its table only."""
        return self.__class__.__name__, [self.table], {}
