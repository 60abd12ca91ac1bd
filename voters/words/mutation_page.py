"""What the page of a file of mutations shows besides what it shares with a register file (voters.words.import_page)."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.templatetags.presentation import medium_date, number
from voters.models import RegisterImport
from voters.words.ledger import EVENTS

State = RegisterImport.State
KEPT = frozenset({State.COMPARED, State.REQUESTED, State.MERGING, State.MERGED, State.REFUSED})


def parts(register_import: RegisterImport, *, nis: str) -> dict[str, Any]:
    """The figures of the events, by kind, and what they do to each list to come; nothing while the file is not checked."""
    counts = register_import.counts
    if "events" not in counts or register_import.state not in KEPT:
        return {"events_url": ""}
    url = reverse("mutation_events", kwargs={"nis": nis, "pk": register_import.pk})
    shown = register_import.state != State.REFUSED
    return {
        "events_url": url if shown else "",
        "figures": _figures(counts),
        "events": [
            {"label": EVENTS[event], "count": count, "url": f"{url}?event={event}" if shown else ""}
            for event, count in counts["events"].items()
        ],
        "lists": [
            {"day": medium_date(date.fromisoformat(day)), "figures": _list_figures(found)}
            for day, found in sorted(counts.get("lists", {}).items())
        ],
    }


def question(register_import: RegisterImport) -> dict[str, Any]:
    """What a second person is asked."""
    counts = register_import.counts
    return {
        "approval_title": _("Bring mutations of the register in"),
        "consequence": _(
            "%(rows)s events are applied to the register, and their effects are added to the lists of the elections to come. This cannot be undone."
        )
        % {"rows": number(counts.get("rows", 0))},
    }


def _figures(counts: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": _("events"), "value": number(counts["rows"]), "state": ""},
        {"label": _("persons"), "value": number(counts["persons"]), "state": ""},
        {"label": _("from number"), "value": number(counts["first"]), "state": ""},
        {"label": _("until number"), "value": number(counts["last"]), "state": ""},
        {
            "label": _("without a known address"),
            "value": number(counts["unmatched_addresses"]),
            "state": "warn" if counts["unmatched_addresses"] else "",
        },
    ]


def _list_figures(found: dict[str, int]) -> list[dict[str, Any]]:
    labels = (
        ("struck", _("struck from the list"), "bad"),
        ("new_address", _("card to another address"), ""),
        ("to_trace", _("address to trace"), "warn"),
        ("stays", _("nothing changes on the list"), ""),
        ("by_decision", _("voter only by decision"), "warn"),
    )
    return [{"label": label, "value": number(found[name]), "state": state if found[name] else ""} for name, label, state in labels]
