"""Taking Mail ID numbers, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# The row of the range is the lock: a second worker waits for it and goes on after the first one's numbers. What does not fit before
# the end is taken from the beginning; that nobody's numbers come back too soon is seen to by mail_ids_rest (migration 0002).
TAKE = """
WITH moved AS (
    UPDATE delivery_mailidrange r
       SET next_number = CASE WHEN r.next_number + %(count)s - 1 <= r.last_number THEN r.next_number ELSE r.first_number END + %(count)s
     WHERE r.municipality_id = %(municipality_id)s AND r.closed_at IS NULL
       AND %(count)s <= r.last_number - r.first_number + 1
    RETURNING r.id, r.barcode_customer_id, r.piece_digits, r.next_number)
INSERT INTO delivery_mailidallocation
       (municipality_id, range_id, barcode_customer_id, piece_digits, first_number, last_number, purpose, taken_at, taken_by_name, rests_until)
SELECT %(municipality_id)s, id, barcode_customer_id, piece_digits, next_number - %(count)s, next_number - 1,
       %(purpose)s, %(at)s, %(by)s, %(rests_until)s
  FROM moved
RETURNING range_id, barcode_customer_id, piece_digits, first_number, last_number
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """Numbers that were taken from a range."""

    range_id: int
    barcode_customer_id: str
    piece_digits: int
    first: int
    last: int


def take_mail_ids(*, municipality_id: int, count: int, purpose: str, by: str, at: datetime, rests_until: datetime) -> Taken | None:
    """Take ``count`` consecutive numbers; ``None`` when there is no open range, or none so long.

    Raises ``IntegrityError`` when some of them have not rested long enough; the transaction is then lost.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            {"municipality_id": municipality_id, "count": count, "purpose": purpose, "by": by, "at": at, "rests_until": rests_until},
        )
        row = cursor.fetchone()
    return Taken(*row) if row else None
