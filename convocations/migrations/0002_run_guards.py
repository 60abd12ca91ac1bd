"""Row-level security; what a card says never changes, what happened to it is only added to, and a released card is never deleted."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("printrun", "runpart", "card", "cardevent", "runfile", "hourwish", "cardcase")

FUNCTIONS = """
CREATE FUNCTION convocations_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a row of % stays as it was written', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION convocations_guard_card() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'made' THEN
            RAISE EXCEPTION 'a card that left the house is never deleted' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(NEW) - 'state' - 'mail_id' IS DISTINCT FROM to_jsonb(OLD) - 'state' - 'mail_id' OR OLD.mail_id NOT IN ('', NEW.mail_id) THEN
        RAISE EXCEPTION 'what a card says does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


def _guard(table: str, trigger: str, events: str, function: str, each: str = "ROW") -> list[str]:
    return [
        f"CREATE TRIGGER {trigger} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}",
    ]


class Migration(migrations.Migration):
    dependencies = [("convocations", "0001_print_runs"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL(
            [
                FUNCTIONS,
                *_guard("convocations_cardevent", "added_only", "UPDATE OR DELETE", "convocations_refuse_change"),
                *_guard("convocations_cardevent", "no_truncate", "TRUNCATE", "convocations_refuse_change", "STATEMENT"),
                *_guard("convocations_card", "guard", "UPDATE OR DELETE", "convocations_guard_card"),
                *_guard("convocations_card", "no_truncate", "TRUNCATE", "convocations_refuse_change", "STATEMENT"),
            ],
            ["DROP FUNCTION convocations_guard_card() CASCADE", "DROP FUNCTION convocations_refuse_change() CASCADE"],
        ),
        *[EnableRowSecurity(f"convocations_{table}") for table in TABLES],
    ]
