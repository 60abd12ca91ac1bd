"""Which address of the municipality a spelling of the register means (docs/formats/register-matching.md), for a whole file at once.

Keys are made once for each street, number and box that occurs, not once a person. The result is a temporary table
``voters_spelling (postcode, street_name, house_number, box_number, …, address_id)``, one row for each spelling.
"""

from django.db import connection

# The key of a plain number is the number, and that of a street spelled as in the address file is stored: no function is
# called for them, which is nearly all.
# Rules 1 to 3. ``known`` is every open address under the postcode and street key by which the register would find it: by
# the street's own name, unless that spelling was linked by hand to another street.
MATCH = """
CREATE TEMP TABLE voters_spelling ON COMMIT DROP AS
WITH spelling AS MATERIALIZED (
    SELECT DISTINCT postcode, street_name, house_number, box_number FROM {source}),
street AS MATERIALIZED (
    SELECT s.street_name, coalesce(k.name_key, left(districts_street_key(s.street_name), 120)) AS street_key
      FROM (SELECT DISTINCT street_name FROM spelling) s
      LEFT JOIN (SELECT name, min(name_key) AS name_key FROM districts_street WHERE municipality_id = %(municipality_id)s GROUP BY name) k ON k.name = s.street_name),
house AS MATERIALIZED (
    SELECT house_number, number_key, districts_number(number_key) AS number, left(districts_suffix(number_key), 20) AS suffix
      FROM (SELECT house_number,
                   CASE WHEN house_number ~ '^[1-9][0-9]{{0,8}}$' THEN house_number ELSE left(districts_number_key(house_number), 40) END AS number_key
              FROM (SELECT DISTINCT house_number FROM spelling) s) h),
box AS MATERIALIZED (
    SELECT box_number, CASE WHEN box_number ~ '^([1-9][0-9]{{0,8}})?$' THEN box_number ELSE left(districts_box_key(box_number), 40) END AS box_key
      FROM (SELECT DISTINCT box_number FROM spelling) s),
known AS MATERIALIZED (
    SELECT postcode, street_key, number, suffix, box_key, count(DISTINCT street_id) AS streets, min(id) AS address_id,
           CASE WHEN count(*) > 1 THEN array_agg(box_number ORDER BY id) END AS boxes,
           CASE WHEN count(*) > 1 THEN array_agg(id ORDER BY id) END AS ids
      FROM ({addresses}) a
     GROUP BY postcode, street_key, number, suffix, box_key)
SELECT s.postcode, s.street_name, s.house_number, s.box_number, t.street_key, h.number_key, h.number, h.suffix, b.box_key,
       coalesce(l.address_id,
                CASE WHEN k.streets = 1 THEN coalesce(k.ids[array_position(k.boxes, s.box_number)], k.address_id) END) AS address_id
  FROM spelling s
  JOIN street t ON t.street_name = s.street_name
  JOIN house h ON h.house_number = s.house_number
  JOIN box b ON b.box_number = s.box_number
  LEFT JOIN (SELECT l.postcode, l.street_key, l.number_key, l.box_key, l.address_id
               FROM districts_addresslink l
               JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = l.address_id AND a.closed_at IS NULL
              WHERE l.municipality_id = %(municipality_id)s) l
         ON l.postcode = s.postcode AND l.street_key = t.street_key AND l.number_key = h.number_key AND l.box_key = b.box_key
  LEFT JOIN known k ON k.postcode = s.postcode AND k.street_key = t.street_key AND k.number = h.number AND k.suffix = h.suffix
                   AND k.box_key = left(b.box_key, 20) AND h.number_key <> ''
"""

ADDRESSES = """
    SELECT a.id, a.postcode, s.name_key AS street_key, a.street_id, a.number, a.suffix, a.box_key, a.box_number
      FROM districts_address a
      JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = a.street_id
      LEFT JOIN districts_streetlink l
             ON l.municipality_id = %(municipality_id)s AND l.postcode = a.postcode AND l.street_key = s.name_key
     WHERE a.municipality_id = %(municipality_id)s AND a.closed_at IS NULL AND l.id IS NULL
     UNION ALL
    SELECT a.id, l.postcode, l.street_key, a.street_id, a.number, a.suffix, a.box_key, a.box_number
      FROM districts_streetlink l
      JOIN districts_address a
        ON a.municipality_id = %(municipality_id)s AND a.street_id = l.street_id AND a.postcode = l.postcode AND a.closed_at IS NULL
     WHERE l.municipality_id = %(municipality_id)s"""

# Rules 4 and 5, for the few spellings that are left: a box written behind the number, and a box that the house does not have.
CLOSER = """
WITH known AS MATERIALIZED ({addresses}),
missing AS (
    SELECT ctid AS place, postcode, street_key, number_key, number, suffix, box_key
      FROM voters_spelling WHERE address_id IS NULL AND number_key <> ''),
wanted AS (
    SELECT m.place, m.postcode, m.street_key, m.number, m.suffix, m.box_key FROM missing m
     UNION ALL
    SELECT m.place, m.postcode, m.street_key, districts_number(x.house), left(districts_suffix(x.house), 20), districts_box_key(x.box)
      FROM missing m,
           LATERAL (SELECT regexp_replace(m.number_key, '/[^/]*$', '') AS house, regexp_replace(m.number_key, '^.*/', '') AS box) x
     WHERE m.box_key = '' AND m.number_key LIKE '%%_/_%%'
       AND NOT EXISTS (SELECT FROM known k WHERE k.postcode = m.postcode AND k.street_key = m.street_key
                          AND k.number = m.number AND k.suffix = m.suffix)),
chosen AS (
    SELECT DISTINCT ON (w.place) w.place, k.id
      FROM (SELECT w.*, count(DISTINCT k.street_id) AS streets
              FROM wanted w JOIN known k ON k.postcode = w.postcode AND k.street_key = w.street_key AND k.number = w.number AND k.suffix = w.suffix
             GROUP BY w.place, w.postcode, w.street_key, w.number, w.suffix, w.box_key) w
      JOIN known k ON k.postcode = w.postcode AND k.street_key = w.street_key AND k.number = w.number AND k.suffix = w.suffix
     WHERE w.streets = 1
     ORDER BY w.place, k.box_key = w.box_key DESC, k.box_key = '' DESC, length(k.box_key), k.box_key, k.id)
UPDATE voters_spelling s SET address_id = c.id FROM chosen c WHERE s.ctid = c.place
"""


def match(*, municipality_id: int, source: str) -> int:
    """Match every spelling of the temporary table ``source`` (its name; four text columns, none NULL). Returns how many there are."""
    if source not in {"voters_incoming", "voters_waiting"}:
        raise ValueError(source)
    values = {"municipality_id": municipality_id}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.voters_spelling")
        cursor.execute(MATCH.format(source=source, addresses=ADDRESSES), values)
        count = int(cursor.rowcount)
        cursor.execute(CLOSER.format(addresses=ADDRESSES), values)
    return count
