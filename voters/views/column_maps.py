"""Pages of column maps: how a supplier's columns are called."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.imports import access_column_map
from voters.forms.imports import ColumnMapForm, HeaderForm
from voters.models import ColumnMap
from voters.rules.column_names import suggest
from voters.rules.register_columns import NAMES
from voters.rules.register_file import RefusedFileError, RegisterReader
from voters.selectors import imports as selectors
from voters.services import column_maps
from voters.words.imports import expected


@require_safe
@requires(Permission.IMPORT)
def column_map_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Every column map of the municipality."""
    found = selectors.column_maps(municipality_id=request.municipality_id)
    rows = [{"map": column_map, "used": sum(1 for ours in column_map.columns.values() if ours)} for column_map in found]
    return render(request, "voters/imports/column_maps.html", {"rows": rows, "all": len(NAMES)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def column_map_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Read the header of a file and propose what each column is."""
    form = HeaderForm(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            names = [name.strip() for name in RegisterReader(form.cleaned_data["file"]).header()]
            return _save(request, nis, None, form.cleaned_data["name"], suggest(names))
        except RefusedFileError as refusal:
            form.add_error("file", expected(refusal.problems[0].code, refusal.problems[0].detail))
        except column_maps.NameTakenError:
            form.add_error("name", _("There is a column map with this name already."))
    return render(request, "voters/imports/column_map_new.html", {"form": form}, status=422 if request.method == "POST" else 200)


def _save(request: MunicipalRequest, nis: str, column_map: ColumnMap | None, name: str, columns: dict[str, str]) -> HttpResponse:
    saved = column_maps.save_column_map(
        municipality=request.municipality, column_map=column_map, name=name, columns=columns, by=request.actor, at=request.now
    )
    if column_map is None:
        return redirect("column_map_edit", nis=nis, pk=saved.pk)
    messages.success(request, _("Kept. It can be chosen with the next file."))
    return redirect("column_map_list", nis=nis)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def column_map_edit(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """For each column of the supplier: which of ours it is."""
    column_map = access_column_map(request.municipality, pk)
    form = ColumnMapForm(request.POST if request.method == "POST" else None, columns=column_map.columns, initial={"name": column_map.name})
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, nis, column_map, form.cleaned_data["name"], form.columns())
        except column_maps.NameTakenError:
            form.add_error("name", _("There is a column map with this name already."))
    context = {"form": form, "column_map": column_map}
    return render(request, "voters/imports/column_map_edit.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires(Permission.IMPORT)
def column_map_delete(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Take a column map away."""
    column_maps.delete_column_map(column_map=access_column_map(request.municipality, pk), by=request.actor, at=request.now)
    return redirect("column_map_list", nis=nis)
