"""Words for what changes after the list date: events, effects, decisions, refusals."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import date_time, medium_date, number
from elections.models import Election
from municipalities.place_words import country_called, postcode_and_place
from voters.models import ListDecision
from voters.rules.ledger import Change, Event, NoCard, Outcome, Refusal
from voters.selectors.changes import LedgerRow
from voters.selectors.ledger import CurrentEntry

EVENTS: dict[str, Promise] = {
    Event.ARRIVAL: _("arrival"),
    Event.BIRTH: _("birth"),
    Event.DEATH: _("death"),
    Event.STRIKE_OFF: _("struck off ex officio"),
    Event.DEPARTURE: _("departure"),
    Event.MOVE: _("move"),
    Event.NAME_CHANGE: _("change of name"),
    Event.NATIONALITY: _("change of nationality"),
    Event.SUSPENSION: _("suspension or exclusion"),
    Event.SUSPENSION_LIFTED: _("suspension or exclusion lifted"),
    Event.VOTER_MARK: _("registration as a voter"),
}
DECISIONS: dict[str, Promise] = {
    "add": _("decision: added"),
    "strike": _("decision: struck"),
    "correct": _("decision: corrected"),
    "withdraw": _("decision: taken back"),
}
ADDRESSES: dict[str, Promise] = {
    Outcome.UNCHANGED: _("card: unchanged"),
    Outcome.NEW_ADDRESS: _("card: to the new address"),
    Outcome.TO_TRACE: _("card: address to trace"),
    Outcome.NO_CARD: _("no card"),
    Outcome.CARD: _("card at once"),
    Outcome.NEW_ISSUE: _("new card"),
    Outcome.WITHDRAWN: _("card: as before the decision"),
}
LISTS: dict[str, Promise] = {
    Outcome.STAYS: _("list: stays"),
    Outcome.STRUCK: _("list: struck"),
    Outcome.ADDED: _("list: added"),
    Outcome.CORRECTED: _("list: corrected"),
    Outcome.NOT_ADDED: _("list: not added"),
    Outcome.WITHDRAWN: _("list: as before the decision"),
}
RIGHTS: dict[str, Promise] = {
    Outcome.STAYS: _("may vote: stays"),
    Outcome.GONE: _("may vote: no longer"),
    Outcome.GIVEN: _("may vote: yes"),
    Outcome.BY_DECISION: _("may vote: only by decision"),
    Outcome.AS_DECIDED: _("may vote: as decided"),
    Outcome.WITHDRAWN: _("may vote: as before the decision"),
}
TAGS: dict[str, str] = {
    Outcome.NO_CARD: "bad",
    Outcome.STRUCK: "bad",
    Outcome.GONE: "bad",
    Outcome.TO_TRACE: "warn",
    Outcome.NEW_ADDRESS: "info",
    Outcome.ADDED: "ok",
    Outcome.GIVEN: "ok",
    Outcome.CARD: "ok",
    Outcome.CORRECTED: "info",
    Outcome.NEW_ISSUE: "info",
    Outcome.BY_DECISION: "warn",
}
# What the ledger can be narrowed to: of which effect.
OUTCOMES: dict[str, Promise] = {
    Outcome.STRUCK: _("struck from the list"),
    Outcome.ADDED: _("added to the list"),
    Outcome.CORRECTED: _("corrected on the list"),
    Outcome.NEW_ADDRESS: _("card to another address"),
    Outcome.TO_TRACE: _("address to trace"),
    Outcome.BY_DECISION: _("voter only by decision"),
    Outcome.WITHDRAWN: _("taken back"),
}
CHANGES: dict[str, Promise] = {
    Change.ADDED: _("added"),
    Change.STRUCK: _("struck"),
    Change.CORRECTED: _("corrected"),
    Change.NEW_ADDRESS: _("other mailing address"),
    Change.NO_ADDRESS: _("no mailing address"),
}
CHANGE_TAGS: dict[str, str] = {Change.ADDED: "ok", Change.STRUCK: "bad", Change.CORRECTED: "info", Change.NO_ADDRESS: "warn"}
NO_CARD: dict[str, Promise] = {
    NoCard.DECEASED: _("deceased"),
    NoCard.STRUCK_OFF: _("struck off ex officio"),
    NoCard.RIGHT_LOST: _("right to vote lost"),
    NoCard.STRUCK_BY_DECISION: _("struck by decision"),
    NoCard.TO_TRACE: _("left, new address unknown"),
    NoCard.NO_ADDRESS: _("without an address"),
}
REFUSALS: dict[str, Promise] = {
    Refusal.NO_FINAL_LIST: _("There is no final list for this election yet."),
    Refusal.TOO_LATE: _("It is too late: voters are added until the day before the election, struck and corrected until the day itself."),
    Refusal.NOT_ASSIGNED: _("Nobody can be added before the assignment to polling stations is frozen: an added voter needs a station."),
    Refusal.ON_LIST: _("This person is on the list already."),
    Refusal.NOT_ON_LIST: _("This person is not on the list."),
    Refusal.ALREADY_STRUCK: _("This voter is struck from the list already."),
    Refusal.NO_STATION: _("No voter of the list lives in this street: choose the polling station."),
    Refusal.NO_BALLOT: _("Choose at least one ballot that is held on this day."),
    Refusal.NOTHING_CORRECTED: _("Nothing differs from what the list says already."),
    Refusal.DECIDED_LATER: _("The date of the decision lies in the future."),
    Refusal.NOT_RECORDED: _("Only a recorded decision can be taken back, and only once."),
    Refusal.WITHDRAWN_ALREADY: _("This decision was taken back already, or somebody asked for that."),
    Refusal.OPEN_ALREADY: _("A decision about this voter is waiting for a second person already."),
    Refusal.GONE: _("This person has died, or is no longer in the register."),
}
STATE_TAGS: dict[str, str] = {"requested": "warn", "recorded": "ok", "refused": "bad", "cancelled": "plain"}


def standing(line: CurrentEntry) -> list[tuple[str, str, str]]:
    """What became of a line of the frozen list, as (state, label, reason) of tags; nothing where it stands as it was."""
    why = str(NO_CARD[line.no_card]) if line.no_card else ""
    if line.struck:
        return [(CHANGE_TAGS[Change.STRUCK], str(CHANGES[Change.STRUCK]), why)]
    found = [
        (Change.CORRECTED, line.corrected, ""),
        (Change.NEW_ADDRESS, line.moved, ""),
        (Change.NO_ADDRESS, line.no_card == NoCard.TO_TRACE, why),
    ]
    return [(CHANGE_TAGS.get(change, "info"), str(CHANGES[change]), reason) for change, applies, reason in found if applies]


def effects(address: str, listed: str, right: str) -> list[dict[str, Any]]:
    """The three effects as tags."""
    return [
        {"label": words[outcome], "state": TAGS.get(outcome, "plain")}
        for words, outcome in ((ADDRESSES, address), (LISTS, listed), (RIGHTS, right))
    ]


def source(row: LedgerRow) -> str:
    """What it was: the event, or the decision with who took it."""
    return str(DECISIONS[row.decision_kind] if row.decision_kind else EVENTS[row.event or ""])


def source_hint(row: LedgerRow) -> str:
    """The number of the event, or reference and reason of the decision."""
    if row.decision_kind:
        authority = str(ListDecision.Authority(row.authority or "college").label)
        return f"{authority} · {row.reference} · {row.reason}"
    return gettext("mutation %(number)s") % {"number": number(row.sequence)}


def mail_line(mail: Mapping[str, Any]) -> str:
    """An address in one line; empty where there is none."""
    street = " ".join(part for part in (mail.get("street_name", ""), mail.get("house_number", "")) if part)
    box = gettext(" box %(box)s") % {"box": mail["box_number"]} if mail.get("box_number") else ""
    postcode, country = mail.get("postcode", ""), mail.get("country", "")
    # Of an address of our own the place stands with the address: one of several of its postcode.
    outside = postcode and not country and mail.get("address_id") is None
    place = postcode_and_place(postcode) if outside else postcode
    return ", ".join(part for part in (f"{street}{box}", place, country_called(country)) if part)


def source_url(row: LedgerRow, election: Election) -> str:
    """The page of the decision; events have none of their own."""
    if row.decision_id is None:
        return ""
    nis = election.municipality.nis_code
    return reverse("decision_detail", kwargs={"nis": nis, "election_date": election.date, "pk": row.decision_id})


def history(rows: list[LedgerRow] | Any, election: Election) -> list[dict[str, Any]]:
    """What changed for one voter after the list date, for their page."""
    return [
        {
            "title": source(row),
            "hint": source_hint(row),
            "url": source_url(row, election),
            "effective_on": medium_date(row.effective_on),
            "recorded": f"{date_time(row.recorded_at)} · {row.recorded_by_name}",
            "effects": effects(row.address, row.list, row.right),
            "mail": mail_line(row.mail),
        }
        for row in rows
    ]
