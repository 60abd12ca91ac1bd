"""Nobody changes a frozen list: not the application, not the tables' owner, not a superuser, by whatever statement."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError
from psycopg import errors

from core.tenancy import tenant
from tests.personas import World, make_world
from tests.voters.people import Town, make_town
from voters.models import Entry, Extraction, Verdict

STATEMENTS = {
    "update entry": "UPDATE voters_entry SET last_name = 'X' WHERE municipality_id = %(m)s AND extraction_id = %(final)s",
    "update one": "UPDATE voters_entry SET ballots = 0 WHERE id = (SELECT min(id) FROM voters_entry WHERE extraction_id = %(final)s)",
    "delete entry": "DELETE FROM voters_entry WHERE municipality_id = %(m)s AND extraction_id = %(final)s",
    "move entry away": "UPDATE voters_entry SET extraction_id = %(trial)s, person_id = -1, list_number = 900 WHERE extraction_id = %(final)s",
    "move entry in": "UPDATE voters_entry SET extraction_id = %(final)s, person_id = -1, list_number = 900 WHERE extraction_id = %(trial)s",
    "insert entry": """
        INSERT INTO voters_entry (municipality_id, extraction_id, list_number, person_id, national_number, last_name, first_names, name_key,
               birth_date, born_on, sex, nationality, language, mark, minor, ballots, compulsory, postcode, street_name, house_number, box_number, household_id)
        SELECT municipality_id, %(final)s, 900, -1, national_number, last_name, first_names, name_key, birth_date, born_on, sex, nationality,
               language, mark, minor, ballots, compulsory, postcode, street_name, house_number, box_number, household_id
          FROM voters_entry WHERE extraction_id = %(trial)s""",
    "insert among good ones": """
        INSERT INTO voters_verdict (municipality_id, extraction_id, person_id, ballot, verdict, fact)
        VALUES (%(m)s, %(trial)s, -5, 3, 0, 1), (%(m)s, %(final)s, -5, 3, 0, 1)""",
    "upsert verdict": """
        INSERT INTO voters_verdict (municipality_id, extraction_id, person_id, ballot, verdict, fact)
        SELECT municipality_id, extraction_id, person_id, ballot, 12, fact FROM voters_verdict WHERE extraction_id = %(final)s
        ON CONFLICT (municipality_id, extraction_id, person_id, ballot) DO UPDATE SET verdict = EXCLUDED.verdict""",
    "merge verdict": """
        MERGE INTO voters_verdict v USING (SELECT 1) s ON v.extraction_id = %(final)s WHEN MATCHED THEN DELETE""",
    "update verdict": "UPDATE voters_verdict SET verdict = 0 WHERE extraction_id = %(final)s",
    "delete verdict": "DELETE FROM voters_verdict WHERE extraction_id = %(final)s",
    "thaw": "UPDATE voters_extraction SET frozen_at = NULL, state = 'failed' WHERE id = %(final)s",
    "relabel": "UPDATE voters_extraction SET sha256 = '' WHERE id = %(final)s",
    "delete extraction": "DELETE FROM voters_extraction WHERE id = %(final)s",
    "in a CTE": "WITH gone AS (DELETE FROM voters_entry WHERE extraction_id = %(final)s RETURNING 1) SELECT count(*) FROM gone",
}


def fingerprint(cursor, parameters):
    cursor.execute(
        """SELECT (SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM voters_entry e WHERE extraction_id = %(final)s),
                  (SELECT md5(string_agg(v::text, '|' ORDER BY person_id, ballot)) FROM voters_verdict v WHERE extraction_id = %(final)s),
                  (SELECT x::text FROM voters_extraction x WHERE id = %(final)s)""",
        parameters,
    )
    return cursor.fetchone()


def frozen_town(world: World) -> tuple[Town, dict[str, int]]:
    town = make_town(world, world.halle)
    town.person()
    trial, final = town.trial(), town.final()
    return town, {"m": town.municipality.pk, "trial": trial.pk, "final": final.pk}


def test_the_application_cannot_change_a_frozen_list(world: World) -> None:
    town, parameters = frozen_town(world)
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        before = fingerprint(cursor, parameters)
        assert all(before)
        for name, statement in STATEMENTS.items():
            with pytest.raises(ProgrammingError, match="is frozen") as refused, transaction.atomic():
                cursor.execute(statement, parameters)
            assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)
            assert fingerprint(cursor, parameters) == before, name


def test_the_orm_cannot_change_a_frozen_list(world: World) -> None:
    town, parameters = frozen_town(world)
    with tenant(town.municipality.pk):
        entry, extraction = Entry.objects.get(extraction_id=parameters["final"]), Extraction.objects.get(pk=parameters["final"])
        for act in (
            lambda: Entry.objects.filter(pk=entry.pk).update(last_name="X"),
            entry.delete,
            entry.save,
            lambda: Verdict.objects.filter(extraction=extraction).delete(),
            lambda: Entry.objects.bulk_create([Entry(**{**_values(entry), "person_id": -1, "list_number": 9})]),
            extraction.delete,
            extraction.save,
        ):
            with pytest.raises(ProgrammingError, match="is frozen"), transaction.atomic():
                act()
        assert Entry.objects.filter(extraction=extraction).count() == 1


def _values(entry: Entry):
    return {field.attname: getattr(entry, field.attname) for field in Entry._meta.concrete_fields if field.attname != "id"}


def test_a_trial_can_still_be_changed_and_deleted(world: World) -> None:
    town, parameters = frozen_town(world)
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE voters_entry SET last_name = 'X' WHERE extraction_id = %(trial)s", parameters)
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM voters_verdict WHERE extraction_id = %(trial)s", parameters)
        assert cursor.rowcount == 2


def test_another_municipality_cannot_write_lines_under_a_frozen_number(world: World) -> None:
    _, parameters = frozen_town(world)
    horebeke = world.horebeke.pk
    with tenant(horebeke), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="is frozen"), transaction.atomic():
            cursor.execute(
                "INSERT INTO voters_verdict (municipality_id, extraction_id, person_id, ballot, verdict, fact) VALUES (%s, %s, 1, 3, 0, 1)",
                [horebeke, parameters["final"]],
            )
        cursor.execute("SELECT count(*) FROM voters_verdict")
        assert cursor.fetchone() == (0,)


def test_a_temporary_table_of_the_same_name_does_not_hide_that_it_is_frozen(world: World) -> None:
    town, parameters = frozen_town(world)
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE voters_extraction (id bigint, municipality_id bigint, frozen_at timestamptz) ON COMMIT DROP")
        cursor.execute("INSERT INTO pg_temp.voters_extraction VALUES (%(final)s, %(m)s, NULL)", parameters)
        with pytest.raises(ProgrammingError, match="is frozen"), transaction.atomic():
            cursor.execute("DELETE FROM voters_entry WHERE extraction_id = %(final)s", parameters)
        cursor.execute("SELECT count(*) FROM voters_entry WHERE extraction_id = %(final)s", parameters)
        assert cursor.fetchone() == (1,)


def test_the_application_may_not_truncate(world: World) -> None:
    for table in ("voters_entry", "voters_verdict", "voters_extraction"):
        with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


@contextmanager
def as_tenant(owner_connection, municipality_id):
    with owner_connection.transaction():
        owner_connection.execute("SELECT set_config('app.municipality', %s, true)", [str(municipality_id)])
        yield owner_connection


def test_the_owner_of_the_tables_cannot_either(live_database: str, owner_connection) -> None:
    with transaction.atomic():
        town, parameters = frozen_town(make_world())
    with as_tenant(owner_connection, town.municipality.pk), owner_connection.cursor() as cursor:
        before = fingerprint(cursor, parameters)
    assert all(before)
    for name, statement in STATEMENTS.items():
        with (
            pytest.raises(errors.InsufficientPrivilege, match="is frozen"),
            as_tenant(owner_connection, town.municipality.pk) as connection,
        ):
            connection.execute(statement, parameters)
        with as_tenant(owner_connection, town.municipality.pk), owner_connection.cursor() as cursor:
            assert fingerprint(cursor, parameters) == before, name
    for table in ("voters_entry", "voters_verdict", "voters_extraction", "elections_election"):
        with pytest.raises(errors.InsufficientPrivilege, match="never emptied"):
            owner_connection.execute(f"TRUNCATE {table} CASCADE")
    # Without a municipality the owner sees no line, and so changes none.
    assert owner_connection.execute("DELETE FROM voters_entry").rowcount == 0


def test_the_triggers_fire_for_a_superuser_who_switches_ordinary_ones_off(owner_connection) -> None:
    """``session_replication_role = replica`` silences every trigger but those that are ALWAYS (tgenabled ``A``)."""
    rows = owner_connection.execute(
        """SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relname IN ('voters_entry', 'voters_verdict', 'voters_extraction') AND NOT t.tgisinternal ORDER BY 1, 2"""
    ).fetchall()
    lines = ["frozen_delete", "frozen_insert", "frozen_update_from", "frozen_update_to", "no_truncate"]
    assert [(table, name) for table, name, _ in rows] == [
        *[("voters_entry", name) for name in lines],
        *[("voters_extraction", name) for name in ("frozen", "no_truncate")],
        *[("voters_verdict", name) for name in lines],
    ]
    assert {enabled for _, _, enabled in rows} == {"A"}


def test_lines_that_come_in_while_a_list_is_being_frozen_wait_and_are_refused(live_database: str, owner_connection) -> None:
    """The guard's lock and the freeze exclude each other: neither may overtake the other."""
    with transaction.atomic():
        world = make_world()
        town = make_town(world, world.halle)
        town.person()
        trial = town.trial()
    insert = "INSERT INTO voters_verdict (municipality_id, extraction_id, person_id, ballot, verdict, fact) VALUES (%s, %s, -7, 3, 0, 1)"
    with tenant(town.municipality.pk):
        Extraction.objects.filter(pk=trial.pk).update(
            kind="final", frozen_at=trial.finished_at, approved_by_id=world.henk.pk, approved_by_name="Henk", approved_at=trial.finished_at
        )
        owner_connection.execute("SET lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable), as_tenant(owner_connection, town.municipality.pk) as other:
            other.execute(insert, [town.municipality.pk, trial.pk])
    with pytest.raises(errors.InsufficientPrivilege, match="is frozen"), as_tenant(owner_connection, town.municipality.pk) as other:
        other.execute(insert, [town.municipality.pk, trial.pk])
