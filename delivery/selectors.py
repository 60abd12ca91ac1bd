"""Reads for screens and for those who send."""

from dataclasses import dataclass
from datetime import datetime

from delivery.bpost.mailing import Sender
from delivery.models import BpostSettings, MailIdAllocation, MailIdRange
from delivery.rules import BpostValues
from municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class BpostAgreement:
    """What the municipality has filled in: the sender for its mailings, and its open range of numbers, if it has one."""

    sender: Sender
    customer_id: str
    changed_at: datetime
    changed_by_name: str
    range: MailIdRange | None

    @property
    def makes_numbers(self) -> bool:
        """Whether the municipality gives its letters a Mail ID number itself; bpost does otherwise."""
        return self.range is not None


def bpost_agreement(*, municipality: Municipality) -> BpostAgreement | None:
    """Return it, or ``None`` while nothing is filled in."""
    row = BpostSettings.objects.filter(municipality=municipality).first()
    if row is None:
        return None
    opened = MailIdRange.objects.filter(municipality=municipality, closed_at=None).first()
    sender = Sender(row.prs_id, row.account_id, row.customer_id)
    return BpostAgreement(sender, row.customer_id, row.changed_at, row.changed_by_name, opened)


def bpost_values(*, municipality: Municipality) -> BpostValues | None:
    """The same as it was filled in."""
    found = bpost_agreement(municipality=municipality)
    if found is None:
        return None
    sender, opened = found.sender, found.range
    if opened is None:
        return BpostValues(sender.prs_id, sender.account_id, found.customer_id)
    return BpostValues(
        sender.prs_id,
        sender.account_id,
        found.customer_id,
        opened.barcode_customer_id,
        opened.piece_digits,
        opened.first_number,
        opened.last_number,
    )


def mail_id_allocations(*, municipality: Municipality, limit: int = 20) -> list[MailIdAllocation]:
    """The numbers that were taken, the last first."""
    return list(MailIdAllocation.objects.filter(municipality=municipality).order_by("-taken_at", "-pk")[:limit])
