"""Where the voters of a list vote: drafts of the assignment, what is pinned by hand, and the frozen places (docs/formats/assignment.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Address, Building, District, Station, Street, StreetRange
from elections.models import Election
from municipalities.models import Municipality
from voters.models.extraction import Extraction
from voters.models.register import Person


class Draft(models.Model):
    """One way of placing the households of an extraction over the stations of its election; several lie side by side, one is frozen."""

    class State(models.TextChoices):
        """running → ready | infeasible | failed | cancelled; ready → requested (waits for the second person) → frozen, or ready again."""

        RUNNING = "running", _("running")
        READY = "ready", _("ready")
        INFEASIBLE = "infeasible", _("not possible")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("stopped")
        REQUESTED = "requested", _("waiting for a second person")
        FROZEN = "frozen", _("frozen")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.PROTECT, db_index=False, related_name="drafts")
    extraction = models.ForeignKey(Extraction, models.PROTECT, db_index=False, related_name="drafts")
    number = models.IntegerField(help_text="rises by one within an election")
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="+", help_text="the frozen assignment compared with"
    )
    # move and row (see districts.assignment), whole_buildings, rooms, balance, numbering, order
    settings = models.JSONField(default=dict)
    # voters, households, stations, over, under, split_sides, moved, mean and p95 distance, bound, gap, seconds
    figures = models.JSONField(default=dict)
    # one object a district, and one a shortage
    districts = models.JSONField(default=list)
    shortages = models.JSONField(default=list)
    # what other settings would give: the small picture of the trade-off
    curve = models.JSONField(default=list)
    basis = models.JSONField(default=dict, help_text="fingerprints of the stations, the split and the pins that it was made of")
    job_id = models.BigIntegerField(null=True)
    made_by_id = models.BigIntegerField(null=True, help_text="nobody's account: made by a command")
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, help_text="the last move by hand")
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=200, blank=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "election", "number"], name="draft_number_once"),
            models.UniqueConstraint(
                fields=["municipality", "election"],
                condition=models.Q(state__in=["requested", "frozen"]),
                name="one_frozen_assignment",
            ),
            models.CheckConstraint(
                condition=(models.Q(frozen_at=None) & ~models.Q(state="frozen"))
                | models.Q(frozen_at__isnull=False, state="frozen", requested_by_id__isnull=False, approved_by_id__isnull=False)
                & ~models.Q(approved_by_id=models.F("requested_by_id")),
                name="frozen_assignment_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.number}"


class Placement(models.Model):
    """A household of a draft: its voters, its address, and its station; ``station`` is null while it has none.

    ``household`` is the key of voters.sql.households: the register's household, else address and box, else the person alone.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    draft = models.ForeignKey(Draft, models.CASCADE, db_constraint=False, db_index=False, related_name="placements")
    household = models.CharField(max_length=120, db_collation="C")
    head = models.ForeignKey(
        Person, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+", help_text="its reference person"
    )
    address = models.ForeignKey(Address, models.PROTECT, null=True, db_constraint=False, db_index=False)
    district = models.ForeignKey(District, models.PROTECT, null=True, db_constraint=False, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, null=True, db_constraint=False, db_index=False)
    voters = models.IntegerField()
    distance = models.FloatField(null=True, help_text="metres in a straight line to the building")
    previous_building = models.ForeignKey(
        Building, models.PROTECT, null=True, db_constraint=False, db_index=False, help_text="where it voted in the election compared with"
    )
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "draft", "household"], name="placement_once")]
        indexes = [models.Index(fields=["municipality", "draft", "station"], name="placement_by_station")]

    def __str__(self) -> str:
        return f"placement {self.pk}"


class HandMove(models.Model):
    """Households of a draft that somebody placed in another station, and where each was before: the last one can be undone."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    draft = models.ForeignKey(Draft, models.CASCADE, db_index=False, related_name="hand_moves")
    number = models.IntegerField(help_text="rises by one within a draft")
    station = models.ForeignKey(Station, models.PROTECT, db_constraint=False, db_index=False)
    # street and postcode, side, number_from and number_to; or the person whose household it is; or unplaced
    what = models.JSONField(default=dict)
    households = models.IntegerField()
    voters = models.IntegerField()
    # household, station, distance, by_hand: each as it was
    before = models.JSONField(default=list)
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "draft", "number"], name="hand_move_number_once"),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by_name="") | models.Q(undone_at__isnull=False) & ~models.Q(undone_by_name=""),
                name="hand_move_undone_by",
            ),
        ]

    def __str__(self) -> str:
        return f"move {self.number}"


class Pin(models.Model):
    """Something that the municipality decided itself for every draft of an election: this street, house or household here, or not here."""

    class Kind(models.TextChoices):
        """here: in this station or building and no other; not_here: anywhere else."""

        HERE = "here", _("here")
        NOT_HERE = "not_here", _("not here")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    election = models.ForeignKey(Election, models.CASCADE, db_index=False, related_name="pins")
    kind = models.CharField(max_length=8, choices=Kind)
    station = models.ForeignKey(Station, models.CASCADE, null=True, blank=True, db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, db_index=False)
    street = models.ForeignKey(Street, models.PROTECT, null=True, blank=True, db_index=False)
    postcode = models.CharField(max_length=4, blank=True)
    side = models.CharField(max_length=4, choices=StreetRange.Side, default=StreetRange.Side.ALL)
    number_from = models.IntegerField(null=True, blank=True)
    number_to = models.IntegerField(null=True, blank=True)
    household = models.CharField(max_length=120, blank=True, db_collation="C")
    # by whom the household is meant: its key may become another when an address is linked
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(station=None, building__isnull=False) | models.Q(station__isnull=False, building=None),
                name="pin_to_station_or_building",
            ),
            models.CheckConstraint(
                condition=models.Q(street=None) & ~models.Q(household="") | models.Q(street__isnull=False, household=""),
                name="pin_of_street_or_household",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "election"], name="pin_by_election")]

    def __str__(self) -> str:
        return f"pin {self.pk}"


class EntryPlace(models.Model):
    """The station of a voter and the number on the list for good, given at the freeze: gapless, never reused, never changed."""

    pk = models.CompositePrimaryKey("municipality_id", "draft_id", "list_number")
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_constraint=False, db_index=False)
    draft = models.ForeignKey(Draft, models.PROTECT, db_constraint=False, db_index=False, related_name="places")
    list_number = models.IntegerField()
    person = models.ForeignKey(Person, models.PROTECT, db_constraint=False, db_index=False)
    station = models.ForeignKey(Station, models.PROTECT, db_constraint=False, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "draft", "person"], name="place_of_person_once")]
        indexes = [models.Index(fields=["municipality", "draft", "station", "list_number"], name="place_by_station")]

    def __str__(self) -> str:
        return f"place {self.list_number}"
