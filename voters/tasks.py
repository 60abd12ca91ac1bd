"""Long work of the voters package: claim the job, call one service, finish."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import JobRun, job_task
from voters.rules.assignment import CURVE
from voters.services import (
    draft_freeze,
    drafts,
    exports,
    extract,
    extractions,
    imports,
    list_copies,
    mutation_check,
    mutation_merge,
    register_check,
    register_merge,
    served,
)


@job_task(exports.KIND, label=_("Voters list as a file"))
def export_list(run: JobRun) -> dict[str, Any]:
    """Write a voters list as CSV, XLSX or PDF."""
    return exports.run_export(run=run, at=timezone.now())


@job_task(imports.CHECK, label=_("Checking a register file"), queue="bulk", ended=imports.job_ended)
def check_register(run: JobRun) -> dict[str, Any]:
    """Check an uploaded register file and compare it with the register."""
    return register_check.check_register(run=run, at=timezone.now())


@job_task(imports.MERGE, label=_("Bringing a register file in"), queue="bulk", ended=imports.job_ended)
def merge_register(run: JobRun) -> dict[str, Any]:
    """Merge an approved register file."""
    return register_merge.merge_register(run=run, at=timezone.now())


@job_task(imports.CHECK_MUTATIONS, label=_("Checking mutations"), queue="bulk", ended=imports.job_ended)
def check_mutations(run: JobRun) -> dict[str, Any]:
    """Check an uploaded file of mutations and work out what its events do."""
    return mutation_check.check_mutations(run=run, at=timezone.now())


@job_task(imports.MERGE_MUTATIONS, label=_("Bringing mutations in"), queue="bulk", ended=imports.job_ended)
def merge_mutations(run: JobRun) -> dict[str, Any]:
    """Bring an approved file of mutations in."""
    return mutation_merge.merge_mutations(run=run, at=timezone.now())


@job_task(extractions.KIND, label=_("Extraction"), queue="bulk", ended=extractions.job_ended)
def extract_voters(run: JobRun) -> dict[str, Any]:
    """Make a trial or the final extraction."""
    return extract.extract(run=run, at=timezone.now())


@job_task(drafts.ASSIGN, label=_("Placing the households"), queue="bulk", ended=drafts.job_ended)
def assign_stations(run: JobRun) -> dict[str, Any]:
    """Place the households of a draft."""
    from voters.services.draft_work import make_draft  # noqa: PLC0415  # numpy stays out of the web server

    return make_draft(run=run, at=timezone.now())


@job_task(CURVE, label=_("Weighing other settings"), queue="bulk")
def weigh_settings(run: JobRun) -> dict[str, Any]:
    """Work out what other settings of a draft would give."""
    from voters.services.draft_work import make_curve  # noqa: PLC0415  # numpy stays out of the web server

    return make_curve(run=run)


@job_task(draft_freeze.FREEZE, label=_("Freezing the assignment"), queue="bulk", ended=drafts.job_ended)
def freeze_assignment(run: JobRun) -> dict[str, Any]:
    """Give every voter a station and a number for good."""
    return draft_freeze.freeze(run=run, at=timezone.now())


@job_task(served.KIND, label=_("Papers of the polling stations"), queue="print")
def make_station_papers(run: JobRun) -> dict[str, Any]:
    """Make the papers of all polling stations as one file."""
    return served.run_papers(run=run, at=timezone.now())


@job_task(list_copies.KIND, label=_("Copy of the voters list"), queue="print", ended=list_copies.job_ended)
def make_list_copy(run: JobRun) -> dict[str, Any]:
    """Make the files of one copy of a voters list."""
    return list_copies.run_copy(run=run, at=timezone.now())
