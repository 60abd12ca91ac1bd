"""Row-level security; and a frozen assignment never changes, as a frozen extraction never does (voters/migrations/0004)."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

TABLES = ("draft", "placement", "pin", "entryplace")

GUARD_LINES = """
CREATE FUNCTION voters_refuse_frozen_places() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT DISTINCT municipality_id, draft_id FROM touched LOOP
        PERFORM FROM public.voters_draft d
          WHERE d.id = part.draft_id AND d.municipality_id = part.municipality_id AND d.frozen_at IS NULL
            FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION '% of draft % is frozen', TG_TABLE_NAME, part.draft_id USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""

GUARD_DRAFT = """
CREATE FUNCTION voters_refuse_frozen_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'draft % is frozen', OLD.id USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON voters_draft FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL)
    EXECUTE FUNCTION voters_refuse_frozen_draft();
ALTER TABLE voters_draft ENABLE ALWAYS TRIGGER frozen;
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
            f"{trigger} EXECUTE FUNCTION voters_refuse_frozen_places()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        ]
    return statements


def _no_truncate(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION voters_refuse_truncate()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate",
    ]


class Migration(migrations.Migration):
    dependencies = [("voters", "0006_assignment"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL(
            [
                GUARD_LINES,
                GUARD_DRAFT,
                *_line_triggers("voters_entryplace"),
                *_line_triggers("voters_placement"),
                *_no_truncate("voters_entryplace"),
                *_no_truncate("voters_placement"),
                *_no_truncate("voters_draft"),
            ],
            ["DROP FUNCTION voters_refuse_frozen_places() CASCADE", "DROP FUNCTION voters_refuse_frozen_draft() CASCADE"],
        ),
        *[EnableRowSecurity(f"voters_{table}") for table in TABLES],
    ]
