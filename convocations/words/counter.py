"""What is said at the counter: of a voter, of a card that was scanned, of blank cards, and why something is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.models import Card, CardEvent, Duplicate, Reissue
from convocations.rules.counter import BadRow, BlankKind, Cause, Mode, Refusal, RowProblem
from convocations.selectors.counter import Checked, Standing
from convocations.words.blanks import kind_name
from convocations.words.runs import hour
from core.templatetags.presentation import actor_name, clock, date_time, day_month, long_date, medium_date, number
from districts.selectors.buildings import address_line
from municipalities.place_words import country_called
from voters.words.ledger import NO_CARD

Item = dict[str, Any]
State = Card.State

CAUSES: dict[str, Promise] = {
    Cause.NOT_RECEIVED: gettext_lazy("not received"),
    Cause.LOST: gettext_lazy("lost"),
    Cause.DAMAGED: gettext_lazy("damaged"),
    Cause.CHANGED: gettext_lazy("name or address changed"),
    Cause.ADDED: gettext_lazy("added to the list later"),
    Cause.WRONG: gettext_lazy("something wrong was printed"),
}
MODES: dict[str, Promise] = {
    Mode.FULL: gettext_lazy("Whole page, on empty paper"),
    Mode.OVERPRINT: gettext_lazy("Overprint, on a blank card"),
}
REFUSALS: dict[str, Promise] = {
    Refusal.NO_FINAL_LIST: gettext_lazy("There is no final voters list yet."),
    Refusal.NOT_ASSIGNED: gettext_lazy("The assignment to polling stations is not frozen yet."),
    Refusal.TOO_LATE: gettext_lazy("It is too late: duplicates are not handed out any more."),
    Refusal.NOT_ON_LIST: gettext_lazy("This person is not on the voters list."),
    Refusal.STRUCK: gettext_lazy("This voter was struck off the list."),
    Refusal.NO_STATION: gettext_lazy("This voter has no polling station."),
    Refusal.IDENTITY: gettext_lazy("Look at the identity document first, and confirm it."),
    Refusal.MEANWHILE: gettext_lazy("Another card was made for this voter meanwhile. Look at it below before you print again."),
    Refusal.UNPRINTABLE: gettext_lazy("This card cannot be printed."),
    Refusal.NO_BLANK: gettext_lazy(
        "This counter has no blank card of this kind any more. Nothing was printed. Have some brought and note them, or print a whole page."
    ),
    Refusal.STATION_UNFINISHED: gettext_lazy("The polling station of this voter has no name or no whole address: fill it in first."),
    Refusal.NOBODY: gettext_lazy("Nobody on the list gets a card there."),
    Refusal.TOO_MANY: gettext_lazy("These are too many at once. Take a part of them, or print all cards anew."),
    Refusal.UNKNOWN_ROWS: gettext_lazy("Some rows name nobody on the list who gets a card."),
    Refusal.RUN_OPEN: gettext_lazy("Another print run is not released or cancelled yet: finish that one first."),
}

ROW_PROBLEMS: dict[str, Promise] = {
    RowProblem.UNREADABLE: gettext_lazy("no number and no code"),
    RowProblem.UNKNOWN_NUMBER: gettext_lazy("no such number on the list"),
    RowProblem.UNKNOWN_CODE: gettext_lazy("no card of this election"),
    RowProblem.OTHER_ISSUE: gettext_lazy("another issue of the card"),
    RowProblem.NOT_ON_LIST: gettext_lazy("not on the list"),
    RowProblem.NO_STATION: gettext_lazy("no polling station"),
    **NO_CARD,
}
SHOWN = 20
"""Rows of a list that are named, at most: whoever made the list looks it over after that many."""


def refusal(code: Refusal, reason: str = "") -> str:
    """Why not, in a sentence; with the reason of a strike."""
    text = str(REFUSALS[code])
    if code == Refusal.STRUCK and reason in NO_CARD:
        return _("%(sentence)s Reason: %(reason)s.") % {"sentence": text, "reason": NO_CARD[reason]}
    if code == Refusal.NO_BLANK and reason:
        return _("%(sentence)s Kind: %(kind)s.") % {"sentence": text, "kind": kind_name(BlankKind.of(reason))}
    if code == Refusal.UNPRINTABLE and reason:
        return f"{text} {reason}"
    return text


def asked_rows(asked: Reissue) -> list[Item]:
    """For whom new cards were asked for, why and by whom: the record on the page of their run."""
    rows: list[Item] = [
        {"label": _("For whom"), "value": f"{asked.get_scope_display()}: {asked.label}"},
        {"label": _("Why"), "value": CAUSES.get(asked.cause, asked.cause)},
        {"label": _("Note"), "value": asked.note},
        {"label": _("Voters"), "value": number(asked.voters)},
        {"label": _("Asked by"), "value": f"{actor_name(asked.asked_by_name)}, {date_time(asked.asked_at)}"},
    ]
    return [row for row in rows if row["value"]]


def bad_rows(rows: Sequence[BadRow]) -> list[str]:
    """The first rows of a list that name nobody, each with why, and how many more there are."""
    told = [
        _("Row %(row)s: %(value)s (%(why)s)") % {"row": one.row, "value": one.value[:40], "why": ROW_PROBLEMS[one.problem]}
        for one in rows[:SHOWN]
    ]
    return [*told, _("And %(count)s more") % {"count": number(len(rows) - SHOWN)}] if len(rows) > SHOWN else told


def answer(found: Standing) -> Item:
    """What to say first: on the list or not, where and when to vote."""
    line, station = found.line, found.station
    if line is None or line.struck or station is None:
        code = found.refusal or Refusal.NOT_ON_LIST
        return {"ok": False, "headline": refusal(code, (line.no_card or "") if line else ""), "sentences": []}
    place = address_line(station.building)
    sentences = [
        _("Polling station %(number)s, %(name)s, %(place)s.") % {"number": station.number, "name": station.name, "place": place},
    ]
    valid = found.valid
    if valid is not None and valid.slot is not None:
        sentences.append(_("Preferred hour: from %(hour)s.") % {"hour": hour(valid.slot)})
    return {
        "ok": True,
        "headline": _("On the voters list, number %(number)s") % {"number": number(line.list_number)},
        "sentences": sentences,
    }


def valid_card(found: Standing, events: Mapping[int, Sequence[CardEvent]]) -> Item:
    """Which card is worth something, where it went, and what happened last."""
    card = found.valid
    if card is None:
        waiting = any(one.state == State.MADE for one in found.cards)
        text = _("A card is made for this voter in a print run that is not released yet. A duplicate takes its place.") if waiting else ""
        return {"title": _("No valid card"), "text": text, "rows": [], "state": "warn"}
    rows = [
        {"label": _("Card"), "value": _("issue %(issue)s") % {"issue": card.issue}},
        {"label": _("Sent to") if card.run_id else _("Address on it"), "value": address(card)},
    ]
    if found.line is not None and found.line.struck:
        return {"title": _("Card that is worth nothing any more"), "text": "", "rows": rows, "state": "bad"}
    if last := list(events.get(card.pk, [])):
        rows.append({"label": _("Last"), "value": f"{event_text(last[-1])}, {date_time(last[-1].at)}"})
    return {"title": _("Valid card"), "text": "", "rows": rows, "state": "ok"}


def address(card: Card) -> str:
    """Of a card, on one line."""
    box = _("box %(box)s") % {"box": card.box_number} if card.box_number else ""
    street = " ".join(filter(None, (card.street_name, card.house_number, box)))
    return ", ".join(filter(None, (street, f"{card.postcode} {card.place}".strip(), country_called(card.country))))


def event_text(event: CardEvent) -> str:
    """What happened to a card."""
    details = event.details
    counter = details.get("counter", "")
    if event.kind == CardEvent.Kind.REPLACED and counter:
        return _("replaced at %(counter)s: %(cause)s") % {"counter": counter, "cause": CAUSES.get(details.get("cause", ""), "")}
    if event.kind == CardEvent.Kind.PRINTED and counter:
        return _("duplicate made at %(counter)s: %(cause)s") % {"counter": counter, "cause": CAUSES.get(details.get("cause", ""), "")}
    return str(event.get_kind_display())


def history(cards: Sequence[Card], events: Mapping[int, Sequence[CardEvent]]) -> list[Item]:
    """All that happened to a voter's cards, the newest first."""
    lines: list[tuple[int, Card, CardEvent | None]] = [(0, card, None) for card in cards if not events.get(card.pk)]
    lines += [(event.pk, card, event) for card in cards for event in events.get(card.pk, [])]
    return [_line(card, event) for _pk, card, event in sorted(lines, key=lambda line: line[0], reverse=True)]


