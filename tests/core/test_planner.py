"""Statistics of what has just been filled: taken for many rows, not for few, and never waited for."""

from contextlib import closing
from typing import Any

import pytest
from django.db import connection
from psycopg import connect

from core import planner
from core.models import JobStatistic


def _known(table: str) -> int:
    """How many rows the planner takes a table for; -1: it was never looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def _fill(count: int) -> None:
    JobStatistic.objects.bulk_create(JobStatistic(kind=f"test.{number}", state="done") for number in range(count))


@pytest.mark.parametrize("columns", [(), ("kind", "no_such_column")])
@pytest.mark.parametrize(("rows", "taken"), [(999, False), (1000, True), (1001, True)])
def test_statistics_are_taken_of_many_rows(db: None, rows: int, taken: bool, columns: tuple[str, ...]) -> None:
    before = _known("core_jobstatistic")
    _fill(rows)

    planner.analyse("core_jobstatistic", rows=rows, columns=columns)

    assert _known("core_jobstatistic") == (rows if taken else before)


def test_a_table_that_is_not_there_is_an_error_and_nothing_else_than_tables_is_looked_at(db: None) -> None:
    with pytest.raises(Exception, match="does not exist"):
        planner.analyse("core_jobstatistic; SELECT 1", rows=1000)


def test_whoever_takes_them_meanwhile_is_left_at_it(db: None, owner_connection: Any) -> None:
    _fill(1000)
    before = _known("voters_effect")
    with closing(connect(owner_connection.info.dsn, password=owner_connection.info.password)) as other:
        other.execute("LOCK TABLE voters_effect IN SHARE UPDATE EXCLUSIVE MODE")

        planner.analyse("voters_effect", rows=1000)

    assert _known("voters_effect") == before
    assert JobStatistic.objects.count() == 1000, "what was written before stands"
