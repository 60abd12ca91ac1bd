"""Writes approved mutations into the register and into the ledger of every frozen list to come: once, in one transaction."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from core.jobs import JobRun
from voters.models import RegisterImport
from voters.selectors.ledger import recorded_moment
from voters.selectors.mutations import lists_to_come
from voters.services.register_merge import ComparisonChangedError, bring_in, refuse
from voters.sql import effects, mutation_merge, mutations

MERGING = gettext_noop("Bringing the events in")


def merge_mutations(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Bring one approved file in, as ``register_merge.bring_in`` does. Raises what it raises."""
    return bring_in(run=run, at=at, write=lambda approved: _apply(approved, run, at))


def _apply(approved: RegisterImport, run: JobRun, at: datetime) -> None:
    run.progress(stage=MERGING, done=0, total=0)
    place, recorded = {"municipality_id": run.municipality_id, "import_id": approved.pk}, recorded_moment(at)
    if mutation_merge.apply(**place, at=recorded) != approved.counts["rows"]:
        refuse(run, ComparisonChangedError(), "comparison_changed")
    by = f"{approved.requested_by_name}, {approved.approved_by_name}"
    lists = lists_to_come(municipality_id=run.municipality_id, today=localdate(at))
    approved.counts["effects"] = sum(effects.write(**place, listed=listed, at=recorded, by=by) for listed in lists)
    mutations.clear(**place)
