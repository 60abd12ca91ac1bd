"""Bringing in addresses, and taking streets out."""

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import ngettext

from core import audit, jobs
from core.actor import Actor
from core.files import digest_of
from core.jobs import JobRefusedError, JobRun
from core.tenancy import tenant
from districts.models import AddressImport
from districts.rules.address_file import MAX_PROBLEMS, AddressReader, Problem, watched
from districts.sql import addresses as sql
from municipalities.models import Municipality

MOST_CLOSED = 0.10
"""A file that closes a larger share of the open addresses needs confirmation (docs/formats/addresses.md)."""
CLOSES_TOO_MANY = "closes_too_many"


class AddressFileRefusedError(JobRefusedError):
    """The file was not brought in; nothing changed. ``problems`` says why, ``total`` how many there are."""

    def __init__(self, problems: list[Problem], total: int) -> None:
        text = ngettext("The file was refused: %(count)s problem.", "The file was refused: %(count)s problems.", total) % {"count": total}
        super().__init__(text, problems=total)
        self.problems = problems
        self.total = total


class NotWaitingError(Exception):
    """The import waits for no confirmation: it was brought in, refused for another reason or dropped."""


@transaction.atomic
def request_address_import(
    *, municipality: Municipality, file: BinaryIO, file_name: str, by: Actor, at: datetime, confirmed: bool = False
) -> AddressImport:
    """Keep an uploaded file and have it checked, compared and brought in by a job.

    ``confirmed`` lets it close more than ``MOST_CLOSED`` of the open addresses.
    """
    sha256, _size = digest_of(file)
    stored = default_storage.save(f"{municipality.nis_code}/addresses/{uuid.uuid4()}", File(file))
    address_import = AddressImport.objects.create(
        municipality=municipality,
        file_name=file_name[-200:],
        file=stored,
        sha256=sha256,
        imported_by_name=by.name,
        imported_at=at,
    )
    _start(address_import, confirmed=confirmed, by=by, at=at)
    audit.record(
        municipality_id=municipality.pk,
        kind="addresses.import_requested",
        by=by,
        at=at,
        target=f"address_import:{address_import.pk}",
        after={"file_name": address_import.file_name, "sha256": address_import.sha256, "confirmed": confirmed},
    )
    return address_import


@transaction.atomic
def confirm_address_import(*, address_import: AddressImport, by: Actor, at: datetime) -> None:
    """Bring in a file that waits because it closes many addresses. Raises ``NotWaitingError``."""
    waiting = AddressImport.objects.select_for_update(of=("self",)).get(
        pk=address_import.pk, municipality_id=address_import.municipality_id
    )
    if not waits_for_confirmation(waiting):
        raise NotWaitingError
    waiting.problems, waiting.counts, waiting.finished_at = [], {}, None
    waiting.save(update_fields=["problems", "counts", "finished_at"])
    _start(waiting, confirmed=True, by=by, at=at)
    audit.record(
        municipality_id=waiting.municipality_id,
        kind="addresses.import_confirmed",
        by=by,
        at=at,
        target=f"address_import:{waiting.pk}",
    )


@transaction.atomic
def drop_address_import(*, address_import: AddressImport, by: Actor, at: datetime) -> None:
    """Let a file that waits for confirmation go. Raises ``NotWaitingError``."""
    waiting = AddressImport.objects.select_for_update(of=("self",)).get(
        pk=address_import.pk, municipality_id=address_import.municipality_id
    )
    if not waits_for_confirmation(waiting):
        raise NotWaitingError
    _forget_file(waiting)
    audit.record(
        municipality_id=waiting.municipality_id, kind="addresses.import_dropped", by=by, at=at, target=f"address_import:{waiting.pk}"
    )


def waits_for_confirmation(address_import: AddressImport) -> bool:
    """Whether the file is still there because only the guard on closing stopped it."""
    return bool(address_import.file) and would_close(address_import) is not None


def was_dropped(address_import: AddressImport) -> bool:
    """Whether only the guard on closing stopped it, and somebody let it go."""
    return not address_import.file and would_close(address_import) is not None


def would_close(address_import: AddressImport) -> tuple[int, int] | None:
    """How many addresses a file that the guard on closing stopped would close, of how many; ``None`` for any other."""
    if [problem["code"] for problem in address_import.problems] != [CLOSES_TOO_MANY]:
        return None
    closed, _sign, known = address_import.problems[0]["value"].partition(" / ")
    return int(closed), int(known)


