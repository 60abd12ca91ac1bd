"""The way of a register file, whole or events only: brought in, asked about, decided on, or ended without a trace in the register.

checking → invalid | compared → requested → merging → merged; refused, cancelled or failed on the way.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from core import approvals, audit, jobs
from core.actor import Actor
from core.files import digest_of
from core.jobs import JobRun
from municipalities.models import Municipality
from voters.models import ColumnMap, RegisterImport
from voters.rules import imports as rules
from voters.selectors.imports import last_merged_id
from voters.services.register_check import delete_file
from voters.sql import differences, mutations

CHECK, MERGE = "voters.check_register", "voters.merge_register"
CHECK_MUTATIONS, MERGE_MUTATIONS = "voters.check_mutations", "voters.merge_mutations"
SAME_FORM = timedelta(minutes=1)
"""The same file with the same answers by the same person within this time is one form that was sent twice."""
State, Kind = RegisterImport.State, RegisterImport.Kind


class WrongStateError(Exception):
    """The import is no longer where this step can be taken; somebody or the work itself was first."""


class GuardsNotAcceptedError(Exception):
    """Guards fired that were not accepted; ``codes`` names them."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class RegisterMovedError(Exception):
    """Another import was brought in since this one was compared: compare again."""


class AnotherMergingError(Exception):
    """Another import of this municipality is being brought in now."""


@transaction.atomic
def request_register_import(
    *,
    municipality: Municipality,
    file: BinaryIO,
    file_name: str,
    manifest: dict[str, Any] | None,
    as_of: date | None,
    column_map: ColumnMap | None,
    by: Actor,
    at: datetime,
    kind: RegisterImport.Kind = Kind.REGISTER,
) -> RegisterImport:
    """Keep the file and have it checked. Without ``as_of`` the manifest's date counts; ``None`` when neither has one."""
    digest, size = digest_of(file)
    if as_of is None and isinstance(manifest, dict):
        try:
            as_of = rules.as_of_in(manifest)
        except ValueError:
            as_of = None  # reported by the check
    asked = {"kind": kind, "sha256": digest, "manifest": manifest, "column_map": column_map, "as_of": as_of}
    if same := _same(municipality, asked, by=by, at=at):
        return same
    stored = default_storage.save(f"{municipality.nis_code}/register/{uuid.uuid4()}.csv", File(file))
    try:
        register_import = RegisterImport.objects.create(
            municipality=municipality,
            file_name=file_name[-200:],
            file=stored,
            size=size,
            **asked,
            requested_by_id=by.user_id,
            requested_by_name=by.name,
            created_at=at,
        )
        _enqueue(register_import, _check(register_import), by=by, at=at)
        after = {"file_name": register_import.file_name, "sha256": digest, "size": size}
        _record(register_import, "uploaded", by=by, at=at, after=after)
    except BaseException:
        delete_file(stored)
        raise
    return register_import


def _same(municipality: Municipality, asked: Mapping[str, Any], *, by: Actor, at: datetime) -> RegisterImport | None:
    """The same file with the same answers, sent by the same person a moment ago and not ended yet: the same form sent twice."""
    if by.user_id is None:
        return None
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)  # two at once come one after the other
    rows = RegisterImport.objects.filter(municipality=municipality, sha256=asked["sha256"], requested_by_id=by.user_id)
    rows = rows.filter(requested_by_name=by.name, created_at__gt=at - SAME_FORM, state__in=[State.CHECKING, State.COMPARED])
    return next((row for row in rows.order_by("-pk") if all(getattr(row, name) == value for name, value in asked.items())), None)


@transaction.atomic
def request_import_approval(*, register_import: RegisterImport, accepted_guards: Collection[str], by: Actor, at: datetime) -> None:
    """Ask a second person. Raises ``GuardsNotAcceptedError``, ``RegisterMovedError`` or ``WrongStateError``."""
    current = _locked(register_import, State.COMPARED)
    _not_moved(current)
    open_codes = [guard["code"] for guard in current.guards if guard["confirm"] and guard["code"] not in accepted_guards]
    if open_codes:
        raise GuardsNotAcceptedError(open_codes)
    current.guards = [{**guard, "accepted": guard["confirm"] and guard["code"] in accepted_guards} for guard in current.guards]
    current.state = State.REQUESTED
    current.requested_by_id, current.requested_by_name = by.user_id, by.name
    current.save(update_fields=["guards", "state", "requested_by_id", "requested_by_name"])
    figures = {key: value for key, value in current.counts.items() if isinstance(value, int)}
    summary = {**figures, "file_name": current.file_name, "guards": [g["code"] for g in current.guards if g["accepted"]]}
    approvals.request(
        municipality_id=current.municipality_id, kind=rules.approval_kind(current.kind), object_id=current.pk, summary=summary, by=by, at=at
    )


@transaction.atomic
def approve_import(*, register_import: RegisterImport, by: Actor, at: datetime) -> None:
    """Let it through and have it merged.

    Raises ``approvals.SamePersonError``, ``approvals.NotOpenError``, ``RegisterMovedError``, ``AnotherMergingError`` or
    ``WrongStateError``; nothing has changed then.
    """
    current = _locked(register_import, State.REQUESTED)
    approvals.decide(
        municipality_id=current.municipality_id, kind=rules.approval_kind(current.kind), object_id=current.pk, approve=True, by=by, at=at
    )
    _not_moved(current)
    current.state = State.MERGING
    current.approved_by_id, current.approved_by_name = by.user_id, by.name
    current.save(update_fields=["state", "approved_by_id", "approved_by_name"])
    _enqueue(current, MERGE if current.kind == Kind.REGISTER else MERGE_MUTATIONS, by=by, at=at)


