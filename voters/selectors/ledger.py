"""The list of an election at a moment, and what changed on it between two: for screens, documents, cards and the polling day.

The moment is that of recording. Whoever keeps a moment for later (a print run) takes it with ``moment``, so that nothing that was being
recorded just then turns up behind it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from elections.models import Election
from voters.models import Draft, Extraction
from voters.rules.ledger import NoCard
from voters.sql import ledger as sql
from voters.sql.merge import hold, lock
from voters.sql.plans import whole_lists

CHUNK = 2000


class NoFinalListError(Exception):
    """The election has no frozen voters list, so there is nothing that could change."""


@dataclass(frozen=True, slots=True)
class FrozenList:
    """The final extraction of an election, and the assignment that was frozen on it, if one was: parameters of voters.sql.ledger."""

    municipality_id: int
    extraction_id: int
    draft_id: int | None


@dataclass(frozen=True, slots=True)
class MailingAddress:
    """Where a card goes today. ``country``: ISO code, empty for Belgium; ``address_id``: the known address of this municipality, if it is one."""

    street_name: str
    house_number: str
    box_number: str
    postcode: str
    country: str
    address_id: int | None


@dataclass(frozen=True, slots=True)
class CurrentEntry:
    """One line of the list at a moment. Lines that are struck are there too, with ``struck``: the numbers have no gaps.

    ``entry_id`` is that of the frozen line (voters.models.Entry), ``None`` for who was added later: then ``added_entry_id`` is set
    (voters.models.AddedEntry). The person is in a list once, so that ``person_id`` is the key to keep. ``station_id`` is ``None`` while
    no assignment is frozen. ``ballots`` and ``compulsory`` are masks (elections.rules.BALLOT_NUMBERS). ``mailing`` is ``None`` exactly
    when ``no_card`` says why; ``moved``: it differs from the address on the list (``list_address``) because of an event.
    """

    entry_id: int | None
    added_entry_id: int | None
    person_id: int
    list_number: int
    station_id: int | None
    station_number: int | None
    last_name: str
    first_names: str
    birth_date: str
    sex: str
    language: str
    mark: str
    minor: bool
    ballots: int
    compulsory: int
    household_id: str
    struck: bool
    added_later: bool
    corrected: bool
    no_card: NoCard | None
    mailing: MailingAddress | None
    moved: bool
    list_address: MailingAddress


def frozen_list(election: Election) -> FrozenList | None:
    """The frozen list of an election; ``None`` while there is none."""
    extraction = Extraction.objects.filter(
        municipality_id=election.municipality_id, election=election, kind=Extraction.Kind.FINAL, frozen_at__isnull=False
    ).first()
    if extraction is None:
        return None
    draft = Draft.objects.filter(
        municipality_id=election.municipality_id, election=election, extraction=extraction, state=Draft.State.FROZEN
    ).first()
    return FrozenList(election.municipality_id, extraction.pk, draft.pk if draft else None)


def parameters(frozen: FrozenList) -> dict[str, int | None]:
    """What the statements of voters.sql.ledger ask, but the moment."""
    return {"municipality_id": frozen.municipality_id, "extraction_id": frozen.extraction_id, "draft_id": frozen.draft_id}


def moment(*, municipality_id: int, shared: bool = False) -> datetime:
    """Now, once nothing is being recorded: waits for the merge or decision at work, and holds back the next one until this transaction ends.

    ``shared``: others who ask so need not wait for one another (counters), only whoever records.
    """
    (hold if shared else lock)(municipality_id=municipality_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found


LONGEST_WORK: Final = timedelta(days=1)


def recorded_moment(at: datetime) -> datetime:
    """Under which moment to record what work does that began ``at``; ask it while the lock of ``moment`` is held.

    By the clock of now: a list may have been taken while the work waited, and what it does not hold must be of later than it, or
    the sheet of changes since then would leave it out. ``at`` itself where that is no moment of today's work.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now if at <= now < at + LONGEST_WORK else at


ORDERS = {
    "number": "list_number",
    "station": "station_number NULLS FIRST, list_number",
    "post": "mail_postcode, core_fold(mail_street_name), (substring(mail_house_number FROM '^[0-9]{1,9}'))::int NULLS LAST, mail_house_number, mail_box_number, list_number",
}


def current_statement(election: Election, at: datetime, *, order: str = "number") -> tuple[str, dict[str, Any]]:
    """The one statement behind ``current_entries``, for a cursor of the caller's own: columns ``voters.sql.ledger.COLUMNS``.

    ``order`` is one of ``ORDERS``. Raises ``NoFinalListError``. Wrap it as ``SELECT … FROM (statement) l`` to narrow it.
    """
    frozen = frozen_list(election)
    if frozen is None:
        raise NoFinalListError
    return f"{sql.CURRENT} ORDER BY {ORDERS[order]}", {**parameters(frozen), "at": at}


def current_entries(election: Election, at: datetime, *, order: str = "number") -> Iterator[CurrentEntry]:
    """Every line of the election's list as it stood at a moment, read from the server by ``CHUNK``; inside one transaction only.

    Raises ``NoFinalListError``.
    """
    statement, params = current_statement(election, at, order=order)
    with connection.chunked_cursor() as cursor:
        with whole_lists():
            cursor.execute(statement, params)
        while rows := cursor.fetchmany(CHUNK):
            yield from map(as_entry, rows)


def lines_of(frozen: FrozenList, *, person_ids: Sequence[int], at: datetime) -> dict[int, CurrentEntry]:
    """The lines of some persons as they stood at a moment, by person; who never had one is not among them."""
    statement = sql.current(among="AND e.person_id = ANY(%(person_ids)s)")
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters(frozen), "person_ids": list(person_ids), "at": at})
        lines = map(as_entry, cursor.fetchall())
        return {line.person_id: line for line in lines}


def as_entry(row: Sequence[Any]) -> CurrentEntry:
    """A row of ``voters.sql.ledger.COLUMNS``, taken by place: by name it takes several times as long, and a city has 400,000."""
    if len(row) != len(sql.COLUMNS):
        raise ValueError(row)
    no_card = row[_NO_CARD]
    mailing = None if no_card else MailingAddress(*row[_MAIL])
    listed: list[Any] = [*row[_LISTED], row[_LISTED_POSTCODE], "", None]
    values: list[Any] = [*row[:_NO_CARD], NoCard(no_card) if no_card else None, mailing, row[_MOVED], MailingAddress(*listed)]
    return CurrentEntry(*values)


_NO_CARD, _MOVED, _LISTED_POSTCODE = (sql.COLUMNS.index(name) for name in ("no_card", "moved", "list_postcode"))
_MAIL = slice(_NO_CARD + 1, _MOVED)
_LISTED = slice(_LISTED_POSTCODE + 1, _LISTED_POSTCODE + 4)
