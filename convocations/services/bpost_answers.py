"""What bpost answers to the list of a run, as a job: read in one transaction; the same file twice changes nothing.

It is brought in whole or not at all, but for letters that are not in the list: those are told and left out.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final, cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_noop

from convocations.models import CardCase, CardEvent, PrintRun, RunFile
from convocations.services.answers import AnswerRefusedError, brought_in, keep, result_of, take_in
from convocations.services.runs import record
from convocations.sql import answers as sql
from core.actor import Actor
from core.jobs import JobRun
from core.models import Job
from core.tenancy import tenant
from delivery.bpost.answer import read_answer
from delivery.bpost.answer_parts import Acknowledged, ActionStatus, AnswerError, Head, Message, Reply, Severity
from delivery.bpost.mailing import Mode
from delivery.bpost.names import Form, read_name
from municipalities.models import Municipality

KIND: Final = "convocations.bpost_answer"
LARGEST: Final = 1 << 30
"""Bytes of an answer, unzipped, at most: one on 500,000 letters has some 300 MB."""
MOST_PROBLEMS: Final = 100
"""Problems that are told one by one."""
MOST_KINDS: Final = 100
"""References, states, messages and rates that are kept of one file."""
READING: Final = gettext_noop("Reading the answer")
CHECKING: Final = gettext_noop("Comparing it with the cards")
WRITING: Final = gettext_noop("Bringing it in")


@transaction.atomic
def request_answer(
    *, municipality: Municipality, file: BinaryIO, file_name: str, by: Actor, at: datetime, run: PrintRun | None = None
) -> Job:
    """Keep an acknowledgement or a response of bpost and have it brought in. ``run`` is where it was given, if anywhere.

    While the same file is being brought in, its job is the answer. Raises ``AnswerRefusedError`` when it was brought in already.
    """
    given: dict[str, Any] = {"municipality": municipality, "run": run, "file": file, "file_name": file_name}
    return take_in(job_kind=KIND, kind=RunFile.Kind.ANSWER, **given, by=by, at=at)


@dataclass(slots=True)
class _Said:
    """What an answer says of the list as a whole; what it says of letters goes to the database as it is read."""

    run: JobRun
    file: BinaryIO
    file_ref: str = ""
    acknowledged: bool = False
    mailing_refs: dict[str, None] = field(default_factory=dict)
    letter_refs: dict[str, None] = field(default_factory=dict)
    statuses: list[int | None] = field(default_factory=list)
    severities: Counter[str] = field(default_factory=Counter)
    messages: list[tuple[str, str, str]] = field(default_factory=list)
    """On the list as a whole: code, severity, bpost's own words. Its rates are told apart."""
    rates: dict[str, str] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)
    guessed: bool = False
    """Whether it names no list, so that only its letters can tell that it answers another one."""

    def watch(self, piece: bytes) -> None:
        """A piece was read: hash what was unzipped, tell how far the file is."""
        self.digest.update(piece)
        self.run.progress(done=self.file.tell())

    def rows(self) -> Iterator[sql.Row]:
        """Every message on a letter, as it is staged. Raises ``AnswerError``."""
        for part in read_answer(self.file, largest=LARGEST, watch=self.watch):
            match part:
                case Head():
                    self.file_ref = part.file_ref or _ref_of(part.file_name) or self.file_ref
                case Acknowledged():
                    self.acknowledged = True
                    self.file_ref = _ref_of(part.file_name) or self.file_ref
                case ActionStatus():
                    _note(self.mailing_refs, part.mailing_ref)
                    self.statuses = [*self.statuses, part.code][:MOST_KINDS]
                case Reply():
                    yield from self._reply(part)

    def _reply(self, reply: Reply) -> Iterator[sql.Row]:
        if reply.item_seq is not None:
            _note(self.letter_refs, reply.mailing_ref)
        for message in reply.messages:
            self.severities[message.severity.value] += 1
            for name, rate in message.rates.items():
                if len(self.rates) < MOST_KINDS:
                    self.rates[name[:80]] = str(rate)
            if reply.item_seq is None:
                self._remark(message)
            else:
                problem = message.severity in {Severity.ERROR, Severity.FATAL}
                corrected = "; ".join(f"{one.component}: {one.value}" for one in message.corrections)
                detail = " → ".join(filter(None, (message.description, corrected))) if problem else ""
                yield reply.item_seq, problem, _plain(message.code)[:40], _plain(detail)[:300], _plain(message.mail_id)[:60]

    def _remark(self, message: Message) -> None:
        told = _plain(message.code)[:40], message.severity.value, _plain(message.description)[:300]
        if not message.rates and told not in self.messages and len(self.messages) < MOST_KINDS:
            self.messages.append(told)


def _note(kept: dict[str, None], reference: str) -> None:
    if reference and len(kept) < MOST_KINDS:
        kept[reference] = None


def _plain(text: str) -> str:
    return text.replace("\x00", " ")  # the one character that PostgreSQL does not hold


