"""Row-level security. A signed-in person may also read their own memberships, to choose a municipality."""

from django.db import migrations

from core.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0001_initial"), ("core", "0002_security")]

    operations = [
        EnableRowSecurity("municipalities_membership"),
        EnableRowSecurity("municipalities_supportsession"),
        migrations.RunSQL(
            "CREATE POLICY own_rows ON municipalities_membership FOR SELECT "
            "USING (user_id = (SELECT NULLIF(current_setting('app.user', true), '')::bigint))",
            "DROP POLICY own_rows ON municipalities_membership",
        ),
    ]
