"""Row-level security of the settings of cards; the back side of a text is kept still as its front is."""

from django.db import migrations

from core.tenancy import EnableRowSecurity

FUNCTION = """
CREATE OR REPLACE FUNCTION convocations_guard_template() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state = 'approved' THEN
        RAISE EXCEPTION 'an approved template does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF OLD.state = 'requested' AND NEW.state <> 'draft' AND ({new}) IS DISTINCT FROM ({old}) THEN
        RAISE EXCEPTION 'a template does not change while it waits for a second person' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""
WITH_BACK = FUNCTION.format(new="NEW.html, NEW.css, NEW.back", old="OLD.html, OLD.css, OLD.back")
BEFORE = FUNCTION.format(new="NEW.html, NEW.css", old="OLD.html, OLD.css")


class Migration(migrations.Migration):
    dependencies = [("convocations", "0009_papers_and_blanks")]

    operations = [migrations.RunSQL(WITH_BACK, BEFORE), EnableRowSecurity("convocations_cardsettings")]
