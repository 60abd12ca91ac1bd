"""What every package stands on: long work, the audit trail, and decisions of a second person.

``municipality_id`` is a plain number here: the municipality itself lives in a package above (docs/architecture.md).
"""

import uuid

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of long work: a row that can be claimed, resumed, shown and cancelled. Celery carries its number only."""

    class State(models.TextChoices):
        """queued → running → done | failed | cancelled; a running one whose lease has passed may be claimed again."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    municipality_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    stage = models.CharField(max_length=60, blank=True, help_text="msgid of what is being done now")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    attempts = models.SmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200)
    requested_by_role = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="when its number last went to the broker")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["municipality_id", "-created_at"], name="job_by_municipality"),
            models.Index(
                fields=["municipality_id", "lease_until"],
                name="job_unfinished",
                condition=models.Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def share(self) -> float | None:
        """How much of it is done, between 0 and 1, whatever it counts in (bytes, rows, steps); ``None`` while that is not known."""
        if self.state == self.State.DONE:
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else None

    @property
    def message(self) -> str:
        """Why it failed, in words for a person; empty when only its log knows."""
        if self.error == "interrupted":
            return gettext("It was interrupted several times.")
        return "" if self.error.startswith("internal:") else self.error

    @property
    def stage_text(self) -> str:
        """What is being done now, in the language of the page."""
        return gettext(self.stage) if self.stage else ""


class JobStatistic(models.Model):
    """How many jobs of a kind ended how, and how long they took, over all municipalities: the one figure that spans them.

    Counted when a job ends; read by ``/metrics``. Holds nothing of a municipality or a person.
    """

    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    jobs = models.BigIntegerField(default=0)
    timed = models.BigIntegerField(default=0, help_text="jobs that were begun, and so have a duration")
    seconds = models.FloatField(default=0, help_text="sum of the durations")
    buckets = models.JSONField(default=list, help_text="jobs that took at most core.metrics.BUCKETS[i] seconds")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "state"], name="one_statistic_a_kind_and_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}: {self.jobs}"


class AuditEvent(models.Model):
    """One thing that happened, chained by hash to the one before it in the same municipality. Written, never changed.

    ``seq``, ``prev_hash`` and ``hash`` are filled in by the database (core/migrations/0002).
    """

    municipality_id = models.BigIntegerField()
    seq = models.BigIntegerField(editable=False, default=0)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    role = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=60)
    target = models.CharField(max_length=120, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    prev_hash = models.BinaryField(editable=False, default=b"")
    hash = models.BinaryField(editable=False, default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality_id", "seq"], name="audit_seq_unique")]
        indexes = [
            models.Index(fields=["municipality_id", "target", "-seq"], name="audit_by_target"),
            models.Index(fields=["municipality_id", "kind", "-seq"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class AuditChain(models.Model):
    """The head of a municipality's chain: finds events cut off at the end. Only the database's own trigger writes it."""

    municipality_id = models.BigIntegerField(unique=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.seq}"


class Approval(models.Model):
    """A decision that needs a second person: who asked, what exactly, in figures, and who decided."""

    class Decision(models.TextChoices):
        """Open until somebody else decides, or the one who asked takes it back."""

        OPEN = "open", _("waiting for a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    municipality_id = models.BigIntegerField()
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    summary = models.JSONField(default=dict)
    requested_by_id = models.BigIntegerField()
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality_id", "kind", "object_id"],
                condition=models.Q(decision="open"),
                name="one_open_approval",
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=["open", "withdrawn"])
                | (models.Q(decided_by_id__isnull=False) & ~models.Q(decided_by_id=models.F("requested_by_id"))),
                name="approval_by_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="open", decided_at=None) | (~models.Q(decision="open") & models.Q(decided_at__isnull=False)),
                name="approval_decided_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} ({self.decision})"
