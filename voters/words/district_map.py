"""What the map of the districts says: its table, what was picked, and the words for the script."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.presentation import number
from districts.forms.district_map import GiveEditor, PieceForm
from districts.rules.giving import Piece
from districts.words.districts import range_numbers
from municipalities.models import Municipality
from voters.rules.map_colours import PALETTE
from voters.selectors.district_map import SplitMap
from voters.sql.map import House
from voters.words.map import ANY, browser_words

Item = dict[str, Any]


def page(municipality: Municipality, found: SplitMap, houses: Sequence[House], *, query: str) -> Item:
    """All that is written around the map; ``houses`` are those of the street that was looked for."""
    nis = municipality.nis_code
    count = len(found.districts)
    shown = ngettext("%(shown)s district", "%(shown)s districts", count) % {"shown": number(count)}
    return {
        "description": _("Map with %(districts)s; the tables below it hold the same figures") % {"districts": shown},
        "picture_url": f"{reverse('district_map_picture', kwargs={'nis': nis})}?{query}",
        "with_voters": found.extraction is not None,
        "districts": [
            {
                "code": one.code,
                "name": one.name,
                "houses": one.houses,
                "voters": one.voters,
                "colour": one.colour,
                "url": reverse("district_detail", kwargs={"nis": nis, "pk": one.pk}),
            }
            for one in found.districts
        ],
        "outside": found.outside,
        "without_position": found.missing.without_position,
        "street": street_table(municipality, found, houses),
    }


def street_table(municipality: Municipality, found: SplitMap, houses: Sequence[House]) -> Item | None:
    """The houses of one street, each to be picked."""
    if not houses:
        return None
    districts = {one.pk: f"{one.code} {one.name}" for one in found.districts}
    first = houses[0]
    kwargs = {"nis": municipality.nis_code, "pk": first.street_id}
    return {
        "name": first.street,
        "value": first.street_id,
        "editor_url": reverse("district_street", kwargs=kwargs),
        "several": len({one.postcode for one in houses}) > 1,
        "rows": [
            {
                "value": f"{one.street_id}:{one.postcode}:{one.number}",
                "number": one.number or "–",
                "postcode": one.postcode,
                "district": districts.get(one.district_id or 0, _("in no district")),
                "voters": one.voters,
                "position": one.y is not None,
            }
            for one in houses
        ],
    }


def found(place: tuple[int, int | None] | None, houses: Sequence[House]) -> Item | None:
    """Where the map goes first."""
    known = [house for house in houses if house.y is not None]
    if place is None or not known:
        return None
    house = next((one for one in known if one.number == place[1]), known[0])
    return {"street": place[0], "postcode": house.postcode if place[1] else "", "number": place[1], "y": house.y, "x": house.x}


def piece_rows(editor: GiveEditor, names: Callable[[Iterable[Piece]], Mapping[int, str]]) -> list[Item]:
    """The pieces that were picked, each with its fields: street, postcode, what it says now."""
    forms = editor.pieces.forms
    pieces = {at: piece for at, form in enumerate(forms) if (piece := _piece(form))}
    streets = names(pieces.values())
    return [
        {
            "form": form,
            "street": streets.get(pieces[at].street_id, "") if at in pieces else "",
            "postcode": pieces[at].postcode if at in pieces else "",
            "numbers": range_numbers(pieces[at].numbers) if at in pieces else "",
        }
        for at, form in enumerate(forms)
    ]


def _piece(form: PieceForm) -> Piece | None:
    return form.piece() if not form.is_bound or form.is_valid() else None


def for_browser(
    municipality: Municipality, found_map: SplitMap, found_place: Item | None, tiles: Mapping[str, str], *, query: str, may_change: bool
) -> Item:
    """All that the script needs besides houses and outlines: the same as the map of an election, without stations."""
    nis = municipality.nis_code

    def url(name: str, **values: Any) -> str:
        return reverse(name, kwargs={"nis": nis, **values})

    return {
        "draft": False,
        "compared": False,
        "colours": len(PALETTE),
        "stations": [],
        "buildings": [],
        "districts": [
            {"id": one.pk, "code": one.code, "name": one.name, "colour": one.colour, "voters": one.voters, "houses": one.houses}
            for one in found_map.districts
        ],
        "found": found_place,
        "tiles": dict(tiles),
        "any": ANY,
        "urls": {
            "houses": f"{url('district_map_houses')}?{query}",
            "areas": f"{url('district_map_areas')}?{query}",
            "street": url("street_detail", pk=ANY),
            "edit_street": url("district_street", pk=ANY) if may_change else "",
            "table": f"{url('district_map')}?street={ANY}#street",
        },
        "words": {**browser_words(), **(_pick_words() if may_change else {})},
    }


def _pick_words() -> dict[str, str]:
    return {
        "pick_house": _("Pick this house"),
        "pick_street": _("Pick the whole street"),
        "pick_even": _("Pick the even side"),
        "pick_odd": _("Pick the odd side"),
        "edit_street": _("Change the rows of this street"),
        "drawing": _("Drag a rectangle over the houses. Escape ends it."),
        "picked": _("Picked: %(what)s."),
    }
