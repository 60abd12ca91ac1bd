"""Why a draft is not possible, each reason in a sentence, and what would mend it with the page where that is done."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.presentation import number
from elections.models import Election
from voters.words.drafts import voters as voters_text
from voters.words.links import url

Item = dict[str, Any]
# voters, seats, short: as districts.assignment.shortage counts them, in words.
REASONS: Final[dict[str, Promise]] = {
    "no_station": gettext_lazy("%(district)s has %(voters)s and no polling station."),
    "pin_impossible": gettext_lazy("%(district)s: fixed where they cannot vote, in another district or in two places at once: %(voters)s."),
    "banned_everywhere": gettext_lazy("%(district)s: for %(voters)s every building is closed by “not here”."),
    "pins_overfill": gettext_lazy(
        "%(district)s: fixed in polling station %(stations)s: %(voters)s, for %(seats)s seats; %(short)s too many."
    ),
    "too_large": gettext_lazy(
        "%(district)s: one household (or whole house) has %(voters)s; no polling station that it may use takes more than %(seats)s."
    ),
    "seats": gettext_lazy("%(district)s: %(voters)s for %(seats)s seats: %(short)s short."),
    "reach": gettext_lazy(
        "%(district)s: what is fixed and closed leaves %(voters)s only %(seats)s seats, in %(buildings)s: %(short)s short."
    ),
    "whole_units": gettext_lazy("%(district)s: there are seats for all, but whole households do not fit in them exactly: %(short)s short."),
    "minimum": gettext_lazy(
        "%(district)s: at least %(seats)s voters asked by all polling stations together, for %(voters_count)s in the district: %(short)s too few."
    ),
    "minimum_reach": gettext_lazy("%(district)s: what is fixed and closed keeps %(buildings)s below its least: %(short)s too few."),
}


def shortages(found: list[Mapping[str, Any]], names: Mapping[str, Mapping[int, str]], election: Election) -> list[Item]:
    """Every reason as ``text``, ``state`` and its ``remedies``. ``names``: of districts, stations (numbers) and buildings, by their ids."""
    return [
        {
            "text": _text(one, names),
            "state": "warn" if one["kind"] in {"minimum", "minimum_reach"} else "bad",
            "remedies": [remedy for advice in one["advice"] if (remedy := _remedy(advice, one, names, election))],
        }
        for one in found
    ]


def _text(one: Mapping[str, Any], names: Mapping[str, Mapping[int, str]]) -> str:
    return str(REASONS[one["kind"]]) % {
        "district": _("District %(name)s") % {"name": names["districts"].get(one["district"], "?")},
        "voters": voters_text(one["voters"]),
        "voters_count": number(one["voters"]),
        "seats": number(one["seats"]),
        "short": number(one["short"]),
        "stations": ", ".join(names["stations"].get(pk, "?") for pk in one["stations"]),
        "buildings": ", ".join(names["buildings"].get(pk, "?") for pk in one["buildings"]),
    }


def _remedy(advice: Mapping[str, Any], one: Mapping[str, Any], names: Mapping[str, Mapping[int, str]], election: Election) -> Item | None:
    amount, remedy = advice["amount"], advice["remedy"]
    shown = {"amount": number(amount), "count": amount}
    stations, fixed = url("station_list", election), url("pin_list", election)
    code = names["codes"].get(one["district"], "")
    own = f"{stations}?district={code}" if stations and code else stations
    where = ", ".join(names["buildings"].get(pk, "?") for pk in one["buildings"])
    texts = {
        "raise_maximum": (_("Let each of its polling stations take at least %(amount)s voters.") % shown, own),
        "add_stations": (
            ngettext("Add %(count)s polling station.", "Add %(count)s polling stations.", amount) % shown if amount else "",
            own,
        ),
        "close_stations": (ngettext("Close %(count)s polling station.", "Close %(count)s polling stations.", amount) % shown, own),
        "lower_minimum": (_("Let each of its polling stations make do with %(amount)s voters.") % shown, own),
        "remove_pins": (_("Take away what is fixed here."), fixed),
        "remove_bans": (_("Take away a “not here”."), fixed),
    }
    if remedy not in texts:
        return None
    text, address = texts[remedy]
    if remedy == "raise_maximum" and where:
        text = _("Let each polling station in %(buildings)s take at least %(amount)s voters.") % {**shown, "buildings": where}
    return {"text": text, "url": address}
