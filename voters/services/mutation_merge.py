"""Writes approved mutations into the register and into the ledger of every frozen list to come: once, in one transaction."""

import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from core import audit
from core.jobs import JobCancelledError, JobRun
from core.tenancy import tenant
from voters.models import RegisterImport
from voters.rules.imports import event_prefix
from voters.selectors.imports import last_merged_id
from voters.selectors.mutations import lists_to_come
from voters.services.register_check import delete_file
from voters.services.register_merge import ComparisonChangedError, NotApprovedError, RegisterChangedError, refuse
from voters.sql import effects, merge, mutation_merge, mutations

MERGING = gettext_noop("Bringing the events in")
State = RegisterImport.State


def merge_mutations(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Bring one approved file in. Run again after any interruption it starts over; after success it changes nothing.

    Raises ``RegisterChangedError``, ``ComparisonChangedError`` or ``NotApprovedError``; register and lists are then as they were.
    """
    started = time.perf_counter()
    with tenant(run.municipality_id):
        merge.lock(municipality_id=run.municipality_id)
        register_import = RegisterImport.objects.get(municipality_id=run.municipality_id, pk=run.params["register_import"])
        counts = register_import.counts
        if register_import.state == State.MERGED:
            return _figures(counts)
        if register_import.state != State.MERGING:
            raise NotApprovedError
        if last_merged_id(municipality_id=run.municipality_id) != register_import.base_import_id:
            refuse(run, RegisterChangedError(), "register_changed")
        run.progress(stage=MERGING, done=0, total=0)
        place = {"municipality_id": run.municipality_id, "import_id": register_import.pk}
        if mutation_merge.apply(**place, at=at) != counts["rows"]:
            refuse(run, ComparisonChangedError(), "comparison_changed")
        by = f"{register_import.requested_by_name}, {register_import.approved_by_name}"
        lists = lists_to_come(municipality_id=run.municipality_id, today=localdate(at))
        counts["effects"] = sum(effects.write(**place, listed=listed, at=at, by=by) for listed in lists)
        mutations.clear(**place)
        counts["seconds"] = round(counts["seconds"] + time.perf_counter() - started, 2)
        mine = RegisterImport.objects.filter(municipality_id=run.municipality_id, pk=register_import.pk, state=State.MERGING)
        if not mine.update(state=State.MERGED, merged_at=at, counts=counts, file=""):
            raise JobCancelledError
        transaction.on_commit(lambda: delete_file(register_import.file))
        audit.record(
            municipality_id=run.municipality_id,
            kind=f"{event_prefix(register_import.kind)}.merged",
            by=run.by,
            at=at,
            target=f"register_import:{register_import.pk}",
            after=_figures(counts),
        )
    return _figures(counts)


def _figures(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in counts.items() if isinstance(value, int | float)}
