"""Row-level security."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("street", "address", "addressimport", "streetlink", "addresslink")


class Migration(migrations.Migration):
    dependencies = [("districts", "0002_initial"), ("core", "0002_security")]

    operations = [EnableRowSecurity(f"districts_{table}") for table in TABLES]
