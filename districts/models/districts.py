"""Districts (kieswijken) by street and number, and the levels above them (docs/formats/districts.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.addresses import Street
from municipalities.models import Municipality


class Area(models.Model):
    """A level above districts: an urban district with a council, a canton, or a municipality that merged into this one."""

    class Kind(models.TextChoices):
        """A district belongs to at most one area of each kind."""

        URBAN_DISTRICT = "urban_district", _("urban district")
        CANTON = "canton", _("canton")
        FORMER_MUNICIPALITY = "former_municipality", _("former municipality")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "kind", "code"], name="area_once")]

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A district (kieswijk): a recognisable part of the municipality whose voters vote in its own stations. Closed, never deleted."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    urban_district = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    canton = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    former_municipality = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="district_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DistrictChange(models.Model):
    """One change of the split, by hand or by file: which rows it made and which it took away. The last one can be undone."""

    class Kind(models.TextChoices):
        """Where it came from."""

        EDIT = "edit", _("changed by hand")
        IMPORT = "import", _("brought in from a file")
        COPY = "copy", _("copied from an earlier day")
        UNDO = "undo", _("undone")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    valid_from = models.DateField(help_text="the day from which it holds")
    note = models.CharField(max_length=200, blank=True, help_text="name of the file, or the day that was copied")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")
    # added, removed, ended, unchanged (only of a file): how many rows
    counts = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "undoes"], name="change_undone_once")]
        indexes = [models.Index(fields=["municipality", "-id"], name="district_change_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"


class DistrictImport(models.Model):
    """A file of districts on its way in: checked and compared, then brought in or dropped (docs/formats/districts.md)."""

    class State(models.TextChoices):
        """invalid | checked → done | dropped."""

        INVALID = "invalid", _("has errors")
        CHECKED = "checked", _("checked, differences ready")
        DONE = "done", _("brought in")
        DROPPED = "dropped", _("dropped")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    file_name = models.CharField(max_length=200)
    file = models.CharField(max_length=300, blank=True, help_text="name in the storage; removed when the import has ended")
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField(help_text="the day from which the file is the split")
    state = models.CharField(max_length=7, choices=State)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    change = models.ForeignKey(DistrictChange, models.PROTECT, null=True, db_index=False, related_name="+")
    sent_by_name = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by_name="")
                | models.Q(decided_at__isnull=False) & ~models.Q(decided_by_name=""),
                name="district_import_decided_by",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-sent_at"], name="district_import_by_date")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class StreetRange(models.Model):
    """A row of a district: the house numbers of one street, in one postcode, on one side or both, from and to (both included).

    No end means an open one. ``12A`` and ``12/0301`` lie where 12 lies. It holds on days from ``valid_from`` up to, not including,
    ``valid_until``. Two rows that hold at the same time never overlap: an exclusion constraint refuses it (districts/migrations/0006).

    What a row says never changes: a row that is to end, or to be put right, is removed, with who and when, and another made in its
    place (docs/adr/0010-districts.md). Nothing is deleted, so that each row has its history.
    """

    class Side(models.TextChoices):
        """Which numbers."""

        ALL = "all", _("all numbers")
        EVEN = "even", _("even numbers")
        ODD = "odd", _("odd numbers")

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    district = models.ForeignKey(District, models.PROTECT, db_index=False, related_name="ranges")
    street = models.ForeignKey(Street, models.PROTECT, db_index=False, related_name="ranges")
    postcode = models.CharField(max_length=4)
    side = models.CharField(max_length=4, choices=Side)
    number_from = models.IntegerField(null=True, blank=True)
    number_to = models.IntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="first day on which it no longer holds")
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    removed_by_name = models.CharField(max_length=200, blank=True)
    made_change = models.ForeignKey(DistrictChange, models.PROTECT, null=True, db_index=False, related_name="made")
    removed_change = models.ForeignKey(DistrictChange, models.PROTECT, null=True, db_index=False, related_name="removed")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number_from=None) | models.Q(number_to=None) | models.Q(number_to__gte=models.F("number_from")),
                name="street_range_numbers",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("valid_from")), name="street_range_days"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by_name="")
                | models.Q(removed_at__isnull=False) & ~models.Q(removed_by_name=""),
                name="street_range_removed_by",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "street"], name="street_range_by_street"),
            models.Index(fields=["municipality", "district"], name="street_range_by_district"),
            models.Index(fields=["municipality", "made_change"], name="street_range_by_made"),
            models.Index(fields=["municipality", "removed_change"], name="street_range_by_removed"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.number_from or ''}-{self.number_to or ''}"