@transaction.atomic
def refuse_import(*, register_import: RegisterImport, reason: str, by: Actor, at: datetime) -> None:
    """Refuse what was asked, with a reason for the one who asked; the file and what was staged are taken away."""
    current = _locked(register_import, State.REQUESTED)
    approvals.decide(
        municipality_id=current.municipality_id,
        kind=rules.approval_kind(current.kind),
        object_id=current.pk,
        approve=False,
        by=by,
        at=at,
        reason=reason,
    )
    _end(current, State.REFUSED)


@transaction.atomic
def withdraw_import(*, register_import: RegisterImport, by: Actor, at: datetime) -> None:
    """Take the question back: the import is compared again as it was, and its guards are open again."""
    current = _locked(register_import, State.REQUESTED)
    approvals.withdraw(municipality_id=current.municipality_id, kind=rules.approval_kind(current.kind), object_id=current.pk, by=by, at=at)
    current.state = State.COMPARED
    current.guards = [{**guard, "accepted": False} for guard in current.guards]
    current.save(update_fields=["state", "guards"])


@transaction.atomic
def cancel_import(*, register_import: RegisterImport, by: Actor, at: datetime) -> None:
    """Stop it wherever it is before the end. While it is being merged, the work is asked to stop and undoes itself."""
    current = _locked(register_import, State.CHECKING, State.COMPARED, State.REQUESTED, State.MERGING)
    approvals.withdraw(municipality_id=current.municipality_id, kind=rules.approval_kind(current.kind), object_id=current.pk, by=by, at=at)
    asked = current.state in {State.CHECKING, State.MERGING} and jobs.request_cancel(
        municipality_id=current.municipality_id, job_id=current.job_id or 0, by=by, at=at
    )
    if asked and current.state == State.MERGING:
        return  # the job's own end says cancelled, or merged if it was quicker
    _end(current, State.CANCELLED)
    _record(current, "cancelled", by=by, at=at)


@transaction.atomic
def compare_again(*, register_import: RegisterImport, by: Actor, at: datetime) -> None:
    """Check and compare the same file anew, after another import changed the register."""
    current = _locked(register_import, State.COMPARED, State.REQUESTED)
    approvals.withdraw(municipality_id=current.municipality_id, kind=rules.approval_kind(current.kind), object_id=current.pk, by=by, at=at)
    current.state, current.guards, current.counts = State.CHECKING, [], {}
    current.save(update_fields=["state", "guards", "counts"])
    _enqueue(current, _check(current), by=by, at=at)
    _record(current, "compared_again", by=by, at=at)


@transaction.atomic
def record_problem_export(*, register_import: RegisterImport, by: Actor, at: datetime) -> None:
    """The problems were taken out as a file: they hold values of the register."""
    _record(register_import, "problems_exported", by=by, at=at)


def job_ended(run: JobRun, state: str) -> None:
    """The check or the merge failed or was stopped: so is the import, and nothing of it stays behind."""
    mine = RegisterImport.objects.filter(
        municipality_id=run.municipality_id, pk=run.params["register_import"], state__in=[State.CHECKING, State.MERGING]
    )
    current = mine.first()
    if current is None:
        return
    current.reason = run.params.get("reason", "")
    _end(current, State.CANCELLED if state == "cancelled" else State.FAILED)


def _end(current: RegisterImport, state: RegisterImport.State) -> None:
    differences.clear(municipality_id=current.municipality_id, import_id=current.pk)
    mutations.clear(municipality_id=current.municipality_id, import_id=current.pk)
    name, current.file, current.state = current.file, "", state
    current.save(update_fields=["file", "state", "reason"])
    transaction.on_commit(lambda: delete_file(name))


def _locked(register_import: RegisterImport, *states: RegisterImport.State) -> RegisterImport:
    current = (
        RegisterImport.objects.select_for_update(of=("self",), no_key=True)
        .filter(municipality_id=register_import.municipality_id, pk=register_import.pk, state__in=states)
        .first()
    )
    if current is None:
        raise WrongStateError
    return current


def _not_moved(current: RegisterImport) -> None:
    merging = RegisterImport.objects.filter(municipality_id=current.municipality_id, state=State.MERGING).exclude(pk=current.pk)
    if merging.exists():
        raise AnotherMergingError
    if last_merged_id(municipality_id=current.municipality_id) != current.base_import_id:
        raise RegisterMovedError


def _check(current: RegisterImport) -> str:
    return CHECK if current.kind == Kind.REGISTER else CHECK_MUTATIONS


def _enqueue(current: RegisterImport, kind: str, *, by: Actor, at: datetime) -> None:
    job = jobs.enqueue(kind=kind, municipality_id=current.municipality_id, by=by, at=at, register_import=current.pk)
    current.job_id = job.pk
    current.save(update_fields=["job_id"])


def _record(current: RegisterImport, kind: str, *, by: Actor, at: datetime, after: dict[str, Any] | None = None) -> None:
    audit.record(
        municipality_id=current.municipality_id,
        kind=f"{rules.event_prefix(current.kind)}.{kind}",
        by=by,
        at=at,
        target=f"register_import:{current.pk}",
        after=after,
    )
