"""Streets by what somebody typed, and where their houses are: what *which district* looks up."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

KEYS = "SELECT left(districts_street_key(text), 120) FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t (text, place) ORDER BY place"

# No search in the database: similarity cannot use an index under row-level security, and a municipality has a few thousand streets.
STREETS = """
SELECT id, name, name_key FROM districts_street WHERE municipality_id = %(municipality_id)s AND closed_at IS NULL ORDER BY name_key, id
"""

POSTCODES = """
SELECT DISTINCT postcode FROM districts_streetrange WHERE municipality_id = %(municipality_id)s AND removed_at IS NULL
"""

PLACES = """
SELECT w.street_id, a.postcode, min(a.postname), coalesce(bool_or(a.number = w.number), false)
  FROM unnest(%(streets)s::bigint[], %(numbers)s::integer[]) AS w (street_id, number)
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.street_id = w.street_id AND a.closed_at IS NULL
 GROUP BY w.street_id, a.postcode
 ORDER BY w.street_id, a.postcode
"""


class KnownStreet(NamedTuple):
    """A street in use or prepared."""

    pk: int
    name: str
    key: str


class StreetPlace(NamedTuple):
    """A postcode in which a street has addresses, and whether one of them has the number asked for."""

    street_id: int
    postcode: str
    postname: str
    has_number: bool


def keys(texts: Sequence[str]) -> list[str]:
    """The keys of street names as they were typed (docs/formats/addresses.md)."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, {"texts": list(texts)})
        return [key for (key,) in cursor.fetchall()]


def streets(*, municipality_id: int) -> list[KnownStreet]:
    """Every street that is not closed."""
    with connection.cursor() as cursor:
        cursor.execute(STREETS, {"municipality_id": municipality_id})
        return [KnownStreet(*row) for row in cursor.fetchall()]


def postcodes(*, municipality_id: int) -> frozenset[str]:
    """The postcodes in which there are rows."""
    with connection.cursor() as cursor:
        cursor.execute(POSTCODES, {"municipality_id": municipality_id})
        return frozenset(postcode for (postcode,) in cursor.fetchall())


def places(*, municipality_id: int, wanted: Sequence[tuple[int, int | None]]) -> list[StreetPlace]:
    """Where some streets have addresses; each comes with the house number that is asked for in it."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "streets": [street for street, _number in wanted],
        "numbers": [number for _street, number in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACES, values)
        return [StreetPlace(*row) for row in cursor.fetchall()]
