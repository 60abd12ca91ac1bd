"""A mailing and its items, as bpost's Mail ID knows them. What exists can be written: each refuses, with all its problems at once.

Lengths and values: bpost's data exchange guide of 2023 (MailingRequest 0200). Lengths are in characters.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from delivery.bpost.characters import is_written
from delivery.bpost.components import MAXIMUM, WHOLE
from delivery.bpost.mail_id import is_mail_id
from delivery.bpost.names import FILE_REF, Form

LARGEST_SEQ = 99_999_999
LONGEST_DEPOSIT = 20
_NUMBER = re.compile(r"[1-9][0-9]{0,7}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Mode(StrEnum):
    """What bpost does with a mailing."""

    TEST = "T"
    CERTIFICATION = "C"
    PRODUCTION = "P"  # once certified


LIMITS: dict[Mode, int] = {Mode.TEST: 200, Mode.CERTIFICATION: 2000, Mode.PRODUCTION: LARGEST_SEQ}
"""The most items of a mailing in each mode."""


class GenMid(StrEnum):
    """Who gives the Mail ID numbers: we (``NONE``), or bpost, with that many figures for the piece."""

    NONE = "N"
    SEVEN = "7"
    NINE = "9"
    ELEVEN = "11"


class Priority(StrEnum):
    """How quickly an item goes."""

    PRIOR = "P"  # the next working day
    NON_PRIOR = "NP"


class Format(StrEnum):
    """The size of the letters."""

    SMALL = "Small"
    LARGE = "Large"


class Sorting(StrEnum):
    """In what order the response lists the items."""

    CUSTOMER = "CU"
    PRINT = "PO"


class DepositKind(StrEnum):
    """What the identifier of a deposit is."""

    REFERENCE = "depositRef"
    TEMPORARY_NUMBER = "tmpDepositNr"


class Transmission(StrEnum):
    """How the response is to come."""

    HTTP = "HTTP"
    HTTPS = "HTTPS"
    FTP = "FTP"
    FTPS = "FTPS"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be sent. ``code`` is of ``delivery.words.PROBLEMS``; ``seq`` the item, where it is about one."""

    code: str
    field: str
    value: str = ""
    seq: int | None = None


class RefusedError(Exception):
    """A mailing, an item or a file that bpost would refuse; ``problems`` are all there are, ``more`` counts those left out."""

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        super().__init__("; ".join(f"{problem.field}: {problem.code}" for problem in self.problems[:10]))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: PRS-ID and number of the contract account, figures without zeros in front, at most eight.

    ``customer_id`` is the customer's PRS-ID in the header; bpost refuses another than the sender's (MID-2072), so it is that one
    when empty.
    """

    prs_id: str
    account_id: str
    customer_id: str = ""

    @property
    def customer(self) -> str:
        """The customer's PRS-ID."""
        return self.customer_id or self.prs_id


@dataclass(frozen=True, slots=True)
class ResponseWish:
    """How the response is asked; what is ``None`` bpost decides. It is never encrypted."""

    form: Form | None = None
    compressed: bool | None = None
    transmission: Transmission | None = None


@dataclass(frozen=True, slots=True)
class Deposit:
    """The deposit that is this mailing's master. Without one the mailing is the master, and the deposit names the mailing."""

    identifier: str
    kind: DepositKind = DepositKind.REFERENCE


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom bpost asks; language ``nl`` or ``fr``."""

    email: str
    lang: str = "nl"
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    fax: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """Something of our own that comes back as it was sent; key at most 50 characters, value 250. Never anything personal."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Mailing:
    """One list of letters, and so one file. Raises ``RefusedError`` with all problems.

    ``file_ref``: exactly ten capitals and figures, another for each file. ``mailing_ref``: at most 20, never used before on the
    account, another one too when a list is sent again; ``deleted_refs`` are the lists that it replaces. ``gen_psc``: bpost makes
    the presorting codes.
    """

    sender: Sender
    mode: Mode
    file_ref: str
    mailing_ref: str
    delivery_date: date
    deposit: Deposit | None = None
    gen_mid: GenMid = GenMid.NONE
    gen_psc: bool = False
    size: Format = Format.SMALL
    sorting: Sorting | None = Sorting.CUSTOMER
    presorting_version: int | None = None
    response: ResponseWish | None = None
    contacts: tuple[Contact, ...] = ()
    file_refs: tuple[CustomerRef, ...] = ()
    mailing_refs: tuple[CustomerRef, ...] = ()
    deleted_refs: tuple[str, ...] = ()
    file_info: str = "MID2"

    def __post_init__(self) -> None:
        problems = [*_numbers(self), *_references(self), *_contacts(self.contacts), *_own(self)]
        if problems:
            raise RefusedError(problems)


