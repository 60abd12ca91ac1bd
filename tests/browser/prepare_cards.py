"""Print runs, cards and a counter for the pages about them: a run that is released and one that waits, cases, a text that waits."""

from datetime import timedelta
from pathlib import Path

from convocations.cards.card import TemplateKey
from convocations.cards.template import standard
from convocations.models import Card, PrintRun
from convocations.rules.counter import Cause as Why
from convocations.rules.returns import Action, Cause
from convocations.selectors.counter import last_moment
from convocations.services import cases, reissues, templates
from convocations.services.changed import open_changed
from convocations.services.reissues import Whom
from core.actor import Actor
from core.tenancy import tenant
from demo import cards, counter
from elections.models import Election
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
        whom = Whom(rows=named, file_name="klachten.csv")
        reissues.request_reissue(election=election, whom=whom, cause=Why.NOT_RECEIVED, note="Niet bedeeld", by=second, at=at)
        _text(election, by=by)


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