def _line(card: Card, event: CardEvent | None) -> Item:
    title = _("Card %(issue)s: %(what)s") % {
        "issue": card.issue,
        "what": event_text(event) if event else card.get_state_display(),
    }
    hint = f"{date_time(event.at)} · {actor_name(event.by_name)}" if event else ""
    states = {CardEvent.Kind.REPLACED: "warn", CardEvent.Kind.PRINTED: "ok", CardEvent.Kind.RETURNED: "bad"}
    return {"title": title, "hint": hint, "url": "", "state": states.get(CardEvent.Kind(event.kind), "") if event else ""}


def checked(found: Checked) -> Item:
    """What a scanned card is worth, as it is said to whoever has it in hand."""
    headline, text, state = _checked(found)
    return {"headline": headline, "text": text, "ok": state == "ok", "state": state}


def _checked(found: Checked) -> tuple[str, str, str]:
    card = found.card
    if card is None:
        return _("Unknown"), _("No card of this municipality has this code. Scan it again, or type what stands under the square."), "bad"
    issue = _("Card %(issue)s of %(name)s, number %(number)s on the list.") % {
        "issue": card.issue,
        "name": f"{card.last_name} {card.first_names}".strip(),
        "number": number(card.list_number),
    }
    if found.state == "other_election":
        return _("Of another election"), _("This card is for the election of %(day)s.") % {"day": long_date(card.election.date)}, "bad"
    if found.state == "valid":
        return _("Valid"), issue, "ok"
    if found.state == "replaced" and found.by is not None:
        return replaced_text(found.by), issue, "bad"
    if found.state == "struck":
        reason = NO_CARD.get(found.reason, "")
        text = _("%(card)s The voter was struck off the list: %(reason)s.") % {"card": issue, "reason": reason} if reason else issue
        return _("Not valid: struck off the list"), text, "bad"
    texts = {
        "replaced": _("Replaced by another card"),
        "withdrawn": _("Withdrawn before it was posted"),
        "spoiled": _("Spoiled in printing"),
        "not_released": _("Of a print run that is not released yet"),
    }
    return texts[found.state], issue, "bad"


