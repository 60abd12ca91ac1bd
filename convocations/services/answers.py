"""What bpost and the printer say of the cards of a run: brought in whole or not at all; each card's history goes on, and what went wrong becomes a case."""

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from convocations.models import CardCase, CardEvent, PrintRun, RunFile
from convocations.rules.returns import REPORT_COLUMNS, Printed
from convocations.rules.tokens import read_code
from convocations.services import frozen
from convocations.services.runs import record
from convocations.sql import outcomes
from core.actor import Actor
from delivery.bpost.answer import read_answer
from delivery.bpost.answer_parts import Acknowledged, ActionStatus, AnswerError, Head, Reply, Severity
from delivery.bpost.names import read_name
from municipalities.models import Municipality

LARGEST_REPORT = 64 << 20
"""Bytes of a printer's report, at most."""


class AnswerRefusedError(Exception):
    """The file cannot be brought in; nothing has changed. ``errors`` are rows of ``row, column, value, problem``; ``problem`` is a code."""

    def __init__(self, code: str, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors or [{"row": None, "column": "", "value": "", "problem": code}]


@dataclass(slots=True)
class _Said:
    """What an answer says, gathered: only letters with something to tell take memory."""

    file_ref: str = ""
    mailing_refs: list[str] = field(default_factory=list)
    statuses: list[int | None] = field(default_factory=list)
    acknowledged: bool = False
    severities: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    mail_ids: list[tuple[int, str]] = field(default_factory=list)
    rates: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def import_answer(*, municipality: Municipality, file: BinaryIO, file_name: str, by: Actor, at: datetime) -> RunFile:
    """Bring in an acknowledgement or a response of bpost to one of our lists. Raises ``AnswerRefusedError``.

    A letter that bpost cannot deliver as it is (ERROR, FATAL) becomes an open case; so does every letter of a list that was refused.
    """
    try:
        said = _read(file)
    except AnswerError as error:
        raise AnswerRefusedError(error.code) from error
    sent = _sent(municipality, said, file_name)
    kept = _keep(sent.run, RunFile.Kind.ANSWER, file, file_name, _details(said, sent), by=by, at=at)
    own = {"municipality_id": municipality.pk, "run_id": sent.run_id}
    opened = 0
    if sent.details["mode"] == "P":
        opened = outcomes.problems(
            **own, found=said.problems, kind=CardCase.Kind.ADDRESS, event=CardEvent.Kind.ADDRESS_PROBLEM, by=f"bpost ({by.name})", at=at
        )
        outcomes.give_mail_ids(**own, found=said.mail_ids)
    kept.details["opened"] = opened
    kept.save(update_fields=["details"])
    after = {
        "file": file_name,
        "cases": opened,
        "items": len({position for position, _code, _detail in said.problems}),
        "sha256": kept.sha256,
    }
    record(sent.run, "bpost_answered", by=by, at=at, after=after)
    return kept


def _read(file: BinaryIO) -> _Said:
    said = _Said()
    for part in read_answer(file):
        match part:
            case Head():
                said.file_ref = part.file_ref or _ref_of(part.file_name) or said.file_ref
            case Acknowledged():
                said.acknowledged = True
                said.file_ref = _ref_of(part.file_name) or said.file_ref
            case ActionStatus():
                said.mailing_refs.append(part.mailing_ref)
                said.statuses.append(part.code)
            case Reply():
                _take(said, part)
    return said


def _ref_of(name: str) -> str:
    found = read_name(name)
    return found.file_ref if found else ""


def _take(said: _Said, reply: Reply) -> None:
    for message in reply.messages:
        said.severities[message.severity.value] += 1
        said.rates.update({name: str(rate) for name, rate in message.rates.items()})
        if reply.item_seq is None:
            continue
        if message.severity in {Severity.ERROR, Severity.FATAL}:
            corrected = "; ".join(f"{one.component}: {one.value}" for one in message.corrections)
            said.problems.append((reply.item_seq, message.code, " → ".join(filter(None, (message.description, corrected)))))
        if message.mail_id:
            said.mail_ids.append((reply.item_seq, message.mail_id))


def _sent(municipality: Municipality, said: _Said, file_name: str) -> RunFile:
    """The list that an answer is about."""
    sent = RunFile.objects.filter(municipality=municipality, kind=RunFile.Kind.BPOST).select_related("run__election__municipality")
    for name, values in (("file_ref", [said.file_ref, _ref_of(file_name)]), ("mailing_ref", said.mailing_refs)):
        found = sent.filter(**{f"details__{name}__in": [value for value in values if value]}).order_by("-pk").first()
        if found is not None:
            return found
    raise AnswerRefusedError("unknown_list")


def _details(said: _Said, sent: RunFile) -> dict[str, Any]:
    return {
        "to": sent.name,
        "acknowledged": said.acknowledged,
        "statuses": said.statuses,
        "severities": dict(said.severities),
        "rates": said.rates,
        "mail_ids": len(said.mail_ids),
        "items": len({position for position, _code, _detail in said.problems}),
    }


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


def _keep(run: PrintRun, kind: str, file: BinaryIO, name: str, details: dict[str, Any], *, by: Actor, at: datetime) -> RunFile:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # an upload reads into a buffer too
    size = file.tell()
    file.seek(0)
    own = {"municipality_id": run.municipality_id, "run": run}
    if RunFile.objects.filter(**own, kind=kind, sha256=digest).exists():
        raise AnswerRefusedError("brought_in_already")
    number = RunFile.objects.filter(**own).count() + 1
    stored = frozen.store(f"{frozen.folder(run)}/{kind}-{number}-{digest[:16]}", file)
    return RunFile.objects.create(
        **own,
        kind=kind,
        name=f"{number}-{name}"[-120:],
        file=stored,
        sha256=digest,
        size=size,
        details=details,
        made_at=at,
        made_by_name=by.name,
    )
