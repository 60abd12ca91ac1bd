"""Where an election stands: what the overview says, in a handful of small queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from districts.models import Address, Station
from elections.deadlines import Deadlines, deadlines
from elections.models import Election
from voters.models import Draft, Effect, Extraction, ListDecision, RegisterImport
from voters.rules.next_step import DraftProgress, Situation, Step, next_step
from voters.selectors.draft_basis import is_split
from voters.selectors.extraction_pages import fits_election

UNDER_WAY = (
    RegisterImport.State.CHECKING,
    RegisterImport.State.INVALID,
    RegisterImport.State.COMPARED,
    RegisterImport.State.REQUESTED,
    RegisterImport.State.MERGING,
)
WAITING = (RegisterImport.State.COMPARED, RegisterImport.State.REQUESTED, RegisterImport.State.MERGING)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows. ``shown`` is the final extraction, else the newest finished trial; ``draft`` the furthest on the final list."""

    step: Step
    days: int
    deadlines: Deadlines
    register: RegisterImport | None
    register_under_way: RegisterImport | None
    trial: Extraction | None
    final: Extraction | None
    shown: Extraction | None
    addresses: bool
    draft: Draft | None = None
    drafts: int = 0
    mutations: RegisterImport | None = None
    """A file of mutations that waits for somebody."""
    decisions: int = 0
    """About voters of the list, that wait for a second person."""
    changed: int = 0
    """Persons of whom something changed after the list date."""

    @property
    def counts(self) -> Mapping[str, Any]:
        """The figures of ``shown``."""
        return self.shown.counts if self.shown else {}

    @property
    def open_checks(self) -> Sequence[Mapping[str, Any]]:
        """The checks of ``shown`` that found something."""
        return [check for check in self.shown.checks if check.get("count")] if self.shown else []


@dataclass(frozen=True, slots=True)
class _Lists:
    """The extractions that count: the newest finished trial, the final one however far it is, and the final one that is finished."""

    trial: Extraction | None
    trial_running: bool
    final: Extraction | None
    frozen: Extraction | None


def overview(*, election: Election, today: date) -> Overview:
    """Gather where an election stands on a day."""
    own = {"municipality_id": election.municipality_id, "election": election}
    imports = RegisterImport.objects.filter(municipality_id=election.municipality_id)
    register = imports.filter(state=RegisterImport.State.MERGED).order_by("-merged_at").first()
    under_way = _under_way(imports, register)
    lists = _lists(election)
    trial, frozen = lists.trial, lists.frozen
    drafts = list(Draft.objects.filter(**own, extraction=frozen).order_by("-number")[:50]) if frozen else []
    furthest = max(drafts, key=lambda draft: progress(draft) or 0, default=None)
    situation = Situation(
        today=today,
        list_date=election.list_date,
        addresses=Address.objects.filter(municipality_id=election.municipality_id).exists(),
        register_as_of=register.as_of if register else None,
        import_state=under_way.state if under_way else "",
        trial=trial is not None and fits_election(trial, election),
        trial_running=lists.trial_running,
        trial_of_this_register=bool(trial and register and trial.register_import_id == register.pk),
        open_checks=sum(1 for check in (trial.checks if trial else []) if check.get("count")),
        final_state=lists.final.state if lists.final else "",
        districts=bool(frozen) and is_split(election),
        stations=bool(frozen) and Station.objects.filter(**own).exists(),
        draft=progress(furthest) if furthest else None,
    )
    return Overview(
        step=next_step(situation),
        days=(election.date - today).days,
        deadlines=deadlines(election_day=election.date, list_date=election.list_date),
        register=register,
        register_under_way=under_way,
        trial=trial,
        final=lists.final,
        shown=frozen or trial,
        addresses=situation.addresses,
        draft=furthest if situation.draft else None,
        drafts=sum(1 for draft in drafts if draft.state == Draft.State.READY),
        mutations=imports.filter(kind=RegisterImport.Kind.MUTATIONS, state__in=WAITING).order_by("-created_at").first(),
        decisions=ListDecision.objects.filter(**own, state=ListDecision.State.REQUESTED).count(),
        changed=Effect.objects.filter(municipality_id=election.municipality_id, extraction=frozen).values("person_id").distinct().count()
        if frozen
        else 0,
    )


def _under_way(imports: QuerySet[RegisterImport], register: RegisterImport | None) -> RegisterImport | None:
    """The newest register file that needs somebody. One with errors that was followed by one that went in needs nobody any more."""
    newest = imports.filter(kind=RegisterImport.Kind.REGISTER, state__in=UNDER_WAY).order_by("-created_at").first()
    overtaken = newest and newest.state == RegisterImport.State.INVALID and register and register.created_at > newest.created_at
    return None if overtaken else newest


def _lists(election: Election) -> _Lists:
    rows = list(Extraction.objects.filter(municipality_id=election.municipality_id, election=election).order_by("-number")[:50])
    live = {Extraction.State.REQUESTED, Extraction.State.RUNNING, Extraction.State.DONE}
    final = next((row for row in rows if row.kind == Extraction.Kind.FINAL and row.state in live), None)
    trials = [row for row in rows if row.kind == Extraction.Kind.TRIAL]
    return _Lists(
        trial=next((row for row in trials if row.state == Extraction.State.DONE), None),
        trial_running=any(row.state == Extraction.State.RUNNING for row in trials),
        final=final,
        frozen=final if final and final.state == Extraction.State.DONE else None,
    )


def progress(draft: Draft) -> DraftProgress | None:
    """How far a draft is; one that failed or was stopped is nowhere."""
    if draft.state == Draft.State.READY:
        return DraftProgress.IMPOSSIBLE if draft.figures.get("unplaced") else DraftProgress.READY
    if draft.state == Draft.State.REQUESTED:
        return DraftProgress.REQUESTED if draft.approved_by_id is None else DraftProgress.APPROVED
    return {
        Draft.State.INFEASIBLE: DraftProgress.IMPOSSIBLE,
        Draft.State.RUNNING: DraftProgress.RUNNING,
        Draft.State.FROZEN: DraftProgress.FROZEN,
    }.get(Draft.State(draft.state))
