"""A change of the split: proposed in a temporary table, compared with what stands, and written. Each statement names its municipality."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection

from districts.rules.split import Plan, SplitRow
from districts.sql.districts import HOLDING, contains, spelled
from districts.sql.planner import hashed

LOCK = "SELECT pg_advisory_xact_lock(hashtext('districts.change'), %(municipality_id)s::int)"


def lock(*, municipality_id: int) -> None:
    """One change of a municipality's split at a time: what is the last one, and which rows it meets, is looked up before it is written."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"municipality_id": municipality_id})


PROPOSED = """
CREATE TEMP TABLE districts_proposed (
    place integer, district_id bigint, street_id bigint, postcode text, side text, number_from integer, number_to integer,
    valid_from date, valid_until date) ON COMMIT DROP
"""
COPY = """
COPY districts_proposed (place, district_id, street_id, postcode, side, number_from, number_to, valid_from, valid_until) FROM STDIN
"""


def propose(rows: Iterable[SplitRow]) -> None:
    """Put the rows that a change would make into the transaction's own table, by their place in it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.districts_proposed")
        cursor.execute(PROPOSED)
        with cursor.copy(COPY) as copy:
            for place, row in enumerate(rows):
                numbers = row.numbers
                values = (row.district_id, row.street_id, row.postcode, str(numbers.side), numbers.number_from, numbers.number_to)
                copy.write_row((place, *values, row.valid_from, row.valid_until))
        cursor.execute("ANALYZE districts_proposed")


# As the exclusion constraint compares them (districts/migrations/0006).
_MEET = """
    o.street_id = p.street_id AND o.postcode = p.postcode
AND (o.side = p.side OR o.side = 'all' OR p.side = 'all')
AND int4range(o.number_from, o.number_to, '[]') && int4range(p.number_from, p.number_to, '[]')
AND daterange(o.valid_from, o.valid_until) && daterange(p.valid_from, p.valid_until)
"""
CLASHES = f"""
SELECT p.place, o.id, NULL::integer
  FROM districts_proposed p
  JOIN districts_streetrange o ON {_MEET}
 WHERE o.municipality_id = %(municipality_id)s AND o.removed_at IS NULL AND o.id <> ALL(%(removed)s)
 UNION ALL
SELECT p.place, NULL, o.place
  FROM districts_proposed p
  JOIN districts_proposed o ON {_MEET} AND o.place < p.place
 ORDER BY 1, 2, 3
 LIMIT %(limit)s
"""  # noqa: S608  # fixed expressions


def clashes(*, municipality_id: int, removed: Collection[int], limit: int = 1000) -> list[tuple[int, int | None, int | None]]:
    """Proposed rows (by place) that meet a row that stays, or another proposed one (by place)."""
    with hashed(), connection.cursor() as cursor:
        cursor.execute(CLASHES, {"municipality_id": municipality_id, "removed": list(removed), "limit": limit})
        return list(cursor.fetchall())


REMOVE = """
UPDATE districts_streetrange r SET removed_at = %(at)s, removed_by_name = %(by)s, removed_change_id = %(change_id)s
 WHERE r.municipality_id = %(municipality_id)s AND r.id = ANY(%(removed)s) AND r.removed_at IS NULL
"""
MAKE = """
INSERT INTO districts_streetrange (municipality_id, district_id, street_id, postcode, side, number_from, number_to, valid_from, valid_until,
                                   made_at, made_by_name, removed_by_name, made_change_id)
SELECT %(municipality_id)s, p.district_id, p.street_id, p.postcode, p.side, p.number_from, p.number_to, p.valid_from, p.valid_until,
       %(at)s, %(by)s, '', %(change_id)s
  FROM districts_proposed p
 ORDER BY p.place
"""


def write(plan: Plan, *, municipality_id: int, change_id: int, by: str, at: datetime) -> tuple[int, int]:
    """Take away and make what a plan says, in that order, so that a boundary can move. Returns how many of each."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "change_id": change_id, "removed": list(plan.removed), "by": by, "at": at}
    propose(plan.made)
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, values)
        removed = cursor.rowcount
        cursor.execute(MAKE, values)
        return removed, cursor.rowcount


AFTER = f"""
SELECT h.* FROM ({HOLDING}) h WHERE h.id <> ALL(%(removed)s)
 UNION ALL
SELECT -1 - p.place, p.district_id, p.street_id, p.postcode, p.side, p.number_from, p.number_to
  FROM districts_proposed p
 WHERE p.valid_from <= %(day)s AND (p.valid_until IS NULL OR p.valid_until > %(day)s)
"""  # noqa: S608  # fixed expressions
"""The rows that would hold on the day."""

