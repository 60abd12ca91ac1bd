"""What the page of one register import shows, by where the import stands."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actor import Actor
from core.models import Approval, Job
from core.selectors import seconds_left
from core.templatetags.presentation import number
from municipalities.rules import Permission
from voters.models import RegisterImport
from voters.selectors import imports as selectors
from voters.words import imports as words
from voters.words import mutation_page

State = RegisterImport.State
STEPS = {
    State.CHECKING: "check",
    State.INVALID: "report",
    State.COMPARED: "differences",
    State.REQUESTED: "approval",
    State.MERGING: "done",
    State.MERGED: "done",
    State.REFUSED: "approval",
}
CHECKS = frozenset({"voters.check_register", "voters.check_mutations"})
ENDED_BADLY = frozenset({State.INVALID, State.REFUSED, State.CANCELLED, State.FAILED})


def page(register_import: RegisterImport, *, actor: Actor, nis: str) -> dict[str, Any]:
    """The whole context of ``voters/imports/detail.html``."""
    state = State(register_import.state)
    kwargs = {"nis": nis, "pk": register_import.pk}
    urls = {name: reverse(f"register_import_{name}", kwargs=kwargs) for name in
            ("detail", "report", "differences", "problems", "request", "approve", "withdraw", "cancel", "again")}  # fmt: skip
    job = selectors.job_of(register_import) if state in {State.CHECKING, State.MERGING, State.FAILED, State.CANCELLED} else None
    running = job is not None and state in {State.CHECKING, State.MERGING}
    approval = selectors.approval_of(register_import)
    mutations = register_import.kind == RegisterImport.Kind.MUTATIONS
    context: dict[str, Any] = {
        "register_import": register_import,
        "mutations": mutations,
        "state_tag": words.STATE_TAGS[state],
        "step": STEPS[state] if state in STEPS else _where_it_ended(register_import, approval),
        "stopped": state in ENDED_BADLY,
        "urls": urls,
        "running": running,
        "job": job,
        "may_import": actor.may(Permission.IMPORT),
        "may_ask": actor.may(Permission.REQUEST_APPROVAL),
        "stale": selectors.is_stale(register_import),
        "reason": words.REASONS.get(register_import.reason, words.REASONS[""]) if state is State.FAILED else "",
    }
    if job is not None and running:
        context |= _progress(job, urls, may_stop=context["may_import"])
    if state is State.INVALID:
        context["groups"] = _groups(register_import, urls["report"])
    if mutations:
        context |= mutation_page.parts(register_import, nis=nis)
    elif "added" in register_import.counts and state not in {State.CANCELLED, State.FAILED}:
        context |= _differences(register_import, urls["differences"]) | _unmatched(register_import, urls["differences"], nis)
    if approval is not None:
        context |= _approval(register_import, approval, actor, urls)
        context |= mutation_page.question(register_import) if mutations else {}
    return context


def _where_it_ended(register_import: RegisterImport, approval: Approval | None) -> str:
    """The step at which an import was stopped or failed: as far as it had got."""
    if approval is not None:
        return "done" if approval.decision == Approval.Decision.APPROVED else "approval"
    return "differences" if {"added", "events"} & set(register_import.counts) else "check"


def _progress(job: Job, urls: dict[str, str], *, may_stop: bool) -> dict[str, Any]:
    return {
        "title": _("The file is being checked") if job.kind in CHECKS else _("The differences are being brought in"),
        "poll_url": urls["detail"],
        "stage": job.stage_text,
        "seconds_left": seconds_left(job, at=timezone.now()),
        "cancel_url": urls["cancel"] if may_stop else "",
    }


def _groups(register_import: RegisterImport, url: str) -> list[dict[str, Any]]:
    return [
        {
            "column": words.column_called(group["column"]),
            "label": words.EXPECTED_SHORT.get(group["code"], words.expected(group["code"], "")),
            "count": group["count"],
            "url": f"{url}?{urlencode({'column': group['column'], 'code': group['code']})}",
        }
        for group in selectors.problem_groups(register_import)
    ]


def _differences(register_import: RegisterImport, url: str) -> dict[str, Any]:
    counts = register_import.counts
    drill = register_import.state in {State.COMPARED, State.REQUESTED}

    def link(**query: str) -> str:
        return f"{url}?{urlencode(query)}" if drill else ""

    kinds = [
        {"label": label, "count": counts[change], "url": link(change=change)}
        for change, label in (
            ("added", _("new persons")), ("changed", _("changed persons")), ("returned", _("in the file again")),
            ("removed", _("no longer in the file")), ("rematched", _("only the address is recognised anew")),
        )
        if counts.get(change)
    ]  # fmt: skip
    streets = counts.get("streets", {"count": 0, "listed": []})
    return {
        "figures": words.figures(counts),
        "kinds": kinds,
        "fields": [
            {"label": words.COLUMN_LABELS[name], "count": count, "url": link(column=name)}
            for name, count in sorted(counts["fields"].items(), key=lambda item: -item[1])
        ],
        "streets": [
            {
                "label": f"{row['street'] or '–'} ({row['postcode'] or '–'})",
                "before": row["before"],
                "after": row["after"],
                "change": row["after"] - row["before"],
                "url": link(street=f"{row['postcode']}|{row['street']}"),
            }
            for row in streets["listed"][:25]
        ],
        "streets_more": max(streets["count"] - 25, 0),
        "drill": drill,
        "guards": [{**guard, "text": words.guard_text(guard)} for guard in register_import.guards],
        "nothing": not kinds,
    }


def _unmatched(register_import: RegisterImport, url: str, nis: str) -> dict[str, str]:
    """Where to look at persons whose address is not recognised: before the merge those that the file changes, afterwards all of the register."""
    if register_import.state == State.MERGED:
        left = register_import.counts["unmatched_addresses"]
        return {"unmatched_url": "", "to_link_url": reverse("unmatched_list", kwargs={"nis": nis}) if left else ""}
    drill = register_import.state in {State.COMPARED, State.REQUESTED} and selectors.differences(register_import, unmatched=True).exists()
    return {"unmatched_url": f"{url}?unmatched=on" if drill else "", "to_link_url": ""}


def _approval(register_import: RegisterImport, approval: Approval, actor: Actor, urls: dict[str, str]) -> dict[str, Any]:
    mine = approval.requested_by_id == actor.user_id
    may = actor.may(Permission.APPROVE)
    why_not = "" if mine or may else _("Your role does not let you approve this.")
    counts = register_import.counts
    return {
        "approval": approval,
        "approval_title": _("Bring the register file in"),
        "can_decide": may and not mine and register_import.state == State.REQUESTED,
        "approval_error": "",
        "why_not": why_not,
        "decide_url": urls["approve"],
        "withdraw_url": urls["withdraw"] if mine and register_import.state == State.REQUESTED else "",
        "warnings": [_warning(guard) for guard in register_import.guards],
        "consequence": _(
            "%(added)s persons are added, %(changed)s changed and %(removed)s removed. This cannot be undone; a next file can put it right."
        )
        % {name: number(counts.get(name, 0)) for name in ("added", "changed", "removed")},
    }


def _warning(guard: dict[str, Any]) -> str:
    """Why the file was held, where whoever decides cannot miss it."""
    text = words.guard_text(guard)
    return f"{_('Accepted by the one who asked:')} {text}" if guard.get("accepted") else text
