"""What the pages of card texts call things: kinds of cards, places, and why a text is refused."""

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.cards.card import DocumentKind, TemplateKey, VoterType
from convocations.cards.picture import ADDRESS_ZONE
from convocations.cards.template import MOST, Problem
from documents.stream import code128

KINDS: Final[dict[str, Promise]] = {
    DocumentKind.CONVOCATION.value: gettext_lazy("Convocation"),
    DocumentKind.INVITATION.value: gettext_lazy("Invitation"),
}
VOTERS: Final[dict[str, Promise]] = {
    VoterType.BELGIAN.value: gettext_lazy("Belgians, all ballots"),
    VoterType.EUROPEAN.value: gettext_lazy("European Parliament only, 18 or older"),
    VoterType.EUROPEAN_MINOR.value: gettext_lazy("European Parliament only, 16 or 17 years"),
    VoterType.LOCAL.value: gettext_lazy("Belgians, local ballots"),
    VoterType.LOCAL_FOREIGNER.value: gettext_lazy("Not Belgian (V), local ballots"),
}
VOTING: Final[dict[str, Promise]] = {"paper": gettext_lazy("on paper"), "electronic": gettext_lazy("electronic")}
LANGUAGES: Final[dict[str, Promise]] = {"nl": gettext_lazy("Dutch"), "fr": gettext_lazy("French")}
SLOTS: Final[dict[str, Promise]] = {
    "address": gettext_lazy("name and address of today, in the window"),
    "mail_id": gettext_lazy("barcode of bpost (Mail ID), above the address"),
    "voter": gettext_lazy("last name and first names of the voter"),
    "list_number": gettext_lazy("number on the voters list"),
    "station_number": gettext_lazy("number of the polling station"),
    "ballots": gettext_lazy("ballots for which this voter votes"),
    "qr": gettext_lazy("QR code that the polling station scans"),
    "code": gettext_lazy("the same code in letters and figures"),
    "duplicate": gettext_lazy("the word DUPLICATE, on a duplicate only"),
    "hour_label": gettext_lazy("words above the advised hour"),
    "hour": gettext_lazy("advised hour, where there is one"),
    "hour_note": gettext_lazy("that the hour is advice only"),
    "station_name": gettext_lazy("name of the polling station"),
    "station_address": gettext_lazy("building, room, street and place of the polling station"),
    "station_hours": gettext_lazy("opening hours"),
    "station_access": gettext_lazy("whether wheelchairs can enter"),
    "station_map": gettext_lazy("sketch of the streets around it, 85 by 55 mm"),
}
FIELDS: Final[dict[str, Promise]] = {
    "title": gettext_lazy("Convocation or invitation, in the language of the card"),
    "municipality": gettext_lazy("name of the municipality"),
    "election": gettext_lazy("which election"),
    "date": gettext_lazy("day of the election; may stand on the card only once"),
    "letterhead": gettext_lazy("lines under the name of the municipality"),
    "arms": gettext_lazy("coat of arms"),
    "beside": gettext_lazy("makes room beside the coat of arms"),
    "foot": gettext_lazy("line at the foot"),
}


def name_of(key: TemplateKey) -> str:
    """A kind of card in words: *Invitation · Belgians, local ballots · on paper · Dutch*."""
    return " · ".join(map(str, (KINDS[key.kind], VOTERS[key.voter_type], VOTING[key.voting], LANGUAGES[key.language])))


def version_name(number: int) -> str:
    """*Version 3*, or the built-in text."""
    return _("Version %(number)s") % {"number": number} if number else _("Built-in text")


def sentences(problems: Iterable[Problem]) -> list[str]:
    """Why a text is refused, a sentence each."""
    return [_("Back side: %(sentence)s") % {"sentence": _sentence(one)} if one.back else _sentence(one) for one in problems]


def _sentence(problem: Problem) -> str:
    zone = ADDRESS_ZONE
    known = {
        "slot_missing": _("The place “%(what)s” (%(meaning)s) is missing: without it the card is not right."),
        "slot_unknown": _("There is no place called “%(what)s”: see the list beside the text."),
        "slot_layer": _("The place “%(what)s” is not as in the built-in text: leave its data-layer and data-code as they are."),
        "field_missing": _("${%(what)s} is missing: %(meaning)s."),
        "field_unknown": _("There is nothing called ${%(what)s}: see the list beside the text."),
        "date_twice": _("The day of the election stands there more than once."),
        "dollar": _("A $ stands alone. Write $$ for a dollar sign."),
        "element": _("Scripts, forms and embedded pages cannot be on a card."),
        "long": _("The text is longer than %(what)s signs."),
        "outside": _("The text asks for something outside itself (%(what)s). Only its own pictures and letters can be used."),
        "pages": _("The text does not fit on one page. Shorten it, or make the letters smaller."),
        "layout": _("The layout cannot be used: %(what)s"),
        "sample": _("A made-up voter with long names does not fit in the place “%(what)s”: give it more room or more lines."),
        "outside_zone": _("The place “%(what)s” lies outside the window of the envelope: %(zone)s."),
        "inside_zone": _("The place “%(what)s” lies in the window of the envelope, where only address and barcode may stand: %(zone)s."),
        "zone_not_blank": _("Something is printed in the window of the envelope, where only address and barcode may stand: %(zone)s."),
        "back_slot": _("The place “%(what)s” cannot be here: this side is the same for everybody."),
        "barcode_near": _("The barcode of bpost must stand above the address, at least 2 mm from it."),
    }
    window = _("%(left)s to %(right)s mm from the left and %(top)s to %(bottom)s mm from the top; the barcode %(quiet)s mm within it")
    return known[problem.code] % {
        "what": f"{MOST:,}".replace(",", ".") if problem.code == "long" else problem.what,
        "meaning": SLOTS.get(problem.what) or FIELDS.get(problem.what) or "",
        "zone": window % {**{side: f"{edge:g}" for side, edge in zone._asdict().items()}, "quiet": f"{code128.QUIET_MM:g}"},
    }


STATES: Final[dict[str, str]] = {"draft": "warn", "requested": "info", "approved": "ok"}
"""The colour of a version's state."""
REFUSALS: Final[dict[str, Promise]] = {
    "requested": gettext_lazy("This text waits for a second person and cannot be changed. Withdraw the request first."),
    "none": gettext_lazy("This was decided, withdrawn or thrown away meanwhile. Nothing has changed."),
    "arms_large": gettext_lazy("The picture is larger than 300 kB."),
    "arms_type": gettext_lazy("A coat of arms is an SVG or PNG picture."),
    "arms_pixels": gettext_lazy("The picture is larger than 2,000 by 2,000 pixels."),
    "arms_broken": gettext_lazy("The picture is damaged: it cannot be drawn. Nothing has changed."),
    "arms_unsafe": gettext_lazy("This SVG holds styles, scripts or references to other files. Save it as a plain SVG or as PNG."),
}
