"""What the overview of an election says of its cards: the next step, their place in the course, and what needs attention."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.rules.next_step import Step
from convocations.selectors.overview import Letters
from core.templatetags.presentation import day_month, long_date, number
from elections.deadlines import Deadlines
from elections.models import Election
from municipalities.rules import Permission
from voters.words.links import url
from voters.words.overview import due
from voters.words.steps import StepText

Item = dict[str, Any]

STEPS: dict[Step, StepText] = {
    Step.MAKE: StepText(
        gettext_lazy("To do now: make the cards"),
        gettext_lazy(
            "The voters list and the assignment stand. A print run makes a card for every voter and reads it back; it sends nothing. %(due)s"
        ),
        gettext_lazy("Make the cards"),
        "card_run_new",
        Permission.MANAGE_ELECTION,
    ),
    Step.WAIT: StepText(
        gettext_lazy("The cards are being made"),
        gettext_lazy("You may close this page: the work goes on. %(due)s"),
        gettext_lazy("Follow it"),
        "card_run_detail",
        Permission.VIEW,
    ),
    Step.MEND: StepText(
        gettext_lazy("To do now: see why print run %(run)s is not in order"),
        gettext_lazy("It cannot be released. The page says which cards it is about and what to do. %(due)s"),
        gettext_lazy("To the print run"),
        "card_run_detail",
        Permission.MANAGE_ELECTION,
    ),
    Step.REQUEST_RELEASE: StepText(
        gettext_lazy("To do now: look at the proof set and ask for the release"),
        gettext_lazy(
            "%(cards)s cards are made and read back. Look at the proof set; a second person then releases them for the printer. %(due)s"
        ),
        gettext_lazy("Look and ask for the release"),
        "card_run_detail",
        Permission.REQUEST_APPROVAL,
    ),
    Step.APPROVE_RELEASE: StepText(
        gettext_lazy("To do now: a second person decides on the release"),
        gettext_lazy("%(name)s asks to release %(cards)s cards for the printer. Nobody has decided yet. %(due)s"),
        gettext_lazy("Look and decide"),
        "card_run_detail",
        Permission.APPROVE,
    ),
    Step.ANNOUNCE: StepText(
        gettext_lazy("To do now: files to the printer, list to bpost"),
        gettext_lazy(
            "%(released)s cards are released. Give the files to the printer, and make the list with which bpost expects them. %(due)s"
        ),
        gettext_lazy("To the files"),
        "card_run_detail",
        Permission.VIEW,
    ),
    Step.LOOK_AT_CASES: StepText(
        gettext_lazy("To do now: look at the open cases"),
        gettext_lazy(
            "%(released)s cards are released. Of some of them something must be looked at: %(cases)s open. Complaints can be made until %(complaints)s."
        ),
        gettext_lazy("To the open cases"),
        "card_case_list",
        Permission.VIEW,
    ),
    Step.DONE: StepText(
        gettext_lazy("The cards are on their way"),
        gettext_lazy(
            "%(released)s cards are released and no case is open. Who lost theirs gets a duplicate at the counter. Complaints can be made until %(complaints)s."
        ),
        gettext_lazy("To the counter"),
        "counter_search",
        Permission.VIEW,
    ),
}


def next_step(found: Letters, election: Election, permissions: frozenset[str], deadlines: Deadlines, today: date) -> Item:
    """The component *next step*, once the assignment is frozen."""
    step, run = STEPS[found.step], found.run
    values = {
        "due": due(deadlines, today),
        "run": run.number if run else "",
        "cards": number(found.cards),
        "name": run.requested_by_name if run else "",
        "released": number(found.released),
        "cases": number(found.open_cases + found.changed),
        "complaints": long_date(deadlines.complaints),
    }
    reason = "" if step.permission in permissions else _("Your role does not allow this.")
    target = url(step.route, election, number=run.number) if step.route == "card_run_detail" and run else url(step.route, election)
    action = {"label": step.action, "url": target, "kind": "primary", "reason": reason}
    listed = {"label": _("To the voters list"), "url": url("voter_list", election), "kind": "line", "reason": ""}
    return {"title": _filled(step.title, values), "text": _filled(step.text, values), "actions": [action, listed]}


def _filled(text: Promise, values: dict[str, Any]) -> str:
    return str(text) % values


def course(found: Letters, election: Election, deadlines: Deadlines) -> Item:
    """Their place in the course: done once a run is released."""
    hint = day_month(found.released_at) if found.released_at else _("by %(day)s") % {"day": day_month(deadlines.convocations)}
    return {"hint": hint, "done": found.released_at is not None, "url": url("card_run_list", election)}


def attention(found: Letters, election: Election) -> list[Item]:
    """A release that waits for a second person, open cases, and cards that changed after the release and are none yet."""
    rows: list[Item] = []
    if found.step == Step.APPROVE_RELEASE and found.run:
        address = url("card_run_detail", election, number=found.run.number)
        where = _("Print run %(number)s") % {"number": found.run.number}
        rows.append({"what": _("Answer of a second person expected"), "where": where, "count": None, "url": address, "tag": _("Waiting")})
    if found.open_cases:
        address = url("card_case_list", election)
        rows.append({"what": _("Open cases"), "where": _("Cards"), "count": found.open_cases, "url": address, "tag": ""})
    if found.changed:
        address = url("card_case_list", election)
        rows.append({"what": _("Changed after the release"), "where": _("Cards"), "count": found.changed, "url": address, "tag": ""})
    return rows