def _ref_of(name: str) -> str:
    found = read_name(name)
    return found.file_ref if found else ""


def bring_in(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Bring in one answer. Run again it begins anew; after success it changes nothing. Raises ``AnswerRefusedError``.

    A letter that bpost cannot deliver as it is (ERROR, FATAL) becomes an open case. Of a list in test or certification nothing is
    noted on cards.
    """
    with tenant(run.municipality_id):
        if kept := brought_in(run):
            return result_of(kept)
        run.progress(done=0, total=run.params["size"], stage=READING)
        with default_storage.open(run.params["file"]) as file:
            said = _Said(run, cast("BinaryIO", file))
            try:
                sql.stage(said.rows())
            except AnswerError as error:
                raise AnswerRefusedError(error.code) from error
        run.progress(done=run.params["size"], stage=CHECKING)
        sent = _sent(run, said)
        unknown = _check(sent, said)
        kept = _write(run, sent, said, unknown, at=at)
        run.hold()
        after = {"file": kept.name, "cases": kept.details["opened"], "items": kept.details["items"], "sha256": kept.sha256}
        after |= {"not_in_list": unknown.count} if unknown.count else {}
        record(sent.run, "bpost_answered", by=run.by, at=at, after=after)
    return result_of(kept)


def _sent(run: JobRun, said: _Said) -> RunFile:
    """The list that an answer is about; its run is kept from everybody else, so that two answers come in one after the other."""
    lists = RunFile.objects.filter(municipality_id=run.municipality_id, kind=RunFile.Kind.BPOST)
    found = None
    for name, values in (
        ("file_ref", [said.file_ref]),
        ("mailing_ref", list(said.mailing_refs)),
        ("file_ref", [_ref_of(run.params["file_name"])]),
    ):
        named = [value for value in values if value]
        found = found or lists.filter(**{f"details__{name}__in": named}).order_by("-pk").first()
    if found is None and not (said.file_ref or said.mailing_refs):
        # A table of the Address File Tool holds no reference: without one in its name, the last such list of the run where it was given.
        found = lists.filter(run_id=run.params["run"], details__form=Form.AFT).order_by("-pk").first()
        said.guessed = True
    if found is None:
        raise AnswerRefusedError("unknown_list")
    own = PrintRun.objects.select_for_update(of=("self",), no_key=True).select_related("election__municipality")
    found.run = own.get(municipality_id=run.municipality_id, pk=found.run_id)
    return found


def _check(sent: RunFile, said: _Said) -> sql.Unknown:
    """Everything that cannot be, at once: letters of another list, numbers that are none, the same answer in another archive.

    Letters that are not in the list are left out and given back, where the answer names the list and speaks of others that are in it.
    """
    own = {"municipality_id": sent.municipality_id, "kind": RunFile.Kind.ANSWER}
    if RunFile.objects.filter(**own, details__content_sha256=said.digest.hexdigest()).exists():
        raise AnswerRefusedError("brought_in_already")
    rows: list[dict[str, Any]] = [
        {"row": None, "column": "mailingRef", "value": reference, "problem": "other_list"}
        for reference in said.letter_refs
        if reference != sent.details["mailing_ref"]
    ]
    run: dict[str, Any] = {"municipality_id": sent.municipality_id, "run_id": sent.run_id}
    found, count = sql.problems(**run, most=MOST_PROBLEMS)
    unknown = sql.unknown(**run, most=MOST_PROBLEMS)
    if rows or count > unknown.count or (unknown.count and (said.guessed or unknown.count == unknown.letters)):
        rows += [{"row": position, "column": "seq", "value": value, "problem": problem} for problem, position, value in found]
        raise AnswerRefusedError("rows", rows, more=count - len(found))
    if unknown.count:
        sql.leave_unknown(**run)
    return unknown


def _write(run: JobRun, sent: RunFile, said: _Said, unknown: sql.Unknown, *, at: datetime) -> RunFile:
    run.progress(stage=WRITING)
    letters, bad, numbered = sql.figures()
    opened = 0
    if sent.details["mode"] == Mode.PRODUCTION:
        opened = sql.apply(
            municipality_id=sent.municipality_id,
            run_id=sent.run_id,
            kind=CardCase.Kind.ADDRESS,
            event=CardEvent.Kind.ADDRESS_PROBLEM,
            by=f"bpost ({run.by.name})"[:200],
            at=at,
        )
    details = {
        "to": sent.name,
        "mode": sent.details["mode"],
        "acknowledged": said.acknowledged,
        "statuses": said.statuses,
        "severities": dict(said.severities),
        "messages": said.messages,
        "rates": said.rates,
        "letters": letters,
        "mail_ids": numbered,
        "items": bad,
        "opened": opened,
        "not_in_list": unknown.count,
        "not_in_list_letters": unknown.first,
        "content_sha256": said.digest.hexdigest(),
    }
    return keep(sent.run, RunFile.Kind.ANSWER, run.params, details, by=run.by, at=at)
