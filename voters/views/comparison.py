"""What a check found, and two extractions side by side: counts, rows, and the rows as a file."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import csv_response, whole
from elections.access import access_election
from elections.models import Election
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, require, requires
from municipalities.rules import Permission
from voters.access.extractions import access_list
from voters.models import Extraction
from voters.selectors import comparison as selectors
from voters.services import exports
from voters.sql.comparison import DifferenceFilter
from voters.words import comparison as words
from voters.words.checks import CHECK_HINTS, CHECK_LABELS, FIGURE_LABELS
from voters.words.extractions import name_of


def _csv(request: MunicipalRequest, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], extraction: Extraction) -> HttpResponse:
    require(request.actor, Permission.EXPORT)
    written = list(rows)
    exports.record_rows(extraction=extraction, what=name, rows=len(written), by=request.actor, at=request.now)
    return csv_response(f"{name}.csv", heads, written)


@require_safe
@requires(Permission.VIEW)
def extraction_check(request: MunicipalRequest, nis: str, election_date: date, number: int, code: str) -> HttpResponse:
    """The rows of one check, fifty a page, or all of them as CSV."""
    election = access_election(request.municipality, election_date)
    extraction = access_list(election, number)
    if code == "unusual_change" and (before := selectors.previous(extraction)):
        return redirect(f"{_compare_url(nis, election)}?before={before.number}&after={number}")
    if not selectors.has_rows(code):
        raise Http404
    if request.GET.get("format") == "csv":
        rows = words.check_csv(selectors.check_rows(extraction=extraction, code=code))
        return _csv(request, f"controle-{nis}-{election_date}-{number}-{code}", words.CHECK_COLUMNS, rows, extraction)
    page = whole(request.GET.get("page")) or 1
    found = selectors.check_page(extraction=extraction, code=code, page=page)
    context = {
        "election": election,
        "extraction": extraction,
        "name": name_of(extraction),
        "title": CHECK_LABELS[code],
        "hint": CHECK_HINTS[code],
        "figure": FIGURE_LABELS.get(code, ""),
        "total": next((check["count"] for check in extraction.checks if check["code"] == code), 0),
        "rows": words.check_rows(found.rows),
        "street_only": code == "empty_street",
        "pager": words.pager(request.GET, page, more=found.more),
        "csv_url": f"{request.path}?format=csv" if request.actor.may(Permission.EXPORT) else "",
    }
    return render(request, "voters/extraction_check.html", context)


def _compare_url(nis: str, election: Election) -> str:
    return reverse("extraction_compare", kwargs={"nis": nis, "election_date": election.date})


def _pair(request: MunicipalRequest, election: Election) -> tuple[Extraction, Extraction]:
    before, after = (whole(request.GET.get(name)) for name in ("before", "after"))
    if not before or not after or before == after:
        raise Http404
    return access_list(election, before), access_list(election, after)


@require_safe
@requires(Permission.VIEW)
def extraction_compare(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Who came, who went and why, what changed: counts by reason, field and street, each with its rows."""
    election = access_election(request.municipality, election_date)
    if request.GET.get("before") and request.GET.get("before") == request.GET.get("after"):
        messages.info(request, _("Choose two different extractions to compare."))
        return redirect("extraction_list", nis=nis, election_date=election_date)
    before, after = _pair(request, election)
    counts = selectors.compare(before=before, after=after)
    rows_url = f"{reverse('extraction_differences', kwargs={'nis': nis, 'election_date': election_date})}?before={before.number}&after={after.number}"
    context = {
        "election": election,
        "before": name_of(before),
        "after": name_of(after),
        "rows_url": rows_url,
        "kpis": words.kpis(counts, rows_url),
        "ballots": words.ballots(before, after, ballot_codes(election)),
        "tables": words.tables(counts, rows_url),
        "streets": words.streets(counts, rows_url),
        "streets_more": max(len(counts.by_street) - words.STREETS, 0),
        "swap_url": f"{request.path}?before={after.number}&after={before.number}",
        "csv_url": f"{rows_url}&format=csv" if request.actor.may(Permission.EXPORT) else "",
    }
    return render(request, "voters/extraction_compare.html", context)


@require_safe
@requires(Permission.VIEW)
def extraction_differences(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """The voters behind one count: before and after, fifty a page, or all of them as CSV."""
    election = access_election(request.municipality, election_date)
    before, after = _pair(request, election)
    chosen = DifferenceFilter(**{name: request.GET.get(name, "") for name in ("kind", "field", "reason", "street")})
    if request.GET.get("format") == "csv":
        rows = words.difference_csv(selectors.all_differences(before=before, after=after, chosen=chosen))
        name = f"vergelijking-{nis}-{election_date}-{before.number}-{after.number}"
        return _csv(request, name, words.DIFFERENCE_COLUMNS, rows, after)
    page = whole(request.GET.get("page")) or 1
    found = selectors.differences(before=before, after=after, chosen=chosen, page=page)
    context = {
        "election": election,
        "before": name_of(before),
        "after": name_of(after),
        "chosen": words.chosen(chosen) or _("all differences"),
        "rows": words.differences(found.rows),
        "pager": words.pager(request.GET, page, more=found.more),
        "back_url": f"{_compare_url(nis, election)}?before={before.number}&after={after.number}",
        "csv_url": f"{request.get_full_path()}&format=csv" if request.actor.may(Permission.EXPORT) else "",
    }
    return render(request, "voters/extraction_differences.html", context)
