"""What the printer says of the cards of a run: brought in whole or not at all; each card's history goes on, and what went wrong becomes a case.

What refuses a file, and how one is kept, is the same for bpost's answers (``bpost_answers``).
"""

import csv
import io
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Any, BinaryIO, Final, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from convocations.models import PrintRun, RunFile
from convocations.rules.returns import REPORT_COLUMNS, Printed
from convocations.rules.tokens import read_code
from convocations.services.runs import delete_files, record
from convocations.sql import outcomes
from core import jobs
from core.actor import Actor
from core.files import digest_of
from core.jobs import JobRun
from core.models import Job
from core.tenancy import tenant
from municipalities.models import Municipality

REPORT: Final = "convocations.printer_report"
READING: Final = gettext_noop("Reading the report")
LARGEST_REPORT = 64 << 20
"""Bytes of a printer's report, at most."""
MOST_ROWS: Final = 100
"""Wrong rows that are told one by one."""


class AnswerRefusedError(jobs.JobRefusedError):
    """The file cannot be brought in; nothing has changed. ``errors`` are rows of ``row, column, value, problem``; ``problem`` is a code."""

    def __init__(self, code: str, errors: list[dict[str, Any]] | None = None, *, more: int = 0) -> None:
        super().__init__(code, errors or [{"row": None, "column": "", "value": "", "problem": code}], more=more)
        self.code = code


@transaction.atomic
def take_in(
    *, job_kind: str, kind: str, municipality: Municipality, run: PrintRun | None, file: BinaryIO, file_name: str, by: Actor, at: datetime
) -> Job:
    """Keep a file of a kind and have it brought in. While the same file is being brought in, its job is the answer.

    Raises ``AnswerRefusedError`` when it was brought in already.
    """
    digest, size = digest_of(file)
    stored: list[str] = []

    def keep_it() -> dict[str, Any]:
        _refuse_again(municipality.pk, kind, digest)
        stored.append(default_storage.save(f"{municipality.nis_code}/cards/answers/{uuid.uuid4()}", File(file)))
        return {"run": run.pk if run else None, "file": stored[0], "file_name": file_name[-120:], "size": size}

    asked = {"sha256": digest}
    try:
        return jobs.enqueue_once(kind=job_kind, municipality_id=municipality.pk, by=by, at=at, asked=asked, besides=keep_it)
    except BaseException:
        delete_files(stored)
        raise


def _refuse_again(municipality_id: int, kind: str, digest: str) -> None:
    if RunFile.objects.filter(municipality_id=municipality_id, kind=kind, sha256=digest).exists():
        raise AnswerRefusedError("brought_in_already")


def job_ended(run: JobRun, _state: str) -> None:
    """It failed or was stopped: nothing of the file was brought in, and it is not kept."""
    if brought_in(run) is None:
        transaction.on_commit(lambda: delete_files([run.params["file"]]))


def brought_in(run: JobRun) -> RunFile | None:
    """What was kept of a job's file, if it was brought in."""
    found = RunFile.objects.filter(municipality_id=run.municipality_id, file=run.params["file"])
    return found.select_related("run__election").first()


def result_of(kept: RunFile) -> dict[str, Any]:
    """What stands in the job: figures only, and where to find the rest."""
    place = {"run": kept.run.number, "election": kept.run.election.date.isoformat()}
    return {**place, "file": kept.name, "file_id": kept.pk, "sha256": kept.sha256, **kept.details}


@transaction.atomic
def request_report(*, run: PrintRun, file: BinaryIO, file_name: str, by: Actor, at: datetime) -> Job:
    """Have the report of the printer on a released run brought in. Raises ``AnswerRefusedError``."""
    if run.state != PrintRun.State.RELEASED:
        raise AnswerRefusedError("not_released")
    given: dict[str, Any] = {"municipality": run.election.municipality, "run": run, "file": file, "file_name": file_name}
    return take_in(job_kind=REPORT, kind=RunFile.Kind.PRINTER, **given, by=by, at=at)


