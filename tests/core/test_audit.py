"""The trail: chained, append-only, and whatever is done behind its back is found."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from core import audit
from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import NOW, World


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
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), tenant(world.halle.pk), connection.cursor() as cursor:
            cursor.execute(statement)
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="test.event").count() == 1
