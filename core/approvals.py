"""Two persons for whatever cannot be undone: ask, then decide. The database refuses one person in both places."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.actor import Actor
from core.models import Approval


class SamePersonError(Exception):
    """The one who asked may not decide."""


class NotOpenError(Exception):
    """Nothing is waiting for a decision: it was decided or withdrawn meanwhile."""


@transaction.atomic
def request(*, municipality_id: int, kind: str, object_id: int, summary: dict[str, Any], by: Actor, at: datetime) -> Approval:
    """Ask for a second person's decision on one object, with the figures that they will see."""
    if by.user_id is None:
        raise SamePersonError
    approval = Approval.objects.create(
        municipality_id=municipality_id,
        kind=kind,
        object_id=object_id,
        summary=summary,
        requested_by_id=by.user_id,
        requested_by_name=by.name,
        requested_at=at,
    )
    audit.record(municipality_id=municipality_id, kind="approval.requested", by=by, at=at, target=f"{kind}:{object_id}", after=summary)
    return approval


@transaction.atomic
def decide(*, municipality_id: int, kind: str, object_id: int, approve: bool, by: Actor, at: datetime, reason: str = "") -> Approval:
    """Approve or refuse what is open for one object.

    Raises ``NotOpenError`` when nothing is open any more and ``SamePersonError`` when ``by`` asked for it.
    """
    approval = (
        Approval.objects.select_for_update()
        .filter(municipality_id=municipality_id, kind=kind, object_id=object_id, decision=Approval.Decision.OPEN)
        .first()
    )
    if approval is None:
        raise NotOpenError
    if by.user_id is None or by.user_id == approval.requested_by_id:
        raise SamePersonError
    approval.decision = Approval.Decision.APPROVED if approve else Approval.Decision.REFUSED
    approval.decided_by_id = by.user_id
    approval.decided_by_name = by.name
    approval.decided_at = at
    approval.reason = reason
    approval.save()
    audit.record(
        municipality_id=municipality_id,
        kind=f"approval.{approval.decision}",
        by=by,
        at=at,
        target=f"{kind}:{object_id}",
        after={"reason": reason} if reason else None,
    )
    return approval


@transaction.atomic
def withdraw(*, municipality_id: int, kind: str, object_id: int, by: Actor, at: datetime) -> bool:
    """Take back an open request (also when its object is cancelled). Returns whether there was one."""
    count = Approval.objects.filter(
        municipality_id=municipality_id, kind=kind, object_id=object_id, decision=Approval.Decision.OPEN
    ).update(decision=Approval.Decision.WITHDRAWN, decided_at=at)
    if count:
        audit.record(municipality_id=municipality_id, kind="approval.withdrawn", by=by, at=at, target=f"{kind}:{object_id}")
    return bool(count)