def bring_in_report(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Bring in one report. Run again it begins anew; after success it changes nothing. Raises ``AnswerRefusedError``."""
    with tenant(run.municipality_id):
        kept = brought_in(run)
        if kept is None:
            own = PrintRun.objects.select_for_update(of=("self",), no_key=True).select_related("election__municipality")
            reported = own.get(municipality_id=run.municipality_id, pk=run.params["run"])
            # Other work may have brought in the same file while this waited: once more, every printed card would seem printed twice.
            _refuse_again(run.municipality_id, RunFile.Kind.PRINTER, run.params["sha256"])
            run.progress(stage=READING)
            with default_storage.open(run.params["file"]) as file:
                rows = _report_rows(cast("BinaryIO", file), reported)
            kept = _bring_in(reported, rows, run, at=at)
    return result_of(kept)


@dataclass(frozen=True, slots=True)
class _Row:
    """What a printer says of one card; ``line`` counts from 1, the heading."""

    line: int
    token: str
    result: str
    at: datetime


def _bring_in(reported: PrintRun, rows: Sequence[_Row], run: JobRun, *, at: datetime) -> RunFile:
    counts = Counter(row.result for row in rows)
    kept = keep(reported, RunFile.Kind.PRINTER, run.params, dict(counts), by=run.by, at=at)
    said = [(row.token, row.result, row.at) for row in rows]
    own: dict[str, Any] = {"municipality_id": reported.municipality_id, "run_id": reported.pk}
    _rows, missing = outcomes.report(**own, rows=said, file=run.params["file_name"], by=run.by.name, at=at)
    kept.details["not_reported"] = missing
    kept.save(update_fields=["details"])
    run.hold()  # before the trail: whoever stops the work holds it, and waits for the trail
    after = {"file": run.params["file_name"], "printed": counts["printed"], "spoiled": counts["spoiled"], "sha256": kept.sha256}
    record(reported, "printer_reported", by=run.by, at=at, after=after)
    return kept


def _report_rows(file: BinaryIO, reported: PrintRun) -> list[_Row]:
    """The rows of a report. Raises ``AnswerRefusedError`` with everything that is wrong: cells, and codes of no card of the run."""
    found, errors = _read(file)
    own = {"municipality_id": reported.municipality_id, "run_id": reported.pk}
    unknown, count = outcomes.unknown_tokens(**own, rows=[(row.line, row.token) for row in found])
    if errors or unknown:
        told = errors + [_error(line, "token", token, "unknown_token") for line, token in unknown]
        told = sorted(told, key=lambda error: int(error["row"]))[:MOST_ROWS]
        raise AnswerRefusedError("rows", told, more=len(errors) + count - len(told))
    if not found:
        raise AnswerRefusedError("empty")
    return found


def _read(file: BinaryIO) -> tuple[list[_Row], list[dict[str, Any]]]:
    """The rows that can be read, and what is wrong with the others. Empty lines count for nothing."""
    data = file.read(LARGEST_REPORT + 1)
    if len(data) > LARGEST_REPORT:
        raise AnswerRefusedError("too_large")
    found, errors = [], []
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        head = tuple(next(reader, ()))
        if head != REPORT_COLUMNS:
            raise AnswerRefusedError("columns", [_error(1, ",".join(head)[:80], "", "columns")])
        for line, cells in enumerate(reader, 2):
            try:
                found += [_report_row(line, cells)] if cells else []
            except _RowError as error:
                errors.append(_error(line, error.column, error.value, error.column))
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnswerRefusedError("not_csv") from error
    return found, errors


class _RowError(Exception):
    def __init__(self, column: str, value: str) -> None:
        super().__init__(column)
        self.column, self.value = column, value


def _report_row(line: int, cells: list[str]) -> _Row:
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
    if not MINYEAR < moment.year < MAXYEAR:  # in another zone it may be none that Python can hold
        raise _RowError("at", cells[2][:80])
    moment = moment if moment.tzinfo else timezone.make_aware(moment)
    return _Row(line, code[0], cells[1], moment)


def _error(row: int, column: str, value: str, problem: str) -> dict[str, Any]:
    # No JSON of PostgreSQL holds a NUL.
    return {"row": row, "column": column.replace("\x00", " "), "value": value.replace("\x00", " "), "problem": problem}


def keep(run: PrintRun, kind: str, given: Mapping[str, Any], details: dict[str, Any], *, by: Actor, at: datetime) -> RunFile:
    """Keep a file that lies in the storage already: ``given`` are ``file`` (its name there), ``file_name``, ``sha256`` and ``size``."""
    own = {"municipality_id": run.municipality_id, "run": run}
    number = RunFile.objects.filter(**own).count() + 1
    return RunFile.objects.create(
        **own,
        kind=kind,
        name=f"{number}-{given['file_name'][-100:]}",
        file=given["file"],
        sha256=given["sha256"],
        size=given["size"],
        details=details,
        made_at=at,
        made_by_name=by.name,
    )
