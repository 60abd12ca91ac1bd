"""Inhabitants and voters by district, and how many of them a change of the split would move.

Whoever lives at a known address is where the address is; others where the number lies in the street that the register names
(districts.sql.districts). Inhabitants are those of the register as it is now, voters those of one extraction.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from districts.rules.split import Plan
from districts.sql import changes, districts
from districts.sql.planner import hashed

# Who lives at no known address: a few spellings among many people, gathered once.
LOST = """
CREATE TEMP TABLE {table} ON COMMIT DROP AS
SELECT postcode, street_name, house_number, count(*) AS people FROM {people} AND address_id IS NULL GROUP BY postcode, street_name, house_number
"""
PERSONS = "voters_person WHERE municipality_id = %(municipality_id)s AND removed_import_id IS NULL"
ENTRIES = "voters_entry WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s"
KINDS = (("voters_lost_person", PERSONS), ("voters_lost_entry", ENTRIES))

PLACED = """
SELECT p.district_id, count(*)::integer
  FROM (SELECT address_id FROM {people}) v
  JOIN districts_placed p ON p.address_id = v.address_id
 GROUP BY p.district_id
 UNION ALL
SELECT s.district_id, sum(l.people)::integer
  FROM {lost} l
  LEFT JOIN ({spelled}) s USING (postcode, street_name, house_number)
 GROUP BY s.district_id
"""
ADDRESSES = "SELECT district_id, count(*)::integer FROM districts_placed WHERE open GROUP BY district_id"


class Figures(NamedTuple):
    """How many addresses in use, inhabitants and voters."""

    addresses: int = 0
    persons: int = 0
    voters: int = 0


def figures(*, municipality_id: int, day: date, extraction_id: int | None) -> dict[int | None, Figures]:
    """By district on a day; under ``None`` what lies in no district."""
    districts.place(municipality_id=municipality_id, day=day)
    values: dict[str, Any] = {"municipality_id": municipality_id, "day": day, "extraction_id": extraction_id}
    with hashed():
        _gather(values)
        counts = [_counted(ADDRESSES, values)]
        for lost, people in KINDS[: 2 if extraction_id else 1]:
            counts.append(_counted(PLACED.format(people=people, lost=lost, spelled=districts.spelled(lost)), values))
    return _side_by_side(counts)


MOVING = """
SELECT m.before_id, m.after_id, count(*)::integer
  FROM districts_moving m
  JOIN (SELECT address_id FROM {people}) v ON v.address_id = m.address_id
 WHERE m.before_id IS DISTINCT FROM m.after_id
 GROUP BY m.before_id, m.after_id
 UNION ALL
SELECT s.before_id, s.after_id, sum(l.people)::integer
  FROM {lost} l
  JOIN ({spelled}) s USING (postcode, street_name, house_number)
 GROUP BY s.before_id, s.after_id
"""

Way = tuple[int | None, int | None]
"""From which district to which; ``None`` is no district."""


def moves(plan: Plan, *, municipality_id: int, day: date, extraction_id: int | None) -> dict[Way, Figures]:
    """What a plan would move on a day, from where to where; districts as the plan numbers them. Writes nothing."""
    changes.moving(plan, municipality_id=municipality_id, day=day)
    values: dict[str, Any] = {"municipality_id": municipality_id, "extraction_id": extraction_id}
    with hashed(when=changes.large(plan)):
        _gather(values)
        counts = [{(before, after): count for before, after, count in changes.moves()}]
        for lost, people in KINDS[: 2 if extraction_id else 1]:
            counts.append(_counted(MOVING.format(people=people, lost=lost, spelled=changes.moving_spellings(lost)), values))
    return _side_by_side(counts)


def _gather(values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_lost_person, pg_temp.voters_lost_entry")
        for lost, people in KINDS[: 2 if values["extraction_id"] else 1]:
            cursor.execute(LOST.format(table=lost, people=people), values)
            cursor.execute(f"ANALYZE {lost}")


def _counted(statement: str, values: dict[str, Any]) -> dict[Any, int]:
    """The last column by the others, which may come in more than one row."""
    found: dict[Any, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for *keys, count in cursor.fetchall():
            key = keys[0] if len(keys) == 1 else tuple(keys)
            found[key] = found.get(key, 0) + count
    return found


def _side_by_side(counts: Sequence[dict[Any, int]]) -> dict[Any, Figures]:
    return {key: Figures(*(count.get(key, 0) for count in counts)) for key in set().union(*counts)}
