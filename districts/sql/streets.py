"""One street in districts, and the addresses of some rows."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import connection

from districts.sql.districts import PLACED

OF_ROWS = f"""
SELECT p.range_id, count(*)::integer
  FROM ({PLACED} AND a.street_id = ANY(%(streets)s)) p
 WHERE p.open AND p.range_id IS NOT NULL
 GROUP BY p.range_id
"""  # noqa: S608  # fixed expressions


def addresses_of_rows(*, municipality_id: int, day: date, streets: Collection[int]) -> dict[int, int]:
    """For each row of some streets that holds any: how many addresses in use."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ROWS, {"municipality_id": municipality_id, "day": day, "streets": list(streets)})
        return dict(cursor.fetchall())


class Run(NamedTuple):
    """Houses beside each other on one side of a street that lie in one district (``None``: in none)."""

    postcode: str
    side: str
    number_from: int
    number_to: int
    houses: int
    addresses: int
    district_id: int | None


RUNS = f"""
WITH house AS (
    SELECT p.postcode, p.number %% 2 AS parity, p.number, p.district_id, count(*) AS addresses
      FROM ({PLACED} AND a.street_id = %(street_id)s) p
     WHERE p.open
     GROUP BY p.postcode, p.number, p.district_id),
run AS (
    SELECT h.*, row_number() OVER (PARTITION BY postcode, parity ORDER BY number)
              - row_number() OVER (PARTITION BY postcode, parity, district_id ORDER BY number) AS run
      FROM house h)
SELECT postcode, CASE parity WHEN 0 THEN 'even' ELSE 'odd' END, min(number), max(number), count(*)::integer, sum(addresses)::integer, district_id
  FROM run
 GROUP BY postcode, parity, district_id, run
 ORDER BY postcode, parity DESC, min(number)
"""  # noqa: S608  # fixed expressions


def runs(*, municipality_id: int, day: date, street_id: int) -> list[Run]:
    """The houses of a street in runs, odd numbers first, each side in order."""
    with connection.cursor() as cursor:
        cursor.execute(RUNS, {"municipality_id": municipality_id, "day": day, "street_id": street_id})
        return [Run(*row) for row in cursor.fetchall()]


POSTCODES = """
SELECT postcode FROM districts_streetrange WHERE municipality_id = %(municipality_id)s AND removed_at IS NULL
 UNION
SELECT postcode FROM districts_address WHERE municipality_id = %(municipality_id)s AND closed_at IS NULL
 ORDER BY postcode
"""


def postcodes(*, municipality_id: int) -> list[str]:
    """The postcodes of the municipality."""
    with connection.cursor() as cursor:
        cursor.execute(POSTCODES, {"municipality_id": municipality_id})
        return [postcode for (postcode,) in cursor.fetchall()]
