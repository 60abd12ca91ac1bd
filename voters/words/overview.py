"""What the overview says: the next step in a sentence, the figures, the course, and what needs attention."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.presentation import day_month, long_date, medium_date, number
from elections.deadlines import Deadlines
from elections.models import Election
from municipalities.rules import Permission
from voters.models import Extraction
from voters.rules.next_step import Step
from voters.selectors.overview import Overview
from voters.words.checks import CHECK_LABELS
from voters.words.extractions import name_of

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepText:
    """The words of one step. ``text`` may name ``deadline, consequence, register, list_date, name, checks``."""

    title: Promise
    text: Promise
    action: Promise
    route: str
    permission: str


STEPS: dict[Step, StepText] = {
    Step.IMPORT_ADDRESSES: StepText(
        gettext_lazy("To do now: bring in the addresses"),
        gettext_lazy("Without addresses no voter can be given a street, a district or a letter. %(deadline)s"),
        gettext_lazy("Bring in addresses"),
        "address_import_new",
        Permission.IMPORT,
    ),
    Step.IMPORT_REGISTER: StepText(
        gettext_lazy("To do now: bring in the population register"),
        gettext_lazy("There are no inhabitants yet, so nobody can be a voter. %(deadline)s"),
        gettext_lazy("Bring in the register"),
        "register_import_new",
        Permission.IMPORT,
    ),
    Step.FINISH_IMPORT: StepText(
        gettext_lazy("To do now: finish the import of the register"),
        gettext_lazy(
            "The file “%(file)s” has not been brought in yet. As long as it waits, lists are made from the older register. %(deadline)s"
        ),
        gettext_lazy("To the import"),
        "register_import_detail",
        Permission.IMPORT,
    ),
    Step.APPROVE_IMPORT: StepText(
        gettext_lazy("To do now: a second person decides on the register file"),
        gettext_lazy(
            "%(name)s asks for a decision on “%(file)s”. As long as nobody decides, lists are made from the older register. %(deadline)s"
        ),
        gettext_lazy("Look and decide"),
        "register_import_detail",
        Permission.APPROVE,
    ),
    Step.RUN_TRIAL: StepText(
        gettext_lazy("To do now: make a trial extraction"),
        gettext_lazy(
            "The register of %(register)s is in. A trial shows who would be a voter and what to look at; it decides nothing. %(deadline)s"
        ),
        gettext_lazy("To the extractions"),
        "extraction_list",
        Permission.MANAGE_ELECTION,
    ),
    Step.WAIT_TRIAL: StepText(
        gettext_lazy("The trial extraction is running"),
        gettext_lazy("You may close this page: the work goes on. %(deadline)s"),
        gettext_lazy("Follow it"),
        "extraction_list",
        Permission.VIEW,
    ),
    Step.RUN_TRIAL_AGAIN: StepText(
        gettext_lazy("To do now: make a new trial extraction"),
        gettext_lazy("The register of %(register)s came in after the last trial. A new trial shows what that changes. %(deadline)s"),
        gettext_lazy("To the extractions"),
        "extraction_list",
        Permission.MANAGE_ELECTION,
    ),
    Step.LOOK_AT_CHECKS: StepText(
        gettext_lazy("To do now: look at what the checks found"),
        gettext_lazy(
            "The last trial found %(checks)s. Put it right in the register before the list date, %(list_date)s: after it, a list is corrected by decision only."
        ),
        gettext_lazy("To the checks"),
        "extraction_detail",
        Permission.VIEW,
    ),
    Step.WAIT_LIST_DATE: StepText(
        gettext_lazy("Nothing to do until the list date"),
        gettext_lazy(
            "The last trial found nothing to look at. The list is closed on %(list_date)s; bring in the register of that day then. %(deadline)s"
        ),
        gettext_lazy("To the extractions"),
        "extraction_list",
        Permission.VIEW,
    ),
    Step.RENEW_REGISTER: StepText(
        gettext_lazy("To do now: bring in the register of the list date"),
        gettext_lazy(
            "The register is that of %(register)s, older than the list date, %(list_date)s. Arrivals, deaths and registrations since then are missing from it. %(deadline)s"
        ),
        gettext_lazy("Bring in the register"),
        "register_import_new",
        Permission.IMPORT,
    ),
    Step.REQUEST_FINAL: StepText(
        gettext_lazy("To do now: ask for the final list"),
        gettext_lazy(
            "The list date is past and the register of %(register)s is in. A second person approves the final list; after that nothing in it changes any more. %(deadline)s"
        ),
        gettext_lazy("Ask for the final list"),
        "extraction_request",
        Permission.REQUEST_APPROVAL,
    ),
    Step.APPROVE_FINAL: StepText(
        gettext_lazy("To do now: a second person decides on the final list"),
        gettext_lazy("%(name)s asks to make the final list. Nobody has decided yet. %(deadline)s"),
        gettext_lazy("Look and decide"),
        "extraction_detail",
        Permission.APPROVE,
    ),
    Step.WAIT_FINAL: StepText(
        gettext_lazy("The final list is being made"),
        gettext_lazy("You may close this page: the work goes on. %(deadline)s"),
        gettext_lazy("Follow it"),
        "extraction_detail",
        Permission.VIEW,
    ),
    Step.DONE: StepText(
        gettext_lazy("The voters list stands"),
        gettext_lazy(
            "The final list is frozen. Complaints can be made until %(complaints)s; letters leave at the latest on %(convocations)s."
        ),
        gettext_lazy("To the voters list"),
        "voter_list",
        Permission.VIEW,
    ),
}


def url(route: str, election: Election, **more: Any) -> str:
    """An address within the election, or within its municipality where the route knows no election; empty while it does not exist."""
    nis = election.municipality.nis_code
    for kwargs in ({"nis": nis, "election_date": election.date, **more}, {"nis": nis, **more}):
        try:
            return reverse(route, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""


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
        "file": waiting.file_name if waiting else "",
        "name": _who(overview),
        "register": medium_date(overview.register.as_of) if overview.register else "",
        "list_date": long_date(election.list_date),
        "checks": ngettext("%(count)s kind of case", "%(count)s kinds of cases", len(overview.open_checks))
        % {"count": len(overview.open_checks)},
        "complaints": long_date(overview.deadlines.complaints),
        "convocations": long_date(overview.deadlines.convocations),
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
    return {
        "title": step.title,
        "text": str(step.text) % values,
        "actions": [action for action in actions if action["url"] or action["reason"]],
    }


def _who(overview: Overview) -> str:
    if overview.step == Step.APPROVE_IMPORT and overview.register_under_way:
        return overview.register_under_way.requested_by_name
    return overview.final.requested_by_name if overview.final else ""


def _target(step: StepText, overview: Overview, election: Election) -> str:
    if step.route == "register_import_detail" and overview.register_under_way:
        return url(step.route, election, pk=overview.register_under_way.pk)
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


def figures(overview: Overview, election: Election) -> list[Item]:
    """Four figures of the list that stands, or of the newest trial."""
    counts = overview.counts
    if overview.shown is None:
        rows = overview.register.counts.get("rows") if overview.register else None
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
    ]


def course(overview: Overview, election: Election, today: date) -> list[Item]:
    """The timeline: what is done, what is now, what is too late, what comes."""
    final_done = overview.final is not None and overview.final.state == Extraction.State.DONE
    due, register = overview.deadlines, overview.register
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
            day_month(overview.final.frozen_at) if final_done and overview.final else _("by %(day)s") % {"day": day_month(due.final_list)},
            final_done,
            due.final_list,
            url("voter_list", election) if final_done else "",
        ),
        (_("Letters"), _("by %(day)s") % {"day": day_month(due.convocations)}, today > due.convocations and final_done, None, ""),
        (_("Complaints"), _("until %(day)s") % {"day": day_month(due.complaints)}, today > due.complaints and final_done, None, ""),
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
    if overview.final is not None and overview.final.state == Extraction.State.REQUESTED:
        address = url("extraction_detail", election, number=overview.final.number)
        rows.append(
            {"what": _("Answer of a second person expected"), "where": _("Final list"), "count": None, "url": address, "tag": _("Waiting")}
        )
    if overview.shown is not None:
        for check in overview.open_checks:
            address = url("extraction_check", election, number=overview.shown.number, code=check["code"])
            label = CHECK_LABELS.get(check["code"], check["code"])
            rows.append({"what": label, "where": name_of(overview.shown), "count": check["count"], "url": address, "tag": ""})
    return rows
