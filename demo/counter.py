"""The counter of the demo: blank cards delivered, two duplicates handed out, one blank spoiled; the duplicates are put into the folder."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.utils import timezone

from convocations.models import Card, Counter, Duplicate
from convocations.rules.counter import BlankKind, Cause, Mode, Movement
from convocations.selectors.counter import blank_of, counter_named, last_duplicates, last_moment, stock
from convocations.services import counters, duplicates
from convocations.services.duplicates import Request
from core.actor import Actor
from core.tenancy import tenant
from elections.models import Election

NAME: Final = "Loket 1"
DELIVERED: Final = 200
HANDED_OUT: Final = ((Mode.OVERPRINT, Cause.LOST), (Mode.FULL, Cause.NOT_RECEIVED))
BEFORE_THE_END: Final = timedelta(days=3)
"""Before the last moment for duplicates: whoever starts the demo after the election would be refused at the clock of now."""


def hand_out(*, election: Election, out: Path, by: Actor) -> tuple[list[Path], dict[str, int]]:
    """The files of the duplicates, and what the counter says of its blank cards; what was done already is not done again.

    The cards of the election are released.
    """
    with tenant(election.municipality_id):
        at = min(timezone.now(), last_moment(election) - BEFORE_THE_END)
        blank = blank_of(election, _first_cards(election)[0].template)
        counter = counter_named(municipality_id=election.municipality_id, name=NAME) or _open(election, blank, by=by, at=at)
        made = last_duplicates(election=election, count=len(HANDED_OUT)) or _replace(election, counter, by=by, at=at)
        files = [_write(one, out, by=by, at=at) for one in sorted(made, key=lambda one: one.pk)]
        found = stock(election=election, counter=counter, kind=blank)
    moved = {kind.value: found.moved[kind] for kind in (Movement.DELIVERED, Movement.PRINTED, Movement.SPOILED)}
    return files, {"duplicates": len(files), **moved, "left": found.left}


def _open(election: Election, blank: BlankKind, *, by: Actor, at: datetime) -> Counter:
    """A counter with a printer that is a little off, and its blank cards, one of which got stuck."""
    municipality = election.municipality
    printer = counters.keep_printer(
        municipality=municipality, printer=None, name="Printer onthaal", right=Decimal("0.5"), up=Decimal(-1), by=by, at=at
    )
    counter = counters.keep_counter(municipality=municipality, counter=None, name=NAME, printer=printer, by=by, at=at)
    for kind, quantity, note in ((Movement.DELIVERED, DELIVERED, "Drukkerij"), (Movement.SPOILED, 1, "Vast in de printer")):
        counters.move_blanks(election=election, counter=counter, blank=blank, kind=kind, quantity=quantity, note=note, by=by, at=at)
    return counter


def _replace(election: Election, counter: Counter, *, by: Actor, at: datetime) -> Sequence[Duplicate]:
    """Duplicates for the first voters of the list who have a card."""
    voters = [card.person for card in _first_cards(election)]
    return [
        duplicates.issue_duplicate(
            election=election, person=person, request=Request(counter=counter, mode=mode, cause=cause, identity_seen=True), by=by, at=at
        ).duplicate
        for (mode, cause), person in zip(HANDED_OUT, voters, strict=True)
    ]


def _first_cards(election: Election) -> list[Card]:
    """The first cards of the first voters of the list, whatever became of them."""
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election, issue=1).select_related("person")
    return list(rows.order_by("list_number")[: len(HANDED_OUT)])


def _write(duplicate: Duplicate, out: Path, *, by: Actor, at: datetime) -> Path:
    """The file as the counter opens it; what is there already stays."""
    path = out / f"duplicaat-{duplicate.card.list_number}-{duplicate.card.issue:02d}.pdf"
    if not path.exists():
        partial = path.with_name(f"{path.name}.part")
        partial.write_bytes(duplicates.open_again(duplicate=duplicate, by=by, at=at))
        partial.rename(path)
    return path
