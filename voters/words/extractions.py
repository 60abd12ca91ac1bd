"""What the pages of extractions say."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Approval
from core.templatetags.presentation import clock, date_time, medium_date, number, short_date
from elections.labels import BALLOT_LABELS
from elections.models import Election
from elections.selectors import ballot_codes
from voters.models import Extraction
from voters.selectors.extraction_pages import FinalRequest
from voters.words.checks import CHECK_HINTS, CHECK_LABELS
from voters.words.verdicts import VERDICT_LABELS

Item = dict[str, Any]
REFUSALS = {
    "no_ballots": gettext_lazy("This election has no ballots."),
    "no_rules": gettext_lazy("For one of the ballots no rule is known on the election day."),
    "no_register": gettext_lazy("There is no population register yet. Bring it in first."),
    "final_exists": gettext_lazy("There is a final list already, or somebody asked for it."),
    "register_changed": gettext_lazy(
        "Another register file came in since this was asked. Refuse it and have it asked again, with the new figures."
    ),
    "wrong_state": gettext_lazy("This was decided or withdrawn meanwhile. Nothing has changed."),
    "has_drafts": gettext_lazy("Drafts of the assignment of polling stations place the voters of this trial. Delete those drafts first."),
}
WARNINGS = {
    "no_trial": gettext_lazy("There has been no trial: nobody has seen yet what this list would hold, nor what the checks find."),
    "register_before_list_date": gettext_lazy(
        "The register is that of %(register)s, older than the list date, %(list_date)s. Arrivals, deaths and registrations since then are missing from it."
    ),
    "register_changed_since_trial": gettext_lazy(
        "Another register file came in after the last trial. The figures are those of the trial; the list is made from the newer register."
    ),
    "election_changed_since_trial": gettext_lazy(
        "The dates or the ballots of the election changed after the last trial. The figures are those of the trial; the list is made with the new ones."
    ),
}


def name_of(extraction: Extraction) -> str:
    """*Trial extraction 3*, *Final list*."""
    if extraction.kind == Extraction.Kind.FINAL:
        return _("Final list")
    return _("Trial extraction %(number)s") % {"number": extraction.number}


def state_tag(extraction: Extraction) -> Item:
    """The state as a tag."""
    state = {
        Extraction.State.DONE: "ok",
        Extraction.State.REQUESTED: "warn",
        Extraction.State.RUNNING: "info",
        Extraction.State.FAILED: "bad",
        Extraction.State.REFUSED: "bad",
    }.get(Extraction.State(extraction.state), "plain")
    return {"label": extraction.get_state_display(), "state": state}


def facts(extraction: Extraction) -> str:
    """Who asked and decided, when, on which register: one line."""
    parts = [_("asked for by %(name)s") % {"name": extraction.requested_by_name}]
    if extraction.approved_by_name:
        parts.append(_("approved by %(name)s") % {"name": extraction.approved_by_name})
    if extraction.finished_at:
        parts.append(_("made on %(moment)s") % {"moment": date_time(extraction.finished_at)})
    if extraction.register_import and extraction.register_import.as_of:
        parts.append(_("register of %(day)s") % {"day": medium_date(extraction.register_import.as_of)})
    text = " · ".join(parts)
    return text[:1].upper() + text[1:]


def by_ballot(extraction: Extraction, election: Election) -> list[Item]:
    """Voters by ballot."""
    counts: dict[str, int] = extraction.counts.get("by_ballot", {})
    return [{"label": BALLOT_LABELS[code], "value": number(counts.get(code, 0))} for code in ballot_codes(election)]


def by_reason(extraction: Extraction, election: Election) -> Item:
    """Verdicts by ballot: a table of reasons against ballots, only reasons that occur."""
    counts: dict[str, Any] = extraction.counts.get("by_reason", {})
    codes = ballot_codes(election)
    rows = []
    for reason, label in VERDICT_LABELS.items():
        cells = [counts.get(code, {}).get(reason, 0) for code in codes]
        if any(cells):
            rows.append({"label": label, "cells": cells, "reason": reason})
    return {"heads": [BALLOT_LABELS[code] for code in codes], "rows": rows}


def story(extraction: Extraction) -> list[Item]:
    """What happened to it, newest first."""
    rows = [
        (extraction.frozen_at, _("Frozen: nothing in it changes any more"), "", "ok"),
        (extraction.finished_at, _("Made"), _duration(extraction), ""),
        (extraction.approved_at, _("Approved"), extraction.approved_by_name, "ok"),
        (extraction.requested_at, _("Asked for"), extraction.requested_by_name, ""),
    ]
    return [
        {"title": title, "hint": " · ".join(part for part in (date_time(moment), hint) if part), "state": state}
        for moment, title, hint, state in rows
        if moment is not None
    ]


def _duration(extraction: Extraction) -> str:
    seconds = extraction.counts.get("seconds")
    return _("in %(seconds)s s") % {"seconds": number(seconds, 1)} if isinstance(seconds, int | float) else ""


def final_figures(trial: Extraction | None, election: Election) -> list[Item]:
    """What a final list made now would hold, as the last trial counted it."""
    if trial is None:
        return []
    found = sum(check.get("count", 0) for check in trial.checks)
    return [
        {"label": _("Voters"), "value": number(trial.counts.get("voters")), "hint": _("by the last trial")},
        *by_ballot(trial, election),
        {"label": _("Inhabitants"), "value": number(trial.counts.get("persons"))},
        {"label": _("Found by the checks"), "value": number(found), "state": "warn" if found else "ok"},
    ]


def kpis(extraction: Extraction) -> list[Item]:
    """Four figures."""
    counts = extraction.counts
    if extraction.state != Extraction.State.DONE:
        return []
    return [
        {
            "value": number(counts.get("voters")),
            "label": _("voters"),
            "hint": _("of %(count)s inhabitants") % {"count": number(counts.get("persons"))},
        },
        {"value": number(counts.get("non_belgians")), "label": _("voters who are not Belgian"), "hint": _("mark V")},
        {"value": number(counts.get("minors")), "label": _("voters of 16 and 17")},
        {"value": number(sum(check.get("count", 0) for check in extraction.checks)), "label": _("found by the checks")},
    ]


def checks(extraction: Extraction, election: Election) -> list[Item]:
    """What each check found, with a link to the rows."""
    kwargs = {"nis": election.municipality.nis_code, "election_date": election.date, "number": extraction.number}
    return [
        {
            "label": CHECK_LABELS.get(check["code"], check["code"]),
            "hint": CHECK_HINTS.get(check["code"], ""),
            "count": check["count"],
            "url": reverse("extraction_check", kwargs={**kwargs, "code": check["code"]}) if check["count"] else "",
        }
        for check in extraction.checks
    ]


def approval_figures(approval: Approval | None, election: Election) -> list[Item]:
    """The figures that the second person was promised, as they stood when the first one asked; the voters first."""
    summary: dict[str, Any] = approval.summary if approval else {}
    by_ballot: dict[str, int] = summary.get("by_ballot") or {}
    rows: list[Item] = [
        {"label": _("Voters"), "value": _counted(summary.get("voters"))},
        *({"label": BALLOT_LABELS[code], "value": _counted(by_ballot[code])} for code in ballot_codes(election) if code in by_ballot),
        {"label": _("Inhabitants"), "value": _counted(summary.get("persons"))},
        {"label": _("Found by the checks"), "value": _counted(summary.get("checks")), "state": "warn" if summary.get("checks") else ""},
        {"label": _("Register of"), "value": _day(summary.get("register_as_of"))},
        {"label": _("List date"), "value": _day(summary.get("list_date"))},
    ]
    return [row for row in rows if row["value"]]


def _counted(value: object) -> str:
    return number(value) if isinstance(value, int) else ""


def _day(value: object) -> str:
    return short_date(date.fromisoformat(value)) if isinstance(value, str) and value else ""


def approval_warnings(approval: Approval | None) -> list[str]:
    """What was unusual when the first one asked: the second one reads it beside the figures."""
    summary: dict[str, Any] = approval.summary if approval and approval.decision == Approval.Decision.OPEN else {}
    days = {name: medium_date(date.fromisoformat(summary[key])) if summary.get(key) else "" for name, key in _DAYS}
    return [str(WARNINGS[code]) % days for code in summary.get("warnings", []) if code in WARNINGS]


_DAYS = (("register", "register_as_of"), ("list_date", "list_date"))


def final_warnings(found: FinalRequest, election: Election) -> list[str]:
    """What is unusual about asking for the final list now."""
    days = {"register": medium_date(found.register.as_of) if found.register else "", "list_date": medium_date(election.list_date)}
    return [str(WARNINGS[code]) % days for code in found.warnings]


def delete_figures(extraction: Extraction) -> list[Item]:
    """What goes with a trial."""
    return [
        {"label": _("Voters on its list"), "value": number(extraction.counts.get("voters", 0))},
        {"label": _("Inhabitants judged"), "value": number(extraction.counts.get("persons", 0))},
        {"label": _("Made"), "value": medium_date(extraction.finished_at) or "–", "hint": clock(extraction.finished_at)},
        {"label": _("Asked for by"), "value": extraction.requested_by_name},
    ]


def refusal(error: Exception) -> str:
    """Why an extraction cannot be begun."""
    code = getattr(error, "code", str(error))
    return str(REFUSALS.get(code, _("This cannot be begun now. Nothing has changed.")))
