"""New cards for many voters at once: a street, a station or a list of numbers, through a print run of its own.

One person asks; the run is read back and released by another as every run is (``convocations.services.releasing``), and only then
are the former cards worth nothing.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from convocations.models import Card, PrintRun, Reissue, ReissueVoter
from convocations.rules.counter import MOST_REISSUED, REISSUE_APPROVAL, BadRow, Cause, Refusal, RowProblem, read_code, street_label
from convocations.rules.runs import RunSettings
from convocations.selectors.counter import last_moment, settings_for
from convocations.services import runs
from convocations.sql import counter as sql
from core import approvals, audit
from core.actor import Actor
from districts.models import Station, Street
from elections.models import Election
from voters.selectors.ledger import NoFinalListError, current_statement, moment

MOST_BYTES = 2_000_000


class ReissueRefusedError(Exception):
    """No cards are asked for, and nothing has changed. ``rows``: of a list, all rows that name nobody; ``column``: what theirs is called."""

    def __init__(self, refusal: Refusal, rows: Sequence[BadRow] = (), column: str = "") -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.rows = rows
        self.column = column


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file says: the column that was read, and of each row its number in the file (from 1) and the value."""

    column: str
    values: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Whom:
    """Of whom: exactly one of a street, a station, or the rows of a file with its name. ``place``: postcode and place of the street."""

    street: Street | None = None
    place: str = ""
    station: Station | None = None
    rows: Rows | None = None
    file_name: str = ""

    @property
    def scope(self) -> Reissue.Scope:
        """What it is."""
        if self.street is not None:
            return Reissue.Scope.STREET
        return Reissue.Scope.STATION if self.station is not None else Reissue.Scope.BATCH

    @property
    def label(self) -> str:
        """As people call it."""
        if self.street is not None:
            return street_label(self.street.name, self.place)
        return f"{self.station.number} {self.station.name}".strip() if self.station is not None else self.file_name


COLUMNS = ("token", "list_number")
"""Which columns name a voter where a file has a heading, the surest first: those of ``manifest.csv``."""


def rows_of(data: bytes) -> Rows:
    """The rows of a CSV file (docs/formats/reissue.md): row number and the code or number. A first line without a figure is a heading.

    Where the heading has one of ``COLUMNS``, as that of a run's list of cards has, that column is read; else the first.

    Raises ``ValueError`` for what is no text or too large.
    """
    if len(data) > MOST_BYTES:
        raise ValueError("too large")
    text = data.decode("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    try:
        found = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1) if row]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    place, column = 0, "1"
    if found and not any(character.isdigit() for character in found[0][1][0]):
        heading = [name.strip() for name in found.pop(0)[1]]
        place = next((heading.index(name) for name in COLUMNS if name in heading), 0)
        column = heading[place] or column
    values = [(number, row[place].strip() if place < len(row) else "") for number, row in found]
    return Rows(column, [(number, value) for number, value in values if value])


def count_voters(*, election: Election, whom: Whom, at: datetime) -> int:
    """How many voters would get a new card, with nothing written. Raises ``ReissueRefusedError``."""
    return len(_chosen(election, whom, at=at))


