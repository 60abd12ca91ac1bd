"""What the questions of the accessibility checklist, and what is wrong with a building or a photo, are called on the screen."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import number
from districts.models import Building
from districts.rules.accessibility import NEEDED_FEATURES, Feature, Verdict, verdict
from districts.rules.position import metres
from districts.rules.station_findings import FAR, BuildingFacts

FEATURES: dict[Feature, Promise] = {
    Feature.BUS_STOP: _("A stop of bus, tram or train within 300 metres"),
    Feature.PARKING: _("A reserved place to park near the entrance"),
    Feature.SIGNAGE: _("The way is signposted from the street"),
    Feature.LIGHTING: _("The way and the entrance are lit"),
    Feature.STEP_FREE: _("From the street to the room without a step"),
    Feature.RAMP: _("A ramp or lift wherever there is a step"),
    Feature.DOOR_WIDTH: _("Every door on the way is at least 90 cm wide"),
    Feature.TOILET: _("A toilet for wheelchair users"),
    Feature.SEATING: _("Somewhere to sit while waiting"),
    Feature.ADAPTED_BOOTH: _("Room for an adapted voting booth"),
}
VERDICTS: dict[str, Promise] = {
    Verdict.YES: _("wheelchair accessible"),
    Verdict.NO: _("not wheelchair accessible"),
    Verdict.UNKNOWN: _("not looked at yet"),
}
VERDICT_STATES = {Verdict.YES: "ok", Verdict.NO: "bad", Verdict.UNKNOWN: ""}
REFUSALS: dict[str, Promise] = {
    "name_taken": _("There is a building with this name already."),
    "too_large": _("This file is larger than 12 MB. Nothing has changed."),
    "too_many_pixels": _("This picture has too many pixels. Make it smaller first; nothing has changed."),
    "not_a_photo": _("This is not a photo in JPEG, PNG or WebP. Nothing has changed."),
}
FIELDS: dict[str, Promise] = {
    "name": _("name"),
    "postcode": _("postcode"),
    "locality": _("locality"),
    "street_name": _("street"),
    "house_number": _("house number"),
    "latitude": _("place on the map"),
    "longitude": _("place on the map"),
    "position": _("place on the map"),
    "address_id": _("link with the address file"),
    "entrance": _("entrance"),
    "room_count": _("rooms"),
    "opening": _("opening"),
    "keys": _("keys"),
    "contact_name": _("contact"),
    "contact_phone": _("phone"),
    "contact_email": _("e-mail"),
    "number": _("number"),
    "district": _("district"),
    "building": _("building"),
    "room": _("room"),
    "electronic": _("electronic voting"),
    "accessible": _("accessible"),
    "minimum": _("least voters"),
    "maximum": _("most voters"),
}


def checklist(building: Building) -> list[dict[str, Any]]:
    """The questions with their answers, for the page of a building."""
    answers = {True: (gettext("Yes"), "ok"), False: (gettext("No"), "bad"), None: (gettext("not looked at"), "")}
    rows = []
    for feature, label in FEATURES.items():
        answer, state = answers[building.accessibility.get(feature)]
        # Only what somebody cannot do without is bad when it is not there.
        state = "warn" if state == "bad" and feature not in NEEDED_FEATURES else state
        rows.append({"label": label, "answer": answer, "state": state})
    return rows


SAID_TO_VOTERS = frozenset({"name", "street_name", "house_number", "postcode", "locality", "entrance"})
"""What letters and posters say of a building."""


def remarks(facts: BuildingFacts, *, edit_url: str = "") -> list[dict[str, str]]:
    """What is not as it should be with a building by itself, for components/note.html: ``state, text``, ``url`` and ``link`` to mend it."""
    found = []
    if facts.closed:
        found.append({"state": "warn", "text": gettext("This building is closed. It cannot be chosen for a polling station.")})
    if facts.position is None:
        found.append(
            {"state": "bad", "text": _unplaced(facts), "url": edit_url, "link": gettext("Change the building") if edit_url else ""}
        )
    if not facts.address_known:
        found.append(
            {"state": "warn", "text": gettext("The address file does not know this address. Look at street, number and postcode.")}
        )
    elif facts.position and facts.address_position and (distance := metres(facts.position, facts.address_position)) > FAR:
        text = gettext("Its place on the map lies %(metres)s metres from its address.") % {"metres": number(distance)}
        found.append({"state": "warn", "text": text})
    return [{"url": "", "link": "", **one} for one in found]


def _unplaced(facts: BuildingFacts) -> str:
    """That it is on no map, and how it comes there."""
    lacks = gettext("Its place on the map is not known: voters cannot be sent here by distance.")
    if facts.address_position:
        mend = gettext("Its address has one: open the building and keep it, and it takes that place.")
    elif facts.address_known:
        mend = gettext("The address file knows the address but not its place: fill in latitude and longitude.")
    else:
        mend = gettext("Choose an address that the address file knows, or fill in latitude and longitude.")
    return f"{lacks} {mend}"


def verdict_tag(answers: Mapping[str, bool]) -> dict[str, str]:
    """What follows from a checklist, for components/tag.html: ``label, state``."""
    found = verdict(answers)
    return {"label": str(VERDICTS[found]), "state": VERDICT_STATES[found]}


def place(building: Building) -> str:
    """``50,73450° N, 4,23750° E``."""
    if building.latitude is None or building.longitude is None:
        return ""
    return gettext("%(latitude)s° N, %(longitude)s° E") % {
        "latitude": number(building.latitude, 5),
        "longitude": number(building.longitude, 5),
    }


def changed_fields(names: list[str]) -> str:
    """Fields by their words, each once: *street, house number, place on the map*."""
    return ", ".join(dict.fromkeys(str(FIELDS.get(name, name)) for name in names))
