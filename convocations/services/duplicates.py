"""A duplicate at the counter: a new card for a voter, made in one transaction that replaces the former one.

Counters come one after the other for one voter, so that two of them never give the same issue; for different voters they do not wait
for one another. While one is at work nobody is struck (``voters.selectors.ledger.moment``), and no run with a card of its voter is released.
A run that is being made keeps waiting only the counter of a voter whose card it has just written (``convocations.services.preparing``).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from convocations.cards.card import CODE_ALPHABET, TOKEN_LENGTH
from convocations.cards.template import TemplateRefusedError
from convocations.models import BlankMovement, Card, CardCase, CardEvent, Counter, Duplicate, PrintRun
from convocations.rules.counter import BlankKind, Cause, Mode, Refusal
from convocations.rules.hours import shuffled
from convocations.rules.runs import APPROVAL_KIND, RunSettings, slots
from convocations.selectors import counter as selectors
from convocations.selectors.blocks import station_block, unfinished
from convocations.selectors.counter import Standing
from convocations.services import paper
from convocations.services.counters import lock
from convocations.services.frozen import block_as_json
from convocations.services.releasing import take_back
from convocations.services.runs import OPEN, record
from convocations.sql import counter as sql
from convocations.sql import history
from convocations.sql.counter import VoterLine
from core import approvals, audit
from core.actor import Actor
from districts.models import Station
from documents.stream.values import RecordRefusedError
from elections.models import Election
from voters.models import Person
from voters.selectors.ledger import moment

State = Card.State


class DuplicateRefusedError(Exception):
    """No duplicate is made, and nothing has changed. ``reason`` says more: why a voter is struck, what cannot be printed."""

    def __init__(self, refusal: Refusal, reason: str = "") -> None:
        super().__init__(f"{refusal}: {reason}" if reason else str(refusal))
        self.refusal = refusal
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """What the counter says. ``identity_seen``: whoever stands there was compared with their identity document.

    ``seen_issue``: the last card of the voter that the counter saw on the screen; ``None``: do not look at that.
    """

    counter: Counter
    mode: Mode
    cause: Cause
    identity_seen: bool
    note: str = ""
    seen_issue: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """What was made, and its file."""

    duplicate: Duplicate
    card: Card
    pdf: bytes


@transaction.atomic
def issue_duplicate(*, election: Election, person: Person, request: Request, by: Actor, at: datetime) -> Issued:
    """Make a duplicate: the next issue, with a token of its own; every former card is worth nothing from now on.

    Raises ``DuplicateRefusedError``.
    """
    if not request.identity_seen:
        raise DuplicateRefusedError(Refusal.IDENTITY)
    sql.hold_voter(person_id=person.pk)
    runs = _hold_runs(election, person)  # before the moment, as a release does, so that neither waits for the other for ever
    found = selectors.standing(
        election=election, person_id=person.pk, at=moment(municipality_id=election.municipality_id, shared=True), now=at
    )  # from here on nobody else gives this voter a card
    line, station = _entitled(found, request)
    unreleased = [card for card in found.cards if card.state == State.MADE and card.run and card.run.state in OPEN]
    # Of a run whose cards were written since: it is not held.
    if {card.run_id for card in unreleased} - {run.pk for run in runs}:
        raise DuplicateRefusedError(Refusal.MEANWHILE)
    settings = selectors.settings_for(election)
    try:
        with transaction.atomic():
            card = _make_card(election, line, found.cards, settings, station)
    except IntegrityError as error:  # card_issue_once: a run that is being made was quicker
        raise DuplicateRefusedError(Refusal.MEANWHILE) from error
    issued = _draw(election, card, found, request, settings, station, by=by, at=at)
    details = {"issue": card.issue, "counter": request.counter.name, "cause": request.cause.value}
    # A spoiled card too: the printer may make it again.
    replaced = [one.pk for one in found.cards if one.state not in {State.REPLACED, State.WITHDRAWN, State.MADE}]
    own: dict[str, Any] = {"municipality_id": election.municipality_id, "by": by.name, "at": at}
    history.add(**own, cards=replaced, kind=CardEvent.Kind.REPLACED, details=details, state=State.REPLACED)
    _close_cases(found.cards, issue=card.issue, by=by, at=at)
    history.add(**own, cards=[card.pk], kind=CardEvent.Kind.PRINTED, details=details | {"mode": request.mode.value}, state=State.PRINTED)
    card.state = State.PRINTED
    _withdraw(unreleased, runs, issue=card.issue, by=by, at=at)  # holds the trail: no card is waited for from here on
    after = {**details, "mode": request.mode.value, "sha256": issued.duplicate.sha256, "person": person.pk}
    audit.record(municipality_id=election.municipality_id, kind="duplicate.issued", by=by, at=at, target=f"card:{card.pk}", after=after)
    return issued


def _hold_runs(election: Election, person: Person) -> list[PrintRun]:
    """The runs that are not released and hold a card of the voter, which is withdrawn: this counter's alone until it is done.

    Other runs go on: whatever becomes of them touches no card of this voter.
    """
    own: dict[str, Any] = {"municipality_id": election.municipality_id, "election": election, "state__in": OPEN}
    theirs = Card.objects.filter(municipality_id=election.municipality_id, person=person, state=State.MADE, run__isnull=False)
    rows = PrintRun.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(**own, pk__in=theirs.values("run")).order_by("pk"))


def _entitled(found: Standing, request: Request) -> tuple[VoterLine, Station]:
    if found.refusal is not None:
        raise DuplicateRefusedError(found.refusal, (found.line.no_card or "") if found.line else "")
    if found.line is None or found.station is None:
        raise DuplicateRefusedError(Refusal.NO_STATION)
    if request.seen_issue is not None and request.seen_issue != found.last_issue:
        raise DuplicateRefusedError(Refusal.MEANWHILE)
    return found.line, found.station


def _make_card(election: Election, line: VoterLine, cards: Sequence[Card], settings: RunSettings, station: Station) -> Card:
    return Card.objects.create(
        municipality_id=election.municipality_id,
        election=election,
        run=None,
        person_id=line.person_id,
        entry_id=line.entry_id,
        added_entry_id=line.added_entry_id,
        token="".join(secrets.choice(CODE_ALPHABET) for _ in range(TOKEN_LENGTH)),
        issue=line.issue,
        list_number=line.list_number,
        station=station,
        template=line.template,
        household=line.household,
        last_name=line.last_name,
        first_names=line.first_names,
        ballots=line.ballots,
        street_name=line.mail_street_name,
        house_number=line.mail_house_number,
        box_number=line.mail_box_number,
        postcode=line.mail_postcode,
        place=line.place,
        country=line.mail_country,
        moved=line.moved,
        slot=_slot(election, line, cards, settings, station),
        position=0,
        bundle=0,
    )


def _slot(election: Election, line: VoterLine, cards: Sequence[Card], settings: RunSettings, station: Station) -> int | None:
    """The hour that the voter was advised already, or their household; else one that has nothing to do with anything."""
    if not settings.step:
        return None
    own = [card.slot for card in cards if card.station_id == station.pk and card.slot is not None]
    if own:
        return own[-1]
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election, station=station, household=line.household)
    shared = rows.filter(slot__isnull=False).order_by("-pk").values_list("slot", flat=True).first()
    if shared is not None:
        return int(shared)
    free = slots(settings.hours(electronic=station.electronic), settings.step)
    return free[int(shuffled(line.household)[:8], 16) % len(free)] if free else None


def _draw(
    election: Election, card: Card, found: Standing, request: Request, settings: RunSettings, station: Station, *, by: Actor, at: datetime
) -> Issued:
    """The file and the row that says how to make it again; of an overprint also the blank card that it takes."""
    block = station_block(station, election, settings)
    if unfinished({station.pk: block}):
        raise DuplicateRefusedError(Refusal.STATION_UNFINISHED, str(station.number))
    blank = _blank(election, request.counter, card.template) if request.mode == Mode.OVERPRINT else None
    printer = request.counter.printer if request.mode == Mode.OVERPRINT else None
    valid = found.valid
    made = Duplicate(
        municipality_id=election.municipality_id,
        card=card,
        replaces=valid,
        counter=request.counter,
        counter_name=request.counter.name,
        mode=request.mode.value,
        cause=request.cause.value,
        note=request.note,
        right_mm=printer.right_mm if printer else 0,
        up_mm=printer.up_mm if printer else 0,
        station_block=block_as_json(block),
        step=settings.step,
        made_at=at,
        made_by_id=by.user_id,
        made_by_name=by.name,
    )
    try:
        made.frozen_file = paper.form_file(election=election, template=card.template, cards=found.cards)
        paper.note_sheet(made, card.template)
        pdf = paper.draw(made, card, station_number=station.number)
    except (RecordRefusedError, TemplateRefusedError) as error:
        raise DuplicateRefusedError(Refusal.UNPRINTABLE, str(error)) from error
    made.sha256 = hashlib.sha256(pdf).hexdigest()
    made.save(force_insert=True)
    if blank is not None:
        BlankMovement.objects.create(
            municipality_id=election.municipality_id,
            election=election,
            counter=request.counter,
            template=blank.template,
            paper=blank.paper,
            kind=BlankMovement.Kind.PRINTED,
            quantity=1,
            duplicate=made,
            at=at,
            by_name=by.name,
        )
    return Issued(made, card, pdf)


def _blank(election: Election, counter: Counter, template: str) -> BlankKind:
    """The blank card that an overprint takes, of which this counter has one at least."""
    lock(counter)
    kind = selectors.blank_of(election, template)
    if selectors.left_of(election=election, kind=kind).get(counter.pk, 0) < 1:
        raise DuplicateRefusedError(Refusal.NO_BLANK, kind.code)
    return kind


def _withdraw(cards: Sequence[Card], runs: Sequence[PrintRun], *, issue: int, by: Actor, at: datetime) -> None:
    """A card that was made but not released yet does not go out any more: it would replace the duplicate."""
    for card in cards:
        run = next(one for one in runs if one.pk == card.run_id)
        if run.state == PrintRun.State.REQUESTED:
            # What was asked for is another thing now: the second person is to see the new figures.
            approvals.withdraw(municipality_id=run.municipality_id, kind=APPROVAL_KIND, object_id=run.pk, by=by, at=at)
            take_back(run)
        own: dict[str, Any] = {"municipality_id": card.municipality_id, "by": by.name, "at": at}
        history.add(**own, cards=[card.pk], kind=State.WITHDRAWN, details={"cause": "duplicate", "issue": issue}, state=State.WITHDRAWN)
        record(run, "cards_withdrawn", by=by, at=at, after={"number": run.number, "cards": 1})


def _close_cases(cards: Sequence[Card], *, issue: int, by: Actor, at: datetime) -> None:
    """What was still to be looked into about a former card is done."""
    if cards:
        rows = CardCase.objects.filter(municipality_id=cards[0].municipality_id, card__in=[card.pk for card in cards], state="open")
        rows.update(state=CardCase.State.DONE, closed_at=at, closed_by_name=by.name, note=f"duplicaat {issue:02d}")


@transaction.atomic
def open_again(*, duplicate: Duplicate, by: Actor, at: datetime) -> bytes:
    """The file of a duplicate once more, for a printer that failed; that it was opened is recorded."""
    card = duplicate.card
    pdf = paper.draw(duplicate, card, station_number=card.station.number)
    audit.record(
        municipality_id=duplicate.municipality_id,
        kind="duplicate.opened",
        by=by,
        at=at,
        target=f"card:{card.pk}",
        after={"issue": card.issue, "sha256": hashlib.sha256(pdf).hexdigest()},
    )
    return pdf