@transaction.atomic
def request_reissue(
    *,
    election: Election,
    whom: Whom,
    cause: Cause,
    note: str,
    settings: RunSettings | None = None,
    agreed_by: Actor | None = None,
    by: Actor,
    at: datetime,
) -> PrintRun:
    """Have new cards made, marked as duplicates unless the former ones were wrong.

    ``agreed_by``: a second person who agreed before they are made, as a command has it; their release is agreed on as that of every run.
    Raises ``ReissueRefusedError``, ``convocations.services.runs.RunRefusedError`` and ``core.approvals.SamePersonError``.
    """
    runs.lock(election)
    persons = _chosen(election, whom, at=at)
    asked = Reissue.objects.create(
        municipality_id=election.municipality_id,
        election=election,
        scope=whom.scope,
        label=whom.label[:200],
        cause=cause.value,
        note=note.strip(),
        voters=len(persons),
        asked_at=at,
        asked_by_name=by.name,
    )
    ReissueVoter.objects.bulk_create(
        [ReissueVoter(municipality_id=election.municipality_id, reissue=asked, person_id=pk) for pk in persons], batch_size=2000
    )
    wanted = replace(
        settings or settings_for(election), posting=None, reissue_changed=False, reissue=asked.pk, duplicates=cause != Cause.WRONG
    )
    run = runs.request_run(election=election, settings=wanted, reissue_by=by.user_id, by=by, at=at)
    after = {"scope": asked.scope, "what": asked.label, "cause": asked.cause, "note": asked.note, "voters": asked.voters}
    audit.record(
        municipality_id=election.municipality_id, kind="card_reissue.requested", by=by, at=at, target=f"card_run:{run.pk}", after=after
    )
    if agreed_by is not None:
        same: dict[str, Any] = {"municipality_id": election.municipality_id, "kind": REISSUE_APPROVAL, "object_id": run.pk, "at": at}
        approvals.request(**same, summary=after, by=by)
        approvals.decide(**same, approve=True, by=agreed_by)
    return run


def _chosen(election: Election, whom: Whom, *, at: datetime) -> list[int]:
    """The persons that are meant, who all get a card. Raises ``ReissueRefusedError``."""
    if at > last_moment(election):
        raise ReissueRefusedError(Refusal.TOO_LATE)
    persons = _persons(election, whom)
    if not persons:
        raise ReissueRefusedError(Refusal.NOBODY)
    if len(persons) > MOST_REISSUED:
        raise ReissueRefusedError(Refusal.TOO_MANY)
    return persons


def _persons(election: Election, whom: Whom) -> list[int]:
    try:
        statement, params = current_statement(election, moment(municipality_id=election.municipality_id))
    except NoFinalListError as error:
        raise ReissueRefusedError(Refusal.NO_FINAL_LIST) from error
    own: dict[str, Any] = {"statement": statement, "params": params}
    if whom.street is not None:
        return sql.chosen(**own, which=sql.IN_STREET, street_id=whom.street.pk)
    if whom.station is not None:
        return sql.chosen(**own, which=sql.IN_STATION, station_id=whom.station.pk)
    rows = whom.rows.values if whom.rows else ()
    numbers = sql.by_numbers(**own, numbers=[int(value) for _row, value in rows if _is_number(value)])
    cards = _cards(election, [value for _row, value in rows])
    named = [_named(value, numbers, cards) for _row, value in rows]
    persons = list({one for one in named if isinstance(one, int)})
    found = sql.chosen(**own, which=sql.IN_LIST, persons=persons)
    without = sql.without_card(**own, persons=persons)
    sent = set(found)
    told = [_why_not(one, sent, without) for one in named]
    if bad := [BadRow(row, value, why) for (row, value), why in zip(rows, told, strict=True) if why]:
        raise ReissueRefusedError(Refusal.UNKNOWN_ROWS, bad, whom.rows.column if whom.rows else "")
    return found


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9


def _cards(election: Election, values: Sequence[str]) -> dict[str, Card]:
    """Token → card, of the codes among the values."""
    tokens = {code.token for value in values if not _is_number(value) and (code := read_code(value))}
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election, token__in=tokens)
    return {card.token: card for card in rows}


def _named(value: str, numbers: Mapping[int, int], cards: Mapping[str, Card]) -> int | RowProblem:
    """The person that a value names, by list number or by the code of a card."""
    if _is_number(value):
        return numbers.get(int(value), RowProblem.UNKNOWN_NUMBER)
    code = read_code(value)
    if code is None:
        return RowProblem.UNREADABLE
    card = cards.get(code.token)
    if card is None:
        return RowProblem.UNKNOWN_CODE
    return card.person_id if code.issue in (None, card.issue) else RowProblem.OTHER_ISSUE


def _why_not(named: int | RowProblem, found: set[int], without: Mapping[int, str]) -> str:
    """Why a row names nobody who gets a card; nothing for one that does."""
    if isinstance(named, RowProblem):
        return named.value
    return "" if named in found else without.get(named, RowProblem.NOT_ON_LIST.value)
