"""A final extraction never changes: triggers refuse it to the application, to the tables' owner and to a superuser alike.

Why transition tables and not a policy or a setting: docs/adr/0006-extraction.md. ENABLE ALWAYS, because a superuser's
session_replication_role switches ordinary triggers off; search_path fixed, because a temporary table could stand in for ours.
"""

from django.db import migrations

# Writing a line is allowed only where an extraction is there, in the same municipality, and not frozen: whoever does not
# see one may not write. The lock makes this statement and a freeze wait for each other.
GUARD_LINES = """
CREATE FUNCTION voters_refuse_frozen_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT DISTINCT municipality_id, extraction_id FROM touched LOOP
        PERFORM FROM public.voters_extraction e
          WHERE e.id = part.extraction_id AND e.municipality_id = part.municipality_id AND e.frozen_at IS NULL
            FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION '% of extraction % is frozen', TG_TABLE_NAME, part.extraction_id USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""

GUARD_EXTRACTION = """
CREATE FUNCTION voters_refuse_frozen_extraction() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'extraction % is frozen', OLD.id USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON voters_extraction FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL)
    EXECUTE FUNCTION voters_refuse_frozen_extraction();
ALTER TABLE voters_extraction ENABLE ALWAYS TRIGGER frozen;
"""

# Row-level security hides from the owner which extractions are frozen, and TRUNCATE asks nobody: so it is never allowed.
GUARD_TRUNCATE = """
CREATE FUNCTION voters_refuse_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% may hold frozen lists and is never emptied', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""

EVENTS = (
    ("frozen_insert", "INSERT", "NEW"),
    ("frozen_delete", "DELETE", "OLD"),
    ("frozen_update_from", "UPDATE", "OLD"),
    ("frozen_update_to", "UPDATE", "NEW"),
)


def _line_triggers(table: str) -> list[str]:
    statements = []
    for name, event, image in EVENTS:
        trigger = f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {image} TABLE AS touched FOR EACH STATEMENT"
        statements += [
            f"{trigger} EXECUTE FUNCTION voters_refuse_frozen_lines()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        ]
    return statements


def _no_truncate(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION voters_refuse_truncate()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate",
    ]


class Migration(migrations.Migration):
    dependencies = [("voters", "0003_register_imports")]

    operations = [
        migrations.RunSQL(
            [
                GUARD_LINES,
                GUARD_EXTRACTION,
                GUARD_TRUNCATE,
                *_line_triggers("voters_entry"),
                *_line_triggers("voters_verdict"),
                *_no_truncate("voters_entry"),
                *_no_truncate("voters_verdict"),
                *_no_truncate("voters_extraction"),
            ],
            [
                "DROP FUNCTION voters_refuse_frozen_lines() CASCADE",
                "DROP FUNCTION voters_refuse_frozen_extraction() CASCADE",
                "DROP FUNCTION voters_refuse_truncate() CASCADE",
            ],
        )
    ]
