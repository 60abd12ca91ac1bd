"""What the printer says of the cards of a run: brought in whole or not at all; each card's history goes on, and what went wrong becomes a case.

What refuses a file, and how one is kept, is the same for bpost's answers (``bpost_answers``).
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from convocations.models import PrintRun, RunFile
from convocations.rules.returns import REPORT_COLUMNS, Printed
from convocations.rules.tokens import read_code
from convocations.services import frozen
from convocations.services.runs import record
from convocations.sql import outcomes
from core import jobs
from core.actor import Actor

LARGEST_REPORT = 64 << 20
"""Bytes of a printer's report, at most."""


class AnswerRefusedError(jobs.JobRefusedError):
    """The file cannot be brought in; nothing has changed. ``errors`` are rows of ``row, column, value, problem``; ``problem`` is a code."""

    def __init__(self, code: str, errors: list[dict[str, Any]] | None = None, *, more: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors or [{"row": None, "column": "", "value": "", "problem": code}]
        self.payload = {"errors": self.errors, "more": more}


@transaction.atomic
def import_report(*, run: PrintRun, file: BinaryIO, file_name: str, by: Actor, at: datetime) -> RunFile:
    """Bring in the report of the printer on a released run. Raises ``AnswerRefusedError`` with the rows that are wrong."""
    if run.state != PrintRun.State.RELEASED:
        raise AnswerRefusedError("not_released")
    rows = _report_rows(file)
    own = {"municipality_id": run.municipality_id, "run_id": run.pk}
    if unknown := outcomes.unknown_tokens(**own, tokens=[token for token, _result, _at in rows]):
        raise AnswerRefusedError("unknown_token", [_error(row, "token", token, "unknown_token") for row, token in unknown])
    counts = Counter(result for _token, result, _at in rows)
    kept = _keep(run, RunFile.Kind.PRINTER, file, file_name, dict(counts), by=by, at=at)
    _rows, missing = outcomes.report(**own, rows=rows, file=file_name, by=by.name, at=at)
    kept.details["not_reported"] = missing
    kept.save(update_fields=["details"])
    after = {"file": file_name, "printed": counts["printed"], "spoiled": counts["spoiled"], "sha256": kept.sha256}
    record(run, "printer_reported", by=by, at=at, after=after)
    return kept


def _report_rows(file: BinaryIO) -> list[tuple[str, str, datetime]]:
    file.seek(0)
    data = file.read(LARGEST_REPORT + 1)
    file.seek(0)
    if len(data) > LARGEST_REPORT:
        raise AnswerRefusedError("too_large")
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        head = tuple(next(reader, ()))
        if head != REPORT_COLUMNS:
            raise AnswerRefusedError("columns", [_error(1, ",".join(head), "", "columns")])
        found, errors = [], []
        for number, cells in enumerate(reader, 2):
            try:
                found.append(_report_row(cells))
            except _RowError as error:
                errors.append(_error(number, error.column, error.value, error.column))
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnswerRefusedError("not_csv") from error
    if errors:
        raise AnswerRefusedError("rows", errors[:100])
    if not found:
        raise AnswerRefusedError("empty")
    return found


class _RowError(Exception):
    def __init__(self, column: str, value: str) -> None:
        super().__init__(column)
        self.column, self.value = column, value


def _report_row(cells: list[str]) -> tuple[str, str, datetime]:
    if len(cells) != len(REPORT_COLUMNS):
        raise _RowError("columns", ",".join(cells)[:80])
    code = read_code(cells[0])
    if code is None:
        raise _RowError("token", cells[0][:80])
    if cells[1] not in set(Printed):
        raise _RowError("result", cells[1][:80])
    try:
        moment = datetime.fromisoformat(cells[2])
    except ValueError:
        raise _RowError("at", cells[2][:80]) from None
    return code[0], cells[1], moment if moment.tzinfo else timezone.make_aware(moment)


def _error(row: int, column: str, value: str, problem: str) -> dict[str, Any]:
    return {"row": row, "column": column, "value": value, "problem": problem}


def keep(run: PrintRun, kind: str, given: Mapping[str, Any], details: dict[str, Any], *, by: Actor, at: datetime) -> RunFile:
    """Keep a file that lies in the storage already: ``given`` are ``file`` (its name there), ``file_name``, ``sha256`` and ``size``."""
    own = {"municipality_id": run.municipality_id, "run": run}
    number = RunFile.objects.filter(**own).count() + 1
    return RunFile.objects.create(
        **own,
        kind=kind,
        name=f"{number}-{given['file_name']}"[-120:],
        file=given["file"],
        sha256=given["sha256"],
        size=given["size"],
        details=details,
        made_at=at,
        made_by_name=by.name,
    )


def _keep(run: PrintRun, kind: str, file: BinaryIO, name: str, details: dict[str, Any], *, by: Actor, at: datetime) -> RunFile:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # an upload reads into a buffer too
    size = file.tell()
    file.seek(0)
    if RunFile.objects.filter(municipality_id=run.municipality_id, run=run, kind=kind, sha256=digest).exists():
        raise AnswerRefusedError("brought_in_already")
    stored = frozen.store(f"{frozen.folder(run)}/{kind}-{digest[:16]}", file)
    return keep(run, kind, {"file": stored, "file_name": name, "sha256": digest, "size": size}, details, by=by, at=at)
