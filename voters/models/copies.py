"""Copies of a voters list that were given out: each with a number, for whom, as of which moment, by whom, and the hash of its file."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from elections.models import Election
from municipalities.models import Municipality
from voters.models.extraction import Extraction


class ListCopy(models.Model):
    """One copy. Everything that decides its bytes stands here, so that it can be made again and compared."""

    class State(models.TextChoices):
        """requested → making → made | failed; requested → refused | withdrawn. One that needs no second person begins as making."""

        REQUESTED = "requested", _("waiting for a second person")
        MAKING = "making", _("being made")
        MADE = "made", _("made")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        FAILED = "failed", _("not made")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="list_copies")
    extraction = models.ForeignKey(Extraction, models.PROTECT, db_index=False, related_name="list_copies")
    number = models.IntegerField(help_text="within the election; stands on every page and line of the copy")
    kind = models.CharField(max_length=12, help_text="voters.rules.list_copies.Kind")
    format = models.CharField(max_length=4)
    # Kept as a number: a copy stays what it is, whatever becomes of the station.
    station = models.IntegerField(null=True, help_text="number of the one station that it is about")
    split = models.BooleanField(default=False, help_text="a file for each station")
    order = models.CharField(max_length=6)
    language = models.CharField(max_length=2, default="nl")
    apart = models.BooleanField(default=False, help_text="16 and 17 years old on pages of their own")
    made_for = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    as_of = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State)
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    rows = models.IntegerField(default=0)
    pages = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    template = models.CharField(max_length=40, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="in the storage; empty once it is no longer kept")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "election", "number"], name="list_copy_number_once"),
            # A party's copy is asked by one and approved by another, both with an account.
            models.CheckConstraint(
                condition=~models.Q(kind="party", state__in=["making", "made"])
                | models.Q(requested_by_id__isnull=False, approved_by_id__isnull=False)
                & ~models.Q(approved_by_id=models.F("requested_by_id")),
                name="list_copy_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at=None, approved_by_name="")
                | models.Q(approved_at__isnull=False) & ~models.Q(approved_by_name=""),
                name="list_copy_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="made") | models.Q(made_at__isnull=False) & ~models.Q(sha256=""), name="list_copy_made"
            ),
        ]

    def __str__(self) -> str:
        return f"list copy {self.number} ({self.kind})"

    @property
    def issued_at(self) -> datetime:
        """When it was given out: approved, or asked where nobody had to approve."""
        return self.approved_at or self.requested_at
