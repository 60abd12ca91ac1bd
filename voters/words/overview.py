"""What the overview says: the next step in a sentence, the figures, the course, and what needs attention."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.presentation import day_month, long_date, medium_date, number
from elections.deadlines import Deadlines
from elections.models import Election
from voters.models import Draft, Extraction, RegisterImport
from voters.rules.next_step import Step
from voters.selectors.overview import Overview
from voters.words.checks import CHECK_LABELS
from voters.words.drafts import metres
from voters.words.drafts import name_of as name_of_draft
from voters.words.extractions import name_of
from voters.words.links import url
from voters.words.steps import STEPS, StepText

Item = dict[str, Any]


def title(overview: Overview, election: Election) -> str:
    """How long until the election."""
    if overview.days > 0:
        return ngettext("%(count)s more day", "%(count)s more days", overview.days) % {"count": number(overview.days)}
    if overview.days == 0:
        return _("Election day")
    return _("Election of %(day)s") % {"day": medium_date(election.date)}


def facts(overview: Overview, election: Election) -> str:
    """The list date, and the state of the final list."""
    parts = [_("List date %(day)s") % {"day": medium_date(election.list_date)}]
    final = overview.final
    if final is None:
        parts.append(_("no final list yet"))
    elif final.state == Extraction.State.DONE:
        parts.append(
            _("final list made on %(day)s by %(first)s and %(second)s")
            % {"day": day_month(final.frozen_at), "first": final.requested_by_name, "second": final.approved_by_name}
        )
    elif final.state == Extraction.State.REQUESTED:
        parts.append(_("final list asked for by %(name)s") % {"name": final.requested_by_name})
    else:
        parts.append(_("final list being made"))
    return " · ".join(parts)


def next_step(overview: Overview, election: Election, permissions: frozenset[str], today: date) -> Item:
    """The component *next step*: title, sentence with deadline and consequence, action."""
    step = STEPS[overview.step]
    waiting = overview.register_under_way
    values = {
        "deadline": _deadline(overview.deadlines, today),
        "due": due(overview.deadlines, today),
        "file": waiting.file_name if waiting else "",
        "name": _who(overview),
        "register": medium_date(overview.register.as_of) if overview.register else "",
        "list_date": long_date(election.list_date),
        "checks": ngettext("%(count)s kind of case", "%(count)s kinds of cases", len(overview.open_checks))
        % {"count": len(overview.open_checks)},
        "draft": name_of_draft(overview.draft) if overview.draft else "",
        "distance": metres(overview.draft.figures.get("mean_distance_m")) if overview.draft else "",
    }
    reason = "" if step.permission in permissions else _("Your role does not allow this.")
    actions = [{"label": step.action, "url": _target(step, overview, election), "kind": "primary", "reason": reason}]
    if overview.step == Step.REQUEST_FINAL and overview.open_checks and overview.trial:
        actions.append(
            {
                "label": _("Look at the checks first"),
                "url": url("extraction_detail", election, number=overview.trial.number),
                "kind": "line",
                "reason": "",
            }
        )
    if overview.step == Step.REQUEST_FREEZE and overview.drafts > 1:
        actions.append({"label": _("Compare the drafts"), "url": url("draft_list", election), "kind": "line", "reason": ""})
    return {
        "title": step.title,
        "text": str(step.text) % values,
        "actions": [action for action in actions if action["url"] or action["reason"]],
    }


def change_reason(overview: Overview, election: Election) -> str:
    """Why the election cannot be changed any more; empty while it can."""
    if overview.final is not None:
        return _("There is a final list already, or somebody asked for it.")
    return _("Its assignment is frozen.") if election.stations_frozen_at else ""


def _who(overview: Overview) -> str:
    if overview.step == Step.APPROVE_IMPORT and overview.register_under_way:
        return overview.register_under_way.requested_by_name
    if overview.step == Step.APPROVE_FREEZE and overview.draft:
        return overview.draft.requested_by_name
    return overview.final.requested_by_name if overview.final else ""


def _target(step: StepText, overview: Overview, election: Election) -> str:
    if step.route == "register_import_detail" and overview.register_under_way:
        return url(step.route, election, pk=overview.register_under_way.pk)
    if step.route == "draft_detail" and overview.draft:
        return url(step.route, election, number=overview.draft.number)
    if step.route == "extraction_detail":
        row = overview.final or overview.trial
        return url(step.route, election, number=row.number) if row else url("extraction_list", election)
    return url(step.route, election)


def _deadline(found: Deadlines, today: date) -> str:
    if today <= found.final_list:
        return _("The final list must be there by %(day)s, otherwise the letters miss the post of %(letters)s.") % {
            "day": long_date(found.final_list),
            "letters": day_month(found.convocations),
        }
    return _("The final list was due by %(day)s.") % {"day": medium_date(found.final_list)}


def due(found: Deadlines, today: date) -> str:
    """By when the letters leave, or were to leave."""
    if today <= found.convocations:
        return _("At the latest on %(day)s the letters leave, and each of them names a polling station.") % {
            "day": long_date(found.convocations)
        }
    return _("The letters were to leave by %(day)s.") % {"day": medium_date(found.convocations)}


def figures(overview: Overview, election: Election) -> list[Item]:
    """Four figures of the list that stands, or of the newest trial."""
    counts = overview.counts
    if overview.shown is None:
        whole = overview.register is not None and overview.register.kind == RegisterImport.Kind.REGISTER
        rows = overview.register.counts.get("rows") if whole and overview.register else None
        return [{"value": number(rows), "label": _("inhabitants"), "hint": _("in the register")}] if rows else []
    unknown = next((check["count"] for check in overview.shown.checks if check["code"] == "unknown_address"), 0)
    extraction = overview.shown.number
    listed = url("voter_list", election)
    chosen = f"{listed}?extraction={extraction}" if listed else ""
    return [
        {
            "value": number(counts.get("voters")),
            "label": _("voters"),
            "hint": _("of %(count)s inhabitants") % {"count": number(counts.get("persons"))},
            "url": chosen,
        },
        {
            "value": number(unknown),
            "label": _("without a known address"),
            "state": "warn" if unknown else "",
            "url": f"{chosen}&street=-" if unknown else "",
        },
        {
            "value": number(counts.get("non_belgians")),
            "label": _("voters who are not Belgian"),
            "hint": _("mark V"),
            "url": f"{chosen}&mark=yes",
        },
        {
            "value": number(counts.get("minors")),
            "label": _("voters of 16 and 17"),
            "url": f"{chosen}&minor=yes" if counts.get("minors") else "",
        },
        *_changed(overview, election),
    ]


def _changed(overview: Overview, election: Election) -> list[Item]:
    """How many persons the ledger is about, once it is about anybody."""
    if not overview.changed:
        return []
    hint = _("the list itself stays as it was")
    return [
        {"value": number(overview.changed), "label": _("changed after the list date"), "hint": hint, "url": url("ledger_list", election)}
    ]


def course(overview: Overview, election: Election, today: date, *, cards: Item) -> list[Item]:
    """The timeline: what is done, what is now, what is too late, what comes. ``cards``: ``hint``, ``done`` and ``url`` of the letters."""
    final_done = overview.final is not None and overview.final.state == Extraction.State.DONE
    frozen = election.stations_frozen_at is not None
    limits, register = overview.deadlines, overview.register
    steps: list[tuple[str, str, bool, date | None, str]] = [
        (_("Addresses"), "", overview.addresses, None, url("street_list", election)),
        (_("Register"), medium_date(register.as_of) if register else "", register is not None, None, url("register_import_list", election)),
        (
            _("Trial extraction"),
            day_month(overview.trial.finished_at) if overview.trial else "",
            overview.trial is not None,
            election.list_date,
            url("extraction_list", election),
        ),
        (_("List date"), day_month(election.list_date), today >= election.list_date, None, ""),
        (
            _("Final list"),
            day_month(overview.final.frozen_at)
            if final_done and overview.final
            else _("by %(day)s") % {"day": day_month(limits.final_list)},
            final_done,
            limits.final_list,
            url("voter_list", election) if final_done else "",
        ),
        (
            _("Assignment"),
            day_month(overview.draft.frozen_at) if frozen and overview.draft else _("by %(day)s") % {"day": day_month(limits.convocations)},
            frozen,
            limits.convocations,
            url("draft_list", election),
        ),
        (_("Letters"), cards["hint"], cards["done"], limits.convocations, cards["url"] if frozen else ""),
        (_("Complaints"), _("until %(day)s") % {"day": day_month(limits.complaints)}, today > limits.complaints and final_done, None, ""),
        (_("Voting"), day_month(election.date), today > election.date and final_done, None, ""),
    ]
    items: list[Item] = []
    now_given = False
    for name, hint, done, limit, address in steps:
        state = "done" if done else "todo"
        if not done and limit is not None and today > limit:
            state = "late"
        elif not done and not now_given:
            state = "now"
        now_given = now_given or state in {"now", "late"}
        items.append({"title": name, "hint": hint, "state": state, "url": address})
    return items


def attention(overview: Overview, election: Election) -> list[Item]:
    """What somebody should look at: rows of what, where, how many, and a link."""
    rows: list[Item] = []
    waiting = overview.register_under_way
    if waiting is not None:
        address = url("register_import_detail", election, pk=waiting.pk)
        rows.append(
            {
                "what": waiting.get_state_display(),
                "where": waiting.file_name,
                "count": waiting.counts.get("rows"),
                "url": address,
                "tag": _("Register import"),
            }
        )
    if overview.mutations is not None:
        file = overview.mutations
        address = url("register_import_detail", election, pk=file.pk)
        what, tag = file.get_state_display(), _("Mutations of the register")
        rows.append({"what": what, "where": file.file_name, "count": file.counts.get("rows"), "url": address, "tag": tag})
    if overview.decisions:
        what, where = _("Answer of a second person expected"), _("Decisions about voters")
        address = url("decision_list", election)
        rows.append({"what": what, "where": where, "count": overview.decisions, "url": address, "tag": _("Waiting")})
    if overview.final is not None and overview.final.state == Extraction.State.REQUESTED:
        address = url("extraction_detail", election, number=overview.final.number)
        rows.append(
            {"what": _("Answer of a second person expected"), "where": _("Final list"), "count": None, "url": address, "tag": _("Waiting")}
        )
    if overview.draft is not None and overview.draft.state == Draft.State.REQUESTED:
        address = url("draft_detail", election, number=overview.draft.number)
        where = name_of_draft(overview.draft)
        rows.append({"what": _("Answer of a second person expected"), "where": where, "count": None, "url": address, "tag": _("Waiting")})
    if overview.shown is not None:
        for check in overview.open_checks:
            address = url("extraction_check", election, number=overview.shown.number, code=check["code"])
            label = CHECK_LABELS.get(check["code"], check["code"])
            rows.append({"what": label, "where": name_of(overview.shown), "count": check["count"], "url": address, "tag": ""})
    return rows