def replaced_text(event: CardEvent) -> str:
    """Replaced on 9 October at 10:14 at Counter 2."""
    values = {"day": day_month(event.at), "time": clock(event.at), "counter": event.details.get("counter", "")}
    if values["counter"]:
        return _("Replaced on %(day)s at %(time)s at %(counter)s") % values
    return _("Replaced on %(day)s at %(time)s by a new card") % values


def made(duplicate: Duplicate) -> Item:
    """A line of the last duplicates."""
    card = duplicate.card
    return {
        "name": f"{card.last_name} {card.first_names}".strip(),
        "person": card.person_id,
        "number": number(card.list_number),
        "issue": card.issue,
        "counter": duplicate.counter_name,
        "cause": CAUSES.get(duplicate.cause, duplicate.cause),
        "mode": duplicate.get_mode_display(),
        "at": date_time(duplicate.made_at),
        "by": actor_name(duplicate.made_by_name),
        "worthless": card.state in {State.REPLACED, State.SPOILED},
    }


def calibration(printer_name: str) -> dict[str, str]:
    """What the calibration page says."""
    steps = _(
        "1. Print this page at its real size (100 %), on an empty sheet.\n"
        "2. Fold it in two from left to right, edge on edge. The crease crosses the upper scale.\n"
        "3. Fold it in two from top to bottom. The crease crosses the lower scale.\n"
        "4. Is the crease at 0? Then this printer is right. Otherwise add the number at the crease\n"
        "    to what is filled in: the upper scale at “to the right”, the lower one at “up”."
    )
    return {
        "title": _("Calibration page"),
        "printer": printer_name,
        "steps": steps,
        "right": _("to the right, in mm"),
        "up": _("up, in mm"),
    }


def deadline(found: Any) -> str:
    """Until when duplicates are handed out."""
    return _("until %(day)s, %(time)s") % {"day": medium_date(found), "time": clock(found)}
