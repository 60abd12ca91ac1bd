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


class StreetRange(models.Model):
    """A row of a district: the house numbers of one street, in one postcode, on one side or both, from and to (both included).

    No end means an open one. ``12A`` and ``12/0301`` lie where 12 lies. It holds on days from ``valid_from`` up to, not including,
    ``valid_until``. Rows are never deleted but removed, with who and when, so that each has its history. Two rows that hold at
    the same time never overlap: an exclusion constraint refuses it (districts/migrations/0006).
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
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.number_from or ''}-{self.number_to or ''}"
