"""Duplicates at the counter: until when, to whom not, what they are worth, and the blank cards they are printed on. Pure values."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from convocations.cards.card import CODE_ALPHABET, TOKEN_LENGTH
from convocations.cards.texts import DATA

MOST_OFFSET: Final = Decimal(15)
"""Millimetres that a printer may be off, at most: more is another sheet of paper."""
MOST_BLANKS: Final = 100_000
"""Blank cards of one delivery or count, at most."""
REISSUE_APPROVAL: Final = "card_reissue"
"""A second person agreed that new cards are made for many; the release of their run is another approval."""
MOST_REISSUED: Final = 20_000
"""Voters of one reissue, at most: beyond that it is another run of everybody."""


class Mode(StrEnum):
    """A whole page on empty paper, or only what changes, on a card that was printed beforehand."""

    FULL = "full"
    OVERPRINT = "overprint"


class Cause(StrEnum):
    """Why a card is replaced."""

    NOT_RECEIVED = "not_received"
    LOST = "lost"
    DAMAGED = "damaged"
    CHANGED = "changed"
    ADDED = "added"
    WRONG = "wrong"


AT_COUNTER: Final = (Cause.NOT_RECEIVED, Cause.LOST, Cause.DAMAGED, Cause.CHANGED, Cause.ADDED)
IN_BULK: Final = (Cause.NOT_RECEIVED, Cause.DAMAGED, Cause.CHANGED, Cause.WRONG)


class Refusal(StrEnum):
    """Why no duplicate is made, or no reissue asked for. A voter who is struck is refused with the reason (voters.rules.ledger.NoCard)."""

    NO_FINAL_LIST = "no_final_list"
    NOT_ASSIGNED = "not_assigned"
    TOO_LATE = "too_late"
    NOT_ON_LIST = "not_on_list"
    STRUCK = "struck"
    NO_STATION = "no_station"
    IDENTITY = "identity"
    MEANWHILE = "meanwhile"
    UNPRINTABLE = "unprintable"
    NO_BLANK = "no_blank"
    STATION_UNFINISHED = "station_unfinished"
    NOBODY = "nobody"
    TOO_MANY = "too_many"
    UNKNOWN_ROWS = "unknown_rows"
    RUN_OPEN = "run_open"


class RowProblem(StrEnum):
    """Why a row of a list names nobody who gets a new card; else the reason why nothing is sent to them (voters.rules.ledger.NoCard)."""

    UNREADABLE = "unreadable"
    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_CODE = "unknown_code"
    OTHER_ISSUE = "other_issue"
    NOT_ON_LIST = "not_on_list"
    NO_STATION = "no_station"


def street_label(name: str, place: str) -> str:
    """``Bergensesteenweg (1500 Halle)``: municipalities that merged have several streets of one name."""
    return f"{name} ({place})" if place else name


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a list that names nobody who gets a new card. ``problem``: ``RowProblem`` or ``NoCard``."""

    row: int
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when duplicates may be handed out for a kind of election, and where that stands."""

    elections: str
    until: str
    source: str
    certainty: str

    def moment(self, *, day: date, closing: int, zone: tzinfo) -> datetime:
        """The last moment. ``closing``: when the last polling station closes, in minutes after midnight."""
        minutes = closing if self.until == "closing" else int(self.until[:2]) * 60 + int(self.until[3:])
        return datetime.combine(day, time(), zone) + timedelta(minutes=minutes)  # 24:00 is the next day


@cache
def deadlines() -> Mapping[str, Deadline]:
    """By kind of election (``elections.rules.norm_kind``)."""
    with (DATA / "duplicates.toml").open("rb") as stream:
        return {row["elections"]: Deadline(**row) for row in tomllib.load(stream)["deadline"]}


_CODE = re.compile(rf"([{CODE_ALPHABET}]{{{TOKEN_LENGTH}}})(?:-?([0-9]{{2}}))?\Z")
_MISREAD = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Code:
    """What a card's QR says; ``issue`` only where it was given."""

    token: str
    issue: int | None


def read_code(text: str) -> Code | None:
    """The code of a card as it was scanned or typed, or ``None``: capitals or not, with or without the issue, I and L for 1, O for 0.

    Twelve figures alone are none: they are the number of an identity card.
    """
    plain = re.sub(r"\s", "", text).upper().translate(_MISREAD)
    found = _CODE.match(plain)
    if found is None or (found[1].isdigit() and not found[2]):
        return None
    return Code(found[1], int(found[2]) if found[2] else None)


class BlankKind(NamedTuple):
    """A kind of blank card: ``TemplateKey.name`` and ``convocations.cards.papers.Paper``. Both empty: of before kinds were told apart."""

    template: str
    paper: str

    @property
    def code(self) -> str:
        """``invitation-local-paper-nl white``, as forms and the trail have it."""
        return f"{self.template} {self.paper}".strip()

    @classmethod
    def of(cls, code: str) -> "BlankKind":
        """What ``code`` gave."""
        template, _blank, paper = code.partition(" ")
        return cls(template, paper)


UNDIVIDED: Final = BlankKind("", "")
"""Blank cards of before kinds were told apart: they are counted out, and come in no more."""


class Movement(StrEnum):
    """What happens to the blank cards of a counter."""

    DELIVERED = "delivered"
    TAKEN_BACK = "taken_back"
    PRINTED = "printed"
    SPOILED = "spoiled"
    COUNTED = "counted"


OUT_OF_UNDIVIDED: Final = (Movement.TAKEN_BACK, Movement.SPOILED, Movement.COUNTED)
SIGNS: Final = {Movement.DELIVERED: 1, Movement.TAKEN_BACK: -1, Movement.PRINTED: -1, Movement.SPOILED: -1}
"""What adds and what takes away; a count says how many there are."""


def balance(movements: Iterable[tuple[str, int]]) -> int:
    """How many blank cards there must be after movements (kind, how many) in their order. Below zero: more went out than came in."""
    left = 0
    for kind, quantity in movements:
        left = quantity if kind == Movement.COUNTED else left + SIGNS[Movement(kind)] * quantity
    return left
