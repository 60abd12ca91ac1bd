"""Reads of the ledger for its page, for one voter, and for the change sheet."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from elections.models import Election
from voters.models import Person
from voters.rules.ledger import Change
from voters.selectors.ledger import CurrentEntry, FrozenList, NoFinalListError, as_entry, frozen_list, parameters
from voters.sql import changes as sql
from voters.sql.changes import LedgerFilter


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One event or decision about one person, with its three effects (outcomes of voters.rules.ledger).

    ``list_number`` is ``None`` for who is not on the list. ``mail``: the new address; ``said``: what the list is to say.
    """

    person_id: int
    last_name: str
    first_names: str
    birth_date: str
    list_number: int | None
    station_number: int | None
    rule: str
    event: str | None
    sequence: int | None
    decision_id: int | None
    decision_kind: str | None
    authority: str | None
    reference: str | None
    reason: str | None
    effective_on: date
    recorded_at: datetime
    recorded_by_name: str
    address: str
    list: str
    right: str
    mail: dict[str, Any]
    said: dict[str, Any]


def count(frozen: FrozenList, chosen: LedgerFilter) -> int:
    """How many rows match."""
    return sql.ledger_count(parameters(frozen), chosen=chosen)


def page(frozen: FrozenList, chosen: LedgerFilter, *, start: int = 0, stop: int | None = None) -> Sequence[LedgerRow]:
    """Rows of the ledger, the newest first."""
    limit = None if stop is None else stop - start
    rows = sql.ledger_page(parameters(frozen), chosen=chosen, limit=limit, offset=start)
    named = [dict(zip(sql.LEDGER_COLUMNS, row, strict=True)) for row in rows]
    return [LedgerRow(**{**row, "mail": json.loads(row["mail"]), "said": json.loads(row["said"])}) for row in named]


def of_person(*, election: Election, person: Person) -> Sequence[LedgerRow]:
    """What changed for one person after the list date, the newest first; nothing while there is no frozen list."""
    frozen = frozen_list(election)
    return page(frozen, LedgerFilter(person_id=person.pk)) if frozen else []


@dataclass(frozen=True, slots=True)
class ListChange:
    """One difference between two moments, and the line as it is at the second."""

    change: Change
    entry: CurrentEntry


def changes(election: Election, *, since: datetime, until: datetime) -> Iterator[ListChange]:
    """What differs on the list after ``since`` and until ``until``, by station; inside one transaction only. Raises ``NoFinalListError``."""
    frozen = frozen_list(election)
    if frozen is None:
        raise NoFinalListError
    for change, line in sql.changes({**parameters(frozen), "moment_from": since, "moment_to": until}):
        yield ListChange(Change(change), as_entry(line))
