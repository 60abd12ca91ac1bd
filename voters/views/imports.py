"""Pages of a register file on its way in: choose, check, report, differences, approval, done."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig
from django_tables2.data import TableData

from core.http import csv_response
from core.sheets import FORMULA_STARTS
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.imports import access_import
from voters.forms.imports import DifferenceFilter, ProblemFilter, RegisterImportForm
from voters.models import RegisterImport, RegisterStaging
from voters.selectors import imports as selectors
from voters.services import imports
from voters.tables.imports import DifferenceTable, ImportTable, ProblemTable
from voters.words import imports as words
from voters.words.import_page import page


def import_of(request: MunicipalRequest, pk: int) -> RegisterImport:
    """The file of the address, or 404; a file of mutations stands under its own entry of the menu, though the pages are the same."""
    found = access_import(request.municipality, pk)
    if found.kind == RegisterImport.Kind.MUTATIONS:
        request.menu_entry = "mutation_list"
    return found


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def register_import_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Every file that was sent, the newest first."""
    found = selectors.imports(municipality_id=request.municipality_id)
    table = ImportTable(found, nis=nis)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    may_import = request.actor.may(Permission.IMPORT)
    context = {
        "list_title": _("Population register"),
        "total": len(table.rows),
        "table": table,
        "may_import": may_import,
        "empty": {
            "title": _("No register yet"),
            "text": _(
                "The register comes as a file from the National Register or from your supplier. It is checked and compared first; nothing changes before a second person agrees."
            ),
            "action_label": _("Bring in a register file") if may_import else "",
            "action_url": reverse("register_import_new", kwargs={"nis": nis}) if may_import else "",
        },
    }
    return render(request, "components/results.html" if request.htmx else "voters/imports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def register_import_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Choose a file; sending it starts the check."""
    maps = selectors.column_maps(municipality_id=request.municipality_id)
    form = RegisterImportForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None, column_maps=maps
    )
    if request.method == "POST" and form.is_valid():
        sent = imports.request_register_import(
            municipality=request.municipality,
            file_name=form.cleaned_data["file"].name,
            **form.cleaned_data,
            by=request.actor,
            at=request.now,
        )
        return redirect("register_import_detail", nis=nis, pk=sent.pk)
    return render(request, "voters/imports/new.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def register_import_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Where the import stands: progress, report, differences, question, result. The part with progress answers htmx."""
    register_import = import_of(request, pk)
    context = page(register_import, actor=request.actor, nis=nis)
    if not request.htmx:
        return render(request, "voters/imports/detail.html", context)
    response = render(request, "voters/imports/_job.html", context)
    if not context["running"]:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def register_import_report(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """The problems of a file, by column and kind."""
    register_import = import_of(request, pk)
    form = ProblemFilter(request.GET or None, groups=selectors.problem_groups(register_import))
    table = ProblemTable(selectors.problems(register_import, **(form.values() if form.is_bound else {})))
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    download = reverse("register_import_problems", kwargs={"nis": nis, "pk": pk})
    context = {
        "register_import": register_import,
        "list_title": _("Problems in %(file)s") % {"file": register_import.file_name},
        "total": register_import.counts.get("problems", 0),
        "table": table,
        "filter_form": form,
        "export_links": [{"label": "CSV", "url": download, "icon": "sheet"}] if request.actor.may(Permission.IMPORT) else [],
        "empty": {"title": _("No problems"), "text": _("Every value of this file is sound.")},
    }
    return render(request, "components/results.html" if request.htmx else "voters/imports/report.html", context)


@require_safe
@requires(Permission.IMPORT)
def register_import_problems(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """The problems as CSV, for whoever made the file. Taking it out is recorded: it holds values of the register."""
    register_import = import_of(request, pk)
    imports.record_problem_export(register_import=register_import, by=request.actor, at=request.now)
    # A value that a spreadsheet would take for a formula is shown, not run.
    rows = [
        (row, column, f"'{value}" if value.startswith(FORMULA_STARTS) else value, words.expected(code, detail))
        for row, column, value, code, detail in selectors.problem_rows(register_import)
    ]
    return csv_response(f"problemen-{nis}-{pk}.csv", ("row", "column", "value", "expected"), rows)


class _DifferenceData(TableData):  # type: ignore[misc]  # published without type information
    """One page of differences is read, and beside it what the register says now."""

    def __init__(self, found: QuerySet[RegisterStaging]) -> None:
        super().__init__([])
        self.found = found
        self.length = found.count()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: slice) -> Sequence[selectors.Difference]:
        return selectors.with_before(list(self.found[key]))

    def order_by(self, aliases: Sequence[str]) -> None:
        """In the order of the file only."""


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def register_import_differences(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Who is new, changed or gone, column by column."""
    register_import = import_of(request, pk)
    form = DifferenceFilter(request.GET or None)
    values: dict[str, Any] = form.values() if form.is_bound else {}
    table = DifferenceTable(_DifferenceData(selectors.differences(register_import, **values)))
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    context = {
        "register_import": register_import,
        "list_title": _("Differences of %(file)s") % {"file": register_import.file_name},
        "total": len(table.rows),
        "table": table,
        "filter_form": form,
        "empty": {"title": _("No differences"), "text": _("The file says what the register says, or it has been brought in already.")},
    }
    return render(request, "components/results.html" if request.htmx else "voters/imports/differences.html", context)
