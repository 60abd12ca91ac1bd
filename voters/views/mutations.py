"""Files of mutations: the list, sending one, and what each event does. Their way is that of a register file (views.imports)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.imports import access_mutations
from voters.forms.ledger import EventFilter, MutationsForm
from voters.models import RegisterImport
from voters.selectors import imports as import_selectors
from voters.selectors import mutations as selectors
from voters.services import imports
from voters.tables.imports import MutationFileTable
from voters.tables.ledger import AppliedTable, EventData, EventTable

KIND = RegisterImport.Kind.MUTATIONS


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def mutation_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Every file of mutations that was sent, the newest first."""
    table = MutationFileTable(import_selectors.imports(municipality_id=request.municipality_id, kind=KIND), nis=nis)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    may_import = request.actor.may(Permission.IMPORT)
    new_url = reverse("mutation_new", kwargs={"nis": nis})
    text = _(
        "After the list date the register goes on changing: deaths, moves, departures. Your supplier sends those events as a file. They are checked first; nothing changes before a second person agrees."
    )
    context = {
        "list_title": _("Mutations of the register"),
        "total": len(table.rows),
        "table": table,
        "may_import": may_import,
        "empty": {
            "title": _("No mutations yet"),
            "text": text,
            "action_label": _("Bring mutations in") if may_import else "",
            "action_url": new_url if may_import else "",
        },
    }
    return render(request, "components/results.html" if request.htmx else "voters/mutations/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def mutation_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Choose a file; sending it starts the check."""
    maps = import_selectors.column_maps(municipality_id=request.municipality_id)
    posted = request.method == "POST"
    form = MutationsForm(request.POST if posted else None, request.FILES if posted else None, column_maps=maps)
    if posted and form.is_valid():
        sent = imports.request_register_import(
            municipality=request.municipality,
            file_name=form.cleaned_data["file"].name,
            **form.cleaned_data,
            kind=KIND,
            by=request.actor,
            at=request.now,
        )
        return redirect("register_import_detail", nis=nis, pk=sent.pk)
    context = {"form": form, "expected": selectors.next_sequence(municipality_id=request.municipality_id)}
    return render(request, "voters/mutations/new.html", context, status=422 if posted else 200)


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def mutation_events(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """The events of a file, and what each does to the register and to the lists to come."""
    register_import = access_mutations(request.municipality, pk)
    form = EventFilter(request.GET or None)
    chosen = form.values() if form.is_bound else {}
    if register_import.state == RegisterImport.State.MERGED:
        table = AppliedTable(selectors.applied(register_import, **chosen), nis=nis)
    else:
        lists = selectors.lists_to_come(municipality_id=request.municipality_id, today=localdate(request.now))
        table = EventTable(EventData(selectors.staged(register_import, **chosen), lists), nis=nis)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    context = {
        "register_import": register_import,
        "list_title": _("Events of %(file)s") % {"file": register_import.file_name},
        "total": len(table.rows),
        "table": table,
        "filter_form": form,
        "empty": {"title": _("No events"), "text": _("This file was stopped or refused; its events were not kept.")},
    }
    return render(request, "components/results.html" if request.htmx else "voters/mutations/events.html", context)
