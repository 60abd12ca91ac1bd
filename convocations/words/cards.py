"""What is said of a card: what happened to it, why it came back, what was done."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.models import Card, CardCase, CardEvent
from convocations.rules.returns import Action, Cause
from convocations.rules.runs import RunSettings
from convocations.selectors.pages import code_of
from convocations.selectors.runs import card_file_names, page_in_file, stacks_of
from convocations.words.papers import page_of
from convocations.words.runs import REASONS, hours, template_name
from core.templatetags.presentation import date_time, number
from delivery.words import MESSAGES, PROBLEMS
from elections.models import Election
from municipalities.place_words import country_called

Item = dict[str, Any]

STATE_TAGS = {
    Card.State.MADE: "plain",
    Card.State.WITHDRAWN: "bad",
    Card.State.RELEASED: "info",
    Card.State.PRINTED: "info",
    Card.State.SPOILED: "bad",
    Card.State.ANNOUNCED: "info",
    Card.State.POSTED: "ok",
    Card.State.RETURNED: "warn",
    Card.State.REPLACED: "bad",
}
CAUSES: dict[str, Promise] = {
    Cause.MOVED: gettext_lazy("does not live here any more"),
    Cause.UNKNOWN: gettext_lazy("unknown at this address"),
    Cause.INCOMPLETE: gettext_lazy("address not complete"),
    Cause.REFUSED: gettext_lazy("refused"),
    Cause.DECEASED: gettext_lazy("deceased"),
    Cause.NO_BOX: gettext_lazy("no letterbox"),
    Cause.OTHER: gettext_lazy("something else"),
}
ACTIONS: dict[str, Promise] = {
    Action.KEPT: gettext_lazy("kept at the town hall for the voter"),
    Action.HANDED: gettext_lazy("handed to the voter"),
    Action.SENT_AGAIN: gettext_lazy("sent again"),
    Action.DESTROYED: gettext_lazy("destroyed"),
}
FIELDS: dict[str, Promise] = {
    "street": gettext_lazy("Street"),
    "number": gettext_lazy("House number"),
    "box": gettext_lazy("Box"),
    "postcode": gettext_lazy("Postcode and place"),
    "city": gettext_lazy("Postcode and place"),
    "last_name": gettext_lazy("Last name"),
    "first_names": gettext_lazy("First names"),
    "country": gettext_lazy("Country of the address"),
}
REFUSALS: dict[str, Promise] = {
    "no_code": gettext_lazy("This is no code of a card: it has twelve letters and figures, a dash and two figures."),
    "unknown_code": gettext_lazy("No card of this election has this code."),
    "not_released": gettext_lazy("This card was not released: it should not be on paper."),
    "closed_already": gettext_lazy("Somebody closed this case already."),
}
PRINTED: dict[str, Promise] = {"printed_twice": gettext_lazy("printed more than once: take one out before it is posted")}
NOT_TO_BE_SENT: Promise = gettext_lazy(
    "Take this letter out before it is posted, and keep it. The list of the polling station says that this voter may not vote."
)
WITHOUT_PLACE: Promise = gettext_lazy(
    "Put the name of the place by hand, or ask the administrator of the platform to load the list of postcodes; then write the list for bpost again, or write the place on the letter."
)
TO_DO: dict[str, Promise] = {
    "changed": gettext_lazy(
        "Take this letter out before it is posted, and make a new card: a print run with the changed cards, or a duplicate at the counter."
    ),
    "to_trace": gettext_lazy(
        "Take this letter out before it is posted, and keep it at the counter for the voter: the right to vote stays."
    ),
    "no_address": gettext_lazy(
        "Take this letter out before it is posted, and keep it at the counter for the voter: the right to vote stays."
    ),
}
ANSWER_REFUSALS: dict[str, Promise] = {
    "unknown_list": gettext_lazy("This is no answer to a list that was made here."),
    "brought_in_already": gettext_lazy("This file was brought in already."),
    "not_released": gettext_lazy("This print run is not released."),
    "unknown_token": gettext_lazy("a code of no card of this print run"),
    "too_large": gettext_lazy("The file is larger than 64 MB."),
    "columns": gettext_lazy("The columns are token, result, at."),
    "rows": gettext_lazy("Some rows are wrong. Nothing has been brought in."),
    "not_csv": gettext_lazy("This is no CSV file in UTF-8."),
    "empty": gettext_lazy("The file is empty."),
    "token": gettext_lazy("no code of a card"),
    "result": gettext_lazy("the result is printed, spoiled or posted"),
    "at": gettext_lazy("no moment, as 2024-09-24T08:00:00"),
}


def tag(card: Card) -> Item:
    """The state in a word."""
    return {"label": card.get_state_display(), "state": STATE_TAGS[Card.State(card.state)]}


def name_of(card: Card) -> str:
    """Peeters, Christine Magda."""
    return f"{card.last_name}, {card.first_names}".strip(", ")


def address_of(card: Card) -> str:
    """Basiliekstraat 12 bus 3, 1500 Halle."""
    box = _("box %(box)s") % {"box": card.box_number} if card.box_number else ""
    street = " ".join(filter(None, (card.street_name, card.house_number, box)))
    return ", ".join(filter(None, (street, f"{card.postcode} {card.place}".strip(), country_called(card.country))))


def facts(card: Card) -> list[Item]:
    """What stands on it."""
    rows: list[Item] = [
        {"label": _("Code"), "value": code_of(card.token, card.issue)},
        {"label": _("Number on the list"), "value": card.list_number},
        {"label": _("Polling station"), "value": card.station},
        {"label": _("Address on the card"), "value": address_of(card)},
        {"label": _("Text"), "value": template_name(card.template)},
    ]
    if card.slot is not None and card.run is not None:
        step = RunSettings.of(card.run.settings).step
        rows.append({"label": _("Preferred hour"), "value": hours(card.slot, card.slot + step)})
    if card.mail_id:
        rows.append({"label": _("Mail ID number"), "value": card.mail_id})
    if card.run is not None:
        rows.append({"label": _("Page"), "value": page_of(stacks_of(card.run), card.position)})
    return rows


def place_in_run(card: Card) -> list[Item]:
    """Where whoever takes a card out finds it: run, file and page; nothing for a duplicate of the counter."""
    run = card.run
    if run is None or not card.position:
        return []
    name, page = page_in_file(run, card_file_names(run), card.position)
    rows = [(_("Print run"), number(run.number)), (_("File"), name), (_("Page"), number(page))]
    return [{"label": label, "value": value} for label, value in rows if value]


def short_place(card: Card) -> str:
    """The same on one line."""
    if card.run is None or not card.position:
        return ""
    where = page_of(stacks_of(card.run), card.position)
    return _("Print run %(number)s, page %(page)s") % {"number": card.run.number, "page": where}


def timeline(events: list[CardEvent]) -> list[Item]:
    """The history, as the component *timeline* takes it."""
    states = {"withdrawn": "late", "spoiled": "late", "returned": "late", "address_problem": "late", "replaced": "late"}
    return [
        {
            "title": event.get_kind_display(),
            "hint": " · ".join(filter(None, (date_time(event.at), event.by_name, _details(event)))),
            "url": "",
            "state": states.get(event.kind, "done"),
        }
        for event in events
    ]


def _details(event: CardEvent) -> str:
    told = event.details
    cause = told.get("cause", "")
    parts = [
        str(CAUSES.get(cause, REASONS.get(cause, cause))),
        str(ACTIONS.get(told.get("action", ""), "")),
        str(case_reason(told.get("code", ""))),
        told.get("file", ""),
        told.get("note", ""),
    ]
    return ", ".join(filter(None, parts))


def case_detail(detail: str) -> Promise | str:
    """What the reason is about: a part of the address, or what bpost says."""
    return FIELDS.get(detail, detail)


def case_reason(code: str) -> Promise | str:
    """Why a card is an open case: a code of bpost, a problem of an address, the cause of a return, or what changed after the release."""
    return MESSAGES.get(code) or PROBLEMS.get(code) or CAUSES.get(code) or REASONS.get(code) or PRINTED.get(code) or code


def without_place(case: CardCase) -> bool:
    """Whether bpost does not get this letter because nobody knew the place of its postcode."""
    return (case.kind, case.code, case.detail) == (CardCase.Kind.NOT_SENT, "missing", "city")


def what_to_do(case: CardCase) -> Promise | str:
    """What somebody does about a card that changed after its release, or has no place; of other cases the reason says enough."""
    if without_place(case):
        return WITHOUT_PLACE
    if case.kind != CardCase.Kind.CHANGED:
        return ""
    return TO_DO.get(case.code, NOT_TO_BE_SENT)


def streets(rows: Iterable[Item], election: Election, *, may_reissue: bool) -> list[Item]:
    """Streets with several open cases, each leading to its cases and to new cards for it."""
    place = {"nis": election.municipality.nis_code, "election_date": election.date}
    return [
        {
            "name": " ".join(filter(None, (row["postcode"], row["street"]))),
            "count": number(row["count"]),
            "url": reverse("card_case_list", kwargs=place, query=_of_street(row)),
            "reissue_url": reverse("counter_reissue", kwargs=place, query=_of_street(row)) if may_reissue else "",
        }
        for row in rows
    ]


def _of_street(row: Item) -> dict[str, str]:
    return {"postcode": row["postcode"], "street": row["street"]}


def case_files(query: str, election: Election) -> list[Item]:
    """The cases as files, with the filters of the page."""
    place = {"nis": election.municipality.nis_code, "election_date": election.date}
    return [
        {"label": name.upper(), "url": f"{reverse(f'card_case_{name}', kwargs=place)}?{query}", "icon": "sheet"} for name in ("csv", "xlsx")
    ]


def no_cases() -> Item:
    """What an empty list says."""
    return {
        "title": _("No open cases"),
        "text": _("Cards that bpost cannot deliver, that were spoiled, that came back or whose voter changed stand here."),
    }
