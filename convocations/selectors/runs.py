"""Runs of an election and what can be said of one, for pages and for the release."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate

from convocations.cards.languages import languages_of
from convocations.cards.papers import Paper
from convocations.models import Card, PrintRun, RunFile
from convocations.rules.runs import RunSettings
from convocations.rules.stacks import Stack, stack_at
from convocations.sql import checks, preparing
from convocations.sql.checks import Stale
from convocations.sql.history import CardFile
from core.models import Job
from elections.models import Election
from voters.selectors.ledger import current_statement


def runs(*, election: Election) -> QuerySet[PrintRun]:
    """The runs of an election, the newest first."""
    return PrintRun.objects.filter(municipality_id=election.municipality_id, election=election).order_by("-number")


def withdrawn(*, election: Election) -> Mapping[int, int]:
    """Run → its cards that were withdrawn before the release: 0 for a run without any."""
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election, state=Card.State.WITHDRAWN, run__isnull=False)
    return Counter(dict(rows.values("run_id").annotate(count=Count("pk")).order_by("run_id").values_list("run_id", "count")))


def run_of(*, election: Election, number: int) -> PrintRun | None:
    """One run, with its election and municipality."""
    return runs(election=election).filter(number=number).select_related("election__municipality").first()


def files(*, run: PrintRun) -> QuerySet[RunFile]:
    """The files of a run by name."""
    return RunFile.objects.filter(municipality_id=run.municipality_id, run=run).order_by("made_at", "name")


def progress(run: PrintRun) -> list[tuple[int, str, int, str]]:
    """How far every work on a run is; while somebody does something, it is another answer each time."""
    rows = Job.objects.filter(municipality_id=run.municipality_id, params__run=run.pk).order_by("pk")
    return list(rows.values_list("pk", "state", "done", "stage"))


def preview(*, election: Election, reissue_changed: bool, at: datetime) -> preparing.Counted:
    """Who would get a card now, counted, before anything is made. Raises ``voters.selectors.ledger.NoFinalListError``."""
    statement, params = current_statement(election, at)
    return preparing.read_lines(
        statement=statement,
        params=params,
        election_id=election.pk,
        french="fr" in languages_of(election.municipality.nis_code),
        today=localdate(at),
        reissue_changed=reissue_changed,
    )


def stale_now(run: PrintRun, *, at: datetime) -> list[Stale]:
    """The cards of a run that are not right on the list of a moment: those of its own, or, once it is released, those that are about."""
    statement, params = current_statement(run.election, at)
    states = [Card.State.MADE] if run.state != PrintRun.State.RELEASED else ABOUT
    return checks.stale(statement=statement, params=params, run_id=run.pk, states=list(states))


def lacking_now(election: Election, *, at: datetime) -> int:
    """How many voters of the list should have a card and have none."""
    statement, params = current_statement(election, at)
    return checks.lacking(statement=statement, params=params, election_id=election.pk)


def settings_of(run: PrintRun) -> RunSettings:
    """What the run was told."""
    return RunSettings.of(run.settings)


def papers(run: PrintRun) -> dict[str, int]:
    """Paper → sheets of it, withdrawn ones too: the printer takes those out."""
    found: Counter[str] = Counter()
    for stack in stacks_of(run):
        found[stack.paper.value] += stack.cards
    return dict(found)


def card_files(run: PrintRun) -> list[CardFile]:
    """The files of the cards in the order of their pages."""
    names = card_file_names(run)
    return [CardFile(names[stack.first], stack.paper.value, stack.first) for stack in stacks_of(run)]


def card_file_names(run: PrintRun) -> dict[int, str]:
    """Position in the run of its first page → file of cards."""
    rows = RunFile.objects.filter(municipality_id=run.municipality_id, run=run, kind=RunFile.Kind.CARDS)
    return {row.details.get("position", 1): row.name for row in rows}


def page_in_file(run: PrintRun, names: Mapping[int, str], position: int) -> tuple[str, int]:
    """In which of the files of a run a card lies, and on which of its pages: as the list of the cards has it."""
    stack = stack_at(stacks_of(run), position)
    return names.get(stack.first, ""), position - stack.first + 1


def stacks_of(run: PrintRun) -> list[Stack]:
    """The stacks of a run; a run of before they were kept has one."""
    kept = run.figures.get("stacks")
    return [Stack.of(values) for values in kept] if kept else [Stack(Paper.WHITE, 1, run.cards_made)]


ABOUT = (Card.State.RELEASED, Card.State.PRINTED, Card.State.ANNOUNCED, Card.State.POSTED)
"""Cards that are on their way to somebody, or there already."""
