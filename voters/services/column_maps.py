"""Column maps: how a supplier's columns are called, kept by the municipality."""

from datetime import datetime

from django.db import IntegrityError, transaction

from core import audit
from core.actor import Actor
from municipalities.models import Municipality
from voters.models import ColumnMap


class NameTakenError(Exception):
    """The municipality has another column map with this name."""


@transaction.atomic
def save_column_map(
    *, municipality: Municipality, column_map: ColumnMap | None, name: str, columns: dict[str, str], by: Actor, at: datetime
) -> ColumnMap:
    """Make or change a column map. Raises ``NameTakenError``."""
    before = column_map.columns if column_map else None
    kept = column_map or ColumnMap(municipality=municipality)
    kept.name, kept.columns = name, columns
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:  # asked of the database alone: two may be sent at once
        raise NameTakenError from error
    audit.record(
        municipality_id=municipality.pk,
        kind="column_map.saved",
        by=by,
        at=at,
        target=f"column_map:{kept.pk}",
        before=before,
        after=columns,
    )
    return kept


@transaction.atomic
def delete_column_map(*, column_map: ColumnMap, by: Actor, at: datetime) -> None:
    """Take a column map away; imports that used it keep everything else."""
    target, before = f"column_map:{column_map.pk}", dict(column_map.columns)
    municipality_id = column_map.municipality_id
    column_map.delete()
    audit.record(municipality_id=municipality_id, kind="column_map.deleted", by=by, at=at, target=target, before=before)
