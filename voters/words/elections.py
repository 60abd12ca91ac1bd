"""What the pages of changing and removing an election say."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.presentation import long_date, medium_date, number
from elections.labels import BALLOT_LABELS, election_title
from elections.models import Election
from elections.selectors import ballot_codes
from voters.models import Extraction

FINAL_LIST = gettext_lazy("A final list was asked for or made: the election stays as it is. Nothing has changed.")
KINDS: dict[str, tuple[Promise, str]] = {
    "extraction": (gettext_lazy("extractions"), "extraction_list"),
    "draft": (gettext_lazy("drafts of the assignment"), "draft_list"),
    "station": (gettext_lazy("polling stations"), "station_list"),
}


def name_of(election: Election) -> str:
    """*Local elections of Sunday 13 October 2024*."""
    return _("%(title)s of %(day)s") % {"title": election_title(ballot_codes(election)), "day": long_date(election.date)}


def locked(election: Election, final: Extraction | None) -> str:
    """Why an election cannot be changed any more; empty while it can."""
    if final is not None:
        return _("A final list was asked for or made by %(name)s: its dates and ballots stay as they are.") % {
            "name": final.requested_by_name
        }
    if election.stations_frozen_at is not None:
        return _("The assignment of this election is frozen: its dates and ballots stay as they are.")
    return ""


def figures(election: Election) -> list[dict[str, Any]]:
    """What would go."""
    return [
        {"label": _("Election day"), "value": medium_date(election.date)},
        {"label": _("List date"), "value": medium_date(election.list_date)},
        {"label": _("Ballots"), "value": ", ".join(str(BALLOT_LABELS[code]) for code in ballot_codes(election))},
        {"label": _("Made by"), "value": election.created_by_name, "hint": medium_date(election.created_at)},
    ]


def rests(election: Election, counts: Mapping[str, int], nis: str) -> list[dict[str, Any]]:
    """What stands in the way of removing it, each with a link to where it can be removed."""
    return [
        {
            "label": f"{number(count)} {KINDS[kind][0]}",
            "url": reverse(KINDS[kind][1], kwargs={"nis": nis, "election_date": election.date}) if KINDS[kind][1] else "",
        }
        for kind, count in counts.items()
        if count
    ]


def along(requests: Collection[Extraction]) -> str:
    """What goes with the election, in a sentence; empty when nothing does."""
    if not requests:
        return ""
    names = ", ".join(f"{row.number} ({row.get_state_display()}, {row.requested_by_name})" for row in requests)
    return _("With it go the requests for a final list that came to nothing: %(requests)s.") % {"requests": names}


def in_use(kinds: Collection[str]) -> str:
    """Why it was not removed."""
    named = ", ".join(str(KINDS[kind][0]) for kind in kinds if kind in KINDS)
    return _("It still has %(what)s. Nothing has changed.") % {"what": named}
