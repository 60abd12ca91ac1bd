"""After the freeze of an assignment the stations of that election keep their number and district; none comes or goes.

What a voter finds at the door may still change: the building, the room, the name. The lock on the election is the one that
the freeze needs too, so that neither can slip in between the other's look and its write.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION districts_refuse_frozen_station() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.number, NEW.district_id, NEW.election_id) = (OLD.number, OLD.district_id, OLD.election_id) THEN
        RETURN NEW;
    END IF;
    FOREACH touched IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.election_id]
                                        WHEN 'DELETE' THEN ARRAY[OLD.election_id]
                                        ELSE ARRAY[OLD.election_id, NEW.election_id] END LOOP
        PERFORM FROM public.elections_election e WHERE e.id = touched AND e.stations_frozen_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the stations of election % are frozen', touched USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON districts_station FOR EACH ROW
    EXECUTE FUNCTION districts_refuse_frozen_station();
ALTER TABLE districts_station ENABLE ALWAYS TRIGGER frozen;
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0006_row_security"), ("elections", "0007_stations_frozen")]

    operations = [migrations.RunSQL(GUARD, "DROP FUNCTION districts_refuse_frozen_station() CASCADE")]
