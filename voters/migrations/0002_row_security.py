"""Row-level security; the staging table is unlogged (it is filled again from the file after a crash)."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = (
    "columnmap",
    "entry",
    "extraction",
    "nametoken",
    "person",
    "personversion",
    "registerimport",
    "registerproblem",
    "registerstaging",
    "verdict",
)


class Migration(migrations.Migration):
    dependencies = [("voters", "0001_initial"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL("ALTER TABLE voters_registerstaging SET UNLOGGED", "ALTER TABLE voters_registerstaging SET LOGGED"),
        *[EnableRowSecurity(f"voters_{table}") for table in TABLES],
    ]
