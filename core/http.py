"""The request as our views see it: typed, with what the middleware added."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from core.actor import Actor


class Request(HttpRequest):
    """A request after core and municipality middleware. ``municipality_id`` is 0 outside a municipality."""

    htmx: HtmxDetails
    now: datetime
    address: str
    actor: Actor
    municipality_id: int
    menu_entry: str
    """Set by a view whose address does not tell under which entry of the side menu it stands: the name of that entry's address."""
