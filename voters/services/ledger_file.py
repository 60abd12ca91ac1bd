"""The ledger as CSV: every event and decision after the list date that a filter leaves; what was taken out is recorded with its hash."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from core import audit
from core.actor import Actor
from elections.models import Election
from voters.selectors import changes
from voters.selectors.changes import LedgerRow
from voters.selectors.ledger import NoFinalListError, frozen_list
from voters.services.exports import Exported
from voters.sql.changes import LedgerFilter

_OF_ROW = (
    *("list_number", "station_number", "last_name", "first_names", "birth_date", "event", "sequence", "decision_kind", "authority"),
    *("reference", "reason", "effective_on", "address", "list", "right"),
)
_OF_MAIL = ("postcode", "street_name", "house_number", "box_number", "country")
COLUMNS = ("recorded_at", "recorded_by", *_OF_ROW, *_OF_MAIL)
"""Of the file (docs/formats/mutations.md, "The ledger as a file")."""


@transaction.atomic
def export_ledger(
    *, election: Election, chosen: LedgerFilter, values: Mapping[str, str], by: Actor, at: datetime
) -> tuple[bytes, Exported]:
    """Make the file of what ``chosen`` leaves, the newest first; ``values`` says the same for the audit trail. Raises ``NoFinalListError``."""
    frozen = frozen_list(election)
    if frozen is None:
        raise NoFinalListError
    rows = changes.page(frozen, chosen)
    content = _csv(rows)
    written = Exported(rows=len(rows), pages=0, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    audit.record(
        municipality_id=election.municipality_id,
        kind="ledger.exported",
        by=by,
        at=at,
        target=f"election:{election.pk}",
        after={"format": "csv", "filter": values, "rows": written.rows, "sha256": written.sha256},
    )
    return content, written


def file_name(election: Election) -> str:
    """``na-de-lijstdatum-23027-2024-10-13.csv``."""
    return f"na-de-lijstdatum-{election.municipality.nis_code}-{election.date:%Y-%m-%d}.csv"


def _csv(rows: Sequence[LedgerRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(_line, rows))
    return text.getvalue().encode()


def _line(row: LedgerRow) -> list[Any]:
    recorded = localtime(row.recorded_at).isoformat(timespec="seconds")
    mail = [row.mail.get(name) for name in _OF_MAIL]
    return [recorded, row.recorded_by_name, *(getattr(row, name) for name in _OF_ROW), *mail]
