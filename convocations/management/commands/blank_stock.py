"""``blank_stock 23027 2024-10-13 --counter "Loket 1" --template invitation-local-paper-nl --delivered 500 --requested-by an``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.cards.papers import Paper
from convocations.counter_commands import counter_called
from convocations.rules.counter import MOST_BLANKS, UNDIVIDED, BlankKind, Movement
from convocations.selectors import counter as selectors
from convocations.selectors.counter import Stock
from convocations.services.counters import MovementRefusedError, move_blanks
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission

MOVEMENTS = {
    "delivered": (Movement.DELIVERED, "came to the counter"),
    "returned": (Movement.TAKEN_BACK, "went back from the counter"),
    "spoiled": (Movement.SPOILED, "were spoiled; needs --note"),
    "counted": (Movement.COUNTED, "lie there, as somebody counted them"),
}
MOST_NOTE = 200
PROBLEMS = {
    "quantity": f"a number from 1 to {MOST_BLANKS}; --counted may be 0",
    "note": "of spoiled cards the cause is needed",
    "blank": "no blank card of this kind: cards that are not divided by kind yet do not come in, and other kinds are those of this election",
}
NEEDED = "is needed to note blank cards"


class Command(JsonCommand):
    """Say how many blank cards every counter has of each kind, or note some that came, went, were spoiled or counted."""

    help = "Show the blank cards of every counter by kind, or note that some came, went back, were spoiled or were counted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the counter, the kind and what happened."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--counter", metavar="NAME", help="every counter when left out")
        parser.add_argument("--template", metavar="NAME", help="the text, as blank_cards calls it")
        parser.add_argument("--paper", choices=[paper.value for paper in Paper], help="that on which the election prints it when left out")
        parser.add_argument("--undivided", action="store_true", help="those of before kinds were told apart: they only go out")
        amount = parser.add_mutually_exclusive_group()
        for name, (_kind, what) in MOVEMENTS.items():
            amount.add_argument(f"--{name}", metavar="COUNT", type=int, help=f"how many {what}")
        parser.add_argument("--note", metavar="TEXT", default="", help=f"at most {MOST_NOTE} letters")
        parser.add_argument("--requested-by", metavar="USER", help="needed to note blank cards")

    def run(self, *, nis: str, date: str, requested_by: str | None, **options: Any) -> dict[str, Any]:
        """Note what happened, or return the stock."""
        place = municipality(nis)
        name = next((one for one in MOVEMENTS if options[one] is not None), None)
        if name is not None:
            for needed in ("counter", "requested_by"):
                if (requested_by if needed == "requested_by" else options[needed]) is None:
                    refuse(NEEDED, column=f"--{needed.replace('_', '-')}")
        by = permitted(actor(place, requested_by), Permission.HAND_OUT if name else Permission.VIEW) if requested_by else None
        with tenant(place.pk):
            election = election_on(place, date)
            election.municipality = place
            if options["counter"] is not None:
                counter_called(place, options["counter"])
            kind = _kind(election, options)
            if name is None or by is None:
                return {"stock": _stock(election, options["counter"], kind)}
            if kind is None:
                refuse(NEEDED, column="--template")
            if len(options["note"]) > MOST_NOTE:
                refuse(f"longer than {MOST_NOTE} letters", column="--note")
            moved: dict[str, Any] = {"kind": MOVEMENTS[name][0], "blank": kind, "quantity": options[name], "note": options["note"]}
            try:
                made = move_blanks(election=election, counter=counter_called(place, options["counter"]), **moved, by=by, at=timezone.now())
            except MovementRefusedError as refusal:
                column, value = {"quantity": (name, options[name]), "note": ("note", ""), "blank": ("template", kind.code)}[refusal.code]
                refuse(PROBLEMS[refusal.code], column=f"--{column}", value=str(value))
            (told,) = _stock(election, options["counter"], kind)
        return {**told, "noted": name, "quantity": made.quantity, "expected": made.expected}


def _kind(election: Election, options: dict[str, Any]) -> BlankKind | None:
    """The kind that is meant; ``None``: all of them."""
    template, paper = options["template"], options["paper"]
    if options["undivided"]:
        return UNDIVIDED if not (template or paper) else refuse("goes without --template and --paper", column="--undivided")
    if template is None:
        return None if paper is None else refuse("goes with --template", column="--paper", value=paper)
    known = selectors.blank_kinds(election)
    if template not in {one.template for one in known if one.template}:
        refuse("is no text that this election needs", column="--template", value=template)
    return BlankKind(template, paper) if paper else selectors.blank_of(election, template)


def _stock(election: Election, counter: str | None, kind: BlankKind | None) -> list[dict[str, Any]]:
    """Of every counter each kind that it ever had, or of one of them."""
    found = selectors.stocks(election)
    return [_told(one) for one in found if counter in (None, one.counter.name) and kind in (None, one.kind)]


def _told(stock: Stock) -> dict[str, Any]:
    moved = {name: stock.moved[kind] for name, (kind, _what) in MOVEMENTS.items() if kind in stock.moved}
    kind = {"template": stock.kind.template, "paper": stock.kind.paper}
    return {
        "counter": stock.counter.name,
        **kind,
        **moved,
        "printed": stock.moved[Movement.PRINTED],
        "differences": stock.differences,
        "left": stock.left,
    }
