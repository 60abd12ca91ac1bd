"""Fetching the files of a run: who took which bytes is recorded."""

from datetime import datetime

from django.db import transaction

from convocations.models import PrintRun, RunFile
from core import audit
from core.actor import Actor


def may_fetch(file: RunFile) -> bool:
    """Whether a file may leave the house: the proof set is there to be looked at, all others wait for the release."""
    return file.kind == RunFile.Kind.PROOF or file.run.state == PrintRun.State.RELEASED


@transaction.atomic
def record_download(*, file: RunFile, by: Actor, at: datetime) -> None:
    """Note that somebody fetched a file."""
    audit.record(
        municipality_id=file.municipality_id,
        kind="card_run.file_downloaded",
        by=by,
        at=at,
        target=f"card_run:{file.run_id}",
        after={"file": file.name, "sha256": file.sha256},
    )
