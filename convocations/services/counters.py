"""Counters, their printers, and their blank cards: what came in, went out, was spoiled and was counted."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from convocations.models import BlankMovement, CardPrinter, Counter
from convocations.rules.counter import MOST_BLANKS, MOST_OFFSET, OUT_OF_UNDIVIDED, SIGNS, UNDIVIDED, BlankKind, Movement
from convocations.selectors.counter import blank_kinds, stock
from core import audit
from core.actor import Actor
from elections.models import Election
from municipalities.models import Municipality


class NameTakenError(Exception):
    """Another counter or printer is called so; nothing has changed."""


class MovementRefusedError(Exception):
    """Blank cards do not move so; nothing has changed. ``code``: ``quantity``, ``note`` or ``blank`` (no such kind, or none that comes in)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def keep_printer(
    *, municipality: Municipality, printer: CardPrinter | None, name: str, right: Decimal, up: Decimal, by: Actor, at: datetime
) -> CardPrinter:
    """Make or change a printer; ``right`` and ``up`` in millimetres, at most 15. Raises ``NameTakenError`` and ``ValueError``."""
    if max(abs(right), abs(up)) > MOST_OFFSET or not name.strip():
        raise ValueError(f"{name}: {right} {up}")
    before = {"name": printer.name, "right_mm": str(printer.right_mm), "up_mm": str(printer.up_mm)} if printer else None
    kept = printer or CardPrinter(municipality=municipality)
    kept.name, kept.right_mm, kept.up_mm, kept.changed_at, kept.changed_by_name = name.strip(), right, up, at, by.name
    after = {"name": kept.name, "right_mm": str(right), "up_mm": str(up)}
    _save(kept, "card_printer.kept", before=before, after=after, by=by, at=at)
    return kept


def keep_counter(
    *, municipality: Municipality, counter: Counter | None, name: str, printer: CardPrinter | None, by: Actor, at: datetime
) -> Counter:
    """Make or change a counter. Raises ``NameTakenError`` and ``ValueError``."""
    if not name.strip():
        raise ValueError(name)
    before = {"name": counter.name} if counter else None
    kept = counter or Counter(municipality=municipality)
    kept.name, kept.printer, kept.changed_at, kept.changed_by_name = name.strip(), printer, at, by.name
    after = {"name": kept.name, "printer": printer.name if printer else ""}
    _save(kept, "counter.kept", before=before, after=after, by=by, at=at)
    return kept


def _save(row: CardPrinter | Counter, kind: str, *, before: dict[str, str] | None, after: dict[str, str], by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            row.save()
            audit.record(municipality_id=row.municipality_id, kind=kind, by=by, at=at, before=before, after=after)
    except IntegrityError as error:
        raise NameTakenError(row.name) from error


@transaction.atomic
def move_blanks(
    *,
    election: Election,
    counter: Counter,
    blank: BlankKind,
    kind: Movement,
    quantity: int,
    note: str,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> BlankMovement:
    """Note blank cards of a kind that were delivered, taken back, spoiled or counted. Raises ``MovementRefusedError``.

    A count says how many there are; how many there should have been is kept beside it. ``seen``: the last movement that the page showed;
    the same one by the same person after it is the same form sent twice, and is the answer.
    """
    if kind == Movement.PRINTED or not (0 if kind == Movement.COUNTED else 1) <= quantity <= MOST_BLANKS:
        raise MovementRefusedError("quantity")
    if kind == Movement.SPOILED and not note.strip():
        raise MovementRefusedError("note")
    if blank not in blank_kinds(election) or (blank == UNDIVIDED and kind not in OUT_OF_UNDIVIDED):
        raise MovementRefusedError("blank")
    lock(counter)
    own: dict[str, Any] = {"municipality_id": election.municipality_id, "election": election, "counter": counter, "by_name": by.name}
    own |= {"template": blank.template, "paper": blank.paper, "kind": kind.value, "quantity": quantity, "note": note.strip()}
    if seen is not None and (same := BlankMovement.objects.filter(**own, pk__gt=seen).first()):
        return same
    left = stock(election=election, counter=counter, kind=blank).left
    made = BlankMovement.objects.create(**own, expected=left if kind == Movement.COUNTED else None, at=at)
    after: dict[str, Any] = {"counter": counter.name, "blank": blank.code, "kind": kind.value, "quantity": quantity, "note": made.note}
    after |= {"left": quantity if kind == Movement.COUNTED else left + SIGNS[kind] * quantity}
    audit.record(municipality_id=election.municipality_id, kind="blank_cards.moved", by=by, at=at, before={"left": left}, after=after)
    return made


def lock(counter: Counter) -> None:
    """Keep the blank cards of a counter from everybody else until the end of the transaction."""
    Counter.objects.select_for_update(no_key=True).get(municipality_id=counter.municipality_id, pk=counter.pk)
