"""Row-level security; and the ledger is only ever added to: triggers refuse changes to whoever asks (as voters/migrations/0004)."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("mutationstaging", "mutation", "listdecision", "addedentry", "effect")
ADDED_ONLY = ("voters_mutation", "voters_addedentry", "voters_effect")

REFUSE = """
CREATE FUNCTION voters_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def _guard(table: str, when: str, name: str = "ledger") -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {when} EXECUTE FUNCTION voters_refuse_ledger_change()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION voters_refuse_truncate()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate",
    ]


class Migration(migrations.Migration):
    dependencies = [("voters", "0010_ledger"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL(
            [
                REFUSE,
                *[statement for table in ADDED_ONLY for statement in _guard(table, "")],
                *_guard("voters_listdecision", "WHEN (OLD.recorded_at IS NOT NULL)"),
            ],
            [
                *[f"DROP TRIGGER no_truncate ON {table}" for table in (*ADDED_ONLY, "voters_listdecision")],
                "DROP FUNCTION voters_refuse_ledger_change() CASCADE",
            ],
        ),
        *[EnableRowSecurity(f"voters_{table}") for table in TABLES],
    ]
