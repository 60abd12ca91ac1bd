"""Copies of a voters list: asked for, approved by a second person where the kind needs one, made, fetched. Each has a number and a hash."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from core import approvals, audit, jobs
from core.actor import Actor
from core.files import sha256_of
from core.jobs import JobRun
from core.tenancy import tenant
from elections.models import Election
from voters.documents.list_copy import layout
from voters.models import Extraction, ListCopy
from voters.rules.list_copies import APPROVAL_KIND, KINDS, Changes, Refusal, Wish, refuse
from voters.selectors import ledger, voters_list
from voters.selectors import list_copies as selectors
from voters.services.copy_files import archive, write_files
from voters.services.copy_readback import read_back
from voters.services.exports import MEDIA_TYPES

KIND = "voters.make_list_copy"
READING = gettext_noop("Reading back what was written")
KEPT = timedelta(days=7)
"""How long the file of a copy can be fetched; that it was made, for whom and with which hash stays known."""
State = ListCopy.State


class CopyRefusedError(Exception):
    """A copy cannot be asked for, approved or withdrawn as things are; nothing has changed."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def request_copy(*, election: Election, wish: Wish, by: Actor, at: datetime, as_of: datetime | None = None, purpose: str = "") -> ListCopy:
    """Have a copy made, or ask a second person for it. ``as_of``: the moment of the list; now, where none is named.

    While the same copy is being made, or waits for the second person, it is the answer: no other one is begun. An operator of the
    machine has no account, and so cannot ask for what two persons decide. Raises ``CopyRefusedError``.
    """
    # The election's row is the lock under which numbers are given out.
    Election.objects.select_for_update(no_key=True).get(pk=election.pk, municipality_id=election.municipality_id)
    found = selectors.final_list(election=election)
    if found is None:
        raise CopyRefusedError(Refusal.NO_FINAL_LIST)
    extraction, draft = found
    stations = {one.number for one in voters_list.stations(draft)} if draft else None
    refusal = refuse(wish, stations=stations)
    if refusal is not None:
        raise CopyRefusedError(refusal)
    rule = KINDS[wish.kind]
    if rule.two_persons and by.user_id is None:
        raise CopyRefusedError(Refusal.SECOND_PERSON)
    copy = ListCopy(
        municipality_id=election.municipality_id,
        election=election,
        extraction=extraction,
        number=(_copies(election).aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=wish.kind,
        format=wish.file_format,
        station=wish.station,
        split=wish.split,
        order=wish.order,
        language=wish.language,
        apart=wish.apart,
        made_for=wish.made_for.strip(),
        purpose=purpose.strip(),
        as_of=_moment(extraction, rule.changes, as_of, at),
        state=State.REQUESTED if rule.two_persons else State.MAKING,
        requested_by_id=by.user_id,
        requested_by_name=by.name,
        requested_at=at,
    )
    if same := selectors.under_way(copy):
        return same
    copy.save(force_insert=True)
    _record(copy, "requested", by=by, at=at, after=_asked(copy))
    if rule.two_persons:
        approvals.request(municipality_id=copy.municipality_id, kind=APPROVAL_KIND, object_id=copy.pk, summary=_asked(copy), by=by, at=at)
    else:
        _enqueue(copy, by=by, at=at)
    return copy


def _moment(extraction: Extraction, changes: Changes, as_of: datetime | None, at: datetime) -> datetime:
    frozen = extraction.frozen_at or extraction.requested_at
    if changes == Changes.ESTABLISHED:
        return frozen
    # Waits for what is being recorded just now; never later than the moment of asking.
    now = min(ledger.moment(municipality_id=extraction.municipality_id), at)
    if as_of is not None and as_of > at:
        raise CopyRefusedError(Refusal.LATER)
    if as_of is not None and as_of < frozen:
        raise CopyRefusedError(Refusal.BEFORE_FREEZE)
    return as_of or now


def _asked(copy: ListCopy) -> dict[str, Any]:
    """What the second person and the trail see."""
    return {
        "number": copy.number,
        "kind": copy.kind,
        "format": copy.format,
        "order": copy.order,
        "station": copy.station,
        "made_for": copy.made_for,
        "purpose": copy.purpose,
        "as_of": copy.as_of.isoformat(),
    }


@transaction.atomic
def approve_copy(*, copy: ListCopy, by: Actor, at: datetime) -> None:
    """Let the copy be made, as the second person. Raises ``CopyRefusedError``, ``approvals.SamePersonError`` or ``NotOpenError``."""
    current = _locked(copy)
    approvals.decide(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=True, by=by, at=at)
    current.state = State.MAKING
    current.approved_by_id, current.approved_by_name, current.approved_at = by.user_id, by.name, at
    current.save(update_fields=["state", "approved_by_id", "approved_by_name", "approved_at"])
    _enqueue(current, by=by, at=at)


@transaction.atomic
def refuse_copy(*, copy: ListCopy, reason: str, by: Actor, at: datetime) -> None:
    """Refuse the copy, with a reason for the one who asked. Raises as ``approve_copy``."""
    current = _locked(copy)
    approvals.decide(
        municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=False, by=by, at=at, reason=reason
    )
    current.state = State.REFUSED
    current.save(update_fields=["state"])


@transaction.atomic
def withdraw_copy(*, copy: ListCopy, by: Actor, at: datetime) -> None:
    """Take back what waits for a second person. Raises ``CopyRefusedError``."""
    current = _locked(copy)
    approvals.withdraw(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, by=by, at=at)
    current.state = State.WITHDRAWN
    current.save(update_fields=["state"])


def run_copy(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Make the files of one copy and read them back. Run again after a crash it makes them again; once made it changes nothing."""
    with tenant(run.municipality_id), tempfile.TemporaryDirectory() as place:
        found = ListCopy.objects.select_related("election__municipality", "extraction")
        copy = found.get(municipality_id=run.municipality_id, pk=run.params["copy"])
        if copy.state == State.MADE:
            return _result(copy)
        folder = Path(place) / "files"
        folder.mkdir()
        run.progress(0, copy.extraction.counts.get("voters", 0))
        written = write_files(copy=copy, folder=folder, progress=run.progress)
        if copy.format == "pdf":
            run.progress(stage=READING)
            read_back(copy=copy, written=written)
        file = written.files[0]
        if copy.split:
            file = Path(place) / "copy.zip"
            archive(file, written.files)
        copy.rows, copy.pages, copy.size = written.rows, written.pages, file.stat().st_size
        copy.sha256, copy.template = sha256_of(file), layout.VERSION
        name = f"{copy.election.municipality.nis_code}/lists/{copy.pk}{file.suffix}"
        default_storage.delete(name)
        with file.open("rb") as stream:
            copy.file = default_storage.save(name, File(stream))
        copy.state, copy.made_at = State.MADE, at
        run.hold()
        copy.save(update_fields=["rows", "pages", "size", "sha256", "template", "file", "state", "made_at"])
        forget_old(municipality_id=run.municipality_id, at=at)
        after = {**_asked(copy), "rows": copy.rows, "pages": copy.pages, "sha256": copy.sha256, "template": copy.template}
        _record(copy, "made", by=run.by, at=at, after=after)
    return _result(copy)


def _result(copy: ListCopy) -> dict[str, Any]:
    return {"copy": copy.pk, "rows": copy.rows, "pages": copy.pages, "size": copy.size, "sha256": copy.sha256}


def job_ended(run: JobRun, _state: str) -> None:
    """The work failed or was stopped: the copy was not made. Its number stays used."""
    ListCopy.objects.filter(municipality_id=run.municipality_id, pk=run.params["copy"], state=State.MAKING).update(state=State.FAILED)


@transaction.atomic
def record_download(*, copy: ListCopy, by: Actor, at: datetime) -> None:
    """Note that somebody fetched the file of a copy."""
    _record(copy, "downloaded", by=by, at=at, after={"number": copy.number, "made_for": copy.made_for, "sha256": copy.sha256})


def media_type(copy: ListCopy) -> str:
    """What the browser is told of the file."""
    return "application/zip" if copy.split else MEDIA_TYPES[copy.format]


def forget_old(*, municipality_id: int, at: datetime) -> None:
    """Remove the files that are older than ``KEPT``; what was made stays known."""
    old = ListCopy.objects.filter(municipality_id=municipality_id, made_at__lt=at - KEPT, file__gt="")
    for copy in old.order_by("pk")[:100]:
        with suppress(OSError):
            default_storage.delete(copy.file)
        ListCopy.objects.filter(pk=copy.pk, municipality_id=municipality_id).update(file="")


def _copies(election: Election) -> Any:
    return ListCopy.objects.filter(municipality_id=election.municipality_id, election_id=election.pk)


def _locked(copy: ListCopy) -> ListCopy:
    current = (
        ListCopy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election")
        .filter(municipality_id=copy.municipality_id, pk=copy.pk, state=State.REQUESTED)
        .first()
    )
    if current is None:
        raise CopyRefusedError(Refusal.WRONG_STATE)
    return current


def _enqueue(copy: ListCopy, *, by: Actor, at: datetime) -> None:
    job = jobs.enqueue(kind=KIND, municipality_id=copy.municipality_id, by=by, at=at, copy=copy.pk)
    copy.job_id = job.pk
    copy.save(update_fields=["job_id"])


def _record(copy: ListCopy, what: str, *, by: Actor, at: datetime, after: Mapping[str, Any]) -> None:
    audit.record(
        municipality_id=copy.municipality_id, kind=f"list_copy.{what}", by=by, at=at, target=f"list_copy:{copy.pk}", after=dict(after)
    )
