"""Row-level security, the folded key of names, and the audit trail's chain."""

from django.conf import settings
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from core.tenancy import EnableRowSecurity

# Lower case without accents; immutable, so that indexes and stored keys may rest on it. The database may lack ICU,
# and lower() of a "C" locale knows ASCII only: so accents go first.
FOLD = """
CREATE FUNCTION core_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, value));
"""

AUDIT_HASH = """
CREATE FUNCTION core_audit_hash(event core_auditevent) RETURNS bytea
LANGUAGE sql STABLE
RETURN sha256(event.prev_hash || convert_to(jsonb_build_array(
    event.municipality_id, event.seq, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    event.actor_id, event.actor_name, event.role, event.address, event.kind, event.target, event.before, event.after)::text, 'UTF8'));
"""

# The head row is locked until commit, so that a municipality's events have one order. The function runs as the
# tables' owner: the application's role may not write the head itself.
AUDIT_CHAIN = """
CREATE FUNCTION core_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head core_auditchain;
BEGIN
    INSERT INTO core_auditchain (municipality_id, seq, hash) VALUES (NEW.municipality_id, 0, ''::bytea)
        ON CONFLICT (municipality_id) DO NOTHING;
    SELECT * INTO STRICT head FROM core_auditchain WHERE municipality_id = NEW.municipality_id FOR UPDATE;
    NEW.seq := head.seq + 1;
    NEW.prev_hash := head.hash;
    NEW.hash := core_audit_hash(NEW);
    UPDATE core_auditchain SET seq = NEW.seq, hash = NEW.hash WHERE municipality_id = NEW.municipality_id;
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON core_auditevent FOR EACH ROW EXECUTE FUNCTION core_audit_chain();
"""

APPEND_ONLY = """
CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_auditevent FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON core_auditevent FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
"""


def restrict_application_role(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave the application's role the right to add and read events only."""
    role = settings.DATABASES["default"]["USER"]
    if role == settings.DATABASES["owner"]["USER"]:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"REVOKE ALL ON core_auditevent, core_auditchain FROM {quoted}")
    schema_editor.execute(f"GRANT SELECT, INSERT ON core_auditevent TO {quoted}")
    schema_editor.execute(f"GRANT SELECT ON core_auditchain TO {quoted}")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION core_fold(text)"),
        *[EnableRowSecurity(table) for table in ("core_job", "core_auditevent", "core_auditchain", "core_approval")],
        migrations.RunSQL(AUDIT_HASH, "DROP FUNCTION core_audit_hash(core_auditevent)"),
        migrations.RunSQL(AUDIT_CHAIN, "DROP TRIGGER chain ON core_auditevent; DROP FUNCTION core_audit_chain()"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER append_only ON core_auditevent; DROP TRIGGER no_truncate ON core_auditevent; DROP FUNCTION core_append_only()",
        ),
        migrations.RunPython(restrict_application_role, migrations.RunPython.noop),
    ]
