"""Streets and addresses of a municipality, from BeSt open data (docs/formats/addresses.md), and links made by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality


class Street(models.Model):
    """A street (straat) as BeSt knows it. ``name_key`` is the folded name by which it is matched and sorted.

    A street that is prepared before the file of addresses knows it has no ``best_id`` until a file brings one of that name.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    best_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, db_collation="C")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "best_id"], name="street_once")]
        indexes = [models.Index(fields=["municipality", "name_key"], name="street_by_name")]

    def __str__(self) -> str:
        return self.name


class AddressImport(models.Model):
    """One file of addresses brought in: what it was and what it changed."""

    municipality = models.ForeignKey(Municipality, models.PROTECT)
    file_name = models.CharField(max_length=200)
    file = models.CharField(max_length=300, blank=True, help_text="name in the storage")
    sha256 = models.CharField(max_length=64)
    job_id = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    imported_by_name = models.CharField(max_length=200)
    imported_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.file_name} {self.imported_at:%Y-%m-%d}"


class Address(models.Model):
    """An address: house number and box in a street. Retired ones are closed, never deleted.

    ``number`` is the whole number that the house number begins with (0 if none) and ``suffix`` the folded rest:
    ``12A`` → 12, ``a``; so that lists sort and ranges hold. Positions: WGS84 degrees, null where the source has none.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    best_id = models.BigIntegerField()
    street = models.ForeignKey(Street, models.PROTECT, db_index=False, related_name="addresses")
    postcode = models.CharField(max_length=4)
    postname = models.CharField(max_length=80)
    house_number = models.CharField(max_length=20)
    number = models.IntegerField()
    suffix = models.CharField(max_length=20, blank=True, db_collation="C")
    box_number = models.CharField(max_length=20, blank=True)
    box_key = models.CharField(max_length=20, blank=True, db_collation="C")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "best_id"], name="address_once")]
        indexes = [
            models.Index(fields=["municipality", "street", "number", "suffix", "box_key"], name="address_in_street"),
            models.Index(fields=["municipality", "latitude", "longitude"], name="address_by_position"),
        ]

    def __str__(self) -> str:
        box = f" {_('box')} {self.box_number}" if self.box_number else ""
        return f"{self.house_number}{box}"


class StreetLink(models.Model):
    """A register's spelling of a street that somebody linked by hand; remembered for every later file."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    postcode = models.CharField(max_length=10)
    street_key = models.CharField(max_length=120, db_collation="C")
    street = models.ForeignKey(Street, models.PROTECT)
    linked_by_name = models.CharField(max_length=200)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "postcode", "street_key"], name="street_link_once")]

    def __str__(self) -> str:
        return f"{self.postcode} {self.street_key}"


class AddressLink(models.Model):
    """A register's spelling of one address that somebody linked by hand; remembered for every later file."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    postcode = models.CharField(max_length=10)
    street_key = models.CharField(max_length=120, db_collation="C")
    number_key = models.CharField(max_length=40, db_collation="C", help_text="folded house number")
    box_key = models.CharField(max_length=40, blank=True, db_collation="C")
    address = models.ForeignKey(Address, models.PROTECT)
    linked_by_name = models.CharField(max_length=200)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "postcode", "street_key", "number_key", "box_key"], name="address_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.postcode} {self.street_key} {self.number_key}"
