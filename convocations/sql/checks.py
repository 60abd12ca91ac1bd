"""What is counted and chosen among the cards of a run: all of them, those that are not right any more, those that are looked at first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from convocations.sql.preparing import DIFFERS
from voters.sql import ledger
from voters.sql.plans import whole_lists

COUNT = """
SELECT count(*), count(DISTINCT person_id) FROM convocations_card WHERE municipality_id = %(municipality_id)s AND run_id = %(run_id)s
"""

# A card that is not to go out as it is: its voter gets none, or it would say something else now.
STALE = f"""
SELECT c.id, c.position, c.token, c.issue, c.list_number, c.last_name, c.first_names, coalesce(l.no_card, 'changed') AS why
  FROM convocations_card c
  LEFT JOIN ({{current}}) l ON l.person_id = c.person_id
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.state = ANY (%(states)s)
   AND (l.person_id IS NULL OR l.no_card IS NOT NULL OR {DIFFERS})
 ORDER BY c.position
"""  # noqa: S608  # fixed expressions

# The same of all released runs of an election, of voters of whom the ledger knows anything at all: some thousands, not the whole list.
CHANGED = f"""
WITH touched AS (
    SELECT person_id, max(recorded_at) AS changed_at FROM voters_effect
     WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s AND recorded_at <= %(at)s GROUP BY person_id)
SELECT c.id, c.run_id, coalesce(l.no_card, 'changed') AS why, t.changed_at
  FROM convocations_card c
  JOIN touched t ON t.person_id = c.person_id
  LEFT JOIN ({ledger.current(among="AND e.person_id IN (SELECT person_id FROM touched)")}) l ON l.person_id = c.person_id
 WHERE c.municipality_id = %(municipality_id)s AND c.election_id = %(election_id)s AND c.run_id IS NOT NULL AND c.state = ANY (%(states)s)
   AND (l.person_id IS NULL OR l.no_card IS NOT NULL OR {DIFFERS})
 ORDER BY c.run_id, c.position
"""  # noqa: S608  # fixed expressions

# Who is on the list now and has no card, of this election, at all.
LACKING = """
SELECT count(*) FROM ({current}) l
 WHERE l.no_card IS NULL AND l.station_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM convocations_card c WHERE c.municipality_id = %(municipality_id)s AND c.election_id = %(election_id)s
                      AND c.person_id = l.person_id AND c.state NOT IN ('withdrawn', 'replaced', 'spoiled'))
"""

# One card for each reason to look: the first in the order of printing of every station and template, and the extremes.
PROOF = """
WITH card AS (
    SELECT c.*, p.born_on FROM convocations_card c
      JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.id = c.person_id
     WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s),
chosen AS (
    (SELECT DISTINCT ON (station_id, template) position, 'station_template' AS reason FROM card ORDER BY station_id, template, position)
    UNION ALL (SELECT position, 'longest_name' FROM card ORDER BY length(last_name) + length(first_names) DESC, position LIMIT 2)
    UNION ALL (SELECT position, 'longest_street' FROM card ORDER BY length(street_name) DESC, position LIMIT 1)
    UNION ALL (SELECT position, 'diacritics' FROM card WHERE last_name || first_names ~ '[^ -~]'
                ORDER BY length(regexp_replace(last_name || first_names, '[ -~]', '', 'g')) DESC, position LIMIT 2)
    UNION ALL (SELECT position, 'number_with_letter' FROM card WHERE house_number ~ '[[:alpha:]]' ORDER BY position LIMIT 1)
    UNION ALL (SELECT position, 'box' FROM card WHERE box_number <> '' ORDER BY length(box_number) DESC, position LIMIT 1)
    UNION ALL (SELECT position, 'moved' FROM card WHERE moved ORDER BY position LIMIT 2)
    UNION ALL (SELECT position, 'abroad' FROM card WHERE country <> '' ORDER BY position LIMIT 1)
    UNION ALL (SELECT position, 'without_place' FROM card WHERE country = '' AND place = '' ORDER BY position LIMIT 1)
    UNION ALL (SELECT position, 'oldest' FROM card ORDER BY born_on, position LIMIT 1)
    UNION ALL (SELECT position, 'youngest' FROM card ORDER BY born_on DESC, position LIMIT 1)
    UNION ALL (SELECT position, 'added_later' FROM card WHERE added_entry_id IS NOT NULL ORDER BY position LIMIT 1)
    UNION ALL (SELECT position, 'new_issue' FROM card WHERE issue > 1 ORDER BY position LIMIT 1))
SELECT position, array_agg(DISTINCT reason ORDER BY reason) FROM chosen GROUP BY position ORDER BY position
"""


TEMPLATES = """
SELECT bundle, array_agg(DISTINCT template) FROM convocations_card
 WHERE municipality_id = %(municipality_id)s AND run_id = %(run_id)s AND position BETWEEN %(first)s AND %(last)s
 GROUP BY bundle
"""


class Stale(NamedTuple):
    """A card that is not right any more; ``why`` is a reason for no card, or ``changed``."""

    pk: int
    position: int
    token: str
    issue: int
    list_number: int
    last_name: str
    first_names: str
    why: str


def count_cards(*, municipality_id: int, run_id: int) -> tuple[int, int]:
    """Cards of a run, and different voters among them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"municipality_id": municipality_id, "run_id": run_id})
        cards, persons = cursor.fetchone()
        return cards, persons


def templates_of_bundles(*, municipality_id: int, run_id: int, first: int, last: int) -> dict[int, frozenset[str]]:
    """Which templates occur in each bundle of the positions ``first`` to ``last`` of a run."""
    with connection.cursor() as cursor:
        cursor.execute(TEMPLATES, {"municipality_id": municipality_id, "run_id": run_id, "first": first, "last": last})
        return {bundle: frozenset(templates) for bundle, templates in cursor.fetchall()}


def stale(*, statement: str, params: Mapping[str, Any], run_id: int, states: list[str]) -> list[Stale]:
    """The cards in some states that are not right on the list of the statement (``voters.selectors.ledger.current_statement``)."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(STALE.format(current=statement), {**params, "run_id": run_id, "states": states})
        return [Stale(*row) for row in cursor.fetchall()]


class Changed(NamedTuple):
    """A released card that is not right any more; ``why`` as of ``Stale``, ``changed_at`` when the last was recorded of its voter."""

    pk: int
    run_id: int
    why: str
    changed_at: datetime


def changed(
    *, municipality_id: int, election_id: int, extraction_id: int, draft_id: int | None, at: datetime, states: list[str]
) -> list[Changed]:
    """The cards of print runs in some states that are not right on the list of a moment."""
    values = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "extraction_id": extraction_id,
        "draft_id": draft_id,
        "at": at,
        "states": states,
    }
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(CHANGED, values)
        return [Changed(*row) for row in cursor.fetchall()]


def lacking(*, statement: str, params: Mapping[str, Any], election_id: int) -> int:
    """How many on the list should have a card and have none."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(LACKING.format(current=statement), {**params, "election_id": election_id})
        return int(cursor.fetchone()[0])


def proof(*, municipality_id: int, run_id: int) -> list[tuple[int, list[str]]]:
    """The positions of the proof set, with why each is in it."""
    with connection.cursor() as cursor:
        cursor.execute(PROOF, {"municipality_id": municipality_id, "run_id": run_id})
        return list(cursor.fetchall())
