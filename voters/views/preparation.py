"""The preparatory checks of an election: everything that stands in the way of placing every voter, at any time."""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.http import whole
from core.sheets import csv_lines
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.forms.preparation import SourceForm
from voters.models import Extraction
from voters.rules.preparation import FarLimits
from voters.selectors import preparation as selectors
from voters.selectors import voters_list
from voters.selectors.preparation import Checked
from voters.services import preparation as services
from voters.words import preparation as words


def _source(request: MunicipalRequest, election: Election) -> Extraction | None:
    """The extraction that is meant: nothing asked for is the final list, else the newest trial; ``register`` is none."""
    asked = request.GET.get("list", "")
    if asked == "register":
        return None
    found = voters_list.shown_extraction(election=election, number=whole(asked))
    if found is None and asked:
        raise Http404
    return found


def _checked(request: MunicipalRequest, election: Election) -> Checked:
    limits = FarLimits(nearest=settings.FAR_FROM_NEAREST, median=settings.FAR_FROM_MEDIAN)
    return selectors.check(election=election, extraction=_source(request, election), limits=limits)


@require_safe
@requires(Permission.VIEW)
def preparation_checks(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """What was found, by group, each with where it is mended."""
    election = access_election(request.municipality, election_date)
    checked = _checked(request, election)
    chosen = str(checked.extraction.number) if checked.extraction else "register"
    export = reverse("preparation_export", kwargs={"nis": nis, "election_date": election_date}, query={"list": chosen})
    context = {
        "election": election,
        "form": SourceForm({"list": chosen}, sources=words.sources(voters_list.finished(election=election))),
        "source": words.source_name(checked.extraction),
        "kpis": words.kpis(checked),
        "groups": words.groups(checked, election),
        "nothing": not checked.all,
        "export_url": export if checked.all and request.actor.may(Permission.EXPORT) else "",
    }
    return render(request, "voters/preparation.html", context)


@require_safe
@requires(Permission.EXPORT)
def preparation_export(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every finding as CSV."""
    election = access_election(request.municipality, election_date)
    checked = _checked(request, election)
    services.record_export(election=election, checked=checked, by=request.actor, at=request.now)
    rows = words.as_rows(checked, election, request.build_absolute_uri("/").rstrip("/"))
    name = f"voorbereiding-{nis}-{election_date}.csv"
    return HttpResponse(
        "".join(csv_lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