def _start(address_import: AddressImport, *, confirmed: bool, by: Actor, at: datetime) -> None:
    job = jobs.enqueue(
        kind="districts.import_addresses",
        municipality_id=address_import.municipality_id,
        by=by,
        at=at,
        address_import=address_import.pk,
        confirmed=confirmed,
    )
    address_import.job_id = job.pk
    address_import.save(update_fields=["job_id"])


def import_addresses(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Check, compare and bring in the file of one import, all in one transaction. Run again, it does nothing twice.

    Raises ``AddressFileRefusedError``, after keeping the problems with the import.
    """
    pk = run.params["address_import"]
    try:
        with tenant(run.municipality_id):
            address_import = AddressImport.objects.select_related("municipality").get(pk=pk, municipality_id=run.municipality_id)
            if address_import.finished_at is not None:
                return dict(address_import.counts)
            counts = _bring_in(address_import, run)
            address_import.counts, address_import.finished_at = counts, at
            address_import.save(update_fields=["counts", "finished_at"])
            _forget_file(address_import)
            audit.record(
                municipality_id=run.municipality_id,
                kind="addresses.imported",
                by=run.by,
                at=at,
                target=f"address_import:{pk}",
                after=counts,
            )
    except AddressFileRefusedError as refusal:
        with tenant(run.municipality_id):
            AddressImport.objects.filter(pk=pk, municipality_id=run.municipality_id).update(
                problems=[asdict(problem) for problem in refusal.problems], counts={"problems": refusal.total}, finished_at=at
            )
            audit.record(
                municipality_id=run.municipality_id,
                kind="addresses.import_refused",
                by=run.by,
                at=at,
                target=f"address_import:{pk}",
                after={"problems": refusal.total, "codes": sorted({problem.code for problem in refusal.problems})},
            )
        raise
    return counts


def _bring_in(address_import: AddressImport, run: JobRun) -> dict[str, int]:
    municipality_id = address_import.municipality_id
    reader = AddressReader(address_import.municipality.nis_code)
    with default_storage.open(address_import.file) as stored:
        run.progress(0, stored.size, "Checking the file")
        rows = reader.read(watched(cast("BinaryIO", stored), run.progress))
        staged = sql.stage(rows, municipality_id=municipality_id)
    if not reader.problem_count:
        contradictions = sql.contradictions(limit=MAX_PROBLEMS)
        reader.problems, reader.problem_count = contradictions[:MAX_PROBLEMS], len(contradictions)
    if reader.problem_count:
        raise AddressFileRefusedError(reader.problems, reader.problem_count)
    run.progress(stage="Comparing")
    _guard(municipality_id, confirmed=run.params.get("confirmed") is True)
    run.progress(stage="Bringing in")
    counts = sql.merge(municipality_id=municipality_id, at=address_import.imported_at)
    counts["rows"] = staged
    counts["unchanged"] = staged - counts["added"] - counts["changed"] - counts["reopened"]
    return counts


def _guard(municipality_id: int, *, confirmed: bool) -> None:
    closing_count, known = sql.would_close(municipality_id=municipality_id)
    if not confirmed and closing_count > known * MOST_CLOSED:
        problem = Problem(0, "", f"{closing_count} / {known}", CLOSES_TOO_MANY, f"{MOST_CLOSED:.0%}")
        raise AddressFileRefusedError([problem], 1)


def address_import_ended(*, run: JobRun, at: datetime) -> None:
    """Close an import whose job failed or was stopped. The file stays only where somebody may still confirm it."""
    address_import = AddressImport.objects.get(pk=run.params["address_import"], municipality_id=run.municipality_id)
    if address_import.finished_at is None:
        address_import.finished_at = at
        address_import.save(update_fields=["finished_at"])
    if not waits_for_confirmation(address_import):
        _forget_file(address_import)


def _forget_file(address_import: AddressImport) -> None:
    name, address_import.file = address_import.file, ""
    address_import.save(update_fields=["file"])
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


@transaction.atomic
def record_street_export(*, municipality: Municipality, criteria: dict[str, str], by: Actor, at: datetime) -> None:
    """Record that the list of streets was taken out as a file."""
    audit.record(municipality_id=municipality.pk, kind="streets.exported", by=by, at=at, after=criteria)
