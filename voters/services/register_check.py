"""Checks a register file, compares it with the register and weighs what it would change. Nothing of the register is written here."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from core import audit
from core.jobs import JobCancelledError, JobRefusedError, JobRun
from core.tenancy import tenant
from elections.models import Election
from voters.models import RegisterImport, RegisterProblem
from voters.rules import imports as rules
from voters.rules.imports import STORED_PROBLEMS, Found, Problem
from voters.rules.register_file import REGISTER, Layout, RefusedFileError, RegisterReader, read_header
from voters.selectors.imports import last_merged_id
from voters.sql import differences, matching, problems, staging

READING = gettext_noop("Reading the file")
CHECKING = gettext_noop("Checking every value")
MATCHING = gettext_noop("Looking for the addresses")
COMPARING = gettext_noop("Comparing with the register")


class FileGoneError(JobRefusedError):
    """The uploaded file is no longer in the storage."""


@dataclass(slots=True)
class Outcome:
    """What came of a file: ``problems`` counts all, of which ``found`` were found outside the database."""

    found: list[Found] = field(default_factory=list)
    problems: int = 0
    rows: int = 0
    sha256: str = ""
    counts: dict[str, Any] = field(default_factory=dict)


def check_register(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Check and compare one import; it ends as ``invalid`` with all its problems, or as ``compared`` with figures and guards.

    Safe to run again: what an earlier run left is cleared first, and everything happens in one transaction.
    """
    started = time.perf_counter()
    with tenant(run.municipality_id):
        register_import = RegisterImport.objects.get(municipality_id=run.municipality_id, pk=run.params["register_import"])
        if register_import.state != RegisterImport.State.CHECKING:
            return dict(register_import.counts)
        with opened(register_import) as file:
            outcome = compare(register_import, file=file, run=run)
        values: dict[str, Any] = {"base_import_id": last_merged_id(municipality_id=run.municipality_id)}
        if outcome.problems:
            values |= {"state": RegisterImport.State.INVALID, "file": ""}
            values["counts"] = {"rows": outcome.rows, "problems": outcome.problems, "seconds": round(time.perf_counter() - started, 2)}
            transaction.on_commit(lambda: delete_file(register_import.file))
        else:
            counts = {**outcome.counts, "problems": 0, "sha256": outcome.sha256, "seconds": round(time.perf_counter() - started, 2)}
            values |= {"state": RegisterImport.State.COMPARED, "counts": counts, "guards": _guards(register_import, counts, at)}
        leave_checking(register_import, values)
        audit.record(
            municipality_id=run.municipality_id,
            kind=f"register_import.{values['state']}",
            by=run.by,
            at=at,
            target=f"register_import:{register_import.pk}",
            after={key: value for key, value in values["counts"].items() if isinstance(value, int | float)},
        )
    return {key: value for key, value in values["counts"].items() if isinstance(value, int | float)}


def leave_checking(register_import: RegisterImport, values: dict[str, Any]) -> None:
    """Write how the check ended. Raises ``JobCancelledError`` when a person ended the import meanwhile."""
    mine = RegisterImport.objects.filter(
        municipality_id=register_import.municipality_id, pk=register_import.pk, state=RegisterImport.State.CHECKING
    )
    if not mine.update(**values):
        raise JobCancelledError  # ended meanwhile by a person: undo everything


@contextlib.contextmanager
def opened(register_import: RegisterImport) -> Iterator[BinaryIO]:
    """The uploaded file. Raises ``FileGoneError``."""
    try:
        file = default_storage.open(register_import.file, "rb")
    except (FileNotFoundError, OSError) as error:
        raise FileGoneError from error
    with file:
        yield cast("BinaryIO", file)


def delete_file(name: str) -> None:
    """Take an uploaded file out of the storage, if it is there."""
    if name:
        default_storage.delete(name)


def compare(register_import: RegisterImport, *, file: BinaryIO, run: JobRun) -> Outcome:
    """Read, check and stage a file in the running transaction."""
    municipality_id, import_id = register_import.municipality_id, register_import.pk
    RegisterProblem.objects.filter(municipality_id=municipality_id, register_import_id=import_id).delete()
    differences.clear(municipality_id=municipality_id, import_id=import_id)
    outcome = Outcome()
    manifest = manifest_problems(register_import)
    reader = RegisterReader(file)
    try:
        columns = header(register_import, reader, outcome)
        built = read(reader, columns, outcome, run, register_import.size) if columns else 0
    except RefusedFileError as refusal:
        outcome.found += refusal.problems
        columns, built = [], 0
    if columns:
        manifest += count_problems(register_import, outcome, reader)
    if manifest or not columns or not outcome.rows:
        # Another file than was meant, or one without a readable table: its contents are not looked into.
        found = (manifest if columns else manifest + outcome.found) or [Found(0, "", "", Problem.NO_ROWS)]
        outcome.problems = problems.store_found(found[:STORED_PROBLEMS], municipality_id=municipality_id, import_id=import_id)
        return outcome
    run.progress(stage=CHECKING)
    if built or not staging.every_row_sound():
        problems.store_found(outcome.found, municipality_id=municipality_id, import_id=import_id)
        room = STORED_PROBLEMS - len(outcome.found)
        outcome.problems = built + problems.store(municipality_id=municipality_id, import_id=import_id, room=room)
        if outcome.problems:
            return outcome
    run.progress(stage=MATCHING)
    matching.match(municipality_id=municipality_id, source="voters_incoming")
    run.progress(stage=COMPARING)
    outcome.counts = differences.stage(municipality_id=municipality_id, import_id=import_id, rows=outcome.rows)
    run.progress()
    return outcome


