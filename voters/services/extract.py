"""Makes an extraction: verdicts, list, figures, checks and hash, all or nothing, in one transaction."""

import time
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from core import audit
from core.jobs import JobCancelledError, JobRefusedError, JobRun
from core.planner import analyse
from core.tenancy import tenant
from voters.models import Extraction
from voters.selectors.extraction_pages import last_merged
from voters.selectors.law import law_of
from voters.sql import checks, entries, merge, verdicts

JUDGING = gettext_noop("Judging every person")
LISTING = gettext_noop("Writing and numbering the list")
CHECKING = gettext_noop("Checking the list")
STAGES = 3

# Sorting a city's list and guarding what is written takes that much; a town uses a tenth of it.
MEMORY = "SET LOCAL work_mem = '96MB'"


class RegisterChangedError(JobRefusedError):
    """Another register file came in between the decision and the work: the second person saw other figures."""


def extract(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Make one extraction and, when it is the final one, freeze it. Returns its figures.

    Run again after any interruption it starts over; after success it changes nothing. ``at`` is the moment that is
    noted as its end. Raises ``RegisterChangedError``.
    """
    started = time.perf_counter()
    with tenant(run.municipality_id):
        # No register file is merged while the statements below each take their own look at the register.
        merge.lock(municipality_id=run.municipality_id)
        extraction = (
            Extraction.objects.select_for_update(of=("self",), no_key=True)
            .select_related("election")
            .get(municipality_id=run.municipality_id, pk=run.params["extraction"])
        )
        if extraction.state == Extraction.State.DONE:
            return dict(extraction.counts)
        if extraction.state != Extraction.State.RUNNING:
            raise JobCancelledError
        _pin_register(extraction)
        extraction.counts = _write_lines(extraction, run)
        run.progress(done=2, total=STAGES, stage=CHECKING)
        extraction.checks = checks.run_checks(extraction=extraction, voters=extraction.counts["voters"])
        extraction.sha256 = entries.hash_entries(municipality_id=run.municipality_id, extraction_id=extraction.pk)
        extraction.state = Extraction.State.DONE
        extraction.finished_at = at
        extraction.frozen_at = at if extraction.kind == Extraction.Kind.FINAL else None
        extraction.counts["seconds"] = round(time.perf_counter() - started, 2)
        extraction.save()
        run.progress(done=STAGES, total=STAGES)
        run.hold()
        audit.record(
            municipality_id=run.municipality_id,
            kind="extraction.frozen" if extraction.frozen_at else "extraction.made",
            by=run.by,
            at=at,
            target=f"extraction:{extraction.pk}",
            after={
                "kind": extraction.kind,
                "number": extraction.number,
                "persons": extraction.counts["persons"],
                "voters": extraction.counts["voters"],
                "sha256": extraction.sha256,
            },
        )
    with tenant(run.municipality_id):
        analyse("voters_entry", rows=extraction.counts["voters"], columns=("municipality_id", "extraction_id"))
    return dict(extraction.counts)


def _pin_register(extraction: Extraction) -> None:
    register = last_merged(municipality_id=extraction.municipality_id)
    if extraction.kind == Extraction.Kind.FINAL and (register is None or register.pk != extraction.register_import_id):
        raise RegisterChangedError("register_changed")
    extraction.register_import = register


def _write_lines(extraction: Extraction, run: JobRun) -> dict[str, Any]:
    law = law_of(extraction.election)
    place = {"municipality_id": extraction.municipality_id, "extraction_id": extraction.pk}
    with connection.cursor() as cursor:
        cursor.execute(MEMORY)
    run.progress(done=0, total=STAGES, stage=JUDGING)
    judged = verdicts.insert_verdicts(**place, law=law)
    run.progress(done=1, total=STAGES, stage=LISTING)
    entries.insert_entries(**place, law=law)
    by_reason = verdicts.count_verdicts(**place)
    return {
        "persons": judged // len(law.ballots),
        **entries.count_entries(**place),
        "by_ballot": {ballot: by_reason.get(ballot, {}).get("eligible", 0) for ballot in law.ballots},
        "by_reason": {ballot: by_reason.get(ballot, {}) for ballot in law.ballots},
        "list_date": law.list_date.isoformat(),
        "election_day": law.election_day.isoformat(),
    }
