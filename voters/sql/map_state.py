"""What a map rests on, in a few figures: while they are the same, so is the map.

Rows of districts are made and removed, never changed and never deleted (docs/adr/0010-districts.md); addresses are written by imports and
by nothing else (a test holds it); a draft that is shown changes by moves by hand, and by taking them back; a finished list is never
written again. Numbers of rows tell a change from its undoing, and are not given twice where a transaction was given up.
"""

from dataclasses import asdict
from typing import Any

from django.db import connection

from voters.sql.map import Shown

STATE = """
SELECT r.last, r.removed, r.changed, i.brought_in, i.last, m.last, m.undone, m.changed,
       (SELECT array_agg(d.finished_at ORDER BY d.id) FROM voters_draft d
         WHERE d.municipality_id = %(municipality_id)s AND d.id IN (%(draft_id)s, %(before_id)s)),
       (SELECT e.finished_at FROM voters_extraction e
         WHERE e.municipality_id = %(municipality_id)s AND e.id = %(extraction_id)s)
  FROM (SELECT max(id) AS last, count(removed_at) AS removed, max(removed_change_id) AS changed
          FROM districts_streetrange WHERE municipality_id = %(municipality_id)s) r
 CROSS JOIN (SELECT count(*) AS brought_in, max(finished_at) AS last
               FROM districts_addressimport WHERE municipality_id = %(municipality_id)s AND counts ? 'added') i
 CROSS JOIN (SELECT max(id) AS last, count(undone_at) AS undone, max(undone_at) AS changed
               FROM voters_handmove
              WHERE municipality_id = %(municipality_id)s AND draft_id IN (%(draft_id)s, %(before_id)s)) m
"""


def state(shown: Shown) -> tuple[Any, ...]:
    """The last rows of districts and how many are removed, the imports of addresses, the moves by hand, and when drafts and list were finished."""
    with connection.cursor() as cursor:
        cursor.execute(STATE, asdict(shown))
        return tuple(cursor.fetchone())
