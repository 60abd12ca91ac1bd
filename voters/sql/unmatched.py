"""Persons whose address is not known: the spellings they have, why they are not recognised, and recognising them anew."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from voters.sql.matching import match


@dataclass(frozen=True, slots=True)
class Spelling:
    """A street as the register spells it. ``reason``: street_unknown or number_unknown (docs/formats/register-matching.md)."""

    postcode: str
    street_key: str
    name: str
    persons: int
    reason: str


WAITING = """
SELECT postcode, street_name, house_number, box_number, count(*) AS persons
  FROM voters_person
 WHERE municipality_id = %(municipality_id)s AND address_id IS NULL AND removed_import_id IS NULL
 GROUP BY postcode, street_name, house_number, box_number
"""

SPELLINGS = f"""
WITH waiting AS ({WAITING}),
keyed AS (SELECT postcode, left(districts_street_key(street_name), 120) AS street_key, street_name, persons FROM waiting),
grouped AS (SELECT postcode, street_key, min(street_name) AS name, sum(persons)::int AS persons FROM keyed GROUP BY postcode, street_key)
SELECT g.postcode, g.street_key, g.name, g.persons,
       CASE WHEN EXISTS (SELECT FROM districts_streetlink l
                          WHERE l.municipality_id = %(municipality_id)s AND l.postcode = g.postcode AND l.street_key = g.street_key)
              OR EXISTS (SELECT FROM districts_street s
                           JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.street_id = s.id
                            AND a.postcode = g.postcode AND a.closed_at IS NULL
                          WHERE s.municipality_id = %(municipality_id)s AND s.name_key = g.street_key)
            THEN 'number_unknown' ELSE 'street_unknown' END
  FROM grouped g
 ORDER BY g.persons DESC, g.name, g.postcode
"""  # noqa: S608  # put together from statements of this file


def spellings(*, municipality_id: int) -> list[Spelling]:
    """The streets under which persons wait for an address, the most persons first."""
    with connection.cursor() as cursor:
        cursor.execute(SPELLINGS, {"municipality_id": municipality_id})
        return [Spelling(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Door:
    """A house number and box as the register spells them, with how many persons wait there."""

    number: str
    box: str
    number_key: str
    box_key: str
    persons: int


DOORS = f"""
WITH waiting AS ({WAITING})
SELECT min(house_number), min(box_number), number_key, box_key, sum(persons)::int
  FROM (SELECT w.*, left(districts_number_key(house_number), 40) AS number_key, left(districts_box_key(box_number), 40) AS box_key
          FROM waiting w
         WHERE postcode = %(postcode)s AND left(districts_street_key(street_name), 120) = %(street_key)s) d
 GROUP BY number_key, box_key
 ORDER BY districts_number(number_key), number_key, length(box_key), box_key
"""  # noqa: S608  # put together from statements of this file


def doors(*, municipality_id: int, postcode: str, street_key: str) -> list[Door]:
    """The doors of one spelling at which persons wait, in natural order."""
    with connection.cursor() as cursor:
        cursor.execute(DOORS, {"municipality_id": municipality_id, "postcode": postcode, "street_key": street_key})
        return [Door(*row) for row in cursor.fetchall()]


REASON = """
SELECT CASE WHEN p.address_id IS NOT NULL THEN
                 CASE WHEN left(districts_box_key(p.box_number), 20) IN ('', a.box_key)
                        OR position('/' in districts_number_key(p.house_number)) > 0 THEN 'matched' ELSE 'box_unknown' END
            WHEN EXISTS (SELECT FROM districts_streetlink l
                          WHERE l.municipality_id = %(municipality_id)s AND l.postcode = p.postcode
                            AND l.street_key = left(districts_street_key(p.street_name), 120))
              OR EXISTS (SELECT FROM districts_street s
                           JOIN districts_address o ON o.municipality_id = %(municipality_id)s AND o.street_id = s.id
                            AND o.postcode = p.postcode AND o.closed_at IS NULL
                          WHERE s.municipality_id = %(municipality_id)s AND s.name_key = left(districts_street_key(p.street_name), 120))
            THEN 'number_unknown' ELSE 'street_unknown' END
  FROM voters_person p
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = p.address_id
 WHERE p.municipality_id = %(municipality_id)s AND p.id = %(person_id)s
