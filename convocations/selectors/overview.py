"""How far the letters of an election are: what its overview says of them, in a few queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from convocations.models import Card, CardCase, PrintRun, RunFile
from convocations.rules.next_step import Situation, Step, next_step
from convocations.selectors.changed import changed_cards, without_case
from convocations.selectors.runs import runs
from elections.models import Election

NONE_ANY_MORE = (Card.State.WITHDRAWN, Card.State.REPLACED)
"""Cards that count for nothing: taken out before the release, or another is worth what they were."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The step, the run that it is about, and what was released. ``released_at``: of the first run, None before it.

    ``cards`` of the run and ``released`` of all leave out those that were withdrawn or replaced. ``changed``: released cards that are not
    right any more and are no case yet.
    """

    step: Step
    run: PrintRun | None
    cards: int
    released: int
    released_at: datetime | None
    open_cases: int
    changed: int


def letters(*, election: Election, at: datetime) -> Letters:
    """Gather how far the letters are at a moment of the list."""
    live = runs(election=election).exclude(state=PrintRun.State.CANCELLED)
    newest = live.first()
    released = live.filter(state=PrintRun.State.RELEASED)
    first = released.last()
    files = RunFile.objects.filter(municipality_id=election.municipality_id, run__in=released, kind=RunFile.Kind.BPOST)
    cases = CardCase.objects.filter(municipality_id=election.municipality_id, card__election=election, state=CardCase.State.OPEN).count()
    changed = without_case(election=election, found=changed_cards(election=election, at=at)) if first else []
    counted = _cards(election)
    situation = Situation(
        run_state=newest.state if newest else "",
        released=first is not None,
        announced=first is not None and files.exists(),
        open_cases=cases + len(changed),
    )
    return Letters(
        step=next_step(situation),
        run=newest,
        cards=counted.get(newest.pk, 0) if newest else 0,
        released=sum(counted.get(run, 0) for run in released.values_list("pk", flat=True)),
        released_at=first.released_at if first else None,
        open_cases=cases,
        changed=len(changed),
    )


def _cards(election: Election) -> dict[int, int]:
    """Run → its cards that count; those made at a counter are of none."""
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election, run__isnull=False)
    found = rows.exclude(state__in=NONE_ANY_MORE).values("run_id").annotate(count=Count("pk"))
    return dict(found.order_by("run_id").values_list("run_id", "count"))
