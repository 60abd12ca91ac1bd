"""The change sheet as a file: what was taken out is recorded with its hash."""

import csv
import hashlib
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from core import audit
from core.actor import Actor
from elections.models import Election
from voters.documents.change_sheet import layout
from voters.documents.change_sheet.build import build
from voters.documents.change_sheet.data import ChangeLine, ChangeSheetData, Language
from voters.selectors.ledger import NoFinalListError, frozen_list
from voters.services import printing

FORMATS = ("csv", "pdf")
COLUMNS = (
    "station_number",
    "list_number",
    "change",
    "last_name",
    "first_names",
    "birth_date",
    "postcode",
    "street_name",
    "house_number",
    "box_number",
    "country",
    "reason",
)
"""Of the file (docs/formats/mutations.md, "Change sheet")."""


@dataclass(slots=True)
class Sheet:
    """A change sheet as bytes; ``changes``: how many of each kind."""

    content: bytes
    sha256: str
    changes: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """All of them."""
        return self.changes.total()


@transaction.atomic
def issue_change_sheet(
    *, election: Election, since: datetime, until: datetime, file_format: str, language: Language = "nl", by: Actor, at: datetime
) -> Sheet:
    """Make the sheet between two moments. Raises ``NoFinalListError`` or ``printing.ExportRefusedError``."""
    if frozen_list(election) is None:
        raise NoFinalListError
    counted: Counter[str] = Counter()
    data = build(election=election, since=since, until=until, language=language)
    data = replace(data, lines=tuple(_counting(data, counted)))
    content = _csv(data) if file_format == "csv" else _pdf(data, language)
    sheet = Sheet(content, hashlib.sha256(content).hexdigest(), counted)
    audit.record(
        municipality_id=election.municipality_id,
        kind="change_sheet.exported",
        by=by,
        at=at,
        target=f"election:{election.pk}",
        after={
            "format": file_format,
            "moment_from": since.isoformat(),
            "moment_to": until.isoformat(),
            "rows": sheet.rows,
            "sha256": sheet.sha256,
        },
    )
    return sheet


def file_name(election: Election, extension: str) -> str:
    """``wijzigingen-23027-2024-10-13.pdf``."""
    return f"wijzigingen-{election.municipality.nis_code}-{election.date:%Y-%m-%d}.{extension}"


def _counting(data: ChangeSheetData, counted: Counter[str]) -> Iterator[ChangeLine]:
    for line in data.lines:
        counted[line.change] += 1
        yield line


def _csv(data: ChangeSheetData) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in data.lines:
        station = "" if line.station is None else line.station
        writer.writerow([station, *(getattr(line, name) for name in COLUMNS[1:])])
    return text.getvalue().encode()


def _pdf(data: ChangeSheetData, language: Language) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        printing.print_lists(
            path,
            lambda path: layout.write(path, data, language=language),
            columns=layout.columns(language=language),
            lists=lambda: [layout.printed(data, language=language)],
        )
        return path.read_bytes()
