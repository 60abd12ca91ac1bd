"""Households of a draft to another station by hand: what would change, then doing it; and undoing the last time."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.http import or_404, whole
from districts.models import Street
from elections.access import access_election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.drafts import access_draft
from voters.access.persons import access_person, access_street
from voters.forms.drafts import HousesForm, StationChoiceForm
from voters.models import Draft, Person
from voters.selectors import drafts as selectors
from voters.selectors.draft_moves import household_key, preview
from voters.services import draft_moves as services
from voters.services.drafts import DraftRefusedError
from voters.sql.moves import EVERY_NUMBER, Moved
from voters.views.draft_detail import draft_url
from voters.views.drafts_streets import common, may_move
from voters.words import draft_page, draft_streets
from voters.words import drafts as words
from voters.words import persons as person_words

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address names: houses of a street, the household of a person, or everybody without a district."""

    what: Moved
    street: Street | None
    person: Person | None
    houses: HousesForm | None
    query: dict[str, str]
    title: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def draft_move(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Choose the station, see what changes (GET), and do it (POST)."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    if not may_move(request, draft):
        messages.warning(request, words.refusal("wrong_state"))
        return redirect(draft_url("draft_detail", draft))
    asked = _asked(request, draft)
    loads = selectors.stations(draft=draft)
    chosen = whole((request.POST if request.method == "POST" else request.GET).get("station"))
    target = next((one.station for one in loads if one.station.pk == chosen), None)
    if request.method == "POST":
        if target is None:
            raise Http404
        return _move(request, draft, asked, target)
    return render(request, "voters/draft_move.html", _page(draft, asked, loads, target))


def _asked(request: MunicipalRequest, draft: Draft) -> Asked:
    values = request.POST if request.method == "POST" else request.GET
    if "person" in values:
        person = access_person(request.municipality, whole(values["person"]) or 0)
        key = or_404(household_key(draft=draft, person=person))
        title = _("The household of %(name)s") % {"name": person_words.name(person)}
        return Asked(Moved(household=key), None, person, None, {"person": str(person.pk)}, title)
    if "unplaced" in values:
        return Asked(Moved(unplaced=True), None, None, None, {"unplaced": "1"}, _("Everybody without a district"))
    return _houses(request, values)


def _houses(request: MunicipalRequest, values: Any) -> Asked:
    street = access_street(request.municipality, values.get("street", ""))
    form = HousesForm({"side": "all", **{name: values[name] for name in HousesForm.base_fields if name in values}})
    clean = form.cleaned_data if form.is_valid() else {}
    side, first, last = clean.get("side", "all"), clean.get("number_from"), clean.get("number_to")
    what = Moved(
        street_id=street.pk,
        postcode=values.get("postcode", "")[:4],
        side=side,
        number_from=first or 0,
        number_to=EVERY_NUMBER if last is None else last,
        from_station=whole(values.get("at")),
    )
    query: dict[str, Any] = {"street": street.pk, "postcode": what.postcode, "side": side, "at": what.from_station}
    query |= {"number_from": first, "number_to": last}
    title = f"{street.name} ({what.postcode}), {draft_page.numbers(side, first, last)}"
    return Asked(what, street, None, form, {name: str(value) for name, value in query.items() if value not in {None, ""}}, title)


def _page(draft: Draft, asked: Asked, loads: list[selectors.StationLoad], target: Any) -> Item:
    stations = _offered(draft, asked, loads)
    by_pk = {one.station.pk: (one.station, one.load.voters, one.least, one.most) for one in loads}
    found = preview(draft=draft, station=target, what=asked.what) if target else []
    return {
        **common(draft),
        "asked": asked,
        "form": StationChoiceForm({"station": target.pk} if target else None, stations=stations),
        "fields": {name: value for name, value in asked.query.items() if name not in HousesForm.base_fields},
        "hidden": {**asked.query, "station": target.pk} if target else {},
        "target": words.station_name(target) if target else "",
        "preview": draft_streets.preview(found, target, by_pk) if target else None,
        "invalid": asked.houses is not None and not asked.houses.is_valid(),
        "back_url": _back(draft, asked),
    }


def _offered(draft: Draft, asked: Asked, loads: list[selectors.StationLoad]) -> list[tuple[int, str]]:
    """The stations to choose from: those of the district where the households vote now, else all; each with how full it is."""
    here = next((one.station.district_id for one in loads if one.station.pk == asked.what.from_station), None)
    if asked.person is not None:
        here = selectors.district_of_household(draft=draft, household=asked.what.household)
    return [
        (one.station.pk, f"{words.station_name(one.station)} – {words.load_text(one.load.voters, one.most)}")
        for one in loads
        if here in {None, one.station.district_id} and one.station.pk != asked.what.from_station
    ]


def _back(draft: Draft, asked: Asked) -> str:
    if asked.what.unplaced:
        return draft_url("draft_unplaced", draft)
    if asked.street is None:
        return draft_url("draft_detail", draft)
    return f"{draft_url('draft_streets', draft)}?{urlencode({'q': asked.street.name})}"


def _move(request: MunicipalRequest, draft: Draft, asked: Asked, target: Any) -> HttpResponse:
    try:
        made = services.move_households(draft=draft, station=target, what=asked.what, person=asked.person, by=request.actor, at=request.now)
    except DraftRefusedError as refusal:
        messages.error(request, words.refusal(refusal.code))
        return redirect(f"{draft_url('draft_move', draft)}?{urlencode(asked.query)}")
    text = _("Moved to polling station %(station)s: %(households)s (%(voters)s).")
    shown = {"households": words.households(made.households), "voters": words.voters(made.voters), "station": words.station_name(target)}
    messages.success(request, text % shown)
    return redirect(_back(draft, asked))


@require_POST
@requires(Permission.MANAGE_ELECTION)
def draft_undo(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Undo the last move by hand."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    try:
        undone = services.undo_move(draft=draft, by=request.actor, at=request.now)
    except DraftRefusedError as refusal:
        messages.error(request, words.refusal(refusal.code))
    else:
        messages.success(
            request, _("Undone, back in the place before: %(households)s.") % {"households": words.households(undone.households)}
        )
    return redirect(draft_url("draft_detail", draft))
