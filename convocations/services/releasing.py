"""The release of a run: asked for by one, decided by another; then its cards are real, and its files can be taken out.

Looked at again at the last moment, with the list held still: a card that would say something else by now, or whose voter gets none
any more, keeps the whole run back until it is withdrawn or the run is made anew.
"""

import csv
import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop

from convocations.models import Card, PrintRun, RunFile
from convocations.rules.runs import APPROVAL_KIND
from convocations.selectors.runs import card_files, lacking_now, papers, stale_now
from convocations.services.backs import back_pages
from convocations.services.changed import close_replaced
from convocations.services.keeping import keep_file
from convocations.services.runs import RunRefusedError, State, locked, record, refused
from convocations.sql import checks, history
from core import approvals, jobs
from core.actor import Actor
from core.jobs import JobCancelledError, JobRun
from core.tenancy import tenant
from voters.selectors.ledger import moment

RELEASE: Final = "convocations.release_run"
RELEASING: Final = gettext_noop("Releasing the cards")
FILE_COLUMNS: Final = ("file", "number", "of", "paper", "first", "last", "stations")
SUMMARY: Final = ("pages", "moved", "without_place", "at_station", "parts")


@transaction.atomic
def request_release(*, run: PrintRun, by: Actor, at: datetime) -> None:
    """Ask a second person to release a run. Raises ``RunRefusedError``."""
    current = locked(run, State.READY)
    may_release(current)
    if by.user_id is None:
        raise approvals.SamePersonError
    current.state, current.requested_by_id, current.requested_by_name = State.REQUESTED, by.user_id, by.name
    current.save(update_fields=["state", "requested_by_id", "requested_by_name"])
    approvals.request(
        municipality_id=current.municipality_id,
        kind=APPROVAL_KIND,
        object_id=current.pk,
        summary={
            "number": current.number,
            "lines": current.lines,
            "cards": current.cards_made,
            "without_card": current.cards_none,
            "none_by_reason": current.none_by_reason,
            "pages": current.figures.get("pages"),
            "withdrawn": _withdrawn(current),
            "papers": papers(current),
            "readback_ok": current.readback_ok,
            "sha256": _sha256(current),
        },
        by=by,
        at=at,
    )


def _withdrawn(run: PrintRun) -> int:
    return Card.objects.filter(municipality_id=run.municipality_id, run=run, state=Card.State.WITHDRAWN).count()


def _sha256(run: PrintRun) -> str:
    """Of the file of the cards; of several, of their hashes in the order of their names."""
    rows = RunFile.objects.filter(municipality_id=run.municipality_id, run=run, kind=RunFile.Kind.CARDS).order_by("name")
    found = list(rows.values_list("sha256", flat=True))
    return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()


def may_release(run: PrintRun) -> None:
    """Whether every card of a run is right at this moment, and every line of its list is accounted for. Raises ``RunRefusedError``."""
    counted, persons = checks.count_cards(municipality_id=run.municipality_id, run_id=run.pk)
    if not run.readback_ok:
        raise RunRefusedError("read_back")
    if not counted == persons == run.cards_made or run.cards_made + run.cards_none != run.lines:
        raise RunRefusedError("not_accounted_for")
    # Shared: only whoever records something has to wait, no counter.
    if found := stale_now(run, at=moment(municipality_id=run.municipality_id, shared=True)):
        raise RunRefusedError("stale", count=len(found))


@transaction.atomic
def withdraw_cards(*, run: PrintRun, by: Actor, at: datetime) -> int:
    """Withdraw the cards that are not right any more, so that the others can be released; their pages are taken out by the printer."""
    current = locked(run, State.READY, State.REQUESTED)
    found = stale_now(current, at=moment(municipality_id=run.municipality_id))
    if not found:
        return 0
    if current.state == State.REQUESTED:
        # What was asked for is another thing now: the second person is to see the new figures.
        approvals.withdraw(municipality_id=run.municipality_id, kind=APPROVAL_KIND, object_id=run.pk, by=by, at=at)
        take_back(current)
    for why in sorted({one.why for one in found}):
        history.add(
            municipality_id=run.municipality_id,
            cards=[one.pk for one in found if one.why == why],
            kind=Card.State.WITHDRAWN,
            details={"cause": why},
            state=Card.State.WITHDRAWN,
            by=by.name,
            at=at,
        )
    record(current, "cards_withdrawn", by=by, at=at, after={"number": current.number, "cards": len(found)})
    return len(found)


@transaction.atomic
def approve_release(*, run: PrintRun, by: Actor, at: datetime) -> None:
    """Let a run be released, as the second person. Raises as ``core.approvals.decide``, and ``RunRefusedError``.

    Whoever asked for new cards for many is no second person either, whoever asked for their release.
    """
    current = locked(run, State.REQUESTED)
    if by.user_id is not None and by.user_id == current.reissue_by_id:
        raise approvals.SamePersonError
    may_release(current)
    approvals.decide(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=True, by=by, at=at)
    job = jobs.enqueue(kind=RELEASE, municipality_id=current.municipality_id, by=by, at=at, run=current.pk)
    current.approved_by_id, current.approved_by_name, current.job_id = by.user_id, by.name, job.pk
    current.save(update_fields=["approved_by_id", "approved_by_name", "job_id"])
    record(current, "approved", by=by, at=at, after={"number": current.number})


