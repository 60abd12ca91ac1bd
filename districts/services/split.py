"""Changing the split in districts: rows by hand, a whole split of an earlier day, and undoing the last change."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import DistrictChange
from districts.rules.split import Plan, SplitRow
from districts.selectors import split as selectors
from districts.sql import changes as sql
from municipalities.models import Municipality

Kind = DistrictChange.Kind


@transaction.atomic
def change_rows(
    *,
    municipality: Municipality,
    removed: Collection[int] = (),
    added: Sequence[SplitRow] = (),
    valid_from: date,
    by: Actor,
    at: datetime,
) -> DistrictChange | None:
    """Take rows away from a day on and put others in their place, all at once, so that a boundary can move. ``None``: nothing to do.

    Raises ``selectors.split.ChangeRefusedError`` and ``StaleChangeError``.
    """
    sql.lock(municipality_id=municipality.pk)
    plan = selectors.change_plan(municipality_id=municipality.pk, removed=removed, added=added, valid_from=valid_from)
    return write(plan, municipality=municipality, kind=Kind.EDIT, by=by, at=at)


@transaction.atomic
def copy_split(*, municipality: Municipality, source: date, valid_from: date, by: Actor, at: datetime) -> DistrictChange | None:
    """Make the split of an earlier day the one from another day on. ``None``: it is already. Raises ``ChangeRefusedError``."""
    sql.lock(municipality_id=municipality.pk)
    plan = selectors.copy_plan(municipality_id=municipality.pk, source=source, valid_from=valid_from)
    return write(plan, municipality=municipality, kind=Kind.COPY, note=source.isoformat(), by=by, at=at)


@transaction.atomic
def undo_change(*, change: DistrictChange, by: Actor, at: datetime) -> DistrictChange | None:
    """Put back what the last change took away and take away what it made. Raises ``StaleChangeError`` when it is not the last."""
    sql.lock(municipality_id=change.municipality_id)
    plan = selectors.undo_plan(change)
    return write(plan, municipality=change.municipality, kind=Kind.UNDO, undoes=change, by=by, at=at)


def write(
    plan: Plan,
    *,
    municipality: Municipality,
    kind: DistrictChange.Kind,
    note: str = "",
    undoes: DistrictChange | None = None,
    by: Actor,
    at: datetime,
) -> DistrictChange | None:
    """Carry a plan out, in the transaction that locked the split and made the plan."""
    if plan.nothing:
        return None
    selectors.refuse_clashes(municipality_id=municipality.pk, plan=plan)
    change = DistrictChange.objects.create(
        municipality=municipality,
        kind=kind,
        valid_from=plan.valid_from,
        note=note[:200],
        undoes=undoes,
        counts=plan.counts,
        made_at=at,
        made_by_name=by.name,
    )
    written = sql.write(plan, municipality_id=municipality.pk, change_id=change.pk, by=by.name, at=at)
    if written != (len(plan.removed), len(plan.made)):
        raise selectors.StaleChangeError
    audit.record(
        municipality_id=municipality.pk,
        kind="districts.changed",
        by=by,
        at=at,
        target=f"district_change:{change.pk}",
        after={"kind": change.kind, "valid_from": plan.valid_from.isoformat(), "note": change.note, **plan.counts},
    )
    return change
