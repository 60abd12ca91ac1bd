"""Cases of cards as a file, for whoever goes through them away from the screen; what was taken out is recorded with its hash."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Literal

from django.db import transaction
from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from convocations.models import Card, CardCase
from convocations.selectors.cards import CaseQuery, cases
from convocations.selectors.pages import code_of
from convocations.selectors.runs import card_file_names, page_in_file
from core import audit
from core.actor import Actor
from core.sheets import csv_lines, text_cell
from core.templatetags.presentation import mask_nn
from elections.models import Election
from voters.models import Person

Format = Literal["csv", "xlsx", "json"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "xlsx", "json")
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
COLUMNS: Final = (
    *("case", "kind", "code", "detail", "state", "opened_at", "closed_at", "closed_by", "note"),
    *("card", "list_number", "station_number", "last_name", "first_names", "national_number"),
    *("postcode", "place", "street_name", "house_number", "box_number", "country"),
    *("run", "file", "page"),
)
"""Of the file (docs/formats/convocations.md, "Cases as a file")."""
WIDE: Final = frozenset({"detail", "note", "last_name", "first_names", "street_name", "national_number", "card", "file"})


@transaction.atomic
def export_cases(*, election: Election, asked: CaseQuery, file_format: Format, by: Actor, at: datetime) -> tuple[bytes, int]:
    """Make the file of what ``asked`` leaves, the newest first. Returns it, and how many cases stand in it."""
    found = _numbered(election, asked)
    files = {run.pk: card_file_names(run) for run in {case.card.run for case, _number in found} if run}
    rows = [_row(case, number, files) for case, number in found]
    content = _WRITERS[file_format](rows)
    audit.record(
        municipality_id=election.municipality_id,
        kind="card_case.exported",
        by=by,
        at=at,
        target=f"election:{election.pk}",
        after={
            "format": file_format,
            "filter": {name: value for name, value in asdict(asked).items() if value},
            "rows": len(rows),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )
    return content, len(rows)


def file_name(election: Election, file_format: Format) -> str:
    """``brieven-gevallen-23027-2024-10-13.csv``."""
    return f"brieven-gevallen-{election.municipality.nis_code}-{election.date:%Y-%m-%d}.{file_format}"


def _numbered(election: Election, asked: CaseQuery) -> list[tuple[CardCase, str]]:
    """The cases, each with the national number of its voter: no case is left out, whatever became of the person."""
    found = list(cases(election=election, asked=asked))
    persons = Person.objects.filter(municipality_id=election.municipality_id, pk__in={case.card.person_id for case in found})
    numbers = dict(persons.values_list("pk", "national_number"))
    return [(case, numbers.get(case.card.person_id) or "") for case in found]


def _row(case: CardCase, national_number: str, files: Mapping[int, Mapping[int, str]]) -> list[str | int]:
    card = case.card
    return [
        *(case.pk, case.kind, case.code, case.detail, case.state, _moment(case.opened_at), _moment(case.closed_at), case.closed_by_name),
        *(case.note, code_of(card.token, card.issue), card.list_number, card.station.number, card.last_name, card.first_names),
        *(mask_nn(national_number), card.postcode, card.place, card.street_name, card.house_number),
        *(card.box_number, card.country),
        *_lies(card, files),
    ]


def _lies(card: Card, files: Mapping[int, Mapping[int, str]]) -> tuple[str | int, ...]:
    """Run, file and page of a card; nothing for a duplicate of the counter."""
    run = card.run
    return (run.number, *page_in_file(run, files[run.pk], card.position)) if run and card.position else ("", "", "")


def _moment(at: datetime | None) -> str:
    return localtime(at).isoformat(timespec="seconds") if at else ""


def _csv(rows: Iterable[list[str | int]]) -> bytes:
    return "".join(csv_lines([COLUMNS, *rows])).encode()


def _json(rows: Iterable[list[str | int]]) -> bytes:
    return json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False, indent=1).encode()


def _xlsx(rows: list[list[str | int]]) -> bytes:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("cases")
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for letter, cell in zip("ABCDEFGHIJKLMNOPQRSTUVWX", heads, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[letter].width = 26 if cell.value in WIDE else 12
    sheet.append(heads)
    for row in rows:
        sheet.append([text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    sheet.auto_filter.ref = f"A1:X{len(rows) + 1}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "json": _json}
