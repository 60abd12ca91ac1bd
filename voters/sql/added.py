"""A voter whom a decision adds: where they vote, by the voters of the same house or street, and the line they get."""

from datetime import date, datetime
from typing import Any

from django.db import connection

# The voters of the same house first; else of the nearest number on the same side of the street, as the register spells it.
STATION = """
SELECT p.station_id, e.address_id IS NOT DISTINCT FROM q.address_id AND e.address_id IS NOT NULL
  FROM voters_person q
  JOIN voters_entry e ON e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s
                     AND e.postcode = q.postcode AND e.street_name = q.street_name
  JOIN voters_entryplace p ON p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.person_id = e.person_id,
       LATERAL (SELECT (substring(q.house_number FROM '^[0-9]{1,9}'))::int AS theirs, (substring(e.house_number FROM '^[0-9]{1,9}'))::int AS ours) n
 WHERE q.municipality_id = %(municipality_id)s AND q.id = %(person_id)s AND q.street_name <> ''
 ORDER BY e.address_id IS NOT DISTINCT FROM q.address_id DESC, n.ours %% 2 = n.theirs %% 2 DESC NULLS LAST, abs(n.ours - n.theirs) NULLS LAST,
          p.list_number
 LIMIT 1
"""


def station_by_address(*, municipality_id: int, extraction_id: int, draft_id: int, person_id: int) -> tuple[int, bool] | None:
    """The station (its id) that goes with a person's address, and whether voters of that very house vote there; ``None``: nobody's street."""
    with connection.cursor() as cursor:
        cursor.execute(
            STATION,
            {"municipality_id": municipality_id, "extraction_id": extraction_id, "draft_id": draft_id, "person_id": person_id},
        )
        row = cursor.fetchone()
    return (row[0], bool(row[1])) if row else None


ADD = """
INSERT INTO voters_addedentry (municipality_id, extraction_id, decision_id, list_number, station_id, person_id, national_number, last_name,
            first_names, name_key, birth_date, born_on, sex, nationality, language, mark, minor, ballots, compulsory, postcode, street_name,
            house_number, box_number, address_id, household_id, recorded_at)
SELECT %(municipality_id)s, %(extraction_id)s, %(decision_id)s,
       1 + greatest((SELECT coalesce(max(list_number), 0) FROM voters_entryplace WHERE municipality_id = %(municipality_id)s AND draft_id = %(draft_id)s),
                    (SELECT coalesce(max(list_number), 0) FROM voters_addedentry
                      WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s)),
       %(station_id)s, id, national_number, last_name, first_names, name_key, birth_date, born_on, sex, nationality, language,
       CASE nationality WHEN 'BE' THEN '' ELSE 'V' END, born_on > %(last_adult)s, %(ballots)s, %(compulsory)s, postcode, street_name, house_number,
       box_number, address_id, household_id, %(at)s
  FROM voters_person
 WHERE municipality_id = %(municipality_id)s AND id = %(person_id)s
RETURNING list_number
"""


def add(*, municipality_id: int, extraction_id: int, draft_id: int, at: datetime, last_adult: date, **line: Any) -> int:
    """Write the line of an added voter (decision_id, station_id, person_id, ballots, compulsory) and return its number: the next one at the end."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "extraction_id": extraction_id,
        "draft_id": draft_id,
        "at": at,
        "last_adult": last_adult,
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, {**values, **line})
        return int(cursor.fetchone()[0])
