"""What the planner cannot know: right after an import the tables of a city look empty to it, and it would loop over them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SETTINGS = ("enable_nestloop", "enable_mergejoin")


@contextmanager
def hashed(*, when: bool = True) -> Iterator[None]:
    """Join by hashing while inside: seconds instead of hours where there are no statistics yet, and no slower where there are.

    Not for a few rows (``when``): these are found by their index.
    """
    if not when:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in SETTINGS))
        before = cursor.fetchone()
        _set(dict.fromkeys(SETTINGS, "off"))
    yield
    if not connection.needs_rollback:
        _set(dict(zip(SETTINGS, before, strict=True)))


def _set(values: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', %({name})s, true)" for name in values), values)