"""


def reason(*, municipality_id: int, person_id: int) -> str:
    """matched, box_unknown, street_unknown or number_unknown, for one person."""
    with connection.cursor() as cursor:
        cursor.execute(REASON, {"municipality_id": municipality_id, "person_id": person_id})
        return str(cursor.fetchone()[0])


ALL_WAITING = """
CREATE TEMP TABLE voters_waiting ON COMMIT DROP AS
SELECT DISTINCT postcode, street_name, house_number, box_number FROM voters_person
 WHERE municipality_id = %(municipality_id)s AND address_id IS NULL AND removed_import_id IS NULL
"""
OF_STREET = """
CREATE TEMP TABLE voters_waiting ON COMMIT DROP AS
WITH own AS MATERIALIZED (
    SELECT DISTINCT postcode, street_name, house_number, box_number FROM voters_person
     WHERE municipality_id = %(municipality_id)s AND postcode = %(postcode)s AND removed_import_id IS NULL),
named AS (SELECT DISTINCT street_name FROM own)
SELECT own.* FROM own JOIN named ON named.street_name = own.street_name
 WHERE left(districts_street_key(named.street_name), 120) = %(street_key)s
"""
APPLY = """
UPDATE voters_person p SET address_id = s.address_id
  FROM voters_spelling s
 WHERE p.municipality_id = %(municipality_id)s AND p.removed_import_id IS NULL
   AND p.postcode = s.postcode AND p.street_name = s.street_name AND p.house_number = s.house_number AND p.box_number = s.box_number
   AND p.address_id IS DISTINCT FROM s.address_id
"""


def recognise(*, municipality_id: int, postcode: str = "", street_key: str = "") -> int:
    """Give persons the address that their spelling means now: those of one spelling, or all who wait. Returns how many changed."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "postcode": postcode, "street_key": street_key}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_waiting")
        cursor.execute(OF_STREET if street_key else ALL_WAITING, values)
        match(municipality_id=municipality_id, source="voters_waiting")
        cursor.execute(APPLY, values)
        return int(cursor.rowcount)


# The links hold keys; how the register writes them stands with the persons who got their address through them, or still wait.
STREET_NAMES = f"""
WITH waiting AS ({WAITING})
SELECT l.id, min(p.street_name)
  FROM districts_streetlink l
 CROSS JOIN LATERAL (
       SELECT r.street_name FROM districts_address a
         JOIN voters_person r ON r.municipality_id = %(municipality_id)s AND r.address_id = a.id
        WHERE a.municipality_id = %(municipality_id)s AND a.street_id = l.street_id AND r.postcode = l.postcode
          AND r.removed_import_id IS NULL
        UNION ALL
       SELECT w.street_name FROM waiting w WHERE w.postcode = l.postcode) p
 WHERE l.municipality_id = %(municipality_id)s AND left(districts_street_key(p.street_name), 120) = l.street_key
 GROUP BY l.id
"""  # noqa: S608  # put together from statements of this file
DOOR_NAMES = """
SELECT l.id, min(p.street_name), min(p.house_number), min(p.box_number)
  FROM districts_addresslink l
  JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.address_id = l.address_id AND p.postcode = l.postcode
   AND p.removed_import_id IS NULL AND left(districts_street_key(p.street_name), 120) = l.street_key
   AND left(districts_number_key(p.house_number), 40) = l.number_key AND left(districts_box_key(p.box_number), 40) = l.box_key
 WHERE l.municipality_id = %(municipality_id)s
 GROUP BY l.id
"""


def street_names(*, municipality_id: int) -> dict[int, str]:
    """How the register writes each street that is linked by hand, by the number of the link; none whom nobody is spelled so."""
    with connection.cursor() as cursor:
        cursor.execute(STREET_NAMES, {"municipality_id": municipality_id})
        return dict(cursor.fetchall())


def door_names(*, municipality_id: int) -> dict[int, tuple[str, str, str]]:
    """The same for addresses: street, number and box."""
    with connection.cursor() as cursor:
        cursor.execute(DOOR_NAMES, {"municipality_id": municipality_id})
        return {pk: (street, number, box) for pk, street, number, box in cursor.fetchall()}


KEYS = """
SELECT left(districts_street_key(%(street)s), 120), left(districts_number_key(%(number)s), 40), left(districts_box_key(%(box)s), 40)
"""


def keys(*, street: str, number: str = "", box: str = "") -> tuple[str, str, str]:
    """The keys of a spelling."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, {"street": street, "number": number, "box": box})
        street_key, number_key, box_key = cursor.fetchone()
    return street_key, number_key, box_key
