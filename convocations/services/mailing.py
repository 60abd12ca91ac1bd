"""The list of a run for bpost: every card with an address in Belgium, as Mail ID wants it; whoever cannot be in it becomes an open case.

Asked for on a screen it is a job (``request_list``, ``make_list``); a command writes it at once (``write_list``).
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from convocations.cards.card import TemplateKey
from convocations.models import Card, CardCase, PrintRun, RunFile
from convocations.rules.runs import RunSettings
from convocations.selectors.changed import changed_cards
from convocations.selectors.places import known_since, place_since
from convocations.services import frozen
from convocations.services.changed import open_changed
from convocations.services.runs import RunRefusedError, State, locked, record
from convocations.sql import outcomes
from core import jobs
from core.actor import Actor
from core.files import sha256_of
from core.jobs import JobRun
from core.models import Job
from core.tenancy import tenant
from delivery.bpost.address import Addressee, fit
from delivery.bpost.mailing import LIMITS, Deposit, GenMid, Item, Mailing, Mode, RefusedError, Sender, deposit_of
from delivery.bpost.names import FileName, Form
from delivery.bpost.request import write_request

KIND: Final = "convocations.bpost_list"
WRITING: Final = gettext_noop("Writing the list for bpost")
EVERY: Final = 500
"""Letters between two words on how far the list is."""
KEPT = 100
"""Problems kept with the file; each is an open case besides, in production."""
LATEST_POSTING = timedelta(days=15)
"""Before the election: the last day on which the law lets the letters be sent."""
SENT = (Card.State.RELEASED, Card.State.PRINTED, Card.State.ANNOUNCED, Card.State.POSTED)


@dataclass(slots=True)
class _Told:
    """What was found while the items went by."""

    positions: list[int] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    held_back: frozenset[int] = frozenset()


class ListRefusedError(jobs.JobRefusedError):
    """The list cannot be made; ``errors`` says why, by letter. Nothing has changed."""


@transaction.atomic
def request_list(*, run: PrintRun, sender: Sender, mode: Mode, form: Form, by: Actor, at: datetime, deposit: Deposit | None = None) -> Job:
    """Have the list made. While the same list is being made, its job is the answer. Raises ``RunRefusedError`` (``not_released``)."""
    current = _released(run)
    # Without a deposit it is said as well: else the list with one would pass for the same.
    link = {"deposit": deposit.identifier if deposit else "", "deposit_kind": deposit.kind.value if deposit else ""}
    asked = {"run": current.pk, "mode": mode.value, "form": form.value, **asdict(sender), **link}
    moment = {"asked_at": at.isoformat()}
    return jobs.enqueue_once(kind=KIND, municipality_id=run.municipality_id, by=by, at=at, asked=asked, besides=lambda: moment)


def make_list(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Make one list. A worker that dies leaves nothing behind; once made it is not made again. Raises ``ListRefusedError``."""
    with tenant(run.municipality_id):
        asked = run.params
        made = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=asked["run"])
        earlier = RunFile.objects.filter(municipality_id=run.municipality_id, run=made, kind=RunFile.Kind.BPOST, details__job=run.job_id)
        kept = earlier.first()
        if kept is None:
            run.progress(done=0, total=made.cards_made, stage=WRITING)
            sender = Sender(asked["prs_id"], asked["account_id"], asked["customer_id"])
            try:
                deposit = deposit_of(asked.get("deposit", ""), asked.get("deposit_kind", ""))  # jobs of an older version name none
                mode, form = Mode(asked["mode"]), Form(asked["form"])
                kept = write_list(run=made, sender=sender, mode=mode, form=form, deposit=deposit, by=run.by, at=at, job=run)
            except RunRefusedError as refusal:
                raise ListRefusedError(refusal.code, []) from refusal
            except RefusedError as refusal:
                raise ListRefusedError("refused", problem_rows(refusal)) from refusal
    told = ("mode", "form", "file_ref", "mailing_ref", "deposit", "deposit_kind", "items", "left_out", "remarks")
    figures = {name: kept.details[name] for name in told if name in kept.details}
    day = made.election.date.isoformat()
    return {"run": made.number, "election": day, "file": kept.name, "file_id": kept.pk, "size": kept.size, "sha256": kept.sha256, **figures}


def problem_rows(refusal: RefusedError) -> list[dict[str, Any]]:
    """What bpost would refuse, as rows of ``row, column, value, problem``."""
    return [{"row": one.seq, "column": one.field, "value": one.value, "problem": one.code} for one in refusal.problems]


def _released(run: PrintRun) -> PrintRun:
    try:
        return locked(run, State.RELEASED)
    except RunRefusedError:
        raise RunRefusedError("not_released") from None


