"""The request as our views see it, typed, with what the middleware added; and what is not there for it."""

from datetime import datetime
from typing import TypeVar

from django.http import Http404, HttpRequest
from django_htmx.middleware import HtmxDetails

from core.actor import Actor

T = TypeVar("T")


class Request(HttpRequest):
    """A request after core and municipality middleware. ``municipality_id`` is 0 outside a municipality."""

    htmx: HtmxDetails
    now: datetime
    address: str
    actor: Actor
    municipality_id: int
    menu_entry: str
    """Set by a view whose address does not tell under which entry of the side menu it stands: the name of that entry's address."""


def or_404(found: T | None) -> T:
    """What was found. Another municipality's is not found either: the answer is the same."""
    if found is None:
        raise Http404
    return found
