"""Cards that ask for a look: letters that came back, cases that are closed; and the hour that a household would like."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from convocations.models import Card, CardCase, CardEvent, HourWish
from convocations.rules.returns import Action, Cause
from convocations.rules.tokens import read_code
from convocations.sql import returned
from convocations.sql.returned import Said
from core import audit
from core.actor import Actor
from elections.models import Election
from voters.models import Person

SAME_SCAN: Final = timedelta(minutes=10)
"""The same letter, noted again by the same person for the same cause within this time, was scanned twice; no letter comes back twice so soon."""

LONGEST_NOTE: Final = 300


class CaseRefusedError(Exception):
    """It cannot be done; nothing has changed. Codes: ``no_code``, ``unknown_code``, ``not_released``, ``replaced``, ``closed_already``."""

    def __init__(self, code: str, card: Card | None = None) -> None:
        super().__init__(code)
        self.code, self.card = code, card


class CasesRefusedError(Exception):
    """None of the cases is closed. ``wrong``: number of a case → ``unknown_case`` or ``closed_already``."""

    def __init__(self, wrong: list[tuple[int, str]]) -> None:
        super().__init__(f"{len(wrong)} cases")
        self.wrong = wrong


def find_card(*, election: Election, code: str) -> Card:
    """The card of a code that was scanned or typed. Raises ``CaseRefusedError``."""
    read = read_code(code)
    if read is None:
        raise CaseRefusedError("no_code")
    token, issue = read
    found = Card.objects.filter(municipality_id=election.municipality_id, election=election, token=token)
    card = (found if issue is None else found.filter(issue=issue)).select_related("station").first()
    if card is None:
        raise CaseRefusedError("unknown_code")
    if card.state in {Card.State.MADE, Card.State.WITHDRAWN}:
        raise CaseRefusedError("not_released", card)
    return card


@transaction.atomic
def note_return(*, election: Election, code: str, cause: Cause, action: Action, note: str, by: Actor, at: datetime) -> Card:
    """Note that a letter came back, why, and what was done with it. One that is kept for its voter stays an open case."""
    card = find_card(election=election, code=code)
    said = Said(card.pk, cause.value, action.value, note)
    returned.lock(municipality_id=card.municipality_id, cards=[card.pk])
    if returned.note(municipality_id=card.municipality_id, said=[said], within=SAME_SCAN, by=by.name, at=at):
        card.refresh_from_db(fields=["state"])
        after = {"cause": said.cause, "action": said.action}
        audit.record(municipality_id=card.municipality_id, kind="card.returned", by=by, at=at, target=f"card:{card.pk}", after=after)
    return card


@transaction.atomic
def close_case(*, case: CardCase, note: str, by: Actor, at: datetime) -> None:
    """Close a case, with what was done. Raises ``CaseRefusedError``."""
    current = CardCase.objects.select_for_update(of=("self",)).select_related("card").get(municipality_id=case.municipality_id, pk=case.pk)
    if current.state != CardCase.State.OPEN:
        raise CaseRefusedError("closed_already")
    current.state, current.note, current.closed_at, current.closed_by_name = CardCase.State.DONE, note, at, by.name
    current.save(update_fields=["state", "note", "closed_at", "closed_by_name"])
    add_event(current.card, CardEvent.Kind.HANDLED, {"kind": current.kind, "note": note}, by=by, at=at)
    after = {"kind": current.kind}
    audit.record(municipality_id=case.municipality_id, kind="card_case.closed", by=by, at=at, target=f"card:{current.card_id}", after=after)


@transaction.atomic
def close_cases(*, election: Election, numbers: Collection[int], note: str, by: Actor, at: datetime) -> int:
    """Close cases by their numbers, all of them or none. Returns how many. Raises ``CasesRefusedError`` with every number that cannot be."""
    own = CardCase.objects.filter(municipality_id=election.municipality_id, card__election=election, pk__in=numbers)
    found = {case.pk: case for case in own.select_for_update(of=("self",)).order_by("pk")}
    wrong = [(number, "unknown_case") for number in numbers if number not in found]
    wrong += [(case.pk, "closed_already") for case in found.values() if case.state != CardCase.State.OPEN]
    if wrong:
        raise CasesRefusedError(wrong)
    for case in found.values():
        close_case(case=case, note=note, by=by, at=at)
    return len(found)


def add_event(card: Card, kind: str, details: dict[str, str], *, by: Actor, at: datetime) -> None:
    """A line in the history of a card."""
    CardEvent.objects.create(municipality_id=card.municipality_id, card=card, kind=kind, details=details, at=at, by_name=by.name)


@transaction.atomic
def set_wish(*, election: Election, person: Person, wish: int, by: Actor, at: datetime) -> None:
    """Keep that the household of a voter wants to come earlier (-1) or later (1), or does not mind (0). It counts for cards that are yet to be made."""
    own: dict[str, Any] = {"municipality_id": election.municipality_id, "election": election, "person": person}
    before = HourWish.objects.filter(**own).values_list("wish", flat=True).first() or 0
    if wish == before:
        return
    if wish:
        HourWish.objects.update_or_create(**own, defaults={"wish": wish, "recorded_at": at, "recorded_by_name": by.name})
    else:
        HourWish.objects.filter(**own).delete()
    audit.record(
        municipality_id=election.municipality_id, kind="hour_wish.changed", by=by, at=at, target=f"person:{person.pk}", after={"wish": wish}
    )
