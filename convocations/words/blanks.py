"""What is said of blank cards: which kind it is, how many of it are left, what happened to them."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.cards.card import Language, TemplateKey
from convocations.models import BlankMovement, Counter
from convocations.rules.counter import UNDIVIDED, BlankKind, Movement
from convocations.selectors.counter import Stock
from convocations.words.papers import PAPERS
from convocations.words.templates import KINDS
from core.templatetags.presentation import actor_name, date_time, number

Item = dict[str, Any]
LANGUAGES: dict[Language, str] = {"nl": "Nederlands", "fr": "français"}


MOVEMENTS: dict[str, Promise] = {
    Movement.DELIVERED: gettext_lazy("Delivered"),
    Movement.TAKEN_BACK: gettext_lazy("Taken back"),
    Movement.PRINTED: gettext_lazy("Printed"),
    Movement.SPOILED: gettext_lazy("Spoiled"),
    Movement.COUNTED: gettext_lazy("Counted"),
}


def kind_name(kind: BlankKind) -> str:
    """Which blank card goes into the printer: letter, voters, voting, language, paper."""
    if kind == UNDIVIDED:
        return _("not divided by kind yet")
    return " · ".join((template_name(kind.template), _("%(paper)s paper") % {"paper": PAPERS[kind.paper]}))


def template_name(template: str) -> str:
    """The same without the paper."""
    key = TemplateKey.of(template)
    types = {
        "belgian": _("Belgians"),
        "european": _("citizens of the European Union"),
        "european_minor": _("16 and 17 years"),
        "local": _("Belgians"),
        "local_foreigner": _("not Belgian"),
    }
    voting = _("electronic") if key.electronic else _("on paper")
    return " · ".join((str(KINDS[key.kind]), types[key.voter_type], voting, LANGUAGES[key.language]))


def shown(stocks: Sequence[Stock], desks: Sequence[Counter]) -> Item:
    """A row a counter and kind; a counter that never had any has one without a kind. And whether some are to be divided still."""
    rows = []
    for desk in desks:
        own = [stock_row(one) for one in stocks if one.counter.pk == desk.pk]
        rows += own or [{"pk": desk.pk, "name": desk.name, "kind": ""}]
    return {"rows": rows, "undivided": any(one.kind == UNDIVIDED and one.left for one in stocks)}


def stock_row(stock: Stock) -> Item:
    """The blank cards of a kind and counter in figures."""
    return {
        "pk": stock.counter.pk,
        "name": stock.counter.name,
        "kind": kind_name(stock.kind),
        "code": stock.kind.code,
        "undivided": stock.kind == UNDIVIDED,
        **{kind: number(count) for kind, count in stock.moved.items()},
        "differences": signed(stock.differences),
        "odd": stock.differences != 0,
        "left": _minus(number(stock.left)),
        "short": stock.left < 0,
    }


def history(stocks: Sequence[Stock], asked: str | None) -> Item:
    """What a counter has of each kind and what happened to it, the newest first. ``asked``: the code of one kind."""
    known = asked is not None and any(one.kind.code == asked for one in stocks)
    movements = [movement for one in stocks if not known or one.kind.code == asked for movement in one.movements]
    rows = [movement_row(movement) for movement in sorted(movements, key=attrgetter("pk"), reverse=True)]
    return {"stocks": [stock_row(one) for one in stocks], "rows": rows, "asked": asked if known else None}


def movement_row(movement: BlankMovement) -> Item:
    """A line of the history of blank cards."""
    note = movement.note
    if movement.kind == Movement.COUNTED and movement.expected is not None:
        counted = _counted(movement.quantity, movement.expected)
        note = f"{counted}. {note}" if note else counted
    if movement.duplicate is not None:
        card = movement.duplicate.card
        note = _("number %(number)s on the list, issue %(issue)s") % {"number": number(card.list_number), "issue": card.issue}
    return {
        "what": str(MOVEMENTS[movement.kind]),
        "kind": kind_name(BlankKind(movement.template, movement.paper)),
        "quantity": number(movement.quantity),
        "note": note,
        "at": date_time(movement.at),
        "by": actor_name(movement.by_name),
        "odd": movement.kind == Movement.COUNTED and movement.quantity != movement.expected,
    }


def _counted(found: int, expected: int) -> str:
    if found == expected:
        return _("as expected")
    return _("%(difference)s: there should have been %(expected)s") % {
        "difference": signed(found - expected),
        "expected": number(expected),
    }


def signed(difference: int) -> str:
    """``+1.200`` too many, or with a real minus sign ``3`` too few; ``0``."""
    return ("+" if difference > 0 else "") + _minus(number(difference))


def _minus(figure: str) -> str:
    """The sign as it is printed, not the hyphen."""
    return figure.replace("-", "\u2212")
