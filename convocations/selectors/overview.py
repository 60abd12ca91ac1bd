"""How far the letters of an election are: what its overview says of them, in three small queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from convocations.models import CardCase, PrintRun, RunFile
from convocations.rules.next_step import Situation, Step, next_step
from convocations.selectors.runs import runs
from elections.models import Election


@dataclass(frozen=True, slots=True)
class Letters:
    """The step, the run that it is about, and what was released. ``released_at``: of the first run, None before it."""

    step: Step
    run: PrintRun | None
    released: int
    released_at: datetime | None
    open_cases: int


def letters(*, election: Election) -> Letters:
    """Gather how far the letters are."""
    live = runs(election=election).exclude(state=PrintRun.State.CANCELLED)
    newest = live.first()
    released = live.filter(state=PrintRun.State.RELEASED)
    first = released.last()
    files = RunFile.objects.filter(municipality_id=election.municipality_id, run__in=released, kind=RunFile.Kind.BPOST)
    cases = CardCase.objects.filter(municipality_id=election.municipality_id, card__election=election, state=CardCase.State.OPEN).count()
    situation = Situation(
        run_state=newest.state if newest else "",
        released=first is not None,
        announced=first is not None and files.exists(),
        open_cases=cases,
    )
    return Letters(
        step=next_step(situation),
        run=newest,
        released=released.aggregate(cards=Sum("cards_made"))["cards"] or 0,
        released_at=first.released_at if first else None,
        open_cases=cases,
    )
