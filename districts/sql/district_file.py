"""Which streets a file of districts means."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

# Streets of that name with an address in the postcode, prepared ones, and those that have rows there already, closed or not:
# what was taken out as a file comes back. Two streets of one name in one postcode share its rows; one that is spelled exactly so
# goes before others of the same key.
STREETS = """
SELECT w.place, s.id, s.closed_at IS NOT NULL, s.name = w.name
  FROM unnest(%(postcodes)s::text[], %(names)s::text[]) WITH ORDINALITY AS w (postcode, name, place)
  JOIN districts_street s
    ON s.municipality_id = %(municipality_id)s AND s.name_key = left(districts_street_key(w.name), 120) AND s.name_key <> ''
 WHERE s.best_id IS NULL AND s.closed_at IS NULL
    OR EXISTS (SELECT FROM districts_address a
                WHERE a.municipality_id = %(municipality_id)s AND a.street_id = s.id AND a.postcode = w.postcode AND a.closed_at IS NULL)
    OR EXISTS (SELECT FROM districts_streetrange r
                WHERE r.municipality_id = %(municipality_id)s AND r.street_id = s.id AND r.postcode = w.postcode AND r.removed_at IS NULL)
 ORDER BY w.place, s.id
"""
ELSEWHERE = """
SELECT w.place, string_agg(DISTINCT a.postcode, ', ' ORDER BY a.postcode)
  FROM unnest(%(names)s::text[]) WITH ORDINALITY AS w (name, place)
  JOIN districts_street s
    ON s.municipality_id = %(municipality_id)s AND s.name_key = left(districts_street_key(w.name), 120) AND s.name_key <> ''
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.street_id = s.id AND a.closed_at IS NULL
 GROUP BY w.place
"""

NamedStreet = tuple[str, str]
"""Postcode and name, as they are written."""


def find_streets(wanted: Sequence[NamedStreet], *, municipality_id: int) -> dict[NamedStreet, list[tuple[int, bool]]]:
    """The streets that each postcode and name mean, with whether they are closed; what means none is left out."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "postcodes": [postcode for postcode, _name in wanted],
        "names": [name for _postcode, name in wanted],
    }
    exact: dict[NamedStreet, list[tuple[int, bool]]] = defaultdict(list)
    alike: dict[NamedStreet, list[tuple[int, bool]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STREETS, values)
        for place, street, closed, same in cursor.fetchall():
            (exact if same else alike)[wanted[place - 1]].append((street, closed))
    return {**alike, **exact}


def postcodes_of(names: Sequence[str], *, municipality_id: int) -> dict[str, str]:
    """For each name that some street has: the postcodes in which it has addresses, ``1500, 1501``."""
    with connection.cursor() as cursor:
        cursor.execute(ELSEWHERE, {"municipality_id": municipality_id, "names": list(names)})
        return {names[place - 1]: postcodes for place, postcodes in cursor.fetchall()}
