"""New cards for many voters at once: a street, a station or a list of numbers, through a print run of its own.

One person asks; the run is read back and released by another as every run is (``convocations.services.releasing``), and only then
are the former cards worth nothing.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from convocations.models import Card, PrintRun, Reissue, ReissueVoter
from convocations.rules.counter import MOST_REISSUED, Cause, Refusal, read_code
from convocations.rules.runs import RunSettings
from convocations.selectors.counter import last_moment, settings_for
from convocations.services import runs
from convocations.sql import counter as sql
from core import audit
from core.actor import Actor
from districts.models import Station, Street
from elections.models import Election
from voters.selectors.ledger import NoFinalListError, current_statement, moment

MOST_BYTES = 2_000_000
SHOWN = 20


class ReissueRefusedError(Exception):
    """No cards are asked for, and nothing has changed. ``rows``: of a list, the first rows that name nobody."""

    def __init__(self, refusal: Refusal, rows: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Whom:
    """Of whom: exactly one of a street, a station, or the rows of a file with its name."""

    street: Street | None = None
    station: Station | None = None
    rows: Sequence[tuple[int, str]] = ()
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
            return self.street.name
        return f"{self.station.number} {self.station.name}".strip() if self.station is not None else self.file_name


COLUMN = "token"
"""The column of the codes in ``manifest.csv``."""


def rows_of(data: bytes) -> list[tuple[int, str]]:
    """The rows of a CSV file (docs/formats/reissue.md): line number and the code or number. A first line without a figure is a heading.

    Where the heading has ``token``, as that of a run's list of cards has, its column is read; else the first.

    Raises ``ValueError`` for what is no text or too large.
    """
    if len(data) > MOST_BYTES:
        raise ValueError("too large")
    text = data.decode("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    found = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1) if row]
    place = 0
    if found and not any(character.isdigit() for character in found[0][1][0]):
        heading = found.pop(0)[1]
        place = heading.index(COLUMN) if COLUMN in heading else 0
    values = [(number, row[place].strip() if place < len(row) else "") for number, row in found]
    return [(number, value) for number, value in values if value]


@transaction.atomic
def request_reissue(
    *, election: Election, whom: Whom, cause: Cause, note: str, settings: RunSettings | None = None, by: Actor, at: datetime
) -> PrintRun:
    """Have new cards made, marked as duplicates unless the former ones were wrong.

    Raises ``ReissueRefusedError`` and ``convocations.services.runs.RunRefusedError``.
    """
    runs.lock(election)
    if at > last_moment(election):
        raise ReissueRefusedError(Refusal.TOO_LATE)
    persons = _persons(election, whom)
    if not persons:
        raise ReissueRefusedError(Refusal.NOBODY)
    if len(persons) > MOST_REISSUED:
        raise ReissueRefusedError(Refusal.TOO_MANY)
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
    return run


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
    named = _named(election, whom.rows, sql.by_numbers(**own, numbers=[int(value) for _row, value in whom.rows if _is_number(value)]))
    found = sql.chosen(**own, which=sql.IN_LIST, persons=list(set(named.values())))
    none = [(row, value) for row, value in whom.rows if named.get(row) not in set(found)]
    if none:
        raise ReissueRefusedError(Refusal.UNKNOWN_ROWS, none[:SHOWN])
    return found


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9


def _named(election: Election, rows: Sequence[tuple[int, str]], by_number: dict[int, int]) -> dict[int, int]:
    """Row → person, of those that name somebody by list number or by the code of a card."""
    codes = {row: code for row, value in rows if not _is_number(value) and (code := read_code(value))}
    cards = Card.objects.filter(
        municipality_id=election.municipality_id, election=election, token__in={one.token for one in codes.values()}
    )
    persons = {card.token: (card.person_id, card.issue) for card in cards}
    found = {row: by_number[int(value)] for row, value in rows if _is_number(value) and int(value) in by_number}
    for row, code in codes.items():
        person = persons.get(code.token)
        if person is not None and code.issue in (None, person[1]):
            found[row] = person[0]
    return found
