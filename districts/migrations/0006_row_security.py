"""Row-level security, and the constraint that keeps two rows of districts from holding for the same house."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("area", "district", "streetrange", "building", "station")

# Ranges of one value stand for equality, so that no extension of the database (btree_gist) is needed.
NEVER_OVERLAP = """
ALTER TABLE districts_streetrange ADD CONSTRAINT street_ranges_never_overlap EXCLUDE USING gist (
    int8range(municipality_id, municipality_id, '[]') WITH &&,
    int8range(street_id, street_id, '[]') WITH &&,
    int4range(postcode::integer, postcode::integer, '[]') WITH &&,
    (CASE side WHEN 'all' THEN int4range(0, 2) WHEN 'even' THEN int4range(0, 1) ELSE int4range(1, 2) END) WITH &&,
    int4range(number_from, number_to, '[]') WITH &&,
    daterange(valid_from, valid_until) WITH &&)
 WHERE (removed_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0005_districts_and_stations"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL(NEVER_OVERLAP, "ALTER TABLE districts_streetrange DROP CONSTRAINT street_ranges_never_overlap"),
        *[EnableRowSecurity(f"districts_{table}") for table in TABLES],
    ]
