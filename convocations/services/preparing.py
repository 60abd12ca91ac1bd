"""The first step of a run: who gets a card, decided and written in one transaction, with the pieces in which it will be drawn.

Counters go on meanwhile. One that is at work for a voter of the run gives the issue that the run would give: the database lets only one
of them have it (``card_issue_once``). Is that the counter, then the list is read once more, with the counters held still.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from convocations.cards.card import election_day
from convocations.cards.languages import languages_of
from convocations.cards.template import TemplateRefusedError
from convocations.models import PrintRun, RunPart
from convocations.rules.runs import FILE_PAGES, RunSettings
from convocations.rules.stacks import Stack, divide
from convocations.selectors.blocks import station_blocks, unfinished
from convocations.selectors.templates import approved, backs_for, forms_for, versions_for
from convocations.services import frozen
from convocations.services.runs import DRAW, State, refused
from convocations.sql import preparing as sql
from core import jobs
from core.jobs import JobCancelledError, JobRun
from core.planner import analyse
from core.tenancy import tenant
from delivery.bpost.mail_id import FCC
from delivery.services import MailIdsRestingError, NoMailIdRangeError, take_mail_ids
from documents.stream.forms import CompiledForm
from voters.selectors.ledger import current_statement, moment
from voters.sql.plans import whole_lists

CHOOSING: Final = gettext_noop("Looking up who gets a card")
STEPS: Final = 3


def prepare(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Make the cards of a run and have them drawn. Run again after success it changes nothing. Raises ``CardsRefusedError``."""
    run.progress(done=0, total=STEPS, stage=CHOOSING)
    with tenant(run.municipality_id):
        made = locked_run(run)
        if RunPart.objects.filter(municipality_id=run.municipality_id, run=made).exists():
            return {"cards": made.cards_made}
        settings = RunSettings.of(made.settings)
        blocks = station_blocks(made.election, settings)
        if lacking := unfinished(blocks):
            raise refused("station_unfinished", [_station(number) for number in lacking])
        chosen = _choose(made, settings)
        run.progress(done=1)
        try:
            with transaction.atomic():
                cards = _make(run, made, settings, chosen.counted, at=at)
        except IntegrityError:
            moment(municipality_id=made.municipality_id)
            chosen = _choose(made, settings)
            cards = _make(run, made, settings, chosen.counted, at=at)
        title, counted = f"Brieven {election_day(made.election.date, 'nl')}", chosen.counted
        frozen.keep(made, title=title, forms=chosen.forms, blocks=blocks, backs=chosen.backs)
        run.progress(done=2)
        made.lines, made.cards_made, made.cards_none = counted.lines, cards, counted.none
        made.none_by_reason = counted.none_by_reason
        made.figures |= {"mailable": counted.mailable, "moved": counted.moved, "without_place": counted.without_place}
        stacks = _stacks(made, settings)
        made.figures["versions"] = dict(sorted(chosen.versions.items()))
        made.figures["stacks"] = [stack.as_json() for stack in stacks]
        parts = RunPart.objects.bulk_create(_part(made, *numbered) for numbered in enumerate(stacks, 1))
        made.figures["parts"] = len(parts)
        made.save()
        run.progress(done=STEPS)
        run.hold()
        analyse("convocations_card", "convocations_cardevent", rows=cards)
        for part in parts:
            jobs.enqueue(kind=DRAW, municipality_id=run.municipality_id, by=run.by, at=at, run=made.pk, part=part.pk)
    return {"cards": cards}


def locked_run(run: JobRun) -> PrintRun:
    """The run of a job as long as it is being made; kept from everybody else. Raises ``JobCancelledError``."""
    found = (
        PrintRun.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election__municipality")
        .filter(municipality_id=run.municipality_id, pk=run.params["run"], state=State.MAKING)
        .first()
    )
    if found is None:
        raise JobCancelledError
    return found


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Who gets a card (they lie in ``convocations_line``), and the forms and back sides that these cards need, with the version of each."""

    counted: sql.Counted
    forms: Mapping[str, CompiledForm]
    backs: Mapping[str, CompiledForm]
    versions: Mapping[str, int]


def _choose(made: PrintRun, settings: RunSettings) -> _Chosen:
    return _Chosen(_count(made, settings), *_forms(made))


def _count(made: PrintRun, settings: RunSettings) -> sql.Counted:
    statement, params = current_statement(made.election, made.list_at)
    with whole_lists():
        counted = sql.read_lines(
            statement=statement,
            params=params,
            election_id=made.election_id,
            french="fr" in languages_of(made.election.municipality.nis_code),
            today=localdate(made.list_at),
            reissue_changed=settings.reissue_changed,
            reissue=settings.reissue,
        )
    if not counted.cards:
        raise refused("no_cards")
    if counted.cards + counted.none != counted.lines:
        raise refused("not_accounted_for")
    return counted


def _forms(made: PrintRun) -> tuple[dict[str, CompiledForm], dict[str, CompiledForm], dict[str, int]]:
    """The forms that the cards need, the back sides, and of which version each is.

    A text that was right when it was approved may not go with the letterhead of today.
    """
    texts = approved(municipality=made.election.municipality)
    forms: dict[str, CompiledForm] = {}
    backs: dict[str, CompiledForm] = {}
    errors: list[dict[str, Any]] = []
    for name in sql.templates():
        try:
            forms |= forms_for(made.election.municipality, made.election, [name], texts=texts)
            backs |= backs_for(made.election.municipality, made.election, [name], texts=texts)
        except TemplateRefusedError as refusal:
            reasons = [[problem.code, problem.what[:200], problem.back] for problem in refusal.problems]
            errors.append({"row": None, "column": "template", "value": name, "problem": "template_refused", "reasons": reasons})
    if errors:
        raise refused("template_refused", errors)
    return forms, backs, versions_for(texts, forms)


def _make(run: JobRun, made: PrintRun, settings: RunSettings, counted: sql.Counted, *, at: datetime) -> int:
    own = {"municipality_id": made.municipality_id, "election_id": made.election_id}
    sql.give_hours(**own, settings=settings)
    prefix, first, digits = "", 0, 0
    if settings.mail_ids and counted.mailable:
        # Taking numbers is written into the trail, for which a counter waits at its end: it would wait for us, and we for its card.
        moment(municipality_id=made.municipality_id)
        try:
            block = take_mail_ids(
                municipality_id=made.municipality_id, count=counted.mailable, purpose=f"print run {made.number}", by=run.by, at=at
            )
        except NoMailIdRangeError as error:
            raise refused("no_mail_ids") from error
        except MailIdsRestingError as error:
            raise refused("mail_ids_resting") from error
        prefix, first, digits = FCC[block.piece_digits] + block.barcode_customer_id, block.first, int(block.piece_digits)
    return sql.make_cards(**own, run_id=made.pk, settings=settings, mail_prefix=prefix, mail_first=first, mail_digits=digits)


def _stacks(made: PrintRun, settings: RunSettings) -> list[Stack]:
    return divide(sql.bundles(municipality_id=made.municipality_id, run_id=made.pk), dict(settings.papers), most=FILE_PAGES)


def _part(made: PrintRun, number: int, stack: Stack) -> RunPart:
    """The work on one file."""
    own = {"municipality_id": made.municipality_id, "run": made, "number": number}
    return RunPart(**own, pages=stack.cards)


def _station(number: int) -> dict[str, Any]:
    return {"row": None, "column": "station", "value": str(number), "problem": "station_unfinished"}
