"""What changes after the list date: events of the register, decisions, and their three separate effects on a frozen list.

Events, effects and added voters are only ever added: triggers refuse every change (voters/migrations/0010, docs/adr/0016-ledger.md).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Address, Station
from elections.models import Election
from municipalities.models import Municipality
from voters.models.extraction import Extraction
from voters.models.imports import RegisterImport
from voters.models.register import Person


class MutationStaging(models.Model):
    """One event of a file of mutations that was checked and not yet brought in; ``row`` is the record, the header being 1."""

    pk = models.CompositePrimaryKey("municipality_id", "register_import_id", "row")
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    register_import = models.ForeignKey(RegisterImport, models.CASCADE, db_constraint=False, db_index=False)
    row = models.BigIntegerField()
    sequence = models.BigIntegerField()
    national_number = models.CharField(max_length=11, db_collation="C")
    event = models.CharField(max_length=20)
    effective_on = models.DateField()
    wave = models.IntegerField(help_text="1 for a person's first event in the file, 2 for the second: they are applied in that order")
    person_id = models.BigIntegerField(null=True, help_text="nobody yet: the file itself brings the person in")
    nationality_before = models.CharField(max_length=2, blank=True)
    # the columns of the register that the event sets, by name
    values = models.JSONField(default=dict)
    # where a voter who left now lives, which is no column of the register
    away = models.JSONField(default=dict)
    address_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"event {self.sequence}"


class Mutation(models.Model):
    """An event that was applied to the register, once."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    register_import = models.ForeignKey(RegisterImport, models.PROTECT, db_constraint=False, db_index=False, related_name="mutations")
    sequence = models.BigIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="mutations")
    event = models.CharField(max_length=20)
    effective_on = models.DateField()
    values = models.JSONField(default=dict)
    away = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "sequence"], name="mutation_once")]
        indexes = [
            models.Index(fields=["municipality", "person"], name="mutation_by_person"),
            models.Index(fields=["municipality", "register_import", "sequence"], name="mutation_by_import"),
        ]

    def __str__(self) -> str:
        return f"mutation {self.sequence}"


class ListDecision(models.Model):
    """A decision of the college or the Court of Appeal about one voter of a frozen list; taken back by a counter-decision, never deleted."""

    class Kind(models.TextChoices):
        """add, strike, correct; withdraw takes an earlier one back."""

        ADD = "add", _("add to the list")
        STRIKE = "strike", _("strike from the list")
        CORRECT = "correct", _("correct on the list")
        WITHDRAW = "withdraw", _("take an earlier decision back")

    class Authority(models.TextChoices):
        """Who decided."""

        COLLEGE = "college", _("college of mayor and aldermen")
        COURT = "court", _("Court of Appeal")

    class State(models.TextChoices):
        """requested → recorded | refused | cancelled."""

        REQUESTED = "requested", _("waiting for a second person")
        RECORDED = "recorded", _("recorded")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("withdrawn before it was recorded")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="list_decisions")
    extraction = models.ForeignKey(Extraction, models.PROTECT, db_index=False, related_name="list_decisions")
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="list_decisions")
    kind = models.CharField(max_length=8, choices=Kind)
    authority = models.CharField(max_length=7, choices=Authority)
    decided_on = models.DateField()
    reference = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    # add: ballots; correct: what the list is to say (voters.rules.ledger.CORRECTABLE)
    values = models.JSONField(default=dict)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_index=False, help_text="of a voter who is added")
    withdraws = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="withdrawals")
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    requested_by_id = models.BigIntegerField()
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(recorded_at=None) & ~models.Q(state="recorded"))
                | models.Q(recorded_at__isnull=False, state="recorded", approved_by_id__isnull=False)
                & ~models.Q(approved_by_id=models.F("requested_by_id")),
                name="list_decision_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="withdraw", withdraws__isnull=False) | ~models.Q(kind="withdraw") & models.Q(withdraws=None),
                name="list_decision_withdraws",
            ),
            models.UniqueConstraint(
                fields=["municipality", "withdraws"],
                condition=models.Q(withdraws__isnull=False, state__in=["requested", "recorded"]),
                name="list_decision_withdrawn_once",
            ),
            models.UniqueConstraint(
                fields=["municipality", "extraction", "person"], condition=models.Q(state="requested"), name="list_decision_one_open"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "extraction", "person"], name="list_decision_by_person")]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class AddedEntry(models.Model):
    """A voter whom a decision added to a frozen list: as the register knew them then, with the next number at the end, never reused."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    extraction = models.ForeignKey(Extraction, models.PROTECT, db_constraint=False, db_index=False, related_name="added_entries")
    decision = models.ForeignKey(ListDecision, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    list_number = models.IntegerField()
    station = models.ForeignKey(Station, models.PROTECT, db_constraint=False, db_index=False)
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
    minor = models.BooleanField()
    ballots = models.SmallIntegerField()
    compulsory = models.SmallIntegerField()
    postcode = models.CharField(max_length=10, blank=True)
    street_name = models.CharField(max_length=120, blank=True)
    house_number = models.CharField(max_length=20, blank=True)
    box_number = models.CharField(max_length=20, blank=True)
    address = models.ForeignKey(Address, models.PROTECT, null=True, db_constraint=False, db_index=False)
    household_id = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "extraction", "list_number"], name="added_entry_number_once"),
            models.UniqueConstraint(fields=["municipality", "extraction", "person"], name="added_entry_person_once"),
        ]

    def __str__(self) -> str:
        return f"added entry {self.list_number}"


class Effect(models.Model):
    """One effect of one event or decision on one voter of a frozen list. An event has three of them, each with a life of its own."""

    class Kind(models.TextChoices):
        """Where the card goes; what stands on the station's list; whether the person may vote."""

        ADDRESS = "address", _("mailing address")
        LIST = "list", _("on the list of the polling station")
        RIGHT = "right", _("right to vote")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    extraction = models.ForeignKey(Extraction, models.PROTECT, db_constraint=False, db_index=False, related_name="effects")
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="effects")
    kind = models.CharField(max_length=7, choices=Kind)
    outcome = models.CharField(max_length=12, help_text="voters.rules.ledger.Outcome")
    rule = models.CharField(max_length=24, help_text="the row of voters.rules.ledger.RULES that it follows from")
    mutation = models.ForeignKey(Mutation, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="effects")
    decision = models.ForeignKey(ListDecision, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="effects")
    withdraws = models.ForeignKey(
        ListDecision,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text="whose effects end with it",
    )
    # the new address, or what the list is to say
    values = models.JSONField(default=dict)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mutation=None, decision__isnull=False) | models.Q(mutation__isnull=False, decision=None),
                name="effect_has_one_source",
            ),
            models.UniqueConstraint(
                fields=["municipality", "extraction", "mutation", "kind"],
                condition=models.Q(mutation__isnull=False),
                name="effect_of_event_once",
            ),
            models.UniqueConstraint(
                fields=["municipality", "extraction", "decision", "kind"],
                condition=models.Q(decision__isnull=False),
                name="effect_of_decision_once",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "extraction", "recorded_at"], name="effect_by_moment"),
            models.Index(fields=["municipality", "extraction", "person"], name="effect_by_person"),
        ]

    def __str__(self) -> str:
        return f"effect {self.pk}"
