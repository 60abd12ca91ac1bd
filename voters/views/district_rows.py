"""Changing the rows of a street, or of a district: looked at before it is kept.

Every change goes one way: what was sent is made a plan, the plan is shown with whom it would move, and only what is sent
once more, with ``step=save``, is kept. Nothing lies on the server in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from core.http import whole
from core.templatetags.presentation import number
from districts.access import access_district, access_street
from districts.forms.districts import DayForm, MoveForm, StreetEditor
from districts.models import District, DistrictChange, Street
from districts.rules.split import Plan, SplitRow
from districts.selectors import districts as selectors
from districts.selectors import split as splits
from districts.selectors.split import SplitDay
from districts.services import split as services
from districts.words import districts as words
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.selectors import districts as people
from voters.words import districts as people_words


def split_of(request: MunicipalRequest) -> SplitDay:
    """The split of the day in the address, else of the election at hand."""
    today = timezone.localdate(request.now)
    return splits.split_day(municipality=request.municipality, today=today, day=DayForm(request.GET).chosen())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody is at: how it becomes a plan, how it is kept, and where one comes from and goes."""

    title: str
    plan: Callable[[], Plan]
    save: Callable[[], DistrictChange | None]
    crumbs: list[tuple[str, str]]
    back_url: str
    made: dict[int, str] | None = None


def decide(request: MunicipalRequest, nis: str, proposal: Proposal, split: SplitDay) -> HttpResponse:
    """Show what a proposal would do; keep it when it is sent with ``step=save``. A refusal is raised: the form tells it."""
    if request.POST.get("step") == "save":
        change = proposal.save()
        if change is None:
            messages.info(request, _("Nothing has changed: it was so already."))
        else:
            messages.success(request, _("Kept: %(counts)s.") % {"counts": words.change_counts(change.counts)})
        return redirect(proposal.back_url)
    moves = people.moves(
        proposal.plan(), municipality=request.municipality, split=split, today=timezone.localdate(request.now), made=proposal.made
    )
    context = {
        "title": proposal.title,
        "crumbs": proposal.crumbs,
        "preview": people_words.preview(moves, nis=nis),
        "sent": [(key, value) for key, values in request.POST.lists() if key not in {"csrfmiddlewaretoken", "step"} for value in values],
        "back_url": proposal.back_url,
    }
    live = request.htmx and request.POST.get("step") == "live"
    return render(request, "districts/_preview.html" if live else "districts/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
@vary_on_headers("HX-Request")
def district_street(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """All rows of one street at once, so that a boundary can move; what it does is shown before it is kept."""
    street, split = access_street(request.municipality, pk), split_of(request)
    found = selectors.street_split(street=street, day=split.day)
    editor = _editor(request, street, split, found)
    error = ""
    if request.method == "POST" and request.POST.get("step") not in {"edit", None} and editor.is_valid():
        try:
            return decide(request, nis, _street_proposal(request, nis, street, split, editor), split)
        except splits.ChangeRefusedError as refusal:
            error = " ".join(words.change_problem(problem, refusal.rows) for problem in refusal.problems[:5])
        except splits.StaleChangeError:
            error = _("Somebody changed this street meanwhile. Nothing was kept: look again and change it anew.")
    if request.htmx:
        return render(request, "districts/_preview_error.html", {"error": error, "editor": editor})
    status = 409 if error else 422 if request.method == "POST" and request.POST.get("step") != "edit" else 200
    context = {"street": street, "editor": editor, "error": error, **words.street_context(street, found, split, nis)}
    return render(request, "districts/street_rows.html", context, status=status)


def _editor(request: MunicipalRequest, street: Street, split: SplitDay, found: selectors.StreetSplit) -> StreetEditor:
    return StreetEditor(
        request.POST if request.method == "POST" else None,
        rows=found.rows,
        districts=selectors.open_districts(municipality_id=request.municipality_id, also=[row.district_id for row in found.rows]),
        postcodes=selectors.postcodes_of(street),
        split=split,
        district=whole(request.GET.get("district")),
    )


def _street_proposal(request: MunicipalRequest, nis: str, street: Street, split: SplitDay, editor: StreetEditor) -> Proposal:
    until = selectors.next_start(street=street, day=max(split.day, editor.days.day()))
    change: dict[str, Any] = {
        "removed": editor.removed(),
        "added": editor.added(street_id=street.pk, until=until),
        "valid_from": editor.days.day(),
    }
    url = reverse("street_detail", kwargs={"nis": nis, "pk": street.pk})
    return Proposal(
        title=_("Change %(street)s") % {"street": street.name},
        plan=lambda: splits.change_plan(municipality_id=request.municipality_id, **change),
        save=lambda: services.change_rows(municipality=request.municipality, **change, by=request.actor, at=request.now),
        crumbs=[(_("Addresses and streets"), reverse("street_list", kwargs={"nis": nis})), (street.name, url)],
        back_url=url,
    )


@require_POST
@requires(Permission.MANAGE_ELECTION)
def district_move(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Give chosen rows of a district to another one, or to none."""
    district, split = access_district(request.municipality, pk), split_of(request)
    chosen = {whole(value) for value in request.POST.getlist("row")}
    rows = [row for row in splits.holding(municipality_id=request.municipality_id, day=split.day, districts=[pk]) if row.pk in chosen]
    others = [row for row in selectors.open_districts(municipality_id=request.municipality_id) if row.pk != pk]
    form = MoveForm(request.POST if request.POST.get("step") else None, districts=others, split=split)
    error = ""
    if form.is_bound and form.is_valid() and rows and request.POST["step"] != "edit":
        try:
            return decide(request, nis, _move_proposal(request, nis, district, rows, form), split)
        except splits.ChangeRefusedError as refusal:
            error = " ".join(words.change_problem(problem, refusal.rows) for problem in refusal.problems[:5])
        except splits.StaleChangeError:
            error = _("Somebody changed these rows meanwhile. Nothing was kept.")
    text = ngettext("%(shown)s row of %(district)s", "%(shown)s rows of %(district)s", len(rows))
    context = {"district": district, "form": form, "rows": rows, "error": error,
               "chosen": text % {"shown": number(len(rows)), "district": district}}  # fmt: skip
    return render(request, "districts/district_move.html", context, status=409 if error else 422 if form.errors else 200)


def _move_proposal(request: MunicipalRequest, nis: str, district: District, rows: list[Any], form: MoveForm) -> Proposal:
    target, day = form.district(), form.day()
    moved = [splits.split_row(row) for row in rows]
    change: dict[str, Any] = {
        "removed": [row.pk for row in rows],
        "added": [SplitRow(target, one.street_id, one.postcode, one.numbers, day, one.valid_until) for one in moved] if target else [],
        "valid_from": day,
    }
    url = reverse("district_detail", kwargs={"nis": nis, "pk": district.pk})
    return Proposal(
        title=_("Give streets to another district") if target else _("Take rows away"),
        plan=lambda: splits.change_plan(municipality_id=request.municipality_id, **change),
        save=lambda: services.change_rows(municipality=request.municipality, **change, by=request.actor, at=request.now),
        crumbs=[(_("Districts"), reverse("district_list", kwargs={"nis": nis})), (str(district), url)],
        back_url=url,
    )
