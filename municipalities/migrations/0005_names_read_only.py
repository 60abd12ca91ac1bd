"""Lists of places and of names: the application's role reads them; two functions of the owner's write them, for the platform only."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("municipalities_postalplace", "municipalities_municipalityname")

# The platform is municipality 0 (core.actor.PLATFORM): a request or job of a municipality has another number set, or none.
ONLY_THE_PLATFORM = """
    IF coalesce(current_setting('app.municipality', true), '') <> '0' THEN
        RAISE EXCEPTION 'only the platform loads these lists' USING ERRCODE = 'insufficient_privilege';
    END IF;"""

# What is no longer the same goes and comes again, so that no two main places of a postcode ever stand beside each other.
LOAD_PLACES = f"""
CREATE FUNCTION municipalities_load_places(wanted jsonb, OUT added bigint, OUT removed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN{ONLY_THE_PLATFORM}
    LOCK TABLE municipalities_postalplace IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM municipalities_postalplace p
     WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(wanted) AS w(postcode text, name_nl text, name_fr text, main boolean)
                        WHERE (w.postcode, w.name_nl, w.name_fr, w.main) = (p.postcode, p.name_nl, p.name_fr, p.main));
    GET DIAGNOSTICS removed = ROW_COUNT;
    INSERT INTO municipalities_postalplace (postcode, name_nl, name_fr, main)
    SELECT w.postcode, w.name_nl, w.name_fr, w.main
      FROM jsonb_to_recordset(wanted) AS w(postcode text, name_nl text, name_fr text, main boolean)
     WHERE NOT EXISTS (SELECT FROM municipalities_postalplace p
                        WHERE (w.postcode, w.name_nl, w.name_fr) = (p.postcode, p.name_nl, p.name_fr));
    GET DIAGNOSTICS added = ROW_COUNT;
END $$;
"""  # noqa: S608  # fixed parts

LOAD_NAMES = f"""
CREATE FUNCTION municipalities_load_names(wanted jsonb, OUT added bigint, OUT changed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN{ONLY_THE_PLATFORM}
    LOCK TABLE municipalities_municipalityname IN SHARE ROW EXCLUSIVE MODE;
    UPDATE municipalities_municipalityname n SET name_nl = w.name_nl, name_fr = w.name_fr
      FROM jsonb_to_recordset(wanted) AS w(nis_code text, name_nl text, name_fr text)
     WHERE w.nis_code = n.nis_code AND (w.name_nl, w.name_fr) <> (n.name_nl, n.name_fr);
    GET DIAGNOSTICS changed = ROW_COUNT;
    INSERT INTO municipalities_municipalityname (nis_code, name_nl, name_fr)
    SELECT w.nis_code, w.name_nl, w.name_fr FROM jsonb_to_recordset(wanted) AS w(nis_code text, name_nl text, name_fr text)
     WHERE NOT EXISTS (SELECT FROM municipalities_municipalityname n WHERE n.nis_code = w.nis_code);
    GET DIAGNOSTICS added = ROW_COUNT;
END $$;
"""  # noqa: S608  # fixed parts


def restrict_application_role(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave the application's role the right to read."""
    role = settings.DATABASES["default"]["USER"]
    if role == settings.DATABASES["owner"]["USER"]:
        return
    quoted = schema_editor.quote_name(role)
    for table in TABLES:
        schema_editor.execute(f"REVOKE ALL ON {table} FROM {quoted}")
        schema_editor.execute(f"GRANT SELECT ON {table} TO {quoted}")


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0004_names_of_places")]

    operations = [
        migrations.RunSQL(LOAD_PLACES, "DROP FUNCTION municipalities_load_places(jsonb)"),
        migrations.RunSQL(LOAD_NAMES, "DROP FUNCTION municipalities_load_names(jsonb)"),
        migrations.RunPython(restrict_application_role, migrations.RunPython.noop),
    ]
