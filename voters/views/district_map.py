"""The map of the districts, on which whoever may change them gives streets, sides and houses to another district.

What is picked lies in the page, as pieces of streets, and is sent along each time; the way to keep it is that of the editor by
street: a plan that is shown with whom it moves, and kept when it is sent once more (``voters.views.district_rows``).
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from core.http import whole
from districts.forms.district_map import MOST_PIECES, GiveEditor, Picked, picked
from districts.forms.districts import DayForm
from districts.rules.giving import Piece
from districts.selectors import districts
from districts.selectors import split as splits
from districts.selectors.split import SplitDay
from districts.selectors.where import which_district
from districts.services import split as services
from districts.words import districts as district_words
from documents.engine.map_picture import draw
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.rules.map_scene import municipality as municipality_picture
from voters.selectors import district_map as selectors
from voters.selectors.map import area_data, scene_of, street_houses
from voters.views.conditional import kept
from voters.views.district_rows import Proposal, decide, split_of
from voters.views.map import as_json, box_of, house_text, tiles, with_tiles
from voters.words import district_map as words


def _today(request: MunicipalRequest) -> Any:
    return timezone.localdate(request.now)


@require_safe
@requires(Permission.VIEW)
def district_map(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The districts of a day on the map, and the houses of a street in a table; with the right to, one picks and gives them away."""
    split = split_of(request)
    editor = _editor(request, split)
    if (asked := whole(request.GET.get("district"))) is not None:
        editor.give.initial["target"] = str(asked)
    return _page(request, split, editor)


def _editor(request: MunicipalRequest, split: SplitDay, data: Any = None, pieces: Sequence[Piece] = ()) -> GiveEditor:
    return GiveEditor(data, districts=districts.open_districts(municipality_id=request.municipality_id), split=split, pieces=pieces)


def _page(request: MunicipalRequest, split: SplitDay, editor: GiveEditor, *, error: str = "", status: int = 200) -> HttpResponse:
    found = selectors.split_map(municipality=request.municipality, split=split, today=_today(request))
    text = request.GET.get("q", "").strip()[:100]
    place = _place(request, split, text)
    houses = street_houses(found.shown, street_id=place[0]) if place else []
    may_change = request.actor.may(Permission.MANAGE_ELECTION)
    query = _day_of(request)
    context = {
        "facts": district_words.split_facts(split),
        "later": district_words.next_split(split),
        "may_change": may_change,
        "query": text,
        "nothing_found": bool(text) and not houses,
        **words.page(request.municipality, found, houses, query=query),
        **_editor_context(request, editor, error),
        "data": words.for_browser(request.municipality, found, words.found(place, houses), tiles(), query=query, may_change=may_change),
    }
    return with_tiles(render(request, "districts/district_map.html", context, status=status))


def _day_of(request: MunicipalRequest) -> str:
    """The day that was asked for, as it stands in an address."""
    day = DayForm(request.GET).chosen()
    return urlencode({"day": day.strftime("%d/%m/%Y")}) if day else ""


def _place(request: MunicipalRequest, split: SplitDay, text: str) -> tuple[int, int | None] | None:
    """The street, and the number if any, that are looked for."""
    street = whole(request.GET.get("street"))
    if street is not None and not text:
        return street, None
    answers = which_district(municipality_id=request.municipality_id, text=text, day=split.day) if text else []
    return (answers[0].street.pk, answers[0].number) if answers else None


def _editor_context(request: MunicipalRequest, editor: GiveEditor, error: str) -> dict[str, Any]:
    pieces = words.piece_rows(editor, lambda found: selectors.street_names(request.municipality_id, found))
    nis = request.municipality.nis_code
    change_url = f"{reverse('district_map_change', kwargs={'nis': nis})}?{request.GET.urlencode()}"
    return {"editor": editor, "pieces": pieces, "error": error, "change_url": change_url}


