"""Row-level security. The law (rules, member states) belongs to no municipality."""

from django.db import migrations

from core.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("elections", "0002_initial"), ("core", "0002_security")]

    operations = [EnableRowSecurity("elections_election"), EnableRowSecurity("elections_electionballot")]
