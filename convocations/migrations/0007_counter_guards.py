"""Row-level security; a duplicate and a movement of blank cards stay as they were written."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("cardprinter", "counter", "duplicate", "blankmovement", "reissue", "reissuevoter")
KEPT = ("duplicate", "blankmovement", "reissue", "reissuevoter")


def _guard(table: str) -> list[str]:
    name = f"convocations_{table}"
    return [
        f"CREATE TRIGGER added_only BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION convocations_refuse_change()",
        f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER added_only",
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION convocations_refuse_change()",
        f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER no_truncate",
    ]


class Migration(migrations.Migration):
    dependencies = [("convocations", "0006_counter")]

    operations = [
        migrations.RunSQL(
            [statement for table in KEPT for statement in _guard(table)],
            [f"DROP TRIGGER {trigger} ON convocations_{table}" for table in KEPT for trigger in ("added_only", "no_truncate")],
        ),
        *[EnableRowSecurity(f"convocations_{table}") for table in TABLES],
    ]
