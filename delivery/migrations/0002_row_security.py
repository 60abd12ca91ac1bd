"""Row-level security, and the constraint that lets every Mail ID number rest.

The constraint looks at all municipalities, as only the database itself may: a printer can send for several under one
BarcodeCustomerId, and for bpost a number is one letter, whoever posted it.
"""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("bpostsettings", "mailidrange", "mailidallocation")

# Ranges of one value stand for equality, so that no extension of the database (btree_gist) is needed.
NUMBERS_REST = """
ALTER TABLE delivery_mailidallocation ADD CONSTRAINT mail_ids_rest EXCLUDE USING gist (
    int8range(first_number, last_number, '[]') WITH &&,
    int4range(barcode_customer_id::integer, barcode_customer_id::integer, '[]') WITH &&,
    int4range(piece_digits, piece_digits, '[]') WITH &&,
    tstzrange(taken_at, rests_until) WITH &&)
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_settings_and_ranges"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL(NUMBERS_REST, "ALTER TABLE delivery_mailidallocation DROP CONSTRAINT mail_ids_rest"),
        *[EnableRowSecurity(f"delivery_{table}") for table in TABLES],
    ]
