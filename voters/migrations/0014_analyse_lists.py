"""Statistics of the lists at once: until the database's own clock gets to it, the planner takes a list just frozen for empty."""

from django.db import migrations

# Only an owner may analyse; the function does that and nothing else. Where somebody does it already it is left.
FUNCTION = """
CREATE FUNCTION voters_analyse_lists() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    ANALYZE voters_entry, voters_entryplace;
EXCEPTION WHEN lock_not_available THEN
    NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("voters", "0013_two_persons_with_accounts")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION voters_analyse_lists()")]
