"""The trail: chained, append-only, and whatever is done behind its back is found."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from core import audit
from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import NOW, World, make_world


def _record(world: World, count: int) -> None:
    for number in range(count):
        audit.record(municipality_id=world.halle.pk, kind="test.event", by=world.actor(world.alice), at=NOW, after={"number": number})


def test_an_untouched_chain_holds(world: World) -> None:
    with tenant(world.halle.pk):
        _record(world, 3)

        assert audit.verify(municipality_id=world.halle.pk) == []


def test_the_application_can_neither_change_nor_delete_an_event(world: World) -> None:
    with tenant(world.halle.pk):
        _record(world, 1)
    for statement in (
        "UPDATE core_auditevent SET kind = 'x'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent",
        "UPDATE core_auditchain SET seq = 0",
        "ALTER TABLE core_auditevent DISABLE TRIGGER ALL",
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            tenant(world.halle.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="test.event").count() == 1


def test_what_the_application_says_of_the_chain_itself_is_ignored(world: World) -> None:
    with tenant(world.halle.pk):
        _record(world, 1)
        AuditEvent(
            municipality_id=world.halle.pk, at=NOW, actor_name="x", kind="test.forged", seq=999, hash=b"forged", prev_hash=b"forged"
        ).save(force_insert=True)

        assert audit.verify(municipality_id=world.halle.pk) == []
        assert not AuditEvent.objects.filter(seq=999).exists()


@pytest.fixture
def town(live_database: str) -> World:
    """Six events of Halle, committed; numbered from 1: three roles granted, then three of the test."""
    town = make_world()
    with tenant(town.halle.pk):
        _record(town, 3)
        assert AuditEvent.objects.count() == 6
    return town


@pytest.fixture
def behind_its_back(town: World, owner_connection: psycopg.Connection) -> Callable[..., None]:
    """Do something to Halle's events as the tables' owner, with the triggers that protect them switched off."""

    def do(*statements: str) -> None:
        with owner_connection.transaction():
            owner_connection.execute("SELECT set_config('app.municipality', %s, true)", [str(town.halle.pk)])
            owner_connection.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
            for statement in statements:
                owner_connection.execute(statement)
            owner_connection.execute("ALTER TABLE core_auditevent ENABLE TRIGGER USER")

    return do


COLUMNS = "municipality_id, at, actor_id, actor_name, role, address, kind, target, before, after"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE core_auditevent SET actor_name = 'somebody else' WHERE seq = 5"], [(5, "changed")]),
        (["UPDATE core_auditevent SET after = '{\"number\": 7}' WHERE seq = 6"], [(6, "changed")]),
        (["UPDATE core_auditevent SET at = at + interval '1 microsecond' WHERE seq = 4"], [(4, "changed")]),
        (["DELETE FROM core_auditevent WHERE seq = 5"], [(6, "missing")]),
        (["DELETE FROM core_auditevent WHERE seq = 1"], [(2, "missing")]),
        (["DELETE FROM core_auditevent WHERE seq = 6"], [(6, "cut_off")]),
        (["DELETE FROM core_auditevent"], [(6, "cut_off")]),
        (
            [
                "UPDATE core_auditevent SET kind = 'x' WHERE seq = 4",
                "UPDATE core_auditevent e SET hash = core_audit_hash(e) WHERE seq = 4",
            ],
            [(5, "unlinked")],
        ),
        (
            [
                f"INSERT INTO core_auditevent ({COLUMNS}, seq, prev_hash, hash) SELECT {COLUMNS}, 7, hash, '' FROM core_auditevent WHERE seq = 6",
                "UPDATE core_auditevent e SET hash = core_audit_hash(e) WHERE seq = 7",
            ],
            [(6, "cut_off")],
        ),
    ],
)
def test_what_is_done_behind_its_back_is_found(
    town: World, behind_its_back: Callable[..., None], statements: list[str], found: list[tuple[int, str]]
) -> None:
    behind_its_back(*statements)

    with tenant(town.halle.pk):
        assert [(flaw.seq, flaw.problem) for flaw in audit.verify(municipality_id=town.halle.pk)] == found
    with tenant(town.horebeke.pk):
        assert audit.verify(municipality_id=town.horebeke.pk) == []


REWRITE = """
DO $$ DECLARE one core_auditevent; last bytea := ''; BEGIN
    UPDATE core_auditevent SET actor_name = 'somebody else' WHERE seq = 2;
    FOR one IN SELECT * FROM core_auditevent ORDER BY seq LOOP
        one.prev_hash := last;
        last := core_audit_hash(one);
        UPDATE core_auditevent SET prev_hash = one.prev_hash, hash = last WHERE id = one.id;
    END LOOP;
    UPDATE core_auditchain SET hash = last;
END $$
"""


def test_a_chain_rewritten_whole_is_found_by_an_anchor_kept_elsewhere(town: World, behind_its_back: Callable[..., None]) -> None:
    with tenant(town.halle.pk):
        anchor = audit.head(municipality_id=town.halle.pk)

    behind_its_back(REWRITE)

    with tenant(town.halle.pk):
        assert audit.verify(municipality_id=town.halle.pk) == []
        assert audit.compare(municipality_id=town.halle.pk, anchor=anchor) == [audit.Flaw(anchor.seq, "anchor")]


def test_an_anchor_holds_as_the_trail_grows(town: World) -> None:
    with tenant(town.halle.pk):
        anchor = audit.head(municipality_id=town.halle.pk)
        _record(town, 2)

        assert audit.compare(municipality_id=town.halle.pk, anchor=anchor) == []