@require_POST
@requires(Permission.MANAGE_ELECTION)
def district_map_change(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Add what was pointed at to what is picked (``step=pick``), show what giving it away would do, or keep it."""
    split = split_of(request)
    step = request.POST.get("step")
    if step in {"pick", None}:  # a button of the table says which street instead
        return _pick(request, split)
    editor, error = _editor(request, split, request.POST), ""
    if step != "edit" and editor.is_valid():
        if not editor.chosen():
            error = _("Pick a street or houses first.")
        else:
            try:
                return decide(request, nis, _proposal(request, nis, split, editor), split)
            except splits.ChangeRefusedError as refusal:
                error = " ".join(district_words.change_problem(problem, refusal.rows) for problem in refusal.problems[:5])
            except splits.StaleChangeError:
                error = _("Somebody changed these rows meanwhile. Nothing was kept.")
    if request.htmx:
        return render(request, "districts/_map_error.html", _editor_context(request, editor, error))
    return _page(request, split, editor, error=error, status=200 if step == "edit" else 409 if error else 422)


def _pick(request: MunicipalRequest, split: SplitDay) -> HttpResponse:
    """What was picked so far and what comes to it, as a form that has not been judged yet."""
    before = _editor(request, split, request.POST)
    error, found = "", before.chosen()
    try:
        found = selectors.joined([*found, *_pieces(request, split, picked(request.POST))])
    except selectors.TooManyPickedError:
        error = _("This rectangle holds too many houses. Draw a smaller one, or give whole streets.")
    if len(found) > MOST_PIECES:
        error, found = _("That is too much at once: bring a file in, or do it in parts."), found[:MOST_PIECES]
    editor = _editor(request, split, pieces=found)
    editor.give.initial.update({name: request.POST.get(name, "") for name in ("target", "valid_from")})
    if request.htmx:
        return render(request, "districts/_map_editor.html", _editor_context(request, editor, error))
    return _page(request, split, editor, error=error)


def _pieces(request: MunicipalRequest, split: SplitDay, wanted: Picked) -> list[Piece]:
    own = request.municipality_id
    shown, _extraction = selectors.shown_split(municipality=request.municipality, split=split, today=_today(request))
    found = [piece for one in wanted.streets for piece in selectors.pieces_of_street(own, *one)]
    found += selectors.pieces_of_houses(shown, wanted.houses) if wanted.houses else []
    box = box_of(wanted.box)
    return [*found, *(selectors.pieces_in(shown, box) if box else [])]


def _proposal(request: MunicipalRequest, nis: str, split: SplitDay, editor: GiveEditor) -> Proposal:
    target, day = editor.give.district(), editor.give.day()
    removed, added = selectors.giving(
        municipality_id=request.municipality_id, split=split, pieces=editor.chosen(), target=target, valid_from=day
    )
    change: dict[str, Any] = {"removed": removed, "added": added, "valid_from": day}
    url = f"{reverse('district_map', kwargs={'nis': nis})}?{_day_of(request)}".rstrip("?")
    return Proposal(
        title=_("Give streets to another district") if target else _("Take streets out of their district"),
        plan=lambda: splits.change_plan(municipality_id=request.municipality_id, **change),
        save=lambda: services.change_rows(municipality=request.municipality, **change, by=request.actor, at=request.now),
        crumbs=[(_("Districts"), reverse("district_list", kwargs={"nis": nis})), (_("Map"), url)],
        back_url=url,
    )


@gzip_page
@require_safe
@requires(Permission.VIEW)
def district_map_houses(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Houses with their voters and district; no names."""
    shown, _extraction = selectors.shown_split(municipality=request.municipality, split=split_of(request), today=_today(request))
    return as_json(request, house_text(shown, box=box_of(request.GET.get("box", ""))))


@gzip_page
@require_safe
@requires(Permission.VIEW)
def district_map_areas(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The outlines of the districts."""
    return as_json(request, area_data(municipality_id=request.municipality_id, day=split_of(request).day))


@gzip_page
@require_safe
@requires(Permission.VIEW)
def district_map_picture(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The map as a picture, for pages without a script."""
    found = selectors.split_map(municipality=request.municipality, split=split_of(request), today=_today(request))
    scene = scene_of(found.shown, found.districts)
    title = _("Map of %(municipality)s") % {"municipality": request.municipality.name}
    return kept(request, draw(municipality_picture(scene.spots, scene.districts, scene.stations, title=title)), "image/svg+xml")
