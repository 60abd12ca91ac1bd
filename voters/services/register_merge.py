"""Writes an approved comparison into the register: once, in one transaction, and only if it is still what was approved."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from core import audit
from core.jobs import JobCancelledError, JobRefusedError, JobRun
from core.tenancy import tenant
from voters.models import RegisterImport
from voters.rules.imports import event_prefix
from voters.selectors.imports import last_merged_id
from voters.services.register_check import compare, delete_file, opened
from voters.sql import differences, merge

MERGING = gettext_noop("Bringing the changes in")
AGAIN = gettext_noop("Reading the file again")
# What a second comparison after a crash has to give again.
SAME = ("rows", "before", "added", "changed", "returned", "removed", "fields")


class RegisterChangedError(JobRefusedError):
    """Another import was brought in after this one was compared: what was approved would no longer be what happens."""


class ComparisonChangedError(JobRefusedError):
    """The staged differences were lost and the file no longer gives the ones that were approved."""


class NotApprovedError(JobRefusedError):
    """Nobody approved this import."""


def staged_rows(counts: dict[str, Any]) -> int:
    """How many rows of differences belong to these figures."""
    return sum(int(counts[name]) for name in ("added", "changed", "returned", "removed", "rematched"))


def merge_register(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Merge one approved import, as ``bring_in`` does. Raises what it raises."""
    return bring_in(run=run, at=at, write=lambda approved: _merge(approved, run, at))


def bring_in(*, run: JobRun, at: datetime, write: Callable[[RegisterImport], None]) -> dict[str, Any]:
    """Have what was approved written, if it is still that. Run again after any interruption it starts over; after success it changes nothing.

    ``write`` does it, and adds to ``counts`` of the import what came of it. Raises ``RegisterChangedError``, ``ComparisonChangedError``
    or ``NotApprovedError``; the register and the lists are then as they were.
    """
    started = time.perf_counter()
    with tenant(run.municipality_id):
        merge.lock(municipality_id=run.municipality_id)
        approved = RegisterImport.objects.get(municipality_id=run.municipality_id, pk=run.params["register_import"])
        counts = approved.counts
        if approved.state == RegisterImport.State.MERGED:
            return _figures(counts)
        if approved.state != RegisterImport.State.MERGING:
            raise NotApprovedError
        if last_merged_id(municipality_id=run.municipality_id) != approved.base_import_id:
            refuse(run, RegisterChangedError(), "register_changed")
        write(approved)
        counts["seconds"] = round(counts["seconds"] + time.perf_counter() - started, 2)
        mine = RegisterImport.objects.filter(municipality_id=run.municipality_id, pk=approved.pk, state=RegisterImport.State.MERGING)
        if not mine.update(state=RegisterImport.State.MERGED, merged_at=at, counts=counts, file=""):
            raise JobCancelledError
        transaction.on_commit(lambda: delete_file(approved.file))
        audit.record(
            municipality_id=run.municipality_id,
            kind=f"{event_prefix(approved.kind)}.merged",
            by=run.by,
            at=at,
            target=f"register_import:{approved.pk}",
            after=_figures(counts),
        )
    return _figures(counts)


def _merge(approved: RegisterImport, run: JobRun, at: datetime) -> None:
    _restage_if_lost(approved, run)
    run.progress(stage=MERGING, done=0, total=0)
    counts, place = approved.counts, {"municipality_id": run.municipality_id, "import_id": approved.pk}
    expected = {
        "added": counts["added"],
        "changed": counts["changed"] + counts["returned"],
        "removed": counts["removed"],
        "rematched": counts["rematched"],
    }
    merged = merge.merge(**place, at=at, expected=expected)
    if differences.clear(**place) != sum(expected.values()) or merged != expected:
        refuse(run, ComparisonChangedError(), "comparison_changed")


def _restage_if_lost(register_import: RegisterImport, run: JobRun) -> None:
    """The staging table is unlogged: after a crash of the server it is empty, and the file is read once more."""
    counts = register_import.counts
    staged = merge.staged(municipality_id=register_import.municipality_id, import_id=register_import.pk)
    if staged == staged_rows(counts):
        return
    run.progress(stage=AGAIN)
    with opened(register_import) as file:
        outcome = compare(register_import, file=file, run=run)
    if outcome.problems or outcome.sha256 != counts["sha256"] or any(outcome.counts[name] != counts[name] for name in SAME):
        refuse(run, ComparisonChangedError(), "comparison_changed")
    # New addresses or links since then are no other decision.
    counts["rematched"] = outcome.counts["rematched"]


def refuse(run: JobRun, error: JobRefusedError, reason: str) -> None:
    """End the job with ``error``; ``reason`` is kept on the import when the job's end is written."""
    run.params = {**run.params, "reason": reason}
    raise error


def _figures(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in counts.items() if isinstance(value, int | float)}
