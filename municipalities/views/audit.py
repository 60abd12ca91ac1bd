"""The municipality's trail: who did what, when; whether it is whole; and as a file."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import audit, selectors
from core.sheets import csv_lines
from core.tenancy import stream
from municipalities.access import MunicipalRequest, requires
from municipalities.forms import AuditForm
from municipalities.rules import Permission
from municipalities.tables import AuditTable


@requires(Permission.VIEW_AUDIT)
@require_safe
def audit_list(request: HttpRequest, *, nis: str) -> HttpResponse:
    """The events, the newest first, by kind, person, object and day."""
    ours = cast("MunicipalRequest", request)
    form = _form(ours)
    rows = selectors.audit_events(municipality_id=ours.municipality_id, asked=form.asked())
    table = AuditTable(rows, request=request, nis=nis)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {
        "list_title": _("Audit trail"),
        "total": table.paginator.count if table.paginator else 0,
        "table": table,
        "filter_form": form,
        "head": audit.head(municipality_id=ours.municipality_id),
        "export_links": _export_links(ours, nis) if ours.actor.may(Permission.EXPORT) else [],
        "empty": {"title": _("Nothing has happened yet"), "text": _("Everything that somebody does here is recorded on this page.")},
    }
    return render(request, "components/results.html" if ours.htmx else "municipalities/audit.html", context)


@requires(Permission.VIEW_AUDIT)
@require_POST
def audit_verify(request: HttpRequest, *, nis: str) -> HttpResponse:
    """Recompute the chain now, and say what was found."""
    ours = cast("MunicipalRequest", request)
    flaws = audit.verify_and_record(municipality_id=ours.municipality_id, by=ours.actor, at=ours.now)
    if flaws:
        text = _("The trail does not hold: the first flaw is at event %(seq)s. Tell the platform at once; change nothing.")
        messages.error(request, text % {"seq": flaws[0].seq})
    else:
        messages.success(request, _("The trail holds: no event was changed, deleted, inserted or cut off."))
    return redirect("audit_list", nis=nis)


@requires(Permission.VIEW_AUDIT)
@requires(Permission.EXPORT)
@require_safe
def audit_export(request: HttpRequest, *, nis: str) -> HttpResponseBase:
    """Exactly what the list shows, as CSV; itself an event."""
    ours = cast("MunicipalRequest", request)
    asked = _form(ours).asked()
    lines = stream(ours.municipality_id, lambda: csv_lines(selectors.audit_rows(municipality_id=ours.municipality_id, asked=asked)))
    audit.record(municipality_id=ours.municipality_id, kind="audit.exported", by=ours.actor, at=ours.now, after=asked.as_text())
    name = f"audit-{nis}-{ours.now:%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _form(request: MunicipalRequest) -> AuditForm:
    return AuditForm(request.GET or None, kinds=selectors.audit_kinds(municipality_id=request.municipality_id))


def _export_links(request: MunicipalRequest, nis: str) -> list[dict[str, str]]:
    url = reverse("audit_export", kwargs={"nis": nis})
    return [{"label": "CSV", "url": f"{url}?{request.GET.urlencode()}", "icon": "sheet"}]
