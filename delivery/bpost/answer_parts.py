"""The parts of an answer of bpost."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum


class AnswerError(Exception):
    """What was given is no answer of bpost. ``code`` is of ``delivery.words.ANSWER_ERRORS``; ``detail`` says more, in English."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)


class StatusCode(IntEnum):
    """What became of one action (a mailing made or deleted)."""

    OK = 100
    FILE_FAILED = 998  # context or header: nothing of the file was done
    FAILED = 999  # nothing of this action was done


class Severity(StrEnum):
    """How bad a message is."""

    FATAL = "FATAL"
    ERROR = "ERROR"
    WARN = "WARN"
    INFO = "INFO"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """bpost has received a file: its name, and when, as bpost writes it."""

    file_name: str
    at: str


@dataclass(frozen=True, slots=True)
class Head:
    """Whose answer it is, and to which file. What does not stand there is empty; it comes once all of it has been seen."""

    version: str = ""
    receiver: str = ""
    customer_id: str = ""
    file_name: str = ""
    file_ref: str = ""


@dataclass(frozen=True, slots=True)
class CustomerRefBack:
    """A reference of ours as it came back; ``mailing_ref`` is empty where it is the file's."""

    mailing_ref: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class ActionStatus:
    """What became of an action; ``name`` is ``MailingCreate`` and the like. ``code`` may be another number than those known."""

    name: str
    seq: int | None
    mailing_ref: str
    code: int | None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.code == StatusCode.OK


@dataclass(frozen=True, slots=True)
class Correction:
    """What bpost would write instead in one component."""

    component: int
    value: str


_RATE = re.compile(r"\s*([0-9]{1,3}(?:[.,][0-9]{1,6})?)\s*%?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Message:
    """A message: code (``MID-4010``), severity, bpost's own words and what belongs to it, as (key, value) in order."""

    code: str
    severity: Severity
    description: str = ""
    contents: tuple[tuple[str, str], ...] = ()

    def first(self, key: str) -> str:
        """The first value under a key, whatever its capitals; empty when there is none."""
        return next((value for name, value in self.contents if name.casefold() == key.casefold()), "")

    @property
    def components(self) -> tuple[int, ...]:
        """The components that it is about."""
        return tuple(int(value) for name, value in self.contents if name.casefold() == "compcode" and _is_code(value))

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """Components with what bpost would write there: each correction belongs to the code before it."""
        found, code = [], None
        for name, value in self.contents:
            if name.casefold() == "compcode":
                code = int(value) if _is_code(value) else None
            elif name.casefold() == "compcorrection" and code is not None:
                found.append(Correction(code, value))
        return tuple(found)

    @property
    def mail_id(self) -> str:
        """The Mail ID number that bpost gave, if it did."""
        return self.first("midNum")

    @property
    def ps_code(self) -> str:
        """The presorting code that bpost gave, if it did."""
        return self.first("psCode")

    @property
    def rates(self) -> dict[str, Decimal]:
        """Rates of compliance in hundredths, by bpost's name for each (``complianceRate``, ``compliancyRateAtBuildingLevel`` …)."""
        return {
            name: Decimal(found[1].replace(",", "."))
            for name, value in self.contents
            if "complian" in name.casefold() and (found := _RATE.fullmatch(value))
        }


def _is_code(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 2


@dataclass(frozen=True, slots=True)
class Reply:
    """Messages on one thing: the file (no ``action_seq``), an action, or one letter of it (``item_seq``).

    ``path`` is where bpost says it is; ``locations`` as (element, attribute, value).
    """

    action_seq: int | None
    mailing_ref: str
    item_seq: int | None
    messages: tuple[Message, ...]
    path: str = ""
    locations: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """Where one letter is delivered, and when in the order of printing; what bpost did not say is empty or ``None``.

    ``marks`` are the others as (name, value): ``orgInfo``, ``icti``, ``isec``, ``ioff``, ``irnd`` (``Begin``, ``End``, ``Begin_End``).
    """

    mailing_ref: str
    item_seq: int | None
    print_order: int | None
    office: str = ""
    route: str = ""
    route_seq: int | None = None
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is not known here: an element or record with its attributes or fields, or a value out of order."""

    name: str
    values: tuple[tuple[str, str], ...] = ()
    text: str = ""


Part = Acknowledged | Head | CustomerRefBack | ActionStatus | Reply | Distribution | Note
