"""Set-based statements about buildings and stations. Each names its municipality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from districts.rules.station_file import BuildingAddress
from districts.rules.station_plan import Found

LOCK_BUILDINGS = "SELECT pg_advisory_xact_lock(hashtext('districts.buildings'), %(municipality_id)s::int)"


def lock_buildings(*, municipality_id: int) -> None:
    """One change of a municipality's buildings at a time: their names are told apart by how they read, which no constraint can see."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_BUILDINGS, {"municipality_id": municipality_id})


# A house with boxes has a position on each of them; the house's own comes first.
ADDRESSES = """
SELECT DISTINCT ON (w.place) w.place, a.id, a.postname, a.latitude, a.longitude
  FROM unnest(%(postcodes)s::text[], %(streets)s::text[], %(numbers)s::text[]) WITH ORDINALITY AS w (postcode, street, number, place)
  JOIN districts_street s
    ON s.municipality_id = %(municipality_id)s AND s.name_key = left(districts_street_key(w.street), 120)
  JOIN districts_address a
    ON a.municipality_id = %(municipality_id)s AND a.street_id = s.id AND a.postcode = w.postcode
   AND a.number = districts_number(districts_number_key(w.number))
   AND a.suffix = left(districts_suffix(districts_number_key(w.number)), 20)
 WHERE a.closed_at IS NULL
 ORDER BY w.place, a.latitude IS NULL, a.box_key <> '', length(a.box_key), a.box_key, a.id
"""

POSTNAMES = """
SELECT a.postcode, mode() WITHIN GROUP (ORDER BY a.postname)
  FROM districts_address a
 WHERE a.municipality_id = %(municipality_id)s AND a.closed_at IS NULL AND a.postcode = ANY(%(postcodes)s)
 GROUP BY a.postcode
"""


def find_addresses(wanted: Sequence[BuildingAddress], *, municipality_id: int) -> dict[BuildingAddress, Found]:
    """Look addresses up by the keys of docs/formats/addresses.md. One that is not known still gets the name of its postal area."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "postcodes": [address.postcode for address in wanted],
        "streets": [address.street_name for address in wanted],
        "numbers": [address.house_number for address in wanted],
    }
    found: dict[BuildingAddress, Found] = {}
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES, values)
        for place, pk, postname, latitude, longitude in cursor.fetchall():
            found[wanted[place - 1]] = Found(pk, postname, None if latitude is None else (latitude, longitude))
        if missing := [address for address in wanted if address not in found]:
            cursor.execute(POSTNAMES, {**values, "postcodes": [address.postcode for address in missing]})
            postnames = dict(cursor.fetchall())
            found |= {address: Found(None, postnames.get(address.postcode, ""), None) for address in missing}
    return found


HOUSES = """
SELECT DISTINCT a.latitude, a.longitude, s.name
  FROM districts_address a
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = a.street_id
 WHERE a.municipality_id = %(municipality_id)s AND a.closed_at IS NULL
   AND a.latitude BETWEEN %(south)s AND %(north)s AND a.longitude BETWEEN %(west)s AND %(east)s
 ORDER BY s.name, a.latitude, a.longitude
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the map, in degrees."""

    south: float
    north: float
    west: float
    east: float


def houses_in(box: Box, *, municipality_id: int) -> list[tuple[float, float, str]]:
    """Latitude, longitude and street of the houses in a rectangle: a map of their own, without any map behind it."""
    values = {"municipality_id": municipality_id, "south": box.south, "north": box.north, "west": box.west, "east": box.east}
    with connection.cursor() as cursor:
        cursor.execute(HOUSES, values)
        return list(cursor.fetchall())


# Numbers are unique at every moment: all step aside first, so that two stations can change places.
STEP_ASIDE = """
UPDATE districts_station s SET number = number + 1000000
 WHERE s.municipality_id = %(municipality_id)s AND s.election_id = %(election_id)s AND s.id = ANY(%(pks)s)
"""

RENUMBER = """
UPDATE districts_station s SET number = w.number
  FROM unnest(%(pks)s::bigint[], %(numbers)s::int[]) AS w (pk, number)
 WHERE s.municipality_id = %(municipality_id)s AND s.election_id = %(election_id)s AND s.id = w.pk
"""


def renumber(numbers: Mapping[int, int], *, municipality_id: int, election_id: int) -> None:
    """Give stations of an election (by primary key) other numbers, all at once."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "pks": list(numbers),
        "numbers": list(numbers.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(STEP_ASIDE, values)
        cursor.execute(RENUMBER, values)