def header(register_import: RegisterImport, reader: RegisterReader, outcome: Outcome, layout: Layout = REGISTER) -> list[str]:
    """The columns of the file by our names; none when the header is refused, for the reasons added to ``outcome.found``."""
    column_map = register_import.column_map.columns if register_import.column_map else None
    found = read_header(reader.header(), column_map, layout)
    outcome.found += found.problems
    return [] if found.problems else found.columns


def read(  # one pass, and a second only where COPY gave up
    reader: RegisterReader, columns: list[str], outcome: Outcome, run: JobRun, size: int, layout: Layout = REGISTER
) -> int:
    """Fill the temporary table. Returns how many records are built wrongly; the first of them are in ``outcome.found``."""
    run.progress(stage=READING, done=0, total=size)
    staging.prepare(columns, layout.names)
    rows = staging.copy_blocks(columns, _watched(reader, run))
    if rows is not None and not reader.suspicious:
        outcome.rows, outcome.sha256 = rows, reader.sha256.hexdigest()
        return 0
    reader.header()
    built = 0

    def sound() -> Iterator[tuple[int, list[str]]]:
        nonlocal built
        for record in reader.records(len(columns)):
            outcome.rows += 1
            if not record.problems:
                yield record.row, record.fields
                continue
            built += len(record.problems)
            if len(outcome.found) < STORED_PROBLEMS:
                outcome.found += [_named(problem, columns) for problem in record.problems]
            if outcome.rows % 1000 == 0:
                run.progress()

    staging.copy_rows(columns, sound())
    outcome.sha256 = reader.sha256.hexdigest()
    return built


def _named(problem: Found, columns: list[str]) -> Found:
    name = columns[int(problem.column)] if problem.column else ""
    return Found(problem.row, name, problem.value, problem.code, problem.detail)


def _watched(reader: RegisterReader, run: JobRun) -> Iterator[bytes]:
    for block in reader.blocks():
        if not reader.packed:
            run.progress(done=min(reader.size, run.total))
        yield block


def manifest_problems(register_import: RegisterImport) -> list[Found]:
    """What is known to be wrong before the file is opened: the manifest's form, municipality and date, and the order of dates."""
    found: list[Found] = []
    manifest = register_import.manifest
    if manifest is not None:
        found += rules.read_manifest(manifest)
    if manifest is not None and not found:
        nis = register_import.municipality.nis_code
        if manifest.get("municipality", nis) != nis:
            found.append(Found(0, "manifest.municipality", manifest["municipality"][:200], Problem.MANIFEST_MUNICIPALITY, nis))
        try:
            date = rules.as_of_in(manifest)
        except ValueError:
            found.append(Found(0, "manifest.as_of", manifest["as_of"][:200], Problem.MANIFEST_AS_OF))
        else:
            if date is not None and date != register_import.as_of:
                expected = register_import.as_of.isoformat() if register_import.as_of else ""
                found.append(Found(0, "manifest.as_of", date.isoformat(), Problem.MANIFEST_AS_OF, expected))
    merged = RegisterImport.objects.filter(municipality_id=register_import.municipality_id, state=RegisterImport.State.MERGED)
    last = merged.exclude(as_of=None).order_by("-as_of").values_list("as_of", flat=True).first()
    if last and register_import.as_of and register_import.as_of < last:
        found.append(Found(0, "as_of", register_import.as_of.isoformat(), Problem.AS_OF_OLDER, last.isoformat()))
    return found


def count_problems(register_import: RegisterImport, outcome: Outcome, reader: RegisterReader) -> list[Found]:
    """Rows first: where they differ, the hash says nothing new. The hash may be of the file or of what is packed in it."""
    if not reader.packed and outcome.sha256 != register_import.sha256:
        return [Found(0, "", "", Problem.CHANGED_FILE)]
    manifest = register_import.manifest
    if not isinstance(manifest, dict) or rules.read_manifest(manifest):
        return []
    if manifest.get("rows", outcome.rows) != outcome.rows:
        return [Found(0, "manifest.rows", str(manifest["rows"]), Problem.MANIFEST_ROWS, str(outcome.rows))]
    known = {register_import.sha256, outcome.sha256}
    if "sha256" in manifest and manifest["sha256"].lower() not in known:
        return [Found(0, "manifest.sha256", manifest["sha256"][:200], Problem.MANIFEST_SHA256, register_import.sha256)]
    return []


def _guards(register_import: RegisterImport, counts: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    """Weigh the differences, and add the balance of the streets to the figures."""
    values = {"municipality_id": register_import.municipality_id, "import_id": register_import.pk}
    losses = differences.street_losses(**values) if counts["removed"] else []
    if counts["before"]:
        counts["streets"] = differences.street_balance(municipality_id=register_import.municipality_id, limit=rules.LISTED_STREETS)
    coming = Election.objects.filter(municipality_id=register_import.municipality_id, date__gte=localdate(at))
    list_dates = {day.isoformat(): list_date for day, list_date in coming.values_list("date", "list_date")}
    fired = rules.guards(
        before=counts["before"], removed=counts["removed"], streets=losses, as_of=register_import.as_of, list_dates=list_dates
    )
    return [guard.as_dict() for guard in fired]
