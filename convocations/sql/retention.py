"""Requests for cards in French that ended, and that no election can be disputed about any more."""

from datetime import date

from django.db import connection

# Ended: withdrawn, or the day after the term. The first election after that must be beyond dispute, since its cards followed from the end.
_OVER = """
  FROM convocations_languagechoice c
 WHERE c.municipality_id = %(municipality_id)s AND coalesce(c.withdrawn_on, c.ends_on + 1) <= %(today)s
   AND EXISTS (SELECT FROM elections_election e
                WHERE e.municipality_id = %(municipality_id)s AND e.date >= coalesce(c.withdrawn_on, c.ends_on + 1) AND e.date <= %(validated)s)
"""


def count(*, municipality_id: int, today: date, validated: date) -> int:
    """How many there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_OVER}", {"municipality_id": municipality_id, "today": today, "validated": validated})
        return int(cursor.fetchone()[0])


def delete(*, municipality_id: int, today: date, validated: date) -> int:
    """Delete them; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE {_OVER}", {"municipality_id": municipality_id, "today": today, "validated": validated})
        return int(cursor.rowcount)
