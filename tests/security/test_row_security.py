"""Row-level security, proved by going round the ORM: by catalogue, raw SQL and COPY, in two municipalities with the same data."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from core import audit
from core.tenancy import SETTING, own_rows_of, tenant
from municipalities import services
from municipalities.rules import Role
from tests.personas import NOW, World

# Tables that hold rows of no municipality. Whatever is added here is readable by everybody who is signed in.
OF_NOBODY = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "core_jobstatistic",  # counts by kind, over all municipalities
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
    "elections_eligibilityrule",  # the law
    "elections_stationnorm",  # the law
    "elections_unionmember",
    "mfa_authenticator",
    "municipalities_municipality",  # public facts
    "municipalities_municipalityname",  # public facts, read-only
    "municipalities_postalplace",  # public facts, read-only
    "municipalities_user",
    "municipalities_user_groups",
    "municipalities_user_user_permissions",
}
# The one policy besides the common one: a signed-in person reads their own memberships, to choose a municipality.
OTHER_POLICIES = {("municipalities_membership", "own_rows", "SELECT")}

POLICY = "(municipality_id = ( SELECT (NULLIF(current_setting('app.municipality'::text, true), ''::text))::bigint AS \"nullif\"))"


def _rows(statement: str, *parameters: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _tables() -> set[str]:
    return {
        name
        for (name,) in _rows(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        )
    }


def _tenant_tables() -> list[str]:
    return sorted(_tables() - OF_NOBODY)


def test_every_table_is_of_municipalities_or_named_as_of_nobody(db: None) -> None:
    with_column = {
        name
        for (name,) in _rows(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id' AND NOT a.attisdropped AND a.attnotnull "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        )
    }

    assert _tables() - with_column == OF_NOBODY & _tables()
    assert with_column & OF_NOBODY == set()


def test_every_table_of_municipalities_is_bound_for_its_owner_too(db: None) -> None:
    bound = {
        name for (name,) in _rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind IN ('r', 'p')")
    }

    assert set(_tenant_tables()) - bound == set()


def test_every_policy_is_the_common_one_as_an_init_plan(db: None) -> None:
    policies = _rows(
        "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
    )

    common = {row[0] for row in policies if row[1:] == ("municipality", "PERMISSIVE", "{public}", "ALL", POLICY, POLICY)}
    assert common == set(_tenant_tables())
    assert {(row[0], row[1], row[4]) for row in policies if row[1] != "municipality"} == OTHER_POLICIES


def test_every_unique_key_of_municipalities_begins_with_the_municipality(db: None) -> None:
    keys = _rows(
        "SELECT c.relname, i.relname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = x.indkey[0]) "
        "FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "WHERE x.indisunique AND c.relname = ANY(%s)",
        _tenant_tables(),
    )

    assert [key for key in keys if key[2] not in {"municipality_id", "id"}] == []


def test_the_application_is_a_role_that_security_binds(db: None) -> None:
    ((superuser, bypasses, owned),) = _rows(
        "SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = r.oid AND relname LIKE 'core%%') "
        "FROM pg_roles r WHERE rolname = current_user"
    )

    assert (superuser, bypasses, owned) == (False, False, 0)


def test_without_a_setting_there_are_no_rows_in_any_table(world: World) -> None:
    assert {table: count for table in _tenant_tables() if (count := _rows(f'SELECT count(*) FROM "{table}"')[0][0])} == {}


@pytest.mark.parametrize("value", ["", "0", "-1", "999999"])
def test_a_setting_of_no_municipality_gives_no_rows(world: World, value: str) -> None:
    _rows("SELECT set_config(%s, %s, true)", SETTING, value)

    assert _rows("SELECT count(*) FROM municipalities_membership") == [(0,)]


@pytest.fixture
def twins(world: World) -> World:
    """Both municipalities hold the same rows: alice is clerk and charlie reader in each, the same events, the same support session."""
    for municipality in (world.halle, world.horebeke):
        for user, role in ((world.alice, Role.CLERK), (world.charlie, Role.READER)):
            services.grant(municipality=municipality, user=user, role=role, by=world.actor(world.henk), at=NOW)
        services.open_support_session(municipality=municipality, user=world.dora, reason="same reason", by=world.actor(world.henk), at=NOW)
    return world


TWIN_TABLES = ["municipalities_membership", "municipalities_supportsession", "core_auditevent", "core_auditchain"]


@pytest.mark.parametrize("table", TWIN_TABLES)
def test_each_sees_its_own_rows_and_none_of_its_twin(twins: World, table: str) -> None:
    seen = {}
    for municipality in (twins.halle, twins.horebeke):
        with tenant(municipality.pk):
            seen[municipality.pk] = _rows(f"SELECT DISTINCT municipality_id FROM {table}")

    assert seen == {pk: [(pk,)] for pk in seen}


@pytest.mark.parametrize("table", TWIN_TABLES)
def test_copy_takes_out_own_rows_only(twins: World, table: str) -> None:
    with tenant(twins.halle.pk), connection.cursor() as cursor:
        own = _rows(f"SELECT count(*) FROM {table}")[0][0]
        with cursor.copy(f"COPY (SELECT municipality_id FROM {table}) TO STDOUT") as copy:
            queried = {int(line) for line in copy.rows() for line in line}
        with cursor.copy(f"COPY {table} (municipality_id) TO STDOUT") as copy:
            copied = [int(value) for (value,) in copy.rows()]

    assert queried == {twins.halle.pk}
    assert copied == [twins.halle.pk] * own


def test_copy_into_a_bound_table_is_refused(twins: World) -> None:
    with tenant(twins.halle.pk), connection.cursor() as cursor:
        with pytest.raises(psycopg.errors.FeatureNotSupported), cursor.copy("COPY municipalities_membership (role) FROM STDIN"):
            pass
        connection.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    [
        """INSERT INTO municipalities_membership (municipality_id, user_id, role, granted_by_name, granted_at, ended_by_name)
           VALUES (%(other)s, %(user)s, 'head', 'x', now(), '')""",
        "UPDATE municipalities_membership SET municipality_id = %(other)s WHERE municipality_id = %(own)s",
        """INSERT INTO core_auditevent (municipality_id, seq, at, actor_name, role, address, kind, target, prev_hash, hash)
           VALUES (%(other)s, 0, now(), 'x', '', '', 'forged', '', '', '')""",
    ],
)
def test_a_row_cannot_be_put_into_the_other_municipality(twins: World, statement: str) -> None:
    values = {"own": twins.halle.pk, "other": twins.horebeke.pk, "user": twins.bob.pk}

    with pytest.raises(ProgrammingError, match="row-level security"), tenant(twins.halle.pk), connection.cursor() as cursor:
        cursor.execute(statement, values)

    with tenant(twins.horebeke.pk):
        assert audit.verify(municipality_id=twins.horebeke.pk) == []
        assert _rows("SELECT count(*) FROM municipalities_membership WHERE user_id = %s", twins.bob.pk) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE municipalities_membership SET role = 'head' WHERE municipality_id = %(other)s",
        "DELETE FROM municipalities_membership WHERE municipality_id = %(other)s",
        "UPDATE municipalities_supportsession SET ends_at = ends_at WHERE municipality_id = %(other)s",
    ],
)
def test_rows_of_the_other_municipality_cannot_be_reached(twins: World, statement: str) -> None:
    with tenant(twins.halle.pk), connection.cursor() as cursor:
        cursor.execute(statement, {"other": twins.horebeke.pk})

        assert cursor.rowcount == 0


def test_a_person_reads_their_own_memberships_and_can_change_none_of_them(twins: World) -> None:
    with own_rows_of(twins.alice.pk):
        mine = _rows("SELECT DISTINCT user_id FROM municipalities_membership")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE municipalities_membership SET role = 'head'")
            changed = cursor.rowcount

    assert mine == [(twins.alice.pk,)]
    assert changed == 0


def test_the_setting_ends_with_its_block_and_with_a_failure_in_it(world: World) -> None:
    with tenant(world.halle.pk):
        with pytest.raises(ZeroDivisionError), tenant(world.horebeke.pk):
            raise ZeroDivisionError
        inside = _rows("SELECT DISTINCT municipality_id FROM municipalities_membership")
    outside = _rows("SELECT count(*) FROM municipalities_membership")

    assert inside == [(world.halle.pk,)]
    assert outside == [(0,)]


def test_the_setting_does_not_outlive_its_transaction(live_database: str) -> None:
    with tenant(1):
        pass

    assert _rows("SELECT NULLIF(current_setting(%s, true), '')", SETTING) == [(None,)]


def test_the_owner_of_the_tables_is_bound_as_well(live_database: str, owner_connection: psycopg.Connection) -> None:
    from tests.personas import make_world

    make_world()

    assert owner_connection.execute("SELECT count(*) FROM municipalities_membership").fetchone() == (0,)