@transaction.atomic
def write_list(
    *,
    run: PrintRun,
    sender: Sender,
    mode: Mode,
    form: Form,
    by: Actor,
    at: datetime,
    deposit: Deposit | None = None,
    job: JobRun | None = None,
) -> RunFile:
    """Write the list of a released run and keep it. Raises ``RunRefusedError`` (``not_released``, ``nothing_to_send``) and ``delivery.bpost.mailing.RefusedError``.

    Whoever gets no card any more since the release is left out, and an open case. In test and certification the first cards only, as
    many as bpost allows; nothing is noted on cards then.
    """
    outcomes.number_lists(municipality_id=run.municipality_id)  # before the run: who waits holds nothing for which another waits
    current = _released(run)
    mailing, told = _mailing(current, sender, mode, deposit), _Told(held_back=_not_to_be_sent(current, at))
    # A job that is taken up again writes the same name: what a killed worker left in the storage is written over.
    named_at = datetime.fromisoformat(job.params["asked_at"]) if job else at
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "list"
        name = FileName(sender.prs_id, mailing.file_ref, localtime(named_at).replace(tzinfo=None, microsecond=0), form)
        with path.open("wb") as target:
            written = write_request(target, mailing=mailing, items=_items(current, mode, told, job), name=name)
        if job is not None:
            job.hold()  # before the file lies in the storage, so that who is stopped leaves none there
        kept = _keep(current, path, written.name, mailing, form, told, by=by, at=at)
    if job is not None:
        kept.details["job"] = job.job_id
        kept.save(update_fields=["details"])
    if mode is Mode.PRODUCTION:
        own: dict[str, Any] = {"municipality_id": run.municipality_id, "run_id": run.pk}
        outcomes.announce(**own, positions=told.positions, file=kept.name, by=by.name, at=at)
        outcomes.problems(**own, found=told.problems, kind=CardCase.Kind.NOT_SENT, at=at)
        open_changed(election=current.election, by=by, at=at)
    after = {
        "file": kept.name,
        "mode": mode.value,
        "file_ref": mailing.file_ref,
        "mailing_ref": mailing.mailing_ref,
        **_linked(mailing),
        "items": len(told.positions),
        "problems": len(told.problems),
        "sha256": kept.sha256,
    }
    record(current, "bpost_written", by=by, at=at, after=after)
    return kept


def _not_to_be_sent(run: PrintRun, at: datetime) -> frozenset[int]:
    """The cards of which the voter gets none any more; one that would only say something else goes as it is printed."""
    found = changed_cards(election=run.election, at=at)
    return frozenset(one.pk for one in found if one.run_id == run.pk and one.why != "changed")


def _mailing(run: PrintRun, sender: Sender, mode: Mode, deposit: Deposit | None) -> Mailing:
    """The list as a whole, under references that were never used before. Raises ``delivery.bpost.mailing.RefusedError``."""
    number = RunFile.objects.filter(municipality_id=run.municipality_id, kind=RunFile.Kind.BPOST).count() + 1
    nis = run.election.municipality.nis_code
    return Mailing(
        sender=sender,
        mode=mode,
        file_ref=f"{nis}{number:05d}",
        mailing_ref=f"{nis}-{run.election.date:%y%m%d}-{number}",
        delivery_date=posting_day(run),
        deposit=deposit,
        gen_mid=GenMid.NONE if RunSettings.of(run.settings).mail_ids else GenMid.ELEVEN,
    )


def posting_day(run: PrintRun) -> date:
    """When bpost gets the cards: as was settled, else the last day of the law."""
    return RunSettings.of(run.settings).posting or run.election.date - LATEST_POSTING


def _items(run: PrintRun, mode: Mode, told: _Told, job: JobRun | None) -> Iterator[Item]:
    """The letters in the order of printing; what does not go is told and left out."""
    return islice(_every_item(run, told, job), None if mode is Mode.PRODUCTION else LIMITS[mode])


def _every_item(run: PrintRun, told: _Told, job: JobRun | None) -> Iterator[Item]:
    rows = Card.objects.filter(municipality_id=run.municipality_id, run=run, state__in=SENT).order_by("position")
    known = known_since(run)
    for done, card in enumerate(rows.iterator(chunk_size=2000)):
        if job is not None and done % EVERY == 0:
            job.progress(done=done)
        if card.pk in told.held_back:
            continue
        fitted = fit(_addressee(card, card.place or place_since(card, known)))
        told.remarks.update(remark.code for remark in fitted.remarks)
        if fitted.problems:
            told.problems.extend((card.position, problem.code, problem.field) for problem in fitted.problems)
            continue
        told.positions.append(card.position)
        yield Item(card.position, fitted.components, mail_id=card.mail_id, lang=TemplateKey.of(card.template).language)


def _addressee(card: Card, place: str) -> Addressee:
    return Addressee(
        first_names=card.first_names,
        last_name=card.last_name,
        street=card.street_name,
        number=card.house_number,
        box=card.box_number,
        postcode=card.postcode,
        city=place,
        country=card.country,
        lang=TemplateKey.of(card.template).language,
    )


def _linked(mailing: Mailing) -> dict[str, str]:
    """The deposit, where the list names one."""
    return {"deposit": mailing.deposit.identifier, "deposit_kind": mailing.deposit.kind.value} if mailing.deposit else {}


def _keep(run: PrintRun, path: Path, name: str, mailing: Mailing, form: Form, told: _Told, *, by: Actor, at: datetime) -> RunFile:
    with path.open("rb") as stream:
        stored = frozen.store(f"{frozen.folder(run)}/{name}", stream)
    details: dict[str, Any] = {
        "mode": mailing.mode.value,
        "form": form.value,
        "file_ref": mailing.file_ref,
        "mailing_ref": mailing.mailing_ref,
        "delivery_date": mailing.delivery_date.isoformat(),
        **_linked(mailing),
        "items": len(told.positions),
        "held_back": len(told.held_back),
        "left_out": len({position for position, _code, _field in told.problems}),
        "problems": [list(problem) for problem in told.problems[:KEPT]],
        "remarks": dict(told.remarks),
    }
    return RunFile.objects.create(
        municipality_id=run.municipality_id,
        run=run,
        kind=RunFile.Kind.BPOST,
        name=name,
        file=stored,
        sha256=sha256_of(path),
        size=path.stat().st_size,
        details=details,
        made_at=at,
        made_by_name=by.name,
    )
