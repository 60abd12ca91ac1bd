"""Who may have which copy of a voters list, with what in it: a row a kind, with the article and how sure that is (docs/formats/lists.md).

``certainty``: H read in a source text, M well known, L to be looked up first. Neither national number, nor sex, nor nationality
beyond the legal mark V, nor a mailing address after the list date is a field: no copy can hold them.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

from municipalities.rules import Permission

APPROVAL_KIND = "list_copy"
"""What asking a second person for a copy is called."""
ROWS_A_PAGE = 48
HEADING_ROWS = 1.66
"""What the heading of a street takes, in rows."""
FORMATS = ("pdf", "csv", "xlsx")
LANGUAGES = ("nl", "fr")


class Kind(StrEnum):
    """For whom a copy is."""

    STATION = "station"
    PRESIDENT = "president"
    MUNICIPALITY = "municipality"
    PUBLIC = "public"
    GOVERNOR = "governor"
    PARTY = "party"
    PACKAGE = "package"


FILE_NAMES = {
    Kind.STATION: "stembureau",
    Kind.PRESIDENT: "voorzitter",
    Kind.MUNICIPALITY: "gemeente",
    Kind.PUBLIC: "inzage",
    Kind.GOVERNOR: "gouverneur",
    Kind.PARTY: "partij",
    Kind.PACKAGE: "pakket",
}
"""What the files are called."""
ALL, APART = "all", "apart"
"""The scopes beside one station: all stations in one file, or a file each."""


class Field(StrEnum):
    """What a line may say."""

    NUMBER = "number"
    STATION = "station"
    NAME = "name"
    BIRTH = "birth"
    ADDRESS = "address"
    MARK = "mark"
    MINOR = "minor"
    BALLOTS = "ballots"
    COMPULSORY = "compulsory"
    STRUCK = "struck"
    REASON = "reason"
    ADDED = "added"
    PRESENT = "present"
    PROXY = "proxy"


class Changes(StrEnum):
    """What a copy does with what came after the list date."""

    ESTABLISHED = "established"
    """Nothing: the list as it was frozen."""
    SHOWN = "shown"
    """Struck lines stand there, struck through; added voters too."""
    APPLIED = "applied"
    """Struck lines are left out, added voters stand there, and nothing says which."""


class Order(StrEnum):
    """How lines follow each other."""

    NAME = "name"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class KindRule:
    """One kind. ``by_station``: each station's list stands apart; ``two_persons``: somebody asks and somebody else approves."""

    kind: Kind
    fields: tuple[Field, ...]
    changes: Changes
    by_station: bool
    two_persons: bool
    article: str
    certainty: str

    @property
    def permission(self) -> Permission:
        """What is needed to have one made; of two persons the other one needs ``Permission.APPROVE``."""
        return Permission.REQUEST_APPROVAL if self.two_persons else Permission.EXPORT


_F = Field
_LEGAL = (_F.NUMBER, _F.NAME, _F.BIRTH, _F.ADDRESS, _F.MARK)
_VOTING = (*_LEGAL, _F.MINOR, _F.BALLOTS)
_SHOWN = (_F.STRUCK, _F.ADDED)
_PRESIDENT = (_F.PRESENT, *_VOTING, _F.COMPULSORY, *_SHOWN, _F.REASON, _F.PROXY)
_UP_TO_DATE = "the college keeps the list of each station up to date until election day"
_ATTENDANCE = "members tick voters on the list of the station; a second list holds who was admitted without standing on it"

KINDS: dict[Kind, KindRule] = {
    rule.kind: rule
    for rule in (
        KindRule(Kind.STATION, (*_VOTING, _F.COMPULSORY, *_SHOWN, _F.REASON), Changes.SHOWN, True, False, _UP_TO_DATE, "M"),
        KindRule(Kind.PRESIDENT, _PRESIDENT, Changes.SHOWN, True, False, _ATTENDANCE, "H"),
        KindRule(Kind.MUNICIPALITY, (*_VOTING, _F.COMPULSORY, _F.STATION, *_SHOWN), Changes.SHOWN, False, False, _UP_TO_DATE, "M"),
        KindRule(
            Kind.PUBLIC,
            _VOTING,
            Changes.ESTABLISHED,
            False,
            False,
            "inspection until the twelfth day before the election; what the list holds: page of the Flemish authority on voters lists, 2024",
            "H",
        ),
        KindRule(
            Kind.GOVERNOR,
            (*_VOTING, *_SHOWN),
            Changes.SHOWN,
            True,
            False,
            "Kieswetboek art. 15: per station, electronically, at latest 25 days before the election",
            "H",
        ),
        KindRule(
            Kind.PARTY,
            _LEGAL,
            Changes.APPLIED,
            False,
            True,
            "Kieswetboek art. 17; Lokaal en Provinciaal Kiesdecreet art. 20; which fields a copy may hold stands in neither page that was read",
            "L",
        ),
        KindRule(Kind.PACKAGE, _PRESIDENT, Changes.SHOWN, True, False, _ATTENDANCE, "H"),
    )
}


class Refusal(StrEnum):
    """Why a copy cannot be asked for, or approved."""

    NO_FINAL_LIST = "no_final_list"
    NOT_ASSIGNED = "not_assigned"
    NO_SUCH_STATION = "no_such_station"
    LATER = "later"
    BEFORE_FREEZE = "before_freeze"
    NOBODY_NAMED = "nobody_named"
    ONLY_PDF = "only_pdf"
    WRONG_STATE = "wrong_state"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. ``station``: the number of one, or all of them; ``apart``: 16 and 17 years old on pages of their own."""

    kind: Kind
    file_format: str
    order: Order
    language: str
    station: int | None
    apart: bool
    made_for: str
    split: bool = False
    """A file for each station, in one archive."""


def refuse(wish: Wish, *, stations: set[int] | None) -> Refusal | None:
    """Why a copy cannot be made, or ``None``. ``stations``: numbers of the frozen assignment; ``None`` before it."""
    rule = KINDS[wish.kind]
    needs_stations = rule.by_station or wish.station is not None or wish.split
    tests: tuple[tuple[bool, Refusal], ...] = (
        (needs_stations and stations is None, Refusal.NOT_ASSIGNED),
        (wish.station is not None and wish.station not in (stations or set()), Refusal.NO_SUCH_STATION),
        (wish.kind == Kind.PACKAGE and wish.file_format != "pdf", Refusal.ONLY_PDF),
        (rule.two_persons and not wish.made_for.strip(), Refusal.NOBODY_NAMED),
    )
    return next((refusal for holds, refusal in tests if holds), None)


def use_has_ended(kind: Kind, *, today: date, election_day: date) -> bool:
    """Whether the one who gets a copy may no longer use it: a party's use ends on election day (instructions of 2024 on form A00a; H).

    Two persons are told; they decide, since a copy may still be needed before a court.
    """
    return KINDS[kind].two_persons and today > election_day


def pages(rows: int, *, headings: int, apart: bool = False) -> int:
    """How many pages a list of so many rows takes, nearly: exact while every name fits on a line."""
    return max(1, ceil((rows + headings * HEADING_ROWS) / ROWS_A_PAGE)) + int(apart)
