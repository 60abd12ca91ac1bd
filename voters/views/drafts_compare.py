"""Two drafts side by side, or one and the assignment of an earlier election: counts, streets, households, and the streets as a file."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.http import whole
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.drafts import access_any_draft
from voters.models import Draft
from voters.selectors import draft_comparison as selectors
from voters.views.draft_detail import draft_csv
from voters.views.drafts import PLACED
from voters.words import draft_comparison as words
from voters.words.comparison import pager


def _pair(request: MunicipalRequest, election: Election) -> tuple[Draft, Draft]:
    """The two that are asked for: the one after is of this election, the one before of this or an earlier one."""
    before, after = (access_any_draft(request.municipality, whole(request.GET.get(name)) or 0) for name in ("before", "after"))
    if after.election_id != election.pk or before.state not in PLACED or after.state not in PLACED:
        raise Http404
    if before.election_id != election.pk and before.election.date >= election.date:
        raise Http404
    return before, after


def _rows_url(request: MunicipalRequest, election: Election, before: Draft, after: Draft) -> str:
    address = reverse("draft_differences", kwargs={"nis": request.municipality.nis_code, "election_date": election.date})
    return f"{address}?before={before.pk}&after={after.pk}"


@require_safe
@requires(Permission.VIEW)
def draft_compare(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """How many voters change station, and from where to where by district; each with its streets."""
    election = access_election(request.municipality, election_date)
    if request.GET.get("before") == request.GET.get("after"):
        return redirect("draft_list", nis=nis, election_date=election_date)
    before, after = _pair(request, election)
    found = selectors.compare(before=before, after=after)
    rows_url = _rows_url(request, election, before, after)
    context = {
        "election": election,
        "before": words.draft_name(before, election.pk),
        "after": words.draft_name(after, election.pk),
        "kpis": words.kpis(found),
        "districts": words.ways(found, rows_url),
        "rows_url": rows_url,
        "swap_url": f"{request.path}?before={after.pk}&after={before.pk}" if before.election_id == after.election_id else "",
        "csv_url": f"{rows_url}&format=csv" if request.actor.may(Permission.EXPORT) else "",
    }
    return render(request, "voters/draft_compare.html", context)


@require_safe
@requires(Permission.VIEW)
def draft_differences(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The streets behind a count, and (``?street=``) the households of one of them; or the streets as CSV."""
    election = access_election(request.municipality, election_date)
    before, after = _pair(request, election)
    chosen = (whole(request.GET.get("from")), whole(request.GET.get("to")))
    stations = selectors.stations_of(before, after)
    base = _rows_url(request, election, before, after)
    context: dict[str, Any] = {
        "election": election,
        "before": words.draft_name(before, election.pk),
        "after": words.draft_name(after, election.pk),
        "back_url": base.replace("/rows/", "/"),
        "number": after.number,
        "ends": [words.station(stations.get(pk or 0)) for pk in chosen] if any(chosen) else [],
        "csv_url": f"{request.get_full_path()}&format=csv" if request.actor.may(Permission.EXPORT) else "",
    }
    if request.GET.get("street"):
        return render(request, "voters/draft_differences.html", context | _households(request, before, after, chosen, stations))
    streets = selectors.streets(before=before, after=after, chosen=chosen)
    if request.GET.get("format") == "csv":
        return draft_csv(request, after, "differences", words.COLUMNS, words.csv_rows(streets, stations))
    context |= {"streets": words.street_rows(streets, stations, base), "households": None, "pager": {}}
    return render(request, "voters/draft_differences.html", context)


def _households(
    request: MunicipalRequest, before: Draft, after: Draft, chosen: tuple[int | None, int | None], stations: dict[int, Any]
) -> dict[str, Any]:
    page = whole(request.GET.get("page")) or 1
    found, more = selectors.households(
        before=before,
        after=after,
        chosen=chosen,
        street_id=whole(request.GET["street"]),
        postcode=request.GET.get("postcode", ""),
        page=page,
    )
    rows = words.household_rows(found, stations)
    return {"streets": None, "households": rows, "csv_url": "", "pager": pager(request.GET, page, more=more)}
