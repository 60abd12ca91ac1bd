"""What an event after the list date does to a frozen list: three separate effects, as a table (docs/formats/mutations.md, "Effects").

The list itself never changes. An effect is added to the ledger; the list of a moment is the frozen list with every effect recorded
until then. No effect depends on another one, so that it does not matter in how many files the events came.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DECISION_APPROVAL = "list_decision"
"""What asking a second person about a decision is called."""


class Event(StrEnum):
    """The events of a file of mutations."""

    ARRIVAL = "arrival"
    BIRTH = "birth"
    DEATH = "death"
    STRIKE_OFF = "strike_off"
    DEPARTURE = "departure"
    MOVE = "move"
    NAME_CHANGE = "name_change"
    NATIONALITY = "nationality"
    SUSPENSION = "suspension"
    SUSPENSION_LIFTED = "suspension_lifted"
    VOTER_MARK = "voter_mark"


class Outcome(StrEnum):
    """What an effect says. Those of ``CHANGING`` replace an earlier one of their kind; the others are only told."""

    UNCHANGED = "unchanged"
    NEW_ADDRESS = "new_address"
    TO_TRACE = "to_trace"
    NO_CARD = "no_card"
    CARD = "card"
    NEW_ISSUE = "new_issue"
    STAYS = "stays"
    STRUCK = "struck"
    ADDED = "added"
    CORRECTED = "corrected"
    NOT_ADDED = "not_added"
    GONE = "gone"
    GIVEN = "given"
    BY_DECISION = "by_decision"
    AS_DECIDED = "as_decided"
    WITHDRAWN = "withdrawn"


CHANGING_ADDRESS = (Outcome.NEW_ADDRESS, Outcome.TO_TRACE)
CHANGING_LIST = (Outcome.STRUCK, Outcome.ADDED)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what happens to the card's address, to the list of the station, and to the right to vote.

    ``certainty`` as with the other rows of law: H read in a source, M well known, L verify first.
    """

    code: str
    address: Outcome
    list: Outcome
    right: Outcome
    source: str
    certainty: str


_STRUCK = (Outcome.NO_CARD, Outcome.STRUCK, Outcome.GONE)
_STAYS = (Outcome.STAYS, Outcome.STAYS)
_NONE = (Outcome.UNCHANGED, Outcome.NOT_ADDED, Outcome.BY_DECISION)
_CLOSED = "the list is closed on the list date: Kieswetboek art. 10; Lokaal en Provinciaal Kiesdecreet"
_LOST = "Gemeentekieswet art. 1 § 3, and in the same way Kieswetboek and Lokaal en Provinciaal Kiesdecreet"
_MOVED = "a move after the list date changes nothing: circulars of the elections of 2024"

RULES: tuple[Rule, ...] = (
    Rule("death", *_STRUCK, "practice of the town halls: struck through on the list of the station", "M"),
    Rule("strike_off", *_STRUCK, "ambtshalve afvoering: struck through on the list of the station", "M"),
    Rule("departure_known", Outcome.NEW_ADDRESS, *_STAYS, _MOVED, "H"),
    Rule("departure_unknown", Outcome.TO_TRACE, *_STAYS, _MOVED, "H"),
    Rule("move", Outcome.NEW_ADDRESS, *_STAYS, _MOVED, "H"),
    Rule("return", Outcome.NEW_ADDRESS, *_STAYS, _MOVED, "M"),
    Rule("nationality_lost", *_STRUCK, _LOST, "H"),
    Rule("suspension_reaches", *_STRUCK, _LOST, "H"),
    Rule("suspension_short", Outcome.UNCHANGED, *_STAYS, _LOST, "H"),
    Rule("nationality_gained", *_NONE, "who becomes Belgian after the list date is not added", "M"),
    Rule("nationality_same", Outcome.UNCHANGED, *_STAYS, _CLOSED, "M"),
    Rule("suspension_lifted", *_NONE, _CLOSED, "M"),
    Rule("arrival", *_NONE, _CLOSED, "H"),
    Rule("name_change", Outcome.UNCHANGED, *_STAYS, _CLOSED, "M"),
    Rule("voter_mark", Outcome.UNCHANGED, *_STAYS, _CLOSED, "M"),
    # Of decisions; what the voter may do follows from what was decided.
    Rule("decision_add", Outcome.CARD, Outcome.ADDED, Outcome.GIVEN, "added until the day before the election, by decision", "H"),
    Rule("decision_strike", *_STRUCK, "by decision of the college or the Court of Appeal", "H"),
    Rule(
        "decision_correct",
        Outcome.NEW_ISSUE,
        Outcome.CORRECTED,
        Outcome.AS_DECIDED,
        "by decision of the college or the Court of Appeal",
        "H",
    ),
    Rule("decision_withdraw", Outcome.WITHDRAWN, Outcome.WITHDRAWN, Outcome.WITHDRAWN, "a decision that takes an earlier one back", "M"),
)
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
# Events of people who are not on the list: only what might make a voter of them is told.
OUTSIDE: frozenset[str] = frozenset({"arrival", "nationality_gained", "suspension_lifted"})


