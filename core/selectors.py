"""Reads about long work, decisions and the trail, for the screens of one municipality."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from core.models import Approval, AuditEvent, Job

COUNTS = """
SELECT (SELECT count(*) FROM core_job
         WHERE municipality_id = %(municipality_id)s AND state IN ('queued', 'running')),
       (SELECT count(*) FROM core_approval
         WHERE municipality_id = %(municipality_id)s AND decision = 'open' AND requested_by_id IS DISTINCT FROM %(user_id)s)
"""


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """What the top bar counts: unfinished jobs, and requests that this person may decide."""

    jobs: int
    approvals: int


def frame_counts(*, municipality_id: int, user_id: int | None) -> FrameCounts:
    """Both counts in one query: it runs for every page."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"municipality_id": municipality_id, "user_id": user_id})
        return FrameCounts(*cursor.fetchone())


def jobs(*, municipality_id: int) -> QuerySet[Job]:
    """Long work, the newest first."""
    return Job.objects.filter(municipality_id=municipality_id).order_by("-created_at", "-pk")


def job(*, municipality_id: int, pk: int) -> Job | None:
    """One piece of long work."""
    return Job.objects.filter(municipality_id=municipality_id, pk=pk).first()


def seconds_left(job: Job, *, at: datetime) -> int | None:
    """How long a running job still needs at the pace so far; ``None`` while that would be a guess (the first 3 seconds or 2 %)."""
    if job.state != Job.State.RUNNING or not job.started_at or not job.total or job.done * 50 < job.total:
        return None
    elapsed = (at - job.started_at).total_seconds()
    return round(elapsed / job.done * (job.total - job.done)) if elapsed > 3 else None


def approvals(*, municipality_id: int) -> QuerySet[Approval]:
    """Requests for a second person: the open ones first, then the newest."""
    is_open = ExpressionWrapper(Q(decision=Approval.Decision.OPEN), output_field=BooleanField())
    return Approval.objects.filter(municipality_id=municipality_id).annotate(is_open=is_open).order_by("-is_open", "-requested_at", "-pk")


def approval(*, municipality_id: int, pk: int) -> Approval | None:
    """One request."""
    return Approval.objects.filter(municipality_id=municipality_id, pk=pk).first()


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What of the trail is asked for; empty fields ask for everything. Days are whole days in the local time zone."""

    kind: str = ""
    person: str = ""
    target: str = ""
    from_date: date | None = None
    until_date: date | None = None

    def as_text(self) -> dict[str, str]:
        """What was asked for, as the event of an export keeps it."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def audit_events(*, municipality_id: int, asked: AuditFilter) -> QuerySet[AuditEvent]:
    """The events of a municipality, the newest first."""
    conditions: dict[str, Any] = {"municipality_id": municipality_id}
    if asked.kind:
        conditions["kind"] = asked.kind
    if asked.person:
        conditions["actor_name__icontains"] = asked.person
    if asked.target:
        conditions["target"] = asked.target
    if asked.from_date:
        conditions["at__gte"] = _start_of(asked.from_date)
    if asked.until_date and asked.until_date < date.max:  # there is no day after that one
        conditions["at__lt"] = _start_of(asked.until_date + timedelta(days=1))
    return AuditEvent.objects.filter(**conditions).order_by("-seq")


def audit_rows(*, municipality_id: int, asked: AuditFilter) -> Iterator[list[str]]:
    """The same events as rows of a file, a header first, read through a cursor of the database."""
    yield ["seq", "at", "person", "role", "address", "kind", "target", "before", "after", "hash"]
    for event in audit_events(municipality_id=municipality_id, asked=asked).iterator(chunk_size=2000):
        values = [json.dumps(value, ensure_ascii=False) if value else "" for value in (event.before, event.after)]
        head = [str(event.seq), event.at.isoformat(), event.actor_name, event.role, event.address, event.kind, event.target]
        yield [*head, *values, bytes(event.hash).hex()]


def audit_kinds(*, municipality_id: int) -> list[str]:
    """The kinds of event that occur, by name."""
    kinds = AuditEvent.objects.filter(municipality_id=municipality_id).values_list("kind", flat=True)
    return list(kinds.order_by("kind").distinct())


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