def deposit_of(identifier: str, kind: str) -> Deposit | None:
    """The deposit as somebody filled it in: both or neither. Raises ``RefusedError`` (fields ``deposit``, ``deposit_kind``)."""
    if not identifier and not kind:
        return None
    problems = list(_text("deposit", identifier, LONGEST_DEPOSIT, needed=True))
    if kind not in set(DepositKind):
        problems.append(Problem("unknown_value" if kind else "missing", "deposit_kind", kind))
    if problems:
        raise RefusedError(problems)
    return Deposit(identifier, DepositKind(kind))


def _numbers(mailing: Mailing) -> Iterator[Problem]:
    sender = mailing.sender
    for name, value in (("prs_id", sender.prs_id), ("account_id", sender.account_id), ("customer_id", sender.customer)):
        if not _NUMBER.fullmatch(value):
            yield Problem("not_a_number", name, value)
    if sender.customer != sender.prs_id:
        yield Problem("customer_is_not_sender", "customer_id", sender.customer)
    version = mailing.presorting_version
    if version is not None and not 1 <= version <= LARGEST_SEQ:
        yield Problem("not_a_number", "presorting_version", str(version))


def _references(mailing: Mailing) -> Iterator[Problem]:
    if not FILE_REF.fullmatch(mailing.file_ref):
        yield Problem("file_ref", "file_ref", mailing.file_ref)
    yield from _text("mailing_ref", mailing.mailing_ref, 20, needed=True)
    if mailing.deposit is not None:
        yield from _text("deposit", mailing.deposit.identifier, LONGEST_DEPOSIT, needed=True)
    for reference in mailing.deleted_refs:
        yield from _text("deleted_refs", reference, 20, needed=True)
        if reference == mailing.mailing_ref:
            yield Problem("deletes_itself", "deleted_refs", reference)
    if mailing.file_info not in {"MID2", "RS3", "MID2,RS3"}:
        yield Problem("unknown_value", "file_info", mailing.file_info)


def _contacts(contacts: tuple[Contact, ...]) -> Iterator[Problem]:
    for contact in contacts:
        yield from _text("contact.email", contact.email, 100, needed=True)
        if contact.email and not _EMAIL.fullmatch(contact.email):
            yield Problem("not_an_email", "contact.email", contact.email)
        if contact.lang not in {"nl", "fr"}:
            yield Problem("unknown_value", "contact.lang", contact.lang)
        for name in ("first_name", "last_name", "phone", "fax", "mobile"):
            yield from _text(f"contact.{name}", getattr(contact, name), 50)


def _own(mailing: Mailing) -> Iterator[Problem]:
    for own in (*mailing.file_refs, *mailing.mailing_refs):
        yield from _text("customer_ref.key", own.key, 50, needed=True)
        yield from _text("customer_ref.value", own.value, 250, needed=True)


def _text(name: str, value: str, longest: int, *, needed: bool = False) -> Iterator[Problem]:
    if needed and not value:
        yield Problem("missing", name)
    if len(value) > longest:
        yield Problem("too_long", name, value)
    if not is_written(value) or value != value.strip():
        yield Problem("not_written", name, value)


@dataclass(frozen=True, slots=True)
class Item:
    """One letter. Raises ``RefusedError`` with all problems of it.

    ``seq`` numbers the letters of a mailing, upwards from 1. ``components`` by code, each once, none empty, no longer than
    ``components.MAXIMUM``, in ISO-8859-1 (``address.fit`` sees to it). ``mail_id``: 14, 16 or 18 figures, empty when bpost gives it.
    """

    seq: int
    components: tuple[tuple[int, str], ...]
    mail_id: str = ""
    lang: str = ""
    ps_code: str = ""
    priority: Priority = Priority.NON_PRIOR

    def __post_init__(self) -> None:
        problems = [*_item(self), *_components(self)]
        if problems:
            raise RefusedError(problems)


def _item(item: Item) -> Iterator[Problem]:
    if not 1 <= item.seq <= LARGEST_SEQ:
        yield Problem("not_a_number", "seq", str(item.seq), item.seq)
    if item.mail_id and not is_mail_id(item.mail_id):
        yield Problem("mail_id", "mail_id", item.mail_id, item.seq)
    if item.lang not in {"", "nl", "fr", "de"}:
        yield Problem("unknown_value", "lang", item.lang, item.seq)
    for problem in _text("ps_code", item.ps_code, 20):
        yield Problem(problem.code, problem.field, problem.value, item.seq)
    if not item.components:
        yield Problem("missing", "components", "", item.seq)


def _components(item: Item) -> Iterator[Problem]:
    codes = [code for code, _ in item.components]
    for code, value in item.components:
        name = f"component.{code:d}"
        if code not in MAXIMUM:
            yield Problem("unknown_value", name, value, item.seq)
            continue
        if codes.count(code) > 1:
            yield Problem("twice", name, value, item.seq)
        for problem in _text(name, value, MAXIMUM[code], needed=True):
            yield Problem(problem.code, problem.field, problem.value, item.seq)
    for whole, parts in WHOLE.items():
        if whole in codes and any(part in codes for part in parts):
            yield Problem("whole_and_parts", f"component.{whole:d}", "", item.seq)
