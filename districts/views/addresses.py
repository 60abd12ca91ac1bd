"""Pages of streets, addresses and their import."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from core.http import csv_response
from core.templatetags.presentation import number
from districts.access import access_address_import, access_street
from districts.forms.addresses import AddressImportForm, StreetFilter
from districts.forms.districts import DayForm
from districts.models import AddressImport
from districts.selectors import addresses as selectors
from districts.selectors import districts as district_selectors
from districts.selectors.split import changes_of, split_day
from districts.services import addresses as services
from districts.tables.addresses import StreetTable
from districts.words.addresses import COUNTS, PROBLEMS, STAGES, expected
from districts.words.districts import history, street_context
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def street_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The streets, by name, postcode and state."""
    form = StreetFilter(request.GET or None, postcodes=selectors.postcodes(municipality_id=request.municipality_id))
    criteria = form.criteria() if form.is_bound else {}
    table = StreetTable(selectors.streets(municipality_id=request.municipality_id, **criteria), nis=nis)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    may_import = request.actor.may(Permission.IMPORT)
    context = {
        "list_title": _("Addresses and streets"),
        "total": selectors.counts(municipality_id=request.municipality_id)["streets"],
        "table": table,
        "filter_form": form,
        "may_import": may_import,
        "may_prepare": request.actor.may(Permission.MANAGE_ELECTION),
        "export_links": _export_links(request, nis),
        "empty": {
            "title": _("No streets yet"),
            "text": _("Streets and addresses come from the open data BeSt, which is published every week for the whole region."),
            "action_label": _("Bring in addresses") if may_import else "",
            "action_url": reverse("address_import_new", kwargs={"nis": nis}),
        },
    }
    return render(request, "components/results.html" if request.htmx else "districts/street_list.html", context)


def _export_links(request: MunicipalRequest, nis: str) -> list[dict[str, str]]:
    if not request.actor.may(Permission.EXPORT):
        return []
    return [{"label": "CSV", "url": f"{reverse('street_export', kwargs={'nis': nis})}?{request.GET.urlencode()}", "icon": "sheet"}]


@require_safe
@requires(Permission.EXPORT)
def street_export(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The streets of the list as CSV, in the same order."""
    form = StreetFilter(request.GET, postcodes=selectors.postcodes(municipality_id=request.municipality_id))
    table = StreetTable(selectors.streets(municipality_id=request.municipality_id, **form.criteria()), nis=nis)
    RequestConfig(request, paginate=False).configure(table)
    services.record_street_export(municipality=request.municipality, criteria=form.criteria(), by=request.actor, at=request.now)
    heads = ("street_id", "street_name", "postcodes", "house_numbers", "addresses", "closed_on")
    return csv_response(f"straten-{nis}.csv", heads, (_line(row.record) for row in table.rows))


def _line(street: Any) -> tuple[Any, ...]:
    closed = street.closed_at.date() if street.closed_at else ""
    return street.best_id, street.name, " ".join(street.postcodes), street.house_count, street.address_count, closed


@require_safe
@requires(Permission.VIEW)
def street_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """One street with its houses and boxes, and the districts in which they lie."""
    street = access_street(request.municipality, pk)
    houses = selectors.houses(street=street)
    split = split_day(municipality=request.municipality, today=timezone.localdate(request.now), day=DayForm(request.GET).chosen())
    context = {
        **street_context(street, district_selectors.street_split(street=street, day=split.day), split, nis),
        "may_change": request.actor.may(Permission.MANAGE_ELECTION),
        "may_drop": district_selectors.may_be_dropped(street),
        "history": history(changes_of(municipality_id=request.municipality_id, street_id=pk), nis),
        "street": street,
        "houses": houses,
        "postcodes": sorted({f"{house.postcode} {house.postname}" for house in houses}),
        "house_total": sum(not house.closed for house in houses),
        "box_total": sum(not box.closed for house in houses for box in house.boxes),
    }
    return render(request, "districts/street_detail.html", context)


@requires(Permission.IMPORT)
def address_import_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Choose a file; what was brought in before stands beside it."""
    form = AddressImportForm(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        asked = services.request_address_import(
            municipality=request.municipality, file=upload, file_name=upload.name, by=request.actor, at=request.now
        )
        return redirect("address_import_detail", nis=nis, pk=asked.pk)
    imports = selectors.address_imports(municipality_id=request.municipality_id)
    context = {"form": form, "history": [_summary(address_import, nis) for address_import in imports]}
    return render(request, "districts/address_import_new.html", context, status=422 if form.is_bound else 200)


def _summary(address_import: AddressImport, nis: str) -> dict[str, Any]:
    counts = address_import.counts
    state = ""
    if services.waits_for_confirmation(address_import):
        hint, state = _("waits: it would close many addresses"), "warn"
    elif services.was_dropped(address_import):
        hint = _("not brought in: it would close many addresses")
    elif address_import.problems:
        found = counts.get("problems", len(address_import.problems))
        hint, state = ngettext("refused, %(count)s problem", "refused, %(count)s problems", found) % {"count": number(found)}, "bad"
    elif "rows" in counts:
        hint = _("%(added)s new, %(changed)s changed, %(closed)s closed") % {
            key: number(counts[key]) for key in ("added", "changed", "closed")
        }
    else:
        hint = _("not finished")
    return {
        "title": address_import.file_name,
        "hint": hint,
        "by": address_import.imported_by_name,
        "at": address_import.imported_at,
        "url": reverse("address_import_detail", kwargs={"nis": nis, "pk": address_import.pk}),
        "state": state,
    }


def _worded(problem: dict[str, Any]) -> dict[str, Any]:
    return {
        **problem,
        "text": PROBLEMS.get(problem["code"], problem["code"]),
        "expected": expected(problem["code"], problem["expected"]),
    }


@require_safe
@requires(Permission.IMPORT)
@vary_on_headers("HX-Request")
def address_import_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Progress, then the result: what changed, or what is wrong."""
    address_import = access_address_import(request.municipality, pk)
    job = selectors.job_of(address_import)
    closes = services.would_close(address_import)
    url = reverse("address_import_detail", kwargs={"nis": nis, "pk": pk})
    context = {
        "address_import": address_import,
        "job": job,
        "title": _("Bring in addresses"),
        "stage": STAGES.get(job.stage, "") if job else "",
        "poll_url": url,
        "result_url": url if request.htmx else "",
        "waits": services.waits_for_confirmation(address_import),
        "dropped": services.was_dropped(address_import),
        "closes": {"closed": number(closes[0]), "known": number(closes[1])} if closes else None,
        "problems": [_worded(problem) for problem in address_import.problems],
        "figures": [
            {"label": label, "value": number(address_import.counts[key])} for key, label in COUNTS.items() if key in address_import.counts
        ],
    }
    if request.htmx:
        finished = job is None or job.finished
        return render(request, "components/job.html", context, status=286 if finished else 200)
    return render(request, "districts/address_import_detail.html", context)


@require_POST
@requires(Permission.IMPORT)
def address_import_confirm(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Bring a waiting file in after all, or let it go."""
    address_import = access_address_import(request.municipality, pk)
    act = services.confirm_address_import if request.POST.get("decision") == "confirm" else services.drop_address_import
    try:
        act(address_import=address_import, by=request.actor, at=request.now)
    except services.NotWaitingError:
        messages.warning(request, _("This file was decided upon meanwhile. Nothing has changed."))
    return redirect("address_import_detail", nis=nis, pk=pk)
