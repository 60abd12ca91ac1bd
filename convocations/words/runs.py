"""What is said of print runs."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from convocations.cards.card import TemplateKey
from convocations.models import PrintRun
from convocations.rules.runs import Order, Problem, RunSettings
from core.templatetags.presentation import medium_date, number

Item = dict[str, Any]
State = PrintRun.State

ORDERS: dict[Order, Promise] = {
    Order.POST: gettext_lazy("as the post walks, over the whole run"),
    Order.STATION: gettext_lazy("by polling station, and in each as the post walks"),
}
STATE_TAGS = {
    State.MAKING: "info",
    State.REFUSED: "bad",
    State.CANCELLED: "plain",
    State.READY: "warn",
    State.REQUESTED: "warn",
    State.RELEASED: "ok",
}
REASONS: dict[str, Promise] = {
    "deceased": gettext_lazy("deceased"),
    "struck_off": gettext_lazy("struck off the register"),
    "right_lost": gettext_lazy("lost the right to vote"),
    "struck_by_decision": gettext_lazy("struck off the list by decision"),
    "to_trace": gettext_lazy("left, address unknown: to trace"),
    "no_address": gettext_lazy("without an address"),
    "no_station": gettext_lazy("without a polling station"),
    "has_card": gettext_lazy("has a card of an earlier run"),
    "not_asked": gettext_lazy("without a card, and not asked for in this run"),
    "changed": gettext_lazy("the card would say something else now"),
}
PROOF_REASONS: dict[str, Promise] = {
    "station_template": gettext_lazy("first card of this polling station and this text"),
    "longest_name": gettext_lazy("longest name"),
    "longest_street": gettext_lazy("longest street"),
    "diacritics": gettext_lazy("accents and special letters"),
    "number_with_letter": gettext_lazy("house number with a letter"),
    "box": gettext_lazy("box number"),
    "moved": gettext_lazy("moved after the list date"),
    "abroad": gettext_lazy("lives abroad"),
    "without_place": gettext_lazy("no name of a place known"),
    "oldest": gettext_lazy("oldest voter"),
    "youngest": gettext_lazy("youngest voter"),
    "added_later": gettext_lazy("added by decision"),
    "new_issue": gettext_lazy("card that replaces another"),
}
REFUSALS: dict[str, Promise] = {
    Problem.NO_FINAL_LIST: gettext_lazy("There is no final voters list yet."),
    Problem.NOT_ASSIGNED: gettext_lazy("The assignment to polling stations is not frozen yet."),
    Problem.RUN_OPEN: gettext_lazy("Another run is not released or cancelled yet: finish that one first."),
    Problem.NO_CARDS: gettext_lazy("Everybody who is to get a card has one."),
    Problem.HOURS: gettext_lazy("A polling station opens before it closes."),
    Problem.STEP: gettext_lazy("A preferred hour is not longer than the polling station is open."),
    Problem.POSTING: gettext_lazy("Cards are posted before the election."),
    "not_accounted_for": gettext_lazy("Cards and reasons for none do not add up to the list. Nothing can be released."),
    "station_unfinished": gettext_lazy("This polling station has no name or no whole address: fill it in first."),
    "no_mail_ids": gettext_lazy("There are not as many Mail ID numbers as cards: see the settings of bpost."),
    "mail_ids_resting": gettext_lazy("The next Mail ID numbers were used less than 90 days ago."),
    "unprintable": gettext_lazy("A letter on this card cannot be printed."),
    "too_long": gettext_lazy("Something does not fit on this card."),
    "code": gettext_lazy("The barcode of this card cannot be made."),
    "refused": gettext_lazy("This card cannot be drawn."),
    "template_refused": gettext_lazy(
        "This text of the cards cannot be printed any more, with the letterhead as it is. Change one of them and make the cards anew."
    ),
    "cards_refused": gettext_lazy("Some cards cannot be drawn."),
    "piece_damaged": gettext_lazy("A piece of the file is not as it was written."),
    "read_back": gettext_lazy("The file is not as the list says."),
    "stale": gettext_lazy("Some cards are not right any more: the list has changed since. Withdraw them, or make the cards anew."),
    "wrong_state": gettext_lazy("This was released, cancelled or decided meanwhile. Nothing has changed."),
    "interrupted": gettext_lazy("The work was interrupted too often."),
}
READBACK: dict[str, Promise] = {
    "invalid": gettext_lazy("the file is not valid"),
    "pages": gettext_lazy("too many or too few pages"),
    "token": gettext_lazy("another code than expected, none, or several"),
    "twice": gettext_lazy("a code on two pages"),
    "text": gettext_lazy("a text that is missing"),
    "once": gettext_lazy("day of the election not exactly once"),
    "code": gettext_lazy("barcode not read as expected"),
    "apart": gettext_lazy("address of the station is that of the voter"),
}


def refusal(code: str) -> str:
    """Why something was refused, in a sentence."""
    return str(REFUSALS.get(code, _("This was not possible.")))


def minutes_text(count: int) -> Promise | str:
    """Half an hour, an hour."""
    texts: dict[int, Promise] = {
        15: gettext_lazy("a quarter of an hour"),
        30: gettext_lazy("half an hour"),
        60: gettext_lazy("one hour"),
        120: gettext_lazy("two hours"),
    }
    return texts.get(count, str(count))


def name_of(run: PrintRun) -> str:
    """Run 3."""
    return _("Print run %(number)s") % {"number": run.number}


def without_card(run: PrintRun) -> int:
    """How many get no card and have none of an earlier run."""
    return run.cards_none - int(run.none_by_reason.get("has_card", 0))


def tag(run: PrintRun) -> Item:
    """The state in a word."""
    return {"label": run.get_state_display(), "state": STATE_TAGS[State(run.state)]}


def row(run: PrintRun, withdrawn: int) -> Item:
    """A line of the list of runs."""
    return {"run": run, "name": name_of(run), "tag": tag(run), "cards": run.cards_made - withdrawn, "without": without_card(run)}


def reasons(counts: Mapping[str, int]) -> list[Item]:
    """Why there is no card, counted."""
    return [{"label": REASONS.get(code, code), "value": number(count)} for code, count in sorted(counts.items(), key=lambda item: -item[1])]


def hour(moment: int) -> str:
    """`8.00`; minutes after midnight."""
    return pgettext("hour", "%(hour)s:%(minute)s") % {"hour": moment // 60, "minute": f"{moment % 60:02d}"}


def hours(opening: int, closing: int) -> str:
    """`8.00–13.00 uur`"""
    return pgettext("hours", "%(opening)s–%(closing)s") % {"opening": hour(opening), "closing": hour(closing)}


def settings_rows(settings: RunSettings) -> list[Item]:
    """What a run was told."""
    rows = [
        (_("Order"), ORDERS[settings.order]),
        (_("Preferred hour"), minutes_text(settings.step) if settings.step else _("none")),
        (_("Voting on paper"), hours(settings.paper.opening, settings.paper.closing)),
        (_("Electronic voting"), hours(settings.electronic.opening, settings.electronic.closing)),
        (_("Mail ID numbers"), _("our own") if settings.mail_ids else _("by bpost, or none")),
        (_("Day of posting"), medium_date(settings.posting) if settings.posting else _("not fixed")),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def template_name(name: str) -> str:
    """``invitation-local-paper-nl`` in words."""
    key = TemplateKey.of(name)
    kinds = {"convocation": _("convocation"), "invitation": _("invitation")}
    types = {
        "belgian": _("Belgians"),
        "european": _("European Parliament only"),
        "european_minor": _("European Parliament only, 16 or 17 years"),
        "local": _("councils"),
        "local_foreigner": _("councils, not Belgian"),
    }
    ways = {True: _("electronic voting"), False: _("voting on paper")}
    return f"{kinds[key.kind]}, {types[key.voter_type]}, {ways[key.electronic]}, {key.language.upper()}"
