"""Long work and decisions: what runs, what waits, what came of it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import jobs, pages, selectors
from core.http import or_404
from core.models import Job
from municipalities.access import MunicipalRequest, requires
from municipalities.job_panel import job_panel
from municipalities.rules import Permission
from municipalities.tables import ApprovalTable, JobTable

STOP_POLLING = 286


@requires(Permission.VIEW)
@require_safe
def job_list(request: HttpRequest, *, nis: str) -> HttpResponse:
    """All long work of the municipality, the newest first."""
    ours = cast("MunicipalRequest", request)
    rows = selectors.jobs(municipality_id=ours.municipality_id)
    table = JobTable(rows, request=request, nis=nis, with_files=ours.actor.may(Permission.EXPORT))
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    empty = {
        "title": _("Nothing has run yet"),
        "text": _(
            "Bringing in a file and making an extraction take a while. What runs is shown here, and goes on when you close the page."
        ),
    }
    context = {"list_title": _("Work in progress and done"), "total": rows.count(), "table": table, "empty": empty}
    return render(request, "components/results.html" if ours.htmx else "municipalities/jobs.html", context)


@requires(Permission.VIEW)
@require_safe
def job_detail(request: HttpRequest, *, nis: str, pk: int) -> HttpResponse:
    """One piece of long work; to htmx, its panel only."""
    ours = cast("MunicipalRequest", request)
    job = _job_or_404(ours, pk)
    template = "components/job.html" if ours.htmx else "municipalities/job.html"
    return render(request, template, _job_context(ours, job, nis), status=STOP_POLLING if ours.htmx and job.finished else 200)


@requires(Permission.EXPORT)
@require_safe
def job_result(request: HttpRequest, *, nis: str, pk: int) -> HttpResponse:
    """Lead to the page of the file that came of finished work, as long as it is kept."""
    page = or_404(pages.result_of(_job_or_404(cast("MunicipalRequest", request), pk), nis=nis))
    return redirect(page)


@requires(Permission.STOP_WORK)
@require_POST
def job_cancel(request: HttpRequest, *, nis: str, pk: int) -> HttpResponse:
    """Ask long work to stop."""
    ours = cast("MunicipalRequest", request)
    if not jobs.request_cancel(municipality_id=ours.municipality_id, job_id=pk, by=ours.actor, at=ours.now):
        messages.warning(request, _("This work had ended already."))
    if ours.htmx:
        return render(request, "components/job.html", _job_context(ours, _job_or_404(ours, pk), nis))
    return redirect("job_detail", nis=nis, pk=pk)


@requires(Permission.VIEW)
@require_safe
def approval_list(request: HttpRequest, *, nis: str) -> HttpResponse:
    """What waits for a second person, then what was decided."""
    ours = cast("MunicipalRequest", request)
    rows = selectors.approvals(municipality_id=ours.municipality_id)
    table = ApprovalTable(rows, request=request, nis=nis)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    empty = {
        "title": _("Nothing waits for a decision"),
        "text": _("What cannot be undone is asked by one person and decided by another. Requests are shown here."),
    }
    context = {"list_title": _("Approvals"), "total": rows.count(), "table": table, "empty": empty}
    return render(request, "components/results.html" if ours.htmx else "municipalities/approvals.html", context)


@requires(Permission.VIEW)
@require_safe
def approval_decide(request: HttpRequest, *, nis: str, pk: int) -> HttpResponse:
    """Lead to the page of what is to be decided: its figures and its buttons are there."""
    ours = cast("MunicipalRequest", request)
    approval = selectors.approval(municipality_id=ours.municipality_id, pk=pk)
    if approval is None or approval.kind not in pages.APPROVALS:
        raise Http404
    page = or_404(pages.page_of(pages.APPROVALS[approval.kind][1], nis=nis, pk=approval.object_id))
    return redirect(page)


def _job_or_404(request: MunicipalRequest, pk: int) -> Job:
    return or_404(selectors.job(municipality_id=request.municipality_id, pk=pk))


def _job_context(request: MunicipalRequest, job: Job, nis: str) -> dict[str, object]:
    links = (pages.page_of(name, nis=nis, pk=value) for name, value in job.params.items() if isinstance(value, int))
    result = pages.result_of(job, nis=nis) if request.actor.may(Permission.EXPORT) else None
    leads_to = result or (next((link for link in links if link), "") if job.finished else "")
    return job_panel(
        request,
        job,
        reverse("job_detail", kwargs={"nis": nis, "pk": job.pk}),
        may_stop=request.actor.may(Permission.STOP_WORK),
        result_url=leads_to,
        result_label=pages.result_label(job) if result else "",
        figures=[],
        files=[],
        retry_url="",
    )
