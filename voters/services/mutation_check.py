"""Checks a file of mutations, stages its events, and counts what they would do. Nothing of the register or of a list is written here."""

import time
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from core import audit
from core.jobs import JobRun
from core.tenancy import tenant
from voters.models import RegisterImport, RegisterProblem
from voters.rules.imports import STORED_PROBLEMS, Found, Problem, event_prefix
from voters.rules.mutation_columns import LAYOUT
from voters.rules.register_file import RefusedFileError, RegisterReader
from voters.selectors.imports import last_merged_id
from voters.selectors.mutations import lists_to_come
from voters.services.register_check import (
    Outcome,
    count_problems,
    delete_file,
    header,
    leave_checking,
    manifest_problems,
    opened,
    read,
)
from voters.sql import effects, matching, mutations, problems

CHECKING = gettext_noop("Checking every event")
MATCHING = gettext_noop("Looking for the addresses")
WEIGHING = gettext_noop("Working out what the events do")
State = RegisterImport.State


def check_mutations(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Check one file of mutations; it ends as ``invalid`` with all its problems, or as ``compared`` with what its events would do.

    Safe to run again: what an earlier run left is cleared first, and everything happens in one transaction.
    """
    started = time.perf_counter()
    with tenant(run.municipality_id):
        register_import = RegisterImport.objects.get(municipality_id=run.municipality_id, pk=run.params["register_import"])
        if register_import.state != State.CHECKING:
            return dict(register_import.counts)
        with opened(register_import) as file:
            outcome = compare(register_import, file=file, run=run)
        seconds = round(time.perf_counter() - started, 2)
        values: dict[str, Any] = {"base_import_id": last_merged_id(municipality_id=run.municipality_id)}
        if outcome.problems:
            values |= {"state": State.INVALID, "file": ""}
            values["counts"] = {"rows": outcome.rows, "problems": outcome.problems, "seconds": seconds}
            transaction.on_commit(lambda: delete_file(register_import.file))
        else:
            counts = {**outcome.counts, "problems": 0, "sha256": outcome.sha256, "seconds": seconds}
            last_day = counts.pop("last_day")
            values |= {"state": State.COMPARED, "counts": {**counts, "lists": _lists(register_import, at)}}
            # Without a date the file speaks of the register until its last event, and never of a day to come.
            values["as_of"] = register_import.as_of or min(last_day, localdate(at))
        leave_checking(register_import, values)
        figures = {key: value for key, value in values["counts"].items() if isinstance(value, int | float)}
        audit.record(
            municipality_id=run.municipality_id,
            kind=f"{event_prefix(register_import.kind)}.{values['state']}",
            by=run.by,
            at=at,
            target=f"register_import:{register_import.pk}",
            after=figures,
        )
    return figures


def _lists(register_import: RegisterImport, at: datetime) -> dict[str, dict[str, int]]:
    """Election day (ISO) → what the events would do to its list."""
    place = register_import.municipality_id
    return {
        listed.election_day.isoformat(): effects.summed(municipality_id=place, import_id=register_import.pk, listed=listed)
        for listed in lists_to_come(municipality_id=place, today=localdate(at))
    }


def compare(register_import: RegisterImport, *, file: BinaryIO, run: JobRun) -> Outcome:
    """Read, check and stage a file in the running transaction."""
    place = {"municipality_id": register_import.municipality_id, "import_id": register_import.pk}
    RegisterProblem.objects.filter(municipality_id=register_import.municipality_id, register_import=register_import).delete()
    mutations.clear(**place)
    outcome = Outcome()
    manifest = manifest_problems(register_import)
    reader = RegisterReader(file)
    built = 0
    try:
        columns = header(register_import, reader, outcome, LAYOUT)
        built = read(reader, columns, outcome, run, register_import.size, LAYOUT) if columns else 0
    except RefusedFileError as refusal:
        outcome.found += refusal.problems
        columns = []
    if columns:
        manifest += count_problems(register_import, outcome, reader)
    if manifest or not columns or not outcome.rows:
        found = (manifest if columns else manifest + outcome.found) or [Found(0, "", "", Problem.NO_ROWS)]
        outcome.problems = problems.store_found(found[:STORED_PROBLEMS], **place)
        return outcome
    run.progress(stage=CHECKING)
    problems.store_found(outcome.found, **place)
    last = mutations.last_sequence(municipality_id=register_import.municipality_id)
    outcome.problems = built + mutations.store_problems(**place, last=last, room=STORED_PROBLEMS - len(outcome.found))
    if outcome.problems:
        return outcome
    run.progress(stage=MATCHING)
    matching.match(municipality_id=register_import.municipality_id, source="voters_incoming")
    run.progress(stage=WEIGHING)
    outcome.counts = mutations.stage(**place)
    run.progress()
    return outcome
