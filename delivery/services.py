"""Settings for bpost, and numbers for letters."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from psycopg.errors import ExclusionViolation

from core import audit
from core.actor import Actor
from core.tenancy import tenant
from delivery import selectors, sql
from delivery.bpost.mail_id import MailIdBlock, PieceDigits
from delivery.models import BpostSettings, MailIdAllocation, MailIdRange
from delivery.rules import BpostValues, settings_problems
from municipalities.models import Municipality

REST = timedelta(days=90)
"""How long a number is not given again. bpost asks for 30 days, which run from the posting: up to 60 days may lie before it."""


class NoMailIdRangeError(Exception):
    """The municipality has no range of Mail ID numbers, or one with fewer numbers than were asked at once."""


class MailIdsRestingError(Exception):
    """The numbers whose turn it is were used less than ``REST`` ago, here or by another municipality with the same BarcodeCustomerId."""


class BpostSettingsRefusedError(Exception):
    """What was filled in cannot be; ``problems`` are all, as (field, code of ``delivery.words.SETTINGS_PROBLEMS``)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__(str(problems))


@transaction.atomic
def take_mail_ids(*, municipality_id: int, count: int, purpose: str, by: Actor, at: datetime) -> MailIdBlock:
    """Take ``count`` consecutive Mail ID numbers of the municipality's own range, none of which was taken in the last 90 days.

    ``purpose`` (at most 100 characters, nothing personal) says for what, such as ``print run 12``. They are taken when the
    transaction commits; until then another worker of the same municipality waits. Recorded as ``mail_ids.taken``. Raises
    ``NoMailIdRangeError`` and ``MailIdsRestingError``: nothing is taken then. Raises ``ValueError`` for a count below 1.
    """
    if count < 1:
        raise ValueError(f"{count} numbers cannot be taken")
    with tenant(municipality_id):
        try:
            with transaction.atomic():
                taken = sql.take_mail_ids(
                    municipality_id=municipality_id, count=count, purpose=purpose, by=by.name, at=at, rests_until=at + REST
                )
        except IntegrityError as error:
            if not isinstance(error.__cause__, ExclusionViolation):
                raise
            raise MailIdsRestingError from error
        if taken is None:
            raise NoMailIdRangeError
        audit.record(
            municipality_id=municipality_id,
            kind="mail_ids.taken",
            by=by,
            at=at,
            target=f"mail_id_range:{taken.range_id}",
            after={"count": count, "first_number": taken.first, "last_number": taken.last, "what": purpose},
        )
    return MailIdBlock(taken.barcode_customer_id, PieceDigits(taken.piece_digits), taken.first, taken.last)


@transaction.atomic
def save_bpost_settings(*, municipality: Municipality, values: BpostValues, by: Actor, at: datetime) -> None:
    """Keep what the municipality has agreed with bpost. What is filled in already changes nothing and is no event.

    Another BarcodeCustomerId, length or range closes the range and opens another, which goes on after the highest number
    taken in it. Raises ``BpostSettingsRefusedError`` with everything that is wrong.
    """
    problems = list(settings_problems(values))
    if problems:
        raise BpostSettingsRefusedError(problems)
    with tenant(municipality.pk):
        # One at a time: the row of the municipality is the lock, also while there is no row of settings yet.
        Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
        known, after = selectors.bpost_values(municipality=municipality), values.as_kept()
        before = known.as_kept() if known else None
        if before == after:
            return
        BpostSettings.objects.update_or_create(
            municipality=municipality,
            defaults={
                "prs_id": values.prs_id,
                "account_id": values.account_id,
                "customer_id": values.customer_id,
                "changed_at": at,
                "changed_by_name": by.name,
            },
        )
        _change_range(municipality, values, by=by, at=at)
        audit.record(
            municipality_id=municipality.pk,
            kind="bpost.settings_changed",
            by=by,
            at=at,
            target=f"municipality:{municipality.pk}",
            before=before,
            after=after,
        )


def _change_range(municipality: Municipality, values: BpostValues, *, by: Actor, at: datetime) -> None:
    opened = MailIdRange.objects.select_for_update(no_key=True).filter(municipality=municipality, closed_at=None).first()
    asked = (values.barcode_customer_id, values.piece_digits, values.first_number, values.last)
    if opened is not None:
        if asked == (opened.barcode_customer_id, opened.piece_digits, opened.first_number, opened.last_number):
            return
        opened.closed_at, opened.closed_by_name = at, by.name
        opened.save(update_fields=["closed_at", "closed_by_name"])
    if values.barcode_customer_id:
        MailIdRange.objects.create(
            municipality=municipality,
            barcode_customer_id=values.barcode_customer_id,
            piece_digits=values.piece_digits,
            first_number=values.first_number,
            last_number=values.last,
            next_number=_after_the_highest(municipality, values),
            opened_at=at,
            opened_by_name=by.name,
        )


def _after_the_highest(municipality: Municipality, values: BpostValues) -> int:
    """Where a new range begins: after what was taken inside it before."""
    highest = MailIdAllocation.objects.filter(
        municipality=municipality,
        barcode_customer_id=values.barcode_customer_id,
        piece_digits=values.piece_digits,
        first_number__gte=values.first_number,
        last_number__lte=values.last,
    ).aggregate(highest=Max("last_number"))["highest"]
    return values.first_number if highest is None else highest + 1
