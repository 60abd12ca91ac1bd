"""Bringing in a file of districts: checked and compared, then the split from a day on; or dropped, and nothing has changed."""

import hashlib
import uuid
from dataclasses import asdict, replace
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import District, DistrictChange, DistrictImport
from districts.rules.address_file import Problem
from districts.rules.split import Plan
from districts.selectors.district_file import Comparison, compare
from districts.services.split import Kind, write
from districts.sql import changes as sql
from municipalities.models import Municipality

State = DistrictImport.State


class DistrictFileRefusedError(Exception):
    """The file has problems; nothing has changed. ``total``: how many there are, also those that were not kept."""

    def __init__(self, problems: list[Problem], total: int) -> None:
        super().__init__(f"{total} problems")
        self.problems = problems
        self.total = total


class NotWaitingError(Exception):
    """The import was decided upon already."""


class DifferencesChangedError(Exception):
    """The split changed since the differences were looked at. Nothing has changed."""


@transaction.atomic
def request_district_import(
    *, municipality: Municipality, content: bytes, file_name: str, valid_from: date, by: Actor, at: datetime
) -> DistrictImport:
    """Check a file; one without problems is kept until somebody has looked at the differences and decides."""
    compared = compare(content, municipality_id=municipality.pk, valid_from=valid_from)
    good = compared.plan is not None
    sent = DistrictImport.objects.create(
        municipality=municipality,
        file_name=file_name[-200:],
        file=default_storage.save(f"{municipality.nis_code}/districts/{uuid.uuid4()}", ContentFile(content)) if good else "",
        sha256=hashlib.sha256(content).hexdigest(),
        valid_from=valid_from,
        state=State.CHECKED if good else State.INVALID,
        counts=compared.counts,
        problems=[asdict(problem) for problem in (compared.warnings if good else compared.problems)],
        sent_by_name=by.name,
        sent_at=at,
    )
    _record("districts.import_checked" if good else "districts.import_invalid", sent, by=by, at=at)
    return sent


def comparison(sent: DistrictImport) -> Comparison:
    """What a file that waits would change as things are now."""
    with default_storage.open(sent.file) as stored:
        return compare(stored.read(), municipality_id=sent.municipality_id, valid_from=sent.valid_from)


@transaction.atomic
def bring_in(*, sent: DistrictImport, fingerprint: str, by: Actor, at: datetime) -> DistrictImport:
    """Make the file the split from its day on.

    Raises ``NotWaitingError``, and ``DifferencesChangedError`` unless it changes what ``fingerprint`` was made of.
    """
    sql.lock(municipality_id=sent.municipality_id)
    waiting = _locked(sent)
    compared = comparison(waiting)
    if compared.plan is None or compared.fingerprint != fingerprint:
        raise DifferencesChangedError
    change = _carry_out(compared, compared.plan, waiting, by=by, at=at)
    name, waiting.file = waiting.file, ""
    waiting.state, waiting.change, waiting.counts = State.DONE, change, compared.counts
    waiting.decided_by_name, waiting.decided_at = by.name, at
    waiting.save()
    _forget(name)
    _record("districts.imported", waiting, by=by, at=at)
    return waiting


def _carry_out(compared: Comparison, plan: Plan, sent: DistrictImport, *, by: Actor, at: datetime) -> DistrictChange | None:
    """Districts first, then the rows; the numbers that stand for new districts become theirs."""
    own = District.objects.filter(municipality_id=sent.municipality_id)
    own.filter(code__in=compared.reopened).update(closed_at=None)
    for code, (_before, name) in compared.renamed.items():
        own.filter(code=code).update(name=name)
    made = District.objects.bulk_create(
        [District(municipality_id=sent.municipality_id, code=code, name=name) for code, name in compared.made.items()]
    )
    numbers = {-1 - place: district.pk for place, district in enumerate(made)}
    real = replace(plan, made=tuple(replace(row, district_id=numbers.get(row.district_id, row.district_id)) for row in plan.made))
    return write(real, municipality=sent.municipality, kind=Kind.IMPORT, note=sent.file_name, by=by, at=at)


@transaction.atomic
def drop(*, sent: DistrictImport, by: Actor, at: datetime) -> None:
    """Let a file that waits go. Raises ``NotWaitingError``."""
    waiting = _locked(sent)
    name, waiting.file = waiting.file, ""
    waiting.state, waiting.decided_by_name, waiting.decided_at = State.DROPPED, by.name, at
    waiting.save()
    _forget(name)
    _record("districts.import_dropped", waiting, by=by, at=at)


def _locked(sent: DistrictImport) -> DistrictImport:
    waiting = DistrictImport.objects.select_for_update(of=("self",)).get(pk=sent.pk, municipality_id=sent.municipality_id)
    if waiting.state != State.CHECKED:
        raise NotWaitingError
    return waiting


def _forget(name: str) -> None:
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


@transaction.atomic
def import_districts(
    *, municipality: Municipality, content: bytes, file_name: str, valid_from: date, by: Actor, at: datetime
) -> tuple[DistrictImport, list[Problem]]:
    """Check and bring in at once, for whoever has looked already; returns the import and its warnings.

    Raises ``DistrictFileRefusedError``.
    """
    compared = compare(content, municipality_id=municipality.pk, valid_from=valid_from)
    if compared.plan is None:
        raise DistrictFileRefusedError(compared.problems, compared.problem_count)
    sent = request_district_import(municipality=municipality, content=content, file_name=file_name, valid_from=valid_from, by=by, at=at)
    return bring_in(sent=sent, fingerprint=compared.fingerprint, by=by, at=at), compared.warnings


@transaction.atomic
def record_export(*, municipality: Municipality, day: date, what: str, by: Actor, at: datetime) -> None:
    """Record that the split, or what does not fit in it, was taken out as a file."""
    audit.record(municipality_id=municipality.pk, kind="districts.exported", by=by, at=at, after={"date": day.isoformat(), "what": what})


def _record(kind: str, sent: DistrictImport, *, by: Actor, at: datetime) -> None:
    after = {"file_name": sent.file_name, "sha256": sent.sha256, "valid_from": sent.valid_from.isoformat(), **sent.counts}
    audit.record(municipality_id=sent.municipality_id, kind=kind, by=by, at=at, target=f"district_import:{sent.pk}", after=after)
