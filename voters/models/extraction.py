"""An extraction: a verdict for every person and ballot, and the voters list that follows from it.

A final extraction is frozen: triggers of the database refuse any later change to its entries and verdicts, whoever
asks (voters/migrations/0004). Codes of ballots, verdicts and facts are numbers in the rows, words in voters.rules.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Address
from elections.models import Election
from municipalities.models import Municipality
from voters.models.imports import RegisterImport
from voters.models.register import Person


class Extraction(models.Model):
    """One run over the register for one election."""

    class Kind(models.TextChoices):
        """trial: any number, any time. final: once, two persons, frozen."""

        TRIAL = "trial", _("trial extraction")
        FINAL = "final", _("final extraction")

    class State(models.TextChoices):
        """requested (final only: waits for the second person) → running → done | failed | cancelled; or refused."""

        REQUESTED = "requested", _("waiting for a second person")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("stopped")
        FAILED = "failed", _("failed")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="extractions")
    number = models.IntegerField(help_text="rises by one within an election")
    kind = models.CharField(max_length=5, choices=Kind)
    state = models.CharField(max_length=9, choices=State)
    register_import = models.ForeignKey(
        RegisterImport, models.PROTECT, null=True, db_index=False, help_text="the register's state it ran on"
    )
    job_id = models.BigIntegerField(null=True)
    # persons, voters, by_ballot, by_reason, minors, non_belgians, seconds; list_date and election_day as they were then
    counts = models.JSONField(default=dict)
    # [{"code", "count", "severity"}], see voters.rules
    checks = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, blank=True, help_text="over the ordered list; the same register gives the same hash")
    requested_by_id = models.BigIntegerField()
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "election", "number"], name="extraction_number_once"),
            models.UniqueConstraint(
                fields=["municipality", "election"],
                condition=models.Q(kind="final", state__in=["requested", "running", "done"]),
                name="one_final_extraction",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="trial")
                | models.Q(state__in=["requested", "refused", "cancelled"])
                | (models.Q(approved_by_id__isnull=False) & ~models.Q(approved_by_id=models.F("requested_by_id"))),
                name="final_extraction_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at=None, kind="trial")
                | models.Q(frozen_at=None, kind="final") & ~models.Q(state="done")
                | models.Q(frozen_at__isnull=False, kind="final", state="done"),
                name="final_extraction_done_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Verdict(models.Model):
    """Why a person may or may not vote for a ballot: ``eligible`` or the first failing reason, with the fact and its date."""

    pk = models.CompositePrimaryKey("municipality_id", "extraction_id", "person_id", "ballot")
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    extraction = models.ForeignKey(Extraction, models.CASCADE, db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False)
    ballot = models.SmallIntegerField()
    verdict = models.SmallIntegerField()
    fact = models.SmallIntegerField()
    fact_date = models.DateField(null=True)

    def __str__(self) -> str:
        return f"person {self.person_id} ballot {self.ballot}: {self.verdict}"


class Entry(models.Model):
    """A line of a voters list: a snapshot of name and address, and the ballots the voter may vote for.

    ``ballots`` and ``compulsory`` are masks: bit ``1 << BALLOT_NUMBERS[code]``. ``mark`` is ``V`` for non-Belgians.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    extraction = models.ForeignKey(Extraction, models.CASCADE, db_constraint=False, db_index=False, related_name="entries")
    list_number = models.IntegerField()
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False)
    national_number = models.CharField(max_length=11, db_collation="C")
    last_name = models.CharField(max_length=120)
    first_names = models.CharField(max_length=160, blank=True)
    name_key = models.CharField(max_length=300, db_collation="C")
    birth_date = models.CharField(max_length=10)
    born_on = models.DateField()
    sex = models.CharField(max_length=1, blank=True)
    nationality = models.CharField(max_length=2)
    language = models.CharField(max_length=2)
    mark = models.CharField(max_length=1, blank=True)
    minor = models.BooleanField(help_text="16 or 17 years old on election day")
    ballots = models.SmallIntegerField()
    compulsory = models.SmallIntegerField()
    postcode = models.CharField(max_length=10, blank=True)
    street_name = models.CharField(max_length=120, blank=True)
    house_number = models.CharField(max_length=20, blank=True)
    box_number = models.CharField(max_length=20, blank=True)
    address = models.ForeignKey(Address, models.PROTECT, null=True, db_constraint=False, db_index=False)
    household_id = models.CharField(max_length=40, blank=True)
    household_role = models.SmallIntegerField(null=True, help_text="1: the reference person")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "extraction", "list_number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["municipality", "extraction", "person"], name="entry_person_once"),
        ]
        # Filters and sorts a list by street; its streets are read from it one step a street, not a voter.
        indexes = [models.Index(fields=["municipality", "extraction", "postcode", "street_name"], name="entry_by_street")]

    def __str__(self) -> str:
        return f"entry {self.list_number}"
