"""What a municipality has agreed with bpost, and the Mail ID numbers that it has used (docs/adr/0017-bpost.md)."""

from django.db import models

from municipalities.models import Municipality


class BpostSettings(models.Model):
    """Under which numbers a municipality sends with bpost. Figures only; ``customer_id`` is empty where it is the sender's own."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    prs_id = models.CharField(max_length=8)
    account_id = models.CharField(max_length=8)
    customer_id = models.CharField(max_length=8, blank=True)
    changed_at = models.DateTimeField()
    changed_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="bpost_settings_once"),
            models.CheckConstraint(
                condition=models.Q(prs_id__regex=r"^[1-9][0-9]{0,7}$", account_id__regex=r"^[1-9][0-9]{0,7}$")
                & models.Q(customer_id__regex=r"^([1-9][0-9]{0,7})?$"),
                name="bpost_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prs_id} {self.account_id}"


class MailIdRange(models.Model):
    """The piece numbers that a municipality may use under one BarcodeCustomerId; ``next_number`` comes next, then on from the first.

    One that is closed is used no more.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    barcode_customer_id = models.CharField(max_length=5)
    piece_digits = models.SmallIntegerField()
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    next_number = models.BigIntegerField()
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], condition=models.Q(closed_at=None), name="one_open_mail_id_range"),
            models.CheckConstraint(condition=models.Q(barcode_customer_id__regex=r"^[0-9]{5}$"), name="mail_id_customer"),
            models.CheckConstraint(
                condition=models.Q(piece_digits=7, last_number__lt=10**7)
                | models.Q(piece_digits=9, last_number__lt=10**9)
                | models.Q(piece_digits=11, last_number__lt=10**11),
                name="mail_id_numbers_fit",
            ),
            models.CheckConstraint(
                condition=models.Q(first_number__gte=0, last_number__gte=models.F("first_number"))
                & models.Q(next_number__gte=models.F("first_number"), next_number__lte=models.F("last_number") + 1),
                name="mail_id_range_order",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by_name="") | (models.Q(closed_at__isnull=False) & ~models.Q(closed_by_name="")),
                name="mail_id_range_closed_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.barcode_customer_id} {self.first_number}-{self.last_number}"


class MailIdAllocation(models.Model):
    """Consecutive numbers that were taken; until ``rests_until`` the database lets nobody take one of them again.

    Customer and length stand here again, since the constraint that guards them (migration 0002) looks at this table alone.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, db_index=False)
    range = models.ForeignKey(MailIdRange, models.PROTECT, db_index=False, related_name="allocations")
    barcode_customer_id = models.CharField(max_length=5)
    piece_digits = models.SmallIntegerField()
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    purpose = models.CharField(max_length=100)
    taken_at = models.DateTimeField()
    taken_by_name = models.CharField(max_length=200)
    rests_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last_number__gte=models.F("first_number")), name="mail_id_allocation_order"),
            models.CheckConstraint(condition=models.Q(rests_until__gt=models.F("taken_at")), name="mail_id_allocation_rests"),
        ]
        indexes = [models.Index(fields=["municipality", "range", "-taken_at"], name="mail_id_allocations")]

    def __str__(self) -> str:
        return f"{self.barcode_customer_id} {self.first_number}-{self.last_number}"
