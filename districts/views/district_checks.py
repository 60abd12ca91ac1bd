"""What does not fit in the split, and in which district an address lies."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from core.http import csv_response
from districts.forms.districts import FindingFilter, WhereForm
from districts.selectors.findings import DistrictFindings, district_findings
from districts.selectors.split import split_day
from districts.selectors.where import Answer, which_district
from districts.services import district_imports
from districts.tables.districts import FindingTable
from districts.words import districts as words
from districts.words.where import as_json, as_text
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


def _filter(request: MunicipalRequest) -> FindingFilter:
    return FindingFilter(request.GET or None, kinds=list(words.FINDING_TITLES.items()))


def _find(request: MunicipalRequest, form: FindingFilter) -> tuple[DistrictFindings, list[dict[str, Any]]]:
    """Everything that does not fit on the day asked for, and the rows of the kind asked for."""
    asked = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate(request.now)
    day = split_day(municipality=request.municipality, today=today, day=asked.get("day")).day
    result = district_findings(municipality_id=request.municipality_id, day=day)
    nis, kind = request.municipality.nis_code, asked.get("kind")
    return result, [words.finding(one, nis) for one in result.findings if kind in {None, "", one.code}]


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def district_findings_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Every kind with how many there are, green when none; then each one with the page that mends it."""
    form = _filter(request)
    result, rows = _find(request, form)
    table = FindingTable(rows)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "result": result,
        "total": len(result.findings),
        "kinds": words.finding_kinds(result.findings),
        "table": table,
        "filter_form": form,
        "export_links": [{"label": "CSV", "url": f"{reverse('district_findings_export', kwargs={'nis': nis})}{query}", "icon": "sheet"}]
        if request.actor.may(Permission.EXPORT)
        else [],
        "empty": words.NOTHING_FOUND,
    }
    return render(request, "components/results.html" if request.htmx else "districts/district_findings.html", context)


@require_safe
@requires(Permission.EXPORT)
def district_findings_export(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The findings of the list as CSV."""
    result, rows = _find(request, _filter(request))
    district_imports.record_export(municipality=request.municipality, day=result.day, what="findings", by=request.actor, at=request.now)
    heads = ("code", "what", "where", "numbers", "district", "addresses")
    lines = ([row[name] for name in ("code", "title", "where", "numbers", "district", "count")] for row in rows)
    return csv_response(f"controle-kieswijken-{nis}-{result.day}.csv", heads, lines)


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request", "Accept")
def which_district_search(request: MunicipalRequest, nis: str) -> HttpResponseBase:
    """One field: a street, with or without a number. As a page, as what is found while somebody types, or as JSON."""
    form = WhereForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate(request.now)
    split = split_day(municipality=request.municipality, today=today, day=asked.get("day"))
    text = asked.get("q", "")
    answers = which_district(municipality_id=request.municipality_id, text=text, day=split.day) if text else []
    if _wants_json(request):
        return JsonResponse({"query": text, "date": split.day.isoformat(), "answers": [as_json(answer) for answer in answers]})
    context = {
        "form": form,
        "text": text,
        "split": words.split_facts(split),
        "known": split.since is not None,
        "answers": [_answer(answer, nis) for answer in answers],
        "may_change": request.actor.may(Permission.MANAGE_ELECTION),
    }
    return render(request, "districts/which_results.html" if request.htmx else "districts/which_district.html", context)


def _wants_json(request: MunicipalRequest) -> bool:
    return not request.htmx and request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _answer(answer: Answer, nis: str) -> dict[str, Any]:
    urls = {row.district_id: reverse("district_detail", kwargs={"nis": nis, "pk": row.district_id}) for row in answer.rows}
    street = reverse("street_detail", kwargs={"nis": nis, "pk": answer.street.pk})
    return {**as_text(answer), "street_url": street, "urls": urls}
