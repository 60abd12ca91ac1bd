"""Row-level security; an approved template never changes, and what is known of a request for French stays."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

FUNCTION = """
CREATE FUNCTION convocations_guard_template() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state = 'approved' THEN
        RAISE EXCEPTION 'an approved template does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.state = 'requested' AND NEW.state <> 'draft' AND (NEW.html, NEW.css) IS DISTINCT FROM (OLD.html, OLD.css) THEN
        RAISE EXCEPTION 'a template does not change while it waits for a second person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION convocations_guard_choice() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.person_id, NEW.language, NEW.received_on, NEW.ends_on, NEW.source) IS DISTINCT FROM
       (OLD.person_id, OLD.language, OLD.received_on, OLD.ends_on, OLD.source) OR OLD.withdrawn_on IS NOT NULL THEN
        RAISE EXCEPTION 'a choice of language is ended, not changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON convocations_cardtemplate FOR EACH ROW EXECUTE FUNCTION convocations_guard_template();
ALTER TABLE convocations_cardtemplate ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER guard BEFORE UPDATE ON convocations_languagechoice FOR EACH ROW EXECUTE FUNCTION convocations_guard_choice();
ALTER TABLE convocations_languagechoice ENABLE ALWAYS TRIGGER guard;
"""
UNDO = "DROP FUNCTION convocations_guard_template() CASCADE; DROP FUNCTION convocations_guard_choice() CASCADE"
TABLES = ("cardtemplate", "cardletterhead", "languagechoice")


class Migration(migrations.Migration):
    dependencies = [("convocations", "0003_card_templates")]

    operations = [migrations.RunSQL(FUNCTION, UNDO), *[EnableRowSecurity(f"convocations_{table}") for table in TABLES]]