class NoCard(StrEnum):
    """Why a voter of the list gets no card."""

    DECEASED = "deceased"
    STRUCK_OFF = "struck_off"
    RIGHT_LOST = "right_lost"
    STRUCK_BY_DECISION = "struck_by_decision"
    TO_TRACE = "to_trace"
    NO_ADDRESS = "no_address"


# The rule that struck a voter → why there is no card.
NO_CARD_BY_RULE: dict[str, NoCard] = {
    "death": NoCard.DECEASED,
    "strike_off": NoCard.STRUCK_OFF,
    "nationality_lost": NoCard.RIGHT_LOST,
    "suspension_reaches": NoCard.RIGHT_LOST,
    "decision_strike": NoCard.STRUCK_BY_DECISION,
}


class Change(StrEnum):
    """How a line of the list differs between two moments."""

    ADDED = "added"
    STRUCK = "struck"
    CORRECTED = "corrected"
    NEW_ADDRESS = "new_address"
    NO_ADDRESS = "no_address"


CORRECTABLE: tuple[str, ...] = ("last_name", "first_names", "ballots", "postcode", "street_name", "house_number", "box_number")
"""What a decision may correct on the list."""
ADDRESS_FIELDS: tuple[str, ...] = ("postcode", "street_name", "house_number", "box_number")


class Refusal(StrEnum):
    """Why a decision cannot be recorded."""

    NO_FINAL_LIST = "no_final_list"
    TOO_LATE = "too_late"
    NOT_ASSIGNED = "not_assigned"
    ON_LIST = "on_list"
    NOT_ON_LIST = "not_on_list"
    ALREADY_STRUCK = "already_struck"
    NO_STATION = "no_station"
    NO_BALLOT = "no_ballot"
    NOTHING_CORRECTED = "nothing_corrected"
    DECIDED_LATER = "decided_later"
    NOT_RECORDED = "not_recorded"
    WITHDRAWN_ALREADY = "withdrawn_already"
    OPEN_ALREADY = "open_already"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with a list now: whether it has a line of theirs, and whether that is struck."""

    has_line: bool
    struck: bool = False


def refuse_decision(kind: str, *, standing: Standing, today: date, election_day: date, decided_on: date, assigned: bool) -> Refusal | None:
    """Why a decision of this kind cannot be recorded today, or ``None``.

    Voters are added until the day before the election; struck and corrected until the day itself (docs/formats/mutations.md).
    """
    adds = kind == "add"
    tests: tuple[tuple[bool, Refusal], ...] = (
        (decided_on > today, Refusal.DECIDED_LATER),
        (today > election_day or (adds and today >= election_day), Refusal.TOO_LATE),
        (adds and standing.has_line and not standing.struck, Refusal.ON_LIST),
        (adds and not standing.has_line and not assigned, Refusal.NOT_ASSIGNED),
        (kind in {"strike", "correct"} and not standing.has_line, Refusal.NOT_ON_LIST),
        (kind in {"strike", "correct"} and standing.struck, Refusal.ALREADY_STRUCK),
    )
    return next((refusal for holds, refusal in tests if holds), None)


def refuse_withdrawal(kind: str, *, withdrawn: bool, recorded: bool, today: date, election_day: date, decided_on: date) -> Refusal | None:
    """Why a recorded decision of this kind cannot be taken back today, or ``None``. Taking a strike back adds a voter: until the day before."""
    tests: tuple[tuple[bool, Refusal], ...] = (
        (not recorded, Refusal.NOT_RECORDED),
        (withdrawn, Refusal.WITHDRAWN_ALREADY),
        (decided_on > today, Refusal.DECIDED_LATER),
        (today > election_day or (kind == "strike" and today >= election_day), Refusal.TOO_LATE),
    )
    return next((refusal for holds, refusal in tests if holds), None)
