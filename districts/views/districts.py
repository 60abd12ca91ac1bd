"""Districts and the levels above them: made, changed, closed; the history of the split; and the split as a file."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.templatetags.presentation import date_time
from districts.access import access_area, access_district, access_district_change
from districts.forms.districts import AreaForm, DayForm, DistrictForm
from districts.models import Area, District
from districts.selectors import district_file
from districts.selectors import districts as selectors
from districts.selectors import split as splits
from districts.services import district_imports
from districts.services import districts as services
from districts.words import districts as words
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def district_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Make a district."""
    areas = selectors.areas_by_kind(municipality_id=request.municipality_id)
    form = DistrictForm(request.POST if request.method == "POST" else None, areas=areas)
    if form.is_bound and form.is_valid():
        try:
            made = services.make_district(municipality=request.municipality, data=form.district(), by=request.actor, at=request.now)
        except services.DistrictRefusedError as refusal:
            _explain(form, refusal)
        else:
            _say_look_alike(request, made)
            messages.success(request, _("District %(district)s is made. Give it streets now.") % {"district": made})
            return redirect("district_detail", nis=nis, pk=made.pk)
    context = {"form": form, "back": reverse("district_list", kwargs={"nis": nis}), "district": None}
    return render(request, "districts/district_form.html", context, status=422 if form.is_bound else 200)


def _explain(form: forms.Form, refusal: services.DistrictRefusedError) -> None:
    for field, code in refusal.problems:
        form.add_error(field or None, str(words.REFUSALS[code]))


def _say_look_alike(request: MunicipalRequest, district: District) -> None:
    other = selectors.look_alike(municipality_id=request.municipality_id, code=district.code)
    if other is not None:
        text = _("The code %(code)s differs only in zeros from that of %(other)s. They are two districts.")
        messages.warning(request, text % {"code": district.code, "other": other})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def district_edit(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Give a district another code, name or level."""
    district = access_district(request.municipality, pk)
    areas = selectors.areas_by_kind(municipality_id=request.municipality_id)
    form = DistrictForm(request.POST if request.method == "POST" else None, areas=areas, initial=DistrictForm.values(district))
    if form.is_bound and form.is_valid():
        try:
            if services.change_district(district=district, data=form.district(), by=request.actor, at=request.now):
                messages.success(request, _("The district is changed."))
        except services.DistrictRefusedError as refusal:
            _explain(form, refusal)
        else:
            return redirect("district_detail", nis=nis, pk=pk)
    context = {"form": form, "back": reverse("district_detail", kwargs={"nis": nis, "pk": pk}), "district": district}
    return render(request, "districts/district_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def district_close(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Take a district out of use, or into use again."""
    district = access_district(request.municipality, pk)
    try:
        if request.POST.get("open"):
            services.reopen_district(district=district, by=request.actor, at=request.now)
            messages.success(request, _("District %(district)s is in use again.") % {"district": district})
        else:
            services.close_district(district=district, day=timezone.localdate(request.now), by=request.actor, at=request.now)
            messages.success(request, _("District %(district)s is closed. It is kept, and can be opened again.") % {"district": district})
    except services.DistrictRefusedError as refusal:
        messages.error(request, str(words.REFUSALS[refusal.problems[0][1]]))
    return redirect("district_detail", nis=nis, pk=pk)


@require_safe
@requires(Permission.VIEW)
def district_area_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The levels above districts, by kind."""
    areas = selectors.areas(municipality_id=request.municipality_id)
    kinds = [
        {"title": title, "rows": [{"area": area, "districts": count} for area, count in areas if area.kind == kind]}
        for kind, title in words.LEVELS.items()
    ]
    context = {"kinds": kinds, "total": len(areas), "may_change": request.actor.may(Permission.MANAGE_ELECTION)}
    return render(request, "districts/area_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def district_area_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Make a level above districts."""
    form = AreaForm(request.POST if request.method == "POST" else None)
    return _save_area(request, nis, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def district_area_edit(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Give a level another code or name; its kind stays."""
    area = access_area(request.municipality, pk)
    values = {"kind": area.kind, "code": area.code, "name": area.name}
    form = AreaForm(request.POST if request.method == "POST" else None, initial=values)
    form.fields["kind"].disabled = True
    return _save_area(request, nis, form, area)


def _save_area(request: MunicipalRequest, nis: str, form: AreaForm, area: Area | None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            services.save_area(municipality=request.municipality, area=area, **form.cleaned_data, by=request.actor, at=request.now)
        except services.DistrictRefusedError as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("Kept. Say on the page of each district to which one it belongs."))
            return redirect("district_area_list", nis=nis)
    context = {"form": form, "area": area}
    return render(request, "districts/area_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def district_area_delete(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Take a level away that no district belongs to."""
    area = access_area(request.municipality, pk)
    try:
        services.delete_area(area=area, by=request.actor, at=request.now)
    except services.DistrictRefusedError as refusal:
        messages.error(request, str(words.REFUSALS[refusal.problems[0][1]]))
    else:
        messages.success(request, _("%(area)s is taken away.") % {"area": area})
    return redirect("district_area_list", nis=nis)


@require_safe
@requires(Permission.VIEW)
def district_change_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Every change of the split, the newest first."""
    changes = splits.changes(municipality_id=request.municipality_id)
    rows = [_change(change, nis) for change in changes]
    return render(request, "districts/change_list.html", {"rows": rows})


def _change(change: Any, nis: str) -> dict[str, Any]:
    return {
        "title": words.change_title(change),
        "counts": words.change_counts(change.counts),
        "since": words.since_text(change.valid_from),
        "by": change.made_by_name,
        "at": date_time(change.made_at),
        "url": reverse("district_change_detail", kwargs={"nis": nis, "pk": change.pk}),
    }


@require_safe
@requires(Permission.VIEW)
def district_change_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """One change: the rows that it added, ended and took away; the last one can be undone."""
    change = access_district_change(request.municipality, pk)
    last = splits.newest_change(municipality_id=request.municipality_id)
    rows = splits.changed_rows(change)
    told = [
        {"label": words.WHAT[one.what][0], "state": words.WHAT[one.what][1], "row": one.row, "numbers": words.row_numbers(one.row)}
        for one in rows[:500]
    ]
    context = {
        **_change(change, nis),
        "rows": told,
        "more": len(rows) - len(told),
        "undo_url": reverse("district_change_undo", kwargs={"nis": nis, "pk": pk}),
        "may_undo": request.actor.may(Permission.MANAGE_ELECTION) and last is not None and last.pk == pk,
    }
    return render(request, "districts/change_detail.html", context)


@require_safe
@requires(Permission.EXPORT)
def district_export(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The split of a day as a file that can be brought in again (docs/formats/districts.md)."""
    today = timezone.localdate(request.now)
    day = splits.split_day(municipality=request.municipality, today=today, day=DayForm(request.GET).chosen()).day
    rows = district_file.lines(municipality_id=request.municipality_id, day=day)
    district_imports.record_export(municipality=request.municipality, day=day, what="districts", by=request.actor, at=request.now)
    response = HttpResponse(district_file.csv_of(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="kieswijken-{nis}-{day}.csv"'
    return response
