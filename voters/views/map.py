"""The map of an election: the page with its tables, its data for the browser, and the same as a picture."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.http import or_404, whole
from districts.selectors import buildings
from districts.selectors.where import which_district
from documents.engine.map_picture import draw
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.forms.map import MapForm
from voters.rules.map_scene import municipality as municipality_picture
from voters.selectors import map as selectors
from voters.selectors import map_data
from voters.selectors.map import Chosen
from voters.sql.map import SCALE, Box, House, Shown
from voters.views.conditional import kept
from voters.words import map as words


def _chosen(request: MunicipalRequest, election: Election) -> Chosen:
    return or_404(selectors.choose(election=election, draft=request.GET.get("draft", ""), before=request.GET.get("before", "")))


@require_safe
@requires(Permission.VIEW)
def election_map(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Districts, stations and houses with where they vote; the tables below say the same."""
    election = access_election(request.municipality, election_date)
    chosen = _chosen(request, election)
    found = selectors.frame(chosen)
    place = _place(request, election)
    building = _building(request)
    houses = selectors.street_houses(chosen.shown, street_id=place[0]) if place else []
    form = MapForm(_asked(request, chosen), drafts=words.draft_choices(chosen.drafts))
    context = {
        "election": election,
        "form": form,
        **words.page(found, houses),
        "nothing_found": bool(request.GET.get("q")) and not houses,
        "query": request.GET.get("q", ""),
        "picture_url": f"{words.url('map_picture', election)}?{request.GET.urlencode()}",
        "streets_url": words.url("served_list", election) if chosen.draft else "",
        "data": words.for_browser(found, words.query(chosen), building or _found(place, houses), tiles()),
    }
    return with_tiles(render(request, "voters/map.html", context))


def with_tiles(response: HttpResponse) -> HttpResponse:
    """Let the page of a map take its tiles from where the setting says, and from nowhere else."""
    if origin := tile_origin():
        response._csp_update = {"img-src": [origin]}  # type: ignore[attr-defined]  # noqa: SLF001  # what csp.decorators.csp_update does
    return response


def _asked(request: MunicipalRequest, chosen: Chosen) -> dict[str, str]:
    return {**words.query(chosen), "q": request.GET.get("q", "")}


def _place(request: MunicipalRequest, election: Election) -> tuple[int, int | None, str] | None:
    """The street, number and postcode that are looked for."""
    if (street := whole(request.GET.get("street"))) is not None:
        return street, None, ""
    text = request.GET.get("q", "").strip()[:100]
    answers = which_district(municipality_id=election.municipality_id, text=text, day=election.date) if text else []
    return (answers[0].street.pk, answers[0].number, answers[0].postcode if answers[0].known else "") if answers else None


def _building(request: MunicipalRequest) -> dict[str, Any] | None:
    """The building that the map is to show, if it has a place."""
    asked = whole(request.GET.get("building"))
    found = buildings.building(municipality_id=request.municipality_id, pk=asked) if asked is not None else None
    position = buildings.position_of(found) if found else None
    if found is None or position is None:
        return None
    return {
        "building": found.pk,
        "name": found.name,
        "address": buildings.address_line(found),
        "y": round(position[0] * SCALE),
        "x": round(position[1] * SCALE),
    }


def _found(place: tuple[int, int | None, str] | None, houses: list[House]) -> dict[str, Any] | None:
    known = [house for house in houses if house.y is not None]
    if place is None or not known:
        return None
    house = next((one for one in known if one.number == place[1] and place[2] in {"", one.postcode}), known[0])
    return {"street": place[0], "postcode": place[2], "number": place[1], "y": house.y, "x": house.x}


def tiles() -> dict[str, str]:
    """The address of the tiles, if there are any."""
    return {"url": settings.MAP_TILES, "attribution": settings.MAP_TILES_ATTRIBUTION}


def tile_origin() -> str:
    """The one host from which pictures may come besides our own."""
    parts = urlsplit(settings.MAP_TILES)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


@gzip_page
@require_safe
@requires(Permission.VIEW)
def map_houses(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Houses with their voters and their station; no names."""
    election = access_election(request.municipality, election_date)
    return as_json(request, house_text(_chosen(request, election).shown, box=box_of(request.GET.get("box", ""))))


@gzip_page
@require_safe
@requires(Permission.VIEW)
def map_areas(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The outlines of the districts."""
    election = access_election(request.municipality, election_date)
    return as_json(request, selectors.area_data(municipality_id=election.municipality_id, day=election.date))


def box_of(text: str) -> Box | None:
    """``south,west,north,east`` in degrees; nothing where it is something else."""
    try:
        edges = [float(edge) for edge in text.split(",")]
        box = Box(*edges)
    except (TypeError, ValueError):
        return None
    return (
        box
        if all(-90 <= edge <= 90 for edge in (box.south, box.north)) and all(-180 <= edge <= 180 for edge in (box.west, box.east))
        else None
    )


def house_text(shown: Shown, *, box: Box | None) -> str:
    """The whole of a map, or a piece of it."""
    return map_data.as_text(map_data.house_data(shown, box=box)) if box else map_data.first_view(shown).houses


def as_json(request: MunicipalRequest, text: str) -> HttpResponse:
    """Data for the script, which the browser may keep and asks about each time."""
    return kept(request, text, "application/json")


@gzip_page
@require_safe
@requires(Permission.VIEW)
def map_picture(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The map as a picture, for pages without a script."""
    election = access_election(request.municipality, election_date)
    found = selectors.frame(_chosen(request, election))
    scene = selectors.scene(found)
    title = _("Map of %(municipality)s") % {"municipality": request.municipality.name}
    return kept(request, draw(municipality_picture(scene.spots, scene.districts, scene.stations, title=title)), "image/svg+xml")
