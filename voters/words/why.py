"""Where a household votes in a draft and why there, in one or two sentences, and building by building."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.presentation import number
from districts.selectors.buildings import address_line
from voters.models import Draft
from voters.rules.assignment import DraftSettings
from voters.selectors.draft_why import Alternative, Place, Why
from voters.words.drafts import metres, name_of, station_name
from voters.words.links import url

Item = dict[str, Any]
REASONS: Final[dict[str, Promise]] = {
    "by_hand": gettext_lazy("the municipality placed this household itself"),
    "banned": gettext_lazy("closed to this household by the municipality"),
    "no_position": gettext_lazy("the place of the address or the building is not known"),
    "further": gettext_lazy("further away"),
    "full": gettext_lazy("full: others win more by a seat there"),
    "move": gettext_lazy("the household voted here before, and would win too little by changing"),
    "minimum": gettext_lazy("its own building needs these voters to reach its least"),
    "street": gettext_lazy("its street stays together"),
}
NEARER: Final[dict[str, Promise]] = {
    "banned": gettext_lazy("%(building)s is nearer (%(distance)s), but the municipality closed it to this household."),
    "full": gettext_lazy("%(building)s is nearer (%(distance)s), but it is full: others win more by a seat there."),
    "move": gettext_lazy(
        "%(building)s is nearer (%(distance)s), but the household voted here before and would not win %(move)s by changing."
    ),
    "minimum": gettext_lazy("%(building)s is nearer (%(distance)s), but this building needs the household to reach its least voters."),
    "street": gettext_lazy("%(building)s is nearer (%(distance)s), but the neighbours vote here too: the street stays together."),
}


def sentences(why: Why, draft: Draft) -> list[str]:
    """How far it is, and why not the nearest building."""
    placement = why.placement
    if placement.station is None:
        if placement.district is None:
            return [_("It is not known in which district this household lives, so it has no polling station yet.")]
        return [_("Its district has too few seats, so this household has no polling station yet.")]
    if placement.by_hand:
        return [text for text in (_far(why), _("The municipality placed this household here itself.")) if text]
    if placement.distance is None:
        return [_("The place of this address is not known, so no distance counts.")]
    nearer = _nearer(why)
    if nearer is None:
        return [
            _("%(distance)s away in a straight line: no building of the district is nearer.") % {"distance": metres(placement.distance)}
        ]
    reason = next((code for code in nearer.reasons if code in NEARER), "street")
    shown = {
        "building": nearer.building.name,
        "distance": metres(nearer.distance),
        "move": metres(DraftSettings.of(draft.settings).metres_of_a_move),
    }
    return [_far(why), str(NEARER[reason]) % shown]


def place(found: Place) -> Item:
    """Where somebody votes, for their dossier."""
    placement, draft = found.why.placement, found.draft
    station = placement.station
    frozen = draft.state == Draft.State.FROZEN
    return {
        "station": station_name(station) if station else "",
        "room": station.room if station else "",
        "accessible": station.accessible if station else True,
        "address": address_line(station.building) if station else "",
        "district": f"{placement.district.code} {placement.district.name}" if placement.district else "",
        "sentences": sentences(found.why, draft),
        "number": number(found.list_number),
        "frozen": frozen,
        "draft": name_of(draft),
        "url": url("draft_person", draft.election, number=draft.number, pk=placement.head_id) if placement.head_id else "",
    }


def _far(why: Why) -> str:
    distance = why.placement.distance
    return "" if distance is None else _("%(distance)s away in a straight line.") % {"distance": metres(distance)}


def _nearer(why: Why) -> Alternative | None:
    """The nearest building that is nearer than their own."""
    own = why.placement.distance
    return next(
        (one for one in why.alternatives if not one.chosen and own is not None and one.distance is not None and one.distance < own), None
    )


def buildings(why: Why) -> list[Item]:
    """Every building of the district, the nearest first."""
    return [
        {
            "name": one.building.name,
            "distance": metres(one.distance) or "–",
            "load": _("%(count)s of %(most)s") % {"count": number(one.voters), "most": number(one.most)}
            if one.most is not None
            else number(one.voters),
            "chosen": one.chosen,
            "before": one.building.pk == why.placement.previous_building_id,
            "reason": _capital(", ".join(str(REASONS.get(code, code)) for code in one.reasons)),
        }
        for one in why.alternatives
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
