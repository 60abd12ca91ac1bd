"""The request as our views see it, typed, with what the middleware added; and what views answer alike."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
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


def whole(text: str | None) -> int | None:
    """The whole number that an address or a form says, of at most eleven figures; ``None`` for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A file for another program: UTF-8, commas, RFC 4180. One that people open in a spreadsheet is of ``core.sheets.csv_lines``."""
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    writer = csv.writer(response)
    writer.writerow(heads)
    writer.writerows(rows)
    return response
