"""Districts with the people in them: the list, and one district with its rows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from districts.access import access_district
from districts.forms.districts import DayForm, DistrictFilter
from districts.models import District
from districts.selectors import districts as selectors
from districts.selectors import split as splits
from districts.selectors.split import SplitDay
from districts.tables.districts import DistrictTable, RowTable
from districts.words import districts as words
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.selectors import districts as people
from voters.views.district_rows import split_of
from voters.words import districts as people_words


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def district_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The districts. People are counted in a second answer: the list is there at once, in a city too."""
    form = DistrictFilter(request.GET or None)
    split, criteria = split_of(request), form.criteria()
    counted = bool(request.htmx or request.GET.get("figures"))
    today = timezone.localdate(request.now)
    figures = people.district_figures(municipality=request.municipality, split=split, today=today) if counted else None
    rows = selectors.districts(municipality_id=request.municipality_id, day=split.day, election=split.election, **criteria)
    table = DistrictTable(rows, nis=nis, day=DayForm(request.GET).chosen(), figures=figures.by_district if figures else None)
    RequestConfig(request, paginate={"per_page": 100, "silent": True}).configure(table)
    may_change = request.actor.may(Permission.MANAGE_ELECTION)
    context = {
        "list_title": _("Districts"),
        "total": len(rows),
        "table": table,
        "filter_form": form,
        "facts": words.split_facts(split),
        "later": words.next_split(split),
        "figures_url": "" if counted else _with(request, figures="1"),
        "lost": figures.lost if figures else None,
        "source": people_words.source(figures.extraction, split.election) if figures else "",
        "may_change": may_change,
        "export_links": _export_links(request, nis),
        "empty": words.no_districts(nis, may_change=may_change),
    }
    return render(request, "districts/_district_results.html" if request.htmx else "districts/district_list.html", context)


def _with(request: MunicipalRequest, **values: str) -> str:
    query = request.GET.copy()
    query.update(values)
    return f"?{query.urlencode()}"


def _export_links(request: MunicipalRequest, nis: str) -> list[dict[str, str]]:
    if not request.actor.may(Permission.EXPORT):
        return []
    return [{"label": "CSV", "url": f"{reverse('district_export', kwargs={'nis': nis})}?{request.GET.urlencode()}", "icon": "sheet"}]


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def district_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """One district: its figures, its rows, and what happened to them."""
    district = access_district(request.municipality, pk)
    split, asked = split_of(request), DayForm(request.GET).chosen()
    if request.GET.get("part") == "figures":
        return _district_figures(request, district, split)
    rows = splits.holding(municipality_id=request.municipality_id, day=split.day, districts=[pk])
    may_change = request.actor.may(Permission.MANAGE_ELECTION)
    may_move = may_change and district.closed_at is None
    table = RowTable(rows, nis=nis, day=asked, may_change=may_move)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    shown = [row.record for row in table.page.object_list]
    table.counted = selectors.addresses_of_rows(municipality_id=request.municipality_id, day=split.day, rows=shown)
    context = {
        "district": district,
        "table": table,
        "total": len(rows),
        "facts": words.split_facts(split),
        "later": words.next_split(split),
        "figures_url": _with(request, part="figures"),
        "may_change": may_change,
        "bulk_url": reverse("district_move", kwargs={"nis": nis, "pk": pk}, query={"day": split.day.isoformat()}),
        "bulk_actions": [{"label": _("Give to another district"), "value": "move"}] if may_move else [],
        "empty": words.no_rows(nis, district, may_change=may_move),
    }
    if request.htmx:
        return render(request, "components/results.html", context)
    return render(request, "districts/district_detail.html", context | _beside(district, rows, nis))


def _beside(district: District, rows: list[Any], nis: str) -> dict[str, Any]:
    """What stands around the rows of a district."""
    history = splits.changes_of(municipality_id=district.municipality_id, district_id=district.pk)
    return {
        "streets": len({row.street_id for row in rows}),
        "areas": words.areas_of(district),
        "history": words.history(history, nis),
    }


def _district_figures(request: MunicipalRequest, district: District, split: SplitDay) -> HttpResponse:
    figures = people.district_figures(municipality=request.municipality, split=split, today=timezone.localdate(request.now))
    context = {
        "figures": people_words.district_facts(district, figures),
        "source": people_words.source(figures.extraction, split.election),
        "district": district,
    }
    return render(request, "districts/_district_figures.html" if request.htmx else "districts/district_figures.html", context)
