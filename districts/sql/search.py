"""What the search at the top of every page finds here: streets, buildings, and the polling stations of an election.

Streets are found by a range of their keys, which an index holds (never LIKE: docs/adr/0003-row-level-security.md). Of buildings
and stations a municipality has some hundreds: those are read, and their words compared.
"""

from typing import Any, NamedTuple

from django.db import connection

from districts.sql.where import keys

END = "\U0010ffff"
"""Sorts behind every character: the range from a prefix to the prefix and this holds what begins with it."""


class StreetHit(NamedTuple):
    """A street in use."""

    pk: int
    name: str
    postcodes: list[str]


class BuildingHit(NamedTuple):
    """A building; ``closed``: no longer used."""

    pk: int
    name: str
    address: str
    closed: bool


class StationHit(NamedTuple):
    """A polling station and the building that it is in."""

    pk: int
    number: int
    name: str
    building: str


_STREETS = """
SELECT s.id, s.name,
       ARRAY(SELECT DISTINCT a.postcode FROM districts_address a
              WHERE a.municipality_id = %(municipality_id)s AND a.street_id = s.id ORDER BY a.postcode)
  FROM districts_street s
 WHERE s.municipality_id = %(municipality_id)s AND s.closed_at IS NULL AND {within}
 ORDER BY s.name_key, s.id
 LIMIT %(limit)s
"""
BEGINNING = _STREETS.format(within="s.name_key >= %(key)s AND s.name_key < %(key)s || %(end)s")
# Reads the names of all streets, some thousands: only where too few begin so.
INSIDE = _STREETS.format(within="strpos(s.name_key, %(key)s) > 1")
SHORTEST_PART = 3

# What is said of a row as words: folded, with one blank before each. Every word typed must begin one of them.
_WORDS = "' ' || regexp_replace(core_fold({text}), '[^a-z0-9]+', ' ', 'g')"
_TYPED = "regexp_split_to_table(btrim(regexp_replace(core_fold(%(text)s), '[^a-z0-9]+', ' ', 'g')), ' ')"
_MATCHED = f"(SELECT bool_and(w <> '' AND strpos(said.words, ' ' || w) > 0) FROM {_TYPED} w)"  # noqa: S608  # fixed expressions
_FIRST = f"(SELECT bool_or(strpos(said.named, ' ' || w) = 1) FROM {_TYPED} w)"  # noqa: S608  # fixed expressions

BUILDINGS = f"""
SELECT b.id, b.name, btrim(b.street_name || ' ' || b.house_number || ', ' || b.postcode || ' ' || b.locality), b.closed_at IS NOT NULL
  FROM districts_building b,
       LATERAL (SELECT {_WORDS.format(text="b.name")} AS named,
                       {_WORDS.format(text="concat_ws(' ', b.name, b.street_name, b.house_number, b.postcode, b.locality)")} AS words) said
 WHERE b.municipality_id = %(municipality_id)s AND {_MATCHED}
 ORDER BY b.closed_at IS NOT NULL, NOT {_FIRST}, said.named, b.id
 LIMIT %(limit)s
"""  # noqa: S608  # fixed expressions

STATIONS = f"""
SELECT s.id, s.number, s.name, b.name
  FROM districts_station s
  JOIN districts_building b ON b.municipality_id = %(municipality_id)s AND b.id = s.building_id,
       LATERAL (SELECT {_WORDS.format(text="s.name")} AS named,
                       {_WORDS.format(text="s.number || ' ' || s.name")} AS words) said
 WHERE s.municipality_id = %(municipality_id)s AND s.election_id = %(election_id)s AND {_MATCHED}
 ORDER BY s.number::text <> btrim(%(text)s), s.number
 LIMIT %(limit)s
"""  # noqa: S608  # fixed expressions


def _run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def streets(*, municipality_id: int, name: str, limit: int) -> list[StreetHit]:
    """Streets in use whose name begins so, in any spelling; where these are few, those that hold it too."""
    key = keys([name.replace("\0", "")])[0]
    if not key:
        return []
    values: dict[str, Any] = {"municipality_id": municipality_id, "key": key, "end": END}
    found = _run(BEGINNING, **values, limit=limit)
    if len(found) < limit and len(key) >= SHORTEST_PART:
        found += _run(INSIDE, **values, limit=limit - len(found))
    return [StreetHit(*row) for row in found]


def buildings(*, municipality_id: int, text: str, limit: int) -> list[BuildingHit]:
    """Buildings of whose name or address every word typed begins a word: those in use first, and those whose name begins so."""
    return [BuildingHit(*row) for row in _run(BUILDINGS, municipality_id=municipality_id, text=text.replace("\0", ""), limit=limit)]


def stations(*, municipality_id: int, election_id: int, text: str, limit: int) -> list[StationHit]:
    """Polling stations by number, or of whose name every word typed begins a word; the very number first."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "election_id": election_id, "text": text.replace("\0", "")}
    return [StationHit(*row) for row in _run(STATIONS, **values, limit=limit)]
