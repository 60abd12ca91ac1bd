"""The streets of a draft, the households behind them, and those without a station; each leads to where it is changed."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.http import or_404, whole
from elections.access import access_election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.drafts import access_draft
from voters.access.persons import access_person, access_street
from voters.forms.drafts import StationChoiceForm, StreetFilterForm
from voters.models import Draft
from voters.rules.assignment import HouseRun, join_sides
from voters.selectors import draft_pages as pages
from voters.selectors import drafts as selectors
from voters.selectors.draft_why import why
from voters.sql.draft_lists import HouseholdFilter, StreetFilter
from voters.views.draft_detail import draft_csv, draft_url
from voters.words import draft_page, draft_streets
from voters.words import drafts as words
from voters.words import persons as person_words
from voters.words import why as why_words
from voters.words.comparison import pager

Item = dict[str, Any]


def may_move(request: MunicipalRequest, draft: Draft) -> bool:
    """Whether this person may change this draft by hand now."""
    return draft.state == Draft.State.READY and not draft_page.is_closed(draft) and request.actor.may(Permission.MANAGE_ELECTION)


def urls(request: MunicipalRequest, draft: Draft) -> dict[str, str]:
    """Where rows lead."""
    kwargs = {"nis": request.municipality.nis_code, "election_date": draft.election.date}
    may_pin = draft.election.stations_frozen_at is None and request.actor.may(Permission.MANAGE_ELECTION)
    return {
        "move": draft_url("draft_move", draft) if may_move(request, draft) else "",
        "pin": reverse("pin_new", kwargs=kwargs) if may_pin else "",
        "houses": draft_url("draft_houses", draft),
        "person": reverse("draft_person", kwargs={**kwargs, "number": draft.number, "pk": 0}),
    }


def common(draft: Draft) -> Item:
    """What every page below a draft shows."""
    return {"election": draft.election, "draft": draft, "name": words.name_of(draft), "draft_url": draft_url("draft_detail", draft)}


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def draft_streets_list(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Ranges of house numbers with their station, street by street, searched and filtered."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    stations = pages.stations(election=draft.election)
    districts = list({one.district.pk: one.district for one in stations}.values())
    form = StreetFilterForm(request.GET or None, districts=sorted(districts, key=lambda one: one.code), stations=stations)
    chosen, page = StreetFilter(**form.values()), whole(request.GET.get("page")) or 1
    streets, total = pages.streets(draft=draft, chosen=chosen, page=page)
    by_pk = {one.pk: one for one in stations}
    names = words.name_ranges(selectors.names_of(draft), stations)
    rows = draft_streets.run_rows(_runs(draft, streets, chosen, by_pk), by_pk, names, urls(request, draft))
    context = {
        **common(draft),
        "filter_form": form,
        "rows": rows,
        "total": total,
        "pager": pager(request.GET, page, more=total > page * pages.STREETS),
        "apart": pages.apart(draft=draft),
        "csv_url": draft_url("draft_streets_csv", draft) if request.actor.may(Permission.EXPORT) else "",
    }
    return render(request, "voters/draft_streets_results.html" if request.htmx else "voters/draft_streets.html", context)


def _runs(draft: Draft, streets: list[tuple[int, str]], chosen: StreetFilter, stations: dict[int, Any]) -> list[HouseRun]:
    """The ranges of one page; with a district or station chosen, only those of it."""
    place = {street: index for index, street in enumerate(streets)}
    found = join_sides(selectors.runs(draft=draft, streets={street for street, _postcode in streets}))
    return sorted(
        (
            run
            for run in found
            if (run.street_id, run.postcode) in place
            and chosen.station_id in {None, run.station_id}
            and (chosen.district_id is None or stations[run.station_id].district_id == chosen.district_id)
        ),
        key=lambda run: place[run.street_id, run.postcode],
    )


@require_safe
@requires(Permission.EXPORT)
def draft_streets_csv(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Every range of a draft, as CSV."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    stations = {one.pk: one for one in pages.stations(election=draft.election)}
    rows = draft_streets.run_csv(join_sides(selectors.runs(draft=draft)), stations)
    return draft_csv(request, draft, "streets", draft_streets.RUN_COLUMNS, rows)


@require_safe
@requires(Permission.VIEW)
def draft_houses(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """The households of some houses, or (``?unknown=1``) those that stand in no street."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    asked, page = request.GET, whole(request.GET.get("page")) or 1
    street = access_street(request.municipality, asked.get("street", "")) if "street" in asked else None
    if street is None and "unknown" not in asked:
        raise Http404
    first, last, side = whole(asked.get("number_from")), whole(asked.get("number_to")), asked.get("side", "all")
    chosen = HouseholdFilter(
        street_id=street.pk if street else None,
        postcode=asked.get("postcode", ""),
        side=side if side in draft_page.SIDES else "all",
        number_from=first,
        number_to=last,
        station_id=whole(asked.get("at")),
        unknown=street is None,
    )
    found = pages.households(draft=draft, chosen=chosen, page=page)
    context = {
        **common(draft),
        "title": f"{street.name}, {draft_page.numbers(chosen.side, first, last)}" if street else _("Households without a known address"),
        "facts": chosen.postcode
        if street
        else _("Their street is known or they were placed by hand; no range of house numbers holds them."),
        "rows": draft_streets.household_rows(found.rows, urls(request, draft)),
        "pager": pager(asked, page, more=found.more),
        "compared": draft.previous_id is not None,
    }
    return render(request, "voters/draft_houses.html", context)


@require_safe
@requires(Permission.VIEW)
def draft_unplaced(request: MunicipalRequest, nis: str, election_date: date, number: int) -> HttpResponse:
    """Households without a station: why, and placing them."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    page = whole(request.GET.get("page")) or 1
    found = pages.households(draft=draft, chosen=HouseholdFilter(unplaced=True), page=page)
    stations = [(one.pk, words.station_name(one)) for one in pages.stations(election=draft.election)]
    context = {
        **common(draft),
        "rows": draft_streets.household_rows(found.rows, urls(request, draft)),
        "pager": pager(request.GET, page, more=found.more),
        "apart": pages.apart(draft=draft),
        "form": StationChoiceForm(stations=stations) if may_move(request, draft) else None,
        "move_url": draft_url("draft_move", draft),
        "may_link": request.actor.may(Permission.IMPORT),
    }
    return render(request, "voters/draft_unplaced.html", context)


@require_safe
@requires(Permission.VIEW)
def draft_person(request: MunicipalRequest, nis: str, election_date: date, number: int, pk: int) -> HttpResponse:
    """Where the household of somebody votes in a draft, and why there."""
    draft = access_draft(access_election(request.municipality, election_date), number)
    person = access_person(request.municipality, pk)
    found = or_404(why(draft=draft, person=person))
    links = urls(request, draft)
    context = {
        **common(draft),
        "person": person,
        "person_name": person_words.name(person),
        "where": person_words.address(person),
        "placement": found.placement,
        "station": words.station_name(found.placement.station) if found.placement.station else "",
        "sentences": why_words.sentences(found, draft),
        "buildings": why_words.buildings(found),
        "household": words.voters(found.placement.voters),
        "move_url": f"{links['move']}?person={pk}" if links["move"] else "",
        "pin_url": f"{links['pin']}?person={pk}" if links["pin"] else "",
    }
    return render(request, "voters/draft_person.html", context)
