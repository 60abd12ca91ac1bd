"""Addresses of pages that may not be there yet, since other packages bring them."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from elections.models import Election


def url(route: str, election: Election, **more: Any) -> str:
    """An address within the election, or within its municipality where the route knows no election; empty while it does not exist."""
    nis = election.municipality.nis_code
    for kwargs in ({"nis": nis, "election_date": election.date, **more}, {"nis": nis, **more}):
        try:
            return reverse(route, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""
