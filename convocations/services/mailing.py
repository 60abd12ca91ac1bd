"""The list of a run for bpost: every card with an address in Belgium, as Mail ID wants it; whoever cannot be in it becomes an open case."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from convocations.cards.card import TemplateKey
from convocations.models import Card, CardCase, PrintRun, RunFile
from convocations.rules.runs import RunSettings
from convocations.services import frozen
from convocations.services.keeping import sha256_of
from convocations.services.runs import RunRefusedError, State, locked, record
from convocations.sql import outcomes
from convocations.selectors.places import place_since
from core.actor import Actor
from delivery.bpost.address import Addressee, fit
from delivery.bpost.mailing import LIMITS, GenMid, Item, Mailing, Mode, Sender
from delivery.bpost.names import FileName, Form
from delivery.bpost.request import write_request

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


@transaction.atomic
def write_list(*, run: PrintRun, sender: Sender, mode: Mode, form: Form, by: Actor, at: datetime) -> RunFile:
    """Write the list of a released run and keep it. Raises ``RunRefusedError`` (``not_released``, ``nothing_to_send``) and ``delivery.bpost.mailing.RefusedError``.

    In test and certification the first cards only, as many as bpost allows; nothing is noted on cards then.
    """
    try:
        current = locked(run, State.RELEASED)
    except RunRefusedError:
        raise RunRefusedError("not_released") from None
    settings, earlier = (
        RunSettings.of(current.settings),
        RunFile.objects.filter(municipality_id=run.municipality_id, kind=RunFile.Kind.BPOST),
    )
    number = earlier.count() + 1
    nis = current.election.municipality.nis_code
    own_numbers = settings.mail_ids
    mailing = Mailing(
        sender=sender,
        mode=mode,
        file_ref=f"{nis}{number:05d}",
        mailing_ref=f"{nis}-{current.election.date:%y%m%d}-{number}",
        delivery_date=posting_day(current),
        gen_mid=GenMid.NONE if own_numbers else GenMid.ELEVEN,
    )
    told = _Told()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "list"
        name = FileName(sender.prs_id, mailing.file_ref, localtime(at).replace(tzinfo=None, microsecond=0), form)
        with path.open("wb") as target:
            written = write_request(target, mailing=mailing, items=_items(current, mode, told), name=name)
        kept = _keep(current, path, written.name, mailing, form, told, by=by, at=at)
    if mode is Mode.PRODUCTION:
        own: dict[str, Any] = {"municipality_id": run.municipality_id, "run_id": run.pk}
        outcomes.announce(**own, positions=told.positions, file=kept.name, by=by.name, at=at)
        outcomes.problems(**own, found=told.problems, kind=CardCase.Kind.NOT_SENT, by=by.name, at=at)
    after = {
        "file": kept.name,
        "mode": mode.value,
        "file_ref": mailing.file_ref,
        "mailing_ref": mailing.mailing_ref,
        "items": len(told.positions),
        "problems": len(told.problems),
        "sha256": kept.sha256,
    }
    record(current, "bpost_written", by=by, at=at, after=after)
    return kept


def posting_day(run: PrintRun) -> date:
    """When bpost gets the cards: as was settled, else the last day of the law."""
    return RunSettings.of(run.settings).posting or run.election.date - LATEST_POSTING


def _items(run: PrintRun, mode: Mode, told: _Told) -> Iterator[Item]:
    """The letters in the order of printing; what does not go is told and left out."""
    return islice(_every_item(run, told), None if mode is Mode.PRODUCTION else LIMITS[mode])


def _every_item(run: PrintRun, told: _Told) -> Iterator[Item]:
    rows = Card.objects.filter(municipality_id=run.municipality_id, run=run, state__in=SENT).order_by("position")
    for card in rows.iterator(chunk_size=2000):
        fitted = fit(_addressee(card))
        told.remarks.update(remark.code for remark in fitted.remarks)
        if fitted.problems:
            told.problems.extend((card.position, problem.code, problem.field) for problem in fitted.problems)
            continue
        told.positions.append(card.position)
        yield Item(card.position, fitted.components, mail_id=card.mail_id, lang=TemplateKey.of(card.template).language)


def _addressee(card: Card) -> Addressee:
    return Addressee(
        first_names=card.first_names,
        last_name=card.last_name,
        street=card.street_name,
        number=card.house_number,
        box=card.box_number,
        postcode=card.postcode,
        city=card.place or place_since(card),
        country=card.country,
        lang=TemplateKey.of(card.template).language,
    )


def _keep(run: PrintRun, path: Path, name: str, mailing: Mailing, form: Form, told: _Told, *, by: Actor, at: datetime) -> RunFile:
    with path.open("rb") as stream:
        stored = frozen.store(f"{frozen.folder(run)}/{name}", stream)
    details: dict[str, Any] = {
        "mode": mailing.mode.value,
        "form": form.value,
        "file_ref": mailing.file_ref,
        "mailing_ref": mailing.mailing_ref,
        "delivery_date": mailing.delivery_date.isoformat(),
        "items": len(told.positions),
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