@transaction.atomic
def refuse_release(*, run: PrintRun, reason: str, by: Actor, at: datetime) -> None:
    """Refuse the release, with a reason for the one who asked."""
    current = locked(run, State.REQUESTED)
    approvals.decide(
        municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, approve=False, by=by, at=at, reason=reason
    )
    take_back(current)


@transaction.atomic
def withdraw_request(*, run: PrintRun, by: Actor, at: datetime) -> None:
    """Take the question back."""
    current = locked(run, State.REQUESTED)
    if not approvals.withdraw(municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, by=by, at=at):
        raise RunRefusedError("wrong_state")
    take_back(current)


def take_back(run: PrintRun) -> None:
    """It is not released after all: it can be asked for again."""
    run.state, run.requested_by_id, run.requested_by_name = State.READY, None, ""
    run.approved_by_id, run.approved_by_name = None, ""
    run.save(update_fields=["state", "requested_by_id", "requested_by_name", "approved_by_id", "approved_by_name"])


def job_ended(run: JobRun, state: str) -> None:  # noqa: ARG001  # as core.jobs calls it
    """The release did not come about: it can be asked for again."""
    found = PrintRun.objects.filter(municipality_id=run.municipality_id, pk=run.params["run"], state=State.REQUESTED).first()
    if found is not None and found.approved_by_id is not None:
        take_back(found)


def release(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Make the cards of an approved run real, in one transaction. Run again after success it changes nothing."""
    run.progress(done=0, total=1, stage=RELEASING)
    with tenant(run.municipality_id), tempfile.TemporaryDirectory() as place:
        found = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.params["run"])
        if found.state == State.RELEASED:
            return _figures(found)
        try:
            made = locked(found, State.REQUESTED)
        except RunRefusedError as error:
            raise JobCancelledError from error
        if made.approved_by_id is None:
            raise JobCancelledError
        try:
            may_release(made)
        except RunRefusedError as error:
            raise refused(error.code) from error
        own = {"municipality_id": made.municipality_id, "run_id": made.pk}
        history.replace_earlier(**own, by=run.by.name, at=at)
        close_replaced(made, by=run.by, at=at)
        released = history.release(**own, by=run.by.name, at=at)
        _write_lists(made, Path(place), by=run.by.name, at=at)
        made.figures |= {"released": released, "lacking": lacking_now(made.election, at=at)}
        made.state, made.released_at = State.RELEASED, at
        made.save()
        run.progress(done=1)
        run.hold()
        record(made, "released", by=run.by, at=at, after={"number": made.number, "cards": released, "sha256": _sha256(made)})
    return _figures(made)


def _figures(run: PrintRun) -> dict[str, Any]:
    return {"cards": run.figures["released"], "pages": run.figures["pages"]}


def _write_lists(made: PrintRun, place: Path, *, by: str, at: datetime) -> None:
    """The list of the cards, the pages to be taken out if there are any, and the checksums of all files."""
    own = {"municipality_id": made.municipality_id, "run_id": made.pk}
    files = card_files(made)
    backs = back_pages(made)
    for kind, what, withdrawn in ((RunFile.Kind.MANIFEST, "manifest", False), (RunFile.Kind.WITHDRAWN, "uit-te-nemen", True)):
        path = place / f"{what}.csv"
        with path.open("wb") as stream:
            rows = history.copy_manifest(stream, **own, files=files, backs=backs, withdrawn=withdrawn)
        if rows or not withdrawn:
            keep_file(made, kind, path, what=what, by=by, at=at)
    path = place / "bestanden.csv"
    _write_files(made, path)
    keep_file(made, RunFile.Kind.FILES, path, what="bestanden", by=by, at=at)
    every = RunFile.objects.filter(municipality_id=made.municipality_id, run=made).exclude(kind=RunFile.Kind.SUMS).order_by("name")
    sums = place / "sha256.txt"
    sums.write_text("".join(f"{file.sha256}  {file.name}\n" for file in every), encoding="utf-8")
    keep_file(made, RunFile.Kind.SUMS, sums, what="sha256", by=by, at=at)


def _write_files(made: PrintRun, path: Path) -> None:
    """The files of the cards in the order of printing (docs/formats/convocations.md), as CSV."""
    rows = RunFile.objects.filter(municipality_id=made.municipality_id, run=made, kind=RunFile.Kind.CARDS)
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow((*FILE_COLUMNS, "pages", "bytes", "sha256"))
        for row in sorted(rows, key=lambda row: int(row.details.get("number", 1))):
            lines.writerow((row.name, *(row.details.get(name, "") for name in FILE_COLUMNS[1:]), row.pages, row.size, row.sha256))
