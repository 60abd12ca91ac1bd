"""Everything that the page of a run shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from convocations.models import PrintRun, RunFile
from convocations.rules.stacks import Stack
from convocations.selectors import reissues
from convocations.selectors import run_pages as pages
from convocations.selectors import runs as selectors
from convocations.selectors.places import missing_places
from convocations.services.runs import OPEN
from convocations.words import counter as counter_words
from convocations.words import run_page
from convocations.words import runs as words
from convocations.words.papers import sheets
from core.models import Job
from municipalities.access import MunicipalRequest
from municipalities.job_panel import job_panel
from municipalities.rules import Permission

Item = dict[str, Any]
State = PrintRun.State


def run_url(name: str, run: PrintRun, **more: Any) -> str:
    """An address of a run."""
    nis, day = run.election.municipality.nis_code, run.election.date
    return reverse(name, kwargs={"nis": nis, "election_date": day, "number": run.number, **more})


def work(request: MunicipalRequest, run: PrintRun) -> Item | None:
    """The component *job*, while something is being done."""
    row = pages.work_of(run)
    if row is None or not (run.state == State.MAKING or (run.state == State.REQUESTED and run.approved_by_id) or not row.finished):
        return None
    row.error = words.refusal(row.error) if row.error else ""
    may_stop = request.actor.may(Permission.STOP_WORK)
    found = job_panel(request, row, run_url("card_run_job", run), may_stop=may_stop, result_url="")
    done, total = pages.parts_done(run)
    if row.state in {Job.State.QUEUED, Job.State.RUNNING} and total and done < total:
        found["title"] = _("%(title)s, part %(done)s of %(total)s") % {"title": found["title"], "done": done + 1, "total": total}
    return found


def detail(request: MunicipalRequest, run: PrintRun, error: str = "") -> Item:
    """The whole page."""
    made, stacks = run.state in {State.READY, State.REQUESTED, State.RELEASED}, selectors.stacks_of(run)
    stale = selectors.stale_now(run, at=request.now) if made else []
    states = pages.states(run) if made else {}
    return {
        "election": run.election,
        "run": run,
        "name": words.name_of(run),
        "tag": words.tag(run),
        "made": made,
        "job": work(request, run),
        "answer": run_page.answer(run, len(stale)),
        "kpis": run_page.kpis(run, states),
        "accounts": run_page.accounts(run, states),
        "states": run_page.states(states),
        **_told(run),
        "problems": run_page.problems(run),
        "readback": run_page.readback(run, stacks),
        "sheets": sheets(selectors.papers(run)) if made else [],
        "stale": [run_page.stale_row(one, stacks) for one in stale[:50]],
        "stale_count": len(stale),
        **_files(run, stacks, made=made),
        "lacking": selectors.lacking_now(run.election, at=request.now) if run.state == State.RELEASED else 0,
        **_decision(request, run, states, error),
        **_may(request, run, len(stale)),
    }


def _told(run: PrintRun) -> Item:
    """What the run was told, and which texts it did not take while there is still time to."""
    asked = reissues.of_run(run)
    return {
        "texts": run_page.texts(run),
        "settings": words.settings_rows(selectors.settings_of(run)),
        "asked": counter_words.asked_rows(asked) if asked else [],
        "open_texts": pages.open_texts(run.election) if run.state in OPEN else [],
    }


def _files(run: PrintRun, stacks: Sequence[Stack], *, made: bool) -> Item:
    files = sorted(selectors.files(run=run), key=run_page.printed) if made else []
    # Before the release those of the cards are named, so that whoever decides sees them; none can be fetched.
    kinds = {RunFile.Kind.CARDS} if run.state != State.RELEASED else {*RunFile.Kind} - {RunFile.Kind.PROOF}
    return {
        "proof": [run_page.proof_row(one, stacks) for one in pages.proof_pages(run)] if made else [],
        "proof_file": next((file for file in files if file.kind == file.Kind.PROOF), None),
        "places": run_page.places(run, missing_places(run)) if made else None,
        "files": [run_page.file_row(file) for file in files if file.kind in kinds],
    }


def _decision(request: MunicipalRequest, run: PrintRun, states: Mapping[str, int], error: str) -> Item:
    approval = pages.approval_of(run)
    own = approval is not None and approval.requested_by_id == request.actor.user_id
    asked = run.reissue_by_id is not None and run.reissue_by_id == request.actor.user_id
    waits = run.state == State.REQUESTED and run.approved_by_id is None
    return {
        "approval": approval if approval is not None and approval.decision != "withdrawn" else None,
        "approval_figures": run_page.approval_figures(approval),
        "consequence": run_page.consequence(run, states),
        "can_decide": request.actor.may(Permission.APPROVE) and not own and not asked,
        "why_not": "" if own or asked else _("Your role does not allow this."),
        "decide_url": run_url("card_run_decide", run),
        "withdraw_url": run_url("card_run_take_back", run) if own and waits else "",
        "error": error,
    }


def _may(request: MunicipalRequest, run: PrintRun, stale: int) -> Item:
    may_ask = request.actor.may(Permission.REQUEST_APPROVAL)
    reason = "" if may_ask else _("Your role does not allow this.")
    return {
        "may_manage": request.actor.may(Permission.MANAGE_ELECTION),
        "may_import": request.actor.may(Permission.IMPORT),
        "may_export": request.actor.may(Permission.EXPORT),
        "release_reason": reason or (words.refusal("stale") if stale else ""),
    }
