"""What the pages of a run need beside the run itself."""

from dataclasses import dataclass

from django.db.models import Count

from convocations.models import Card, CardTemplate, PrintRun, RunPart
from convocations.rules.runs import APPROVAL_KIND, Problem
from convocations.selectors.templates import keys
from core.models import Approval, Job
from elections.models import Election
from voters.selectors.ledger import frozen_list


@dataclass(frozen=True, slots=True)
class ProofPage:
    """A page of the proof set with why it is in it."""

    page: int
    card: Card
    reasons: list[str]


def proof_pages(run: PrintRun) -> list[ProofPage]:
    """The proof set in the order of its pages."""
    wanted = {row["position"]: row for row in run.proof}
    rows = Card.objects.filter(municipality_id=run.municipality_id, run=run, position__in=list(wanted)).select_related("station")
    return [ProofPage(wanted[card.position]["page"], card, wanted[card.position]["reasons"]) for card in rows.order_by("position")]


def work_of(run: PrintRun) -> Job | None:
    """What is being done for a run now, else the last that was."""
    rows = Job.objects.filter(municipality_id=run.municipality_id, params__run=run.pk)
    return rows.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("-state", "pk").first() or rows.order_by("-pk").first()


def parts_done(run: PrintRun) -> tuple[int, int]:
    """How many parts are drawn, of how many."""
    parts = RunPart.objects.filter(municipality_id=run.municipality_id, run=run)
    return parts.filter(done=True).count(), parts.count()


def approval_of(run: PrintRun) -> Approval | None:
    """The last request to release it."""
    rows = Approval.objects.filter(municipality_id=run.municipality_id, kind=APPROVAL_KIND, object_id=run.pk)
    return rows.order_by("-requested_at", "-pk").first()


def states(run: PrintRun) -> dict[str, int]:
    """How many cards of a run are in each state."""
    rows = Card.objects.filter(municipality_id=run.municipality_id, run=run).values("state")
    return {row["state"]: row["count"] for row in rows.annotate(count=Count("pk")).order_by("state")}


def open_texts(election: Election) -> list[CardTemplate]:
    """Versions of the texts of an election's cards that are worked on or wait for a second person: no run takes them yet."""
    rows = CardTemplate.objects.filter(municipality_id=election.municipality_id, key__in=[key.name for key in keys(election)])
    return list(rows.exclude(state=CardTemplate.State.APPROVED).order_by("key"))


def hindrance(election: Election) -> Problem | None:
    """Why no run can be asked for now, whatever its settings; ``convocations.services.runs`` refuses for the same."""
    frozen = frozen_list(election)
    if frozen is None:
        return Problem.NO_FINAL_LIST
    if frozen.draft_id is None:
        return Problem.NOT_ASSIGNED
    return Problem.RUN_OPEN if open_run(election) else None


def open_run(election: Election) -> PrintRun | None:
    """The run that is neither released nor ended."""
    rows = PrintRun.objects.filter(municipality_id=election.municipality_id, election=election)
    return rows.filter(state__in=[PrintRun.State.MAKING, PrintRun.State.READY, PrintRun.State.REQUESTED]).first()
