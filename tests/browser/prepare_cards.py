"""Print runs, cards and a counter for the pages about them: a run that is released and one that waits, cases, a text that waits."""

import io
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from convocations.cards.card import TemplateKey
from convocations.cards.template import standard
from convocations.models import Card, PrintRun, RunFile
from convocations.rules.counter import Cause as Why
from convocations.rules.returns import Action, Cause
from convocations.selectors.counter import last_moment
from convocations.services import bpost_answers, cases, mailing, reissues, templates
from convocations.services.answers import AnswerRefusedError
from convocations.services.changed import open_changed
from convocations.services.reissues import Rows, Whom
from core.actor import Actor
from core.tenancy import tenant
from delivery.bpost.mailing import Deposit, Mode
from delivery.bpost.names import Form
from demo import cards, counter
from elections.models import Election
from tests.convocations.letters import reply, response
from voters.models import ListDecision, Person
from voters.services import decisions


def make(election: Election, *, by: Actor, second: Actor, out: Path) -> None:
    """All of it; jobs run at once."""
    released = cards.release(election=election, by=by, second=second, rest=_fresh)
    cards.write(run=released, out=out, by=by)
    counter.hand_out(election=election, out=out, by=by)
    with tenant(election.municipality_id):
        at = last_moment(election) - timedelta(days=3)
        rows = list(
            Card.objects.filter(municipality_id=election.municipality_id, run=released, state="released")
            .select_related("person")
            .order_by("position")[:60]
        )
        for card in rows[:3]:
            note = "Geen naam op de bel"
            cases.note_return(election=election, code=card.token, cause=Cause.UNKNOWN, action=Action.KEPT, note=note, by=by, at=at)
        _strike(election, rows[10].person, by=by, second=second)
        open_changed(election=election, by=by, at=at)
        _strike(election, rows[11].person, by=by, second=second)
        named = [(number, str(card.list_number)) for number, card in enumerate(rows[20:40], 1)]
        whom = Whom(rows=Rows("1", named), file_name="klachten.csv")
        reissues.request_reissue(election=election, whom=whom, cause=Why.NOT_RECEIVED, note="Niet bedeeld", by=second, at=at)
        _text(election, by=by)
    _post(released, by=by)


def _post(run: PrintRun, *, by: Actor) -> None:
    """A list for bpost by work, an answer that speaks of a letter that is not in it, and one that is no answer to it."""
    with tenant(run.municipality_id):
        job = mailing.request_list(
            run=run, sender=cards.SENDER, mode=Mode.TEST, form=Form.XML, deposit=Deposit("AFG-1"), by=by, at=timezone.now()
        )
    with tenant(run.municipality_id):
        job.refresh_from_db()
        sent = RunFile.objects.get(municipality_id=run.municipality_id, pk=(job.result or {})["file_id"])
    for letters in ((1, 9_001), (9_001, 9_002)):
        file = io.BytesIO(response(sent, *map(reply, letters)))
        with suppress(AnswerRefusedError), tenant(run.municipality_id):
            bpost_answers.request_answer(
                municipality=run.election.municipality, file=file, file_name="antwoord.xml", run=run, by=by, at=timezone.now()
            )


def _fresh(run: PrintRun) -> PrintRun:
    with tenant(run.municipality_id):
        return PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.pk)


def _strike(election: Election, person: Person, *, by: Actor, second: Actor) -> None:
    moment = last_moment(election) - timedelta(days=5)
    new = decisions.NewDecision(
        kind=ListDecision.Kind.STRIKE, authority="college", decided_on=moment.date(), reference="CBS/14", reason="Bezwaar gegrond"
    )
    asked = decisions.request_decision(election=election, person=person, new=new, by=by, at=moment)
    decisions.approve_decision(decision=asked, by=second, at=moment)


def _text(election: Election, *, by: Actor) -> None:
    """A text that waits for the second person."""
    key = TemplateKey.of("invitation-local-paper-nl")
    html, css = standard(key, election.date)
    at = last_moment(election) - timedelta(days=5)
    templates.save_draft(
        election=election,
        key=key,
        html=html.replace("Zo stemt u", "Zo stemt u hier"),
        css=css,
        note="Duidelijker",
        based_on=0,
        by=by,
        at=at,
    )
    templates.request_approval(election=election, key=key, by=by, at=at)
