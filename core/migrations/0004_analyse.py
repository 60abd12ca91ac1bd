"""Statistics of what has just been filled, at once (core.planner): only an owner may take them."""

from django.db import migrations

# It does that and nothing else. Where somebody does it already it is left.
FUNCTION = """
CREATE FUNCTION core_analyse(tables text[], columns text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' SET default_statistics_target = 100 AS $$
DECLARE
    name text;
    named text;
BEGIN
    IF cardinality(columns) > 0 THEN
        SET LOCAL default_statistics_target = 20;  -- back again at the end of the function
    END IF;
    FOREACH name IN ARRAY tables LOOP
        SELECT '(' || string_agg(quote_ident(attname), ', ') || ')' INTO named
          FROM pg_attribute
         WHERE attrelid = format('public.%I', name)::regclass AND attnum > 0 AND NOT attisdropped AND attname = ANY (columns);
        EXECUTE format('ANALYZE public.%I %s', name, named);
    END LOOP;
EXCEPTION WHEN lock_not_available THEN
    NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_job_delivery")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION core_analyse(text[], text[])")]