# The rows before and after in tables of their own, looked at by the planner: right after an import nothing else is.
BEFORE_TABLE = f"""
CREATE TEMP TABLE districts_before ON COMMIT DROP AS
SELECT h.* FROM ({HOLDING}) h
 WHERE h.street_id IN (SELECT street_id FROM districts_proposed
                        UNION
                       SELECT street_id FROM districts_streetrange WHERE municipality_id = %(municipality_id)s AND id = ANY(%(removed)s))
"""  # noqa: S608  # fixed expressions
AFTER_TABLE = """
CREATE TEMP TABLE districts_after ON COMMIT DROP AS
SELECT b.* FROM districts_before b WHERE b.id <> ALL(%(removed)s)
 UNION ALL
SELECT -1 - p.place, p.district_id, p.street_id, p.postcode, p.side, p.number_from, p.number_to
  FROM districts_proposed p
 WHERE p.valid_from <= %(day)s AND (p.valid_until IS NULL OR p.valid_until > %(day)s)
"""
MOVING = f"""
CREATE TEMP TABLE districts_moving ON COMMIT DROP AS
SELECT a.id AS address_id, a.street_id, a.postcode, a.number, a.closed_at IS NULL AS open,
       b.district_id AS before_id, f.district_id AS after_id, f.id AS after_row
  FROM (SELECT street_id FROM districts_before UNION SELECT street_id FROM districts_after) t
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.street_id = t.street_id
  LEFT JOIN districts_before b ON b.street_id = a.street_id AND b.postcode = a.postcode AND {contains("a.number", "b")}
  LEFT JOIN districts_after f ON f.street_id = a.street_id AND f.postcode = a.postcode AND {contains("a.number", "f")}
"""  # noqa: S608  # fixed expressions


def large(plan: Plan) -> bool:
    """Whether a plan touches more than a few streets."""
    return len(plan.removed) + len(plan.made) > 100


def moving(plan: Plan, *, municipality_id: int, day: date) -> int:
    """Make ``districts_moving``: the addresses of the streets that a plan touches, with their district of a day before and after it.

    Writes nothing else. Returns how many there are.
    """
    propose(plan.made)
    values: dict[str, Any] = {"municipality_id": municipality_id, "removed": list(plan.removed), "day": day}
    with hashed(when=large(plan)), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.districts_moving, pg_temp.districts_before, pg_temp.districts_after")
        cursor.execute(BEFORE_TABLE, values)
        cursor.execute(AFTER_TABLE, values)
        cursor.execute("ANALYZE districts_before, districts_after")
        cursor.execute(MOVING, values)
        count = int(cursor.rowcount)
        cursor.execute("ANALYZE districts_moving")
    return count


MOVES = """
SELECT before_id, after_id, count(*)::integer FROM districts_moving
 WHERE open AND before_id IS DISTINCT FROM after_id GROUP BY before_id, after_id
"""


def moves() -> list[tuple[int | None, int | None, int]]:
    """After ``moving``: how many open addresses go from which district to which."""
    with connection.cursor() as cursor:
        cursor.execute(MOVES)
        return list(cursor.fetchall())


LOST = """
SELECT m.street_id, s.name, m.postcode, count(*)::integer
  FROM districts_moving m
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = m.street_id
 WHERE m.open AND m.after_id IS NULL
 GROUP BY m.street_id, s.name, s.name_key, m.postcode
 ORDER BY s.name_key, m.street_id, m.postcode
"""


def lost(*, municipality_id: int) -> list[tuple[int, str, str, int]]:
    """After ``moving``: the streets it touches in which addresses would have no district: (street, name, postcode, addresses)."""
    with connection.cursor() as cursor:
        cursor.execute(LOST, {"municipality_id": municipality_id})
        return list(cursor.fetchall())


# Of a street that has addresses; one that is only prepared waits for them. A row made at -1 - place is proposed.
DOUBTFUL = """
SELECT p.place, CASE WHEN u.after_row IS NULL THEN 'empty' ELSE 'single' END
  FROM districts_proposed p
  LEFT JOIN (SELECT DISTINCT after_row FROM districts_moving WHERE open AND after_row < 0) u ON u.after_row = -1 - p.place
 WHERE p.place >= %(ended)s AND p.street_id IN (SELECT street_id FROM districts_moving WHERE open)
   AND p.valid_from <= %(day)s AND (p.valid_until IS NULL OR p.valid_until > %(day)s)
   AND (u.after_row IS NULL
        OR p.number_from = p.number_to
           AND EXISTS (SELECT FROM districts_after o
                        WHERE o.street_id = p.street_id AND o.postcode = p.postcode AND o.district_id <> p.district_id
                          AND o.side IN ('all', p.side)))
 ORDER BY p.place
 LIMIT %(limit)s
"""


def doubtful(plan: Plan, *, day: date, limit: int = 5) -> list[tuple[int, str]]:
    """After ``moving``: rows that a plan makes (by place) in which no address lies (``empty``), or that are one number apart (``single``)."""
    with connection.cursor() as cursor:
        cursor.execute(DOUBTFUL, {"ended": plan.ended, "day": day, "limit": limit})
        return list(cursor.fetchall())


SPELLED = """
SELECT s.postcode, s.street_name, s.house_number, b.district_id AS before_id, a.district_id AS after_id
  FROM (SELECT DISTINCT postcode, street_name, house_number FROM {source}) s
  LEFT JOIN ({before}) b USING (postcode, street_name, house_number)
  LEFT JOIN ({after}) a USING (postcode, street_name, house_number)
 WHERE b.district_id IS DISTINCT FROM a.district_id
"""


def moving_spellings(source: str) -> str:
    """After ``moving``: the SELECT of the spellings of ``source`` whose district would change; takes ``municipality_id``."""
    return SPELLED.format(
        source=source,
        before=spelled(source, "SELECT * FROM districts_before"),
        after=spelled(source, "SELECT * FROM districts_after"),
    )
