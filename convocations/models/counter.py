"""Duplicates made at a counter, its blank cards and printers, and cards printed anew for many at once (docs/adr/0021-duplicates.md)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from convocations.models.runs import Card
from elections.models import Election
from municipalities.models import Municipality
from voters.models import Person


class CardPrinter(models.Model):
    """A printer at the counters, and how far its pages have to be moved so that an overprint falls into place."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    name = models.CharField(_("name"), max_length=60)
    right_mm = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    up_mm = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="card_printer_once"),
            models.CheckConstraint(
                condition=Q(right_mm__gte=-15, right_mm__lte=15, up_mm__gte=-15, up_mm__lte=15), name="card_printer_moves_little"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """A place where duplicates are handed out, with a stock of blank cards of its own."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    name = models.CharField(_("name"), max_length=60)
    printer = models.ForeignKey(CardPrinter, models.PROTECT, null=True, db_index=False, related_name="counters")
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="counter_once")]

    def __str__(self) -> str:
        return self.name


class Duplicate(models.Model):
    """A card that was made at a counter: why, by whom, how, and all that is needed to make the same bytes again. Never changed."""

    class Mode(models.TextChoices):
        """convocations.rules.counter.Mode."""

        FULL = "full", _("whole page")
        OVERPRINT = "overprint", _("on a card printed beforehand")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    card = models.ForeignKey(Card, models.PROTECT, db_constraint=False, db_index=False, related_name="duplicates")
    replaces = models.ForeignKey(Card, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+")
    counter = models.ForeignKey(Counter, models.PROTECT, db_index=False, related_name="duplicates")
    counter_name = models.CharField(max_length=60)
    mode = models.CharField(max_length=9, choices=Mode)
    cause = models.CharField(max_length=12, help_text="convocations.rules.counter.Cause")
    note = models.CharField(max_length=200, blank=True)
    right_mm = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    up_mm = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    frozen_file = models.CharField(max_length=300, help_text="name in the storage of the forms: those of a run, or of this template alone")
    template_digest = models.CharField(max_length=64)
    back_digest = models.CharField(max_length=64, blank=True, help_text="of its back side; empty: it has none")
    station_block = models.JSONField(help_text="convocations.cards.StationBlock")
    step = models.SmallIntegerField(help_text="minutes of the advised time")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)
    made_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "card"], name="duplicate_once_a_card")]
        indexes = [models.Index(fields=["municipality", "made_at"], name="duplicate_by_time")]

    def __str__(self) -> str:
        return f"duplicate {self.pk}"


class BlankMovement(models.Model):
    """Blank cards of one kind and counter that came, went or were counted; only ever added to. The stock is what follows from all of them."""

    class Kind(models.TextChoices):
        """convocations.rules.counter.Movement."""

        DELIVERED = "delivered", _("delivered")
        TAKEN_BACK = "taken_back", _("taken back")
        PRINTED = "printed", _("printed")
        SPOILED = "spoiled", _("spoiled")
        COUNTED = "counted", _("counted")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="blank_movements")
    counter = models.ForeignKey(Counter, models.PROTECT, db_index=False, related_name="movements")
    template = models.CharField(
        max_length=60, blank=True, db_collation="C", help_text="convocations.cards.TemplateKey.name; empty: of before kinds were told apart"
    )
    paper = models.CharField(max_length=6, blank=True, help_text="convocations.cards.papers.Paper; empty with an empty template")
    kind = models.CharField(max_length=10, choices=Kind)
    quantity = models.IntegerField()
    expected = models.IntegerField(null=True, help_text="of a count: how many there should have been")
    duplicate = models.ForeignKey(Duplicate, models.PROTECT, null=True, db_index=False, related_name="blanks")
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="counted", quantity__gte=0, expected__isnull=False)
                | ~Q(kind="counted") & Q(quantity__gt=0, expected__isnull=True),
                name="blank_movement_quantity",
            ),
            models.CheckConstraint(
                condition=Q(kind="printed", quantity=1, duplicate__isnull=False) | ~Q(kind="printed") & Q(duplicate__isnull=True),
                name="blank_movement_of_duplicate",
            ),
            models.CheckConstraint(
                condition=Q(template="", paper="") | ~Q(template="") & Q(paper__in=["white", "blue", "yellow", "green", "pink"]),
                name="blank_movement_of_kind",
            ),
            models.UniqueConstraint(fields=["municipality", "duplicate"], name="one_blank_a_duplicate"),
        ]
        indexes = [models.Index(fields=["municipality", "election", "counter", "id"], name="blank_movement_by_counter")]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class Reissue(models.Model):
    """New cards asked for many voters at once: a street, a station or a list of numbers. Its print run says what became of it."""

    class Scope(models.TextChoices):
        """Of whom."""

        STREET = "street", _("a street")
        STATION = "station", _("a polling station")
        BATCH = "batch", _("a list")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="reissues")
    scope = models.CharField(max_length=7, choices=Scope)
    label = models.CharField(max_length=200, help_text="name of the street, number of the station, name of the file")
    cause = models.CharField(max_length=12, help_text="convocations.rules.counter.Cause")
    note = models.CharField(max_length=200, blank=True)
    voters = models.IntegerField()
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.scope} {self.label}"


class ReissueVoter(models.Model):
    """A voter of a reissue."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    reissue = models.ForeignKey(Reissue, models.CASCADE, db_index=False, related_name="chosen")
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "reissue", "person"], name="reissue_voter_once")]

    def __str__(self) -> str:
        return f"{self.reissue_id} {self.person_id}"
