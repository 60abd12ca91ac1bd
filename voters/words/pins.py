"""What is fixed or closed for the drafts to come, in words."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.presentation import date_time
from voters.models import Pin
from voters.words import drafts as words
from voters.words.draft_page import numbers
from voters.words.persons import name as person_name

Item = dict[str, Any]
REFUSALS: Final[dict[str, Promise]] = {
    "frozen": gettext_lazy("The assignment is frozen: nothing can be fixed any more. Nothing has changed."),
    "exists": gettext_lazy("This is fixed so already. Nothing has changed."),
    "numbers": gettext_lazy("The last number lies before the first."),
    "nothing_named": gettext_lazy("Choose a street, or begin from the page of a person to fix their household."),
}


def refusal(code: str) -> str:
    """Why something cannot be fixed."""
    return str(REFUSALS.get(code, _("This cannot be fixed. Nothing has changed.")))


def what(pin: Pin) -> str:
    """``Basiliekstraat (1500), even 2 tot 18``, or *The household of Peeters, An*."""
    if pin.street is None:
        return _("The household of %(name)s") % {"name": person_name(pin.person)} if pin.person else _("A household")
    place = f"{pin.street.name} ({pin.postcode})" if pin.postcode else pin.street.name
    return f"{place}, {numbers(pin.side, pin.number_from, pin.number_to)}"


def where(pin: Pin) -> str:
    """The station or the building."""
    if pin.station is not None:
        return _("polling station %(station)s") % {"station": words.station_name(pin.station)}
    return pin.building.name if pin.building else ""


def rows(pins: Sequence[Pin]) -> list[Item]:
    """Pins and bans as rows."""
    return [
        {
            "pk": pin.pk,
            "what": what(pin),
            "person_id": pin.person_id,
            "here": pin.kind == Pin.Kind.HERE,
            "where": where(pin),
            "note": pin.note,
            "made": f"{pin.made_by_name} · {date_time(pin.made_at)}",
        }
        for pin in pins
    ]
