"""Changes of the whole split: copied from an earlier day, undone, or brought in from a file."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.sheets import csv_lines
from core.templatetags.presentation import medium_date
from districts.access import access_district_change, access_district_import
from districts.forms.districts import CopyForm, DistrictImportForm
from districts.models import DistrictImport
from districts.rules.address_file import Problem
from districts.rules.table_file import MOST_BYTES
from districts.selectors import districts as selectors
from districts.selectors import split as splits
from districts.selectors.district_file import Comparison
from districts.selectors.split import SplitDay
from districts.services import district_imports, split
from districts.words import districts as words
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.selectors import districts as people
from voters.views.district_rows import Proposal, decide, split_of
from voters.words import districts as people_words

PROBLEMS_A_PAGE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def district_copy(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Make the split of an earlier day the one from another day on."""
    shown = split_of(request)
    days = selectors.elections_with_split(municipality_id=request.municipality_id, but=shown.day)
    form = CopyForm(request.POST if request.method == "POST" else None, split=shown, initial={"source": days[0] if days else None})
    error = ""
    if form.is_bound and form.is_valid() and request.POST.get("step") != "edit":
        try:
            return decide(request, nis, _copy(request, nis, form.cleaned_data["source"], form.day()), shown)
        except splits.ChangeRefusedError as refusal:
            error = " ".join(words.change_problem(problem, refusal.rows) for problem in refusal.problems[:5])
    context = {"form": form, "error": error, "days": days}
    return render(request, "districts/district_copy.html", context, status=409 if error else 422 if form.errors else 200)


def _copy(request: MunicipalRequest, nis: str, source: date, valid_from: date) -> Proposal:
    days: dict[str, Any] = {"source": source, "valid_from": valid_from}
    return Proposal(
        title=_("The split as it was on %(day)s") % {"day": medium_date(source)},
        plan=lambda: splits.copy_plan(municipality_id=request.municipality_id, **days),
        save=lambda: split.copy_split(municipality=request.municipality, **days, by=request.actor, at=request.now),
        crumbs=_crumbs(nis),
        back_url=reverse("district_list", kwargs={"nis": nis}),
    )


def _crumbs(nis: str) -> list[tuple[str, str]]:
    return [(_("Districts"), reverse("district_list", kwargs={"nis": nis}))]


@require_POST
@requires(Permission.MANAGE_ELECTION)
def district_change_undo(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Put back what the last change took away; shown first, as every change is."""
    change = access_district_change(request.municipality, pk)
    url = reverse("district_change_detail", kwargs={"nis": nis, "pk": pk})
    if request.POST.get("step") == "edit":
        return redirect(url)
    proposal = Proposal(
        title=_("Undo: %(change)s") % {"change": words.change_title(change)},
        plan=lambda: splits.undo_plan(change),
        save=lambda: split.undo_change(change=change, by=request.actor, at=request.now),
        crumbs=[*_crumbs(nis), (_("History"), reverse("district_change_list", kwargs={"nis": nis}))],
        back_url=reverse("district_change_list", kwargs={"nis": nis}),
    )
    try:
        return decide(request, nis, proposal, split_of(request))
    except splits.StaleChangeError:
        messages.error(request, _("Another change was made meanwhile: only the last one can be undone."))
    except splits.ChangeRefusedError as refusal:
        messages.error(request, " ".join(words.change_problem(problem, refusal.rows) for problem in refusal.problems[:5]))
    return redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def district_import_new(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Choose a file and the day from which it is the split; sending it checks and compares it."""
    shown = split_of(request)
    form = DistrictImportForm(request.POST if request.method == "POST" else None, request.FILES or None, split=shown)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        sent = district_imports.request_district_import(
            municipality=request.municipality,
            content=file.read(MOST_BYTES + 1),
            file_name=file.name,
            valid_from=form.day(),
            by=request.actor,
            at=request.now,
        )
        return redirect("district_import_detail", nis=nis, pk=sent.pk)
    history = [_summary(sent, nis) for sent in selectors.imports(municipality_id=request.municipality_id)]
    context = {"form": form, "history": history}
    return render(request, "districts/district_import_new.html", context, status=422 if form.is_bound else 200)


STATES = {"invalid": "bad", "checked": "warn", "done": "ok", "dropped": ""}


def _summary(sent: DistrictImport, nis: str) -> dict[str, Any]:
    return {
        "sent": sent,
        "state": STATES[sent.state],
        "result": words.import_result(sent),
        "url": reverse("district_import_detail", kwargs={"nis": nis, "pk": sent.pk}),
    }


@require_safe
@requires(Permission.MANAGE_ELECTION)
def district_import_detail(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """What is wrong with a file; or what it would change and whom it would move; or what was done."""
    sent = access_district_import(request.municipality, pk)
    context: dict[str, Any] = {
        "sent": sent,
        "state": STATES[sent.state],
        "since": words.since_text(sent.valid_from),
        **_problems(request, [Problem(**problem) for problem in sent.problems], sent.counts.get("problems", len(sent.problems))),
        "csv_url": reverse("district_import_problems", kwargs={"nis": nis, "pk": pk}) if sent.problems else "",
        "step": {"invalid": "report", "checked": "differences"}.get(sent.state, "done"),
        "counts": words.import_counts(sent.counts),
        "change_url": reverse("district_change_detail", kwargs={"nis": nis, "pk": sent.change_id}) if sent.change_id else "",
    }
    if sent.state == DistrictImport.State.CHECKED:
        compared = district_imports.comparison(sent)
        context |= _differences(request, nis, compared, _day_of(request, sent))
    return render(request, "districts/district_import_detail.html", context)


def _problems(request: MunicipalRequest, found: Sequence[Problem], count: int) -> dict[str, Any]:
    """A page of what is wrong with a file; ``unkept``: how many more are only counted."""
    page = Paginator(found, PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    pager = {
        "page": page.number,
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    told = [words.problem(problem) for problem in page.object_list]
    return {"problems": told, "problem_count": count, "kept": len(found), "unkept": max(0, count - len(found)), "problem_pager": pager}


@require_safe
@requires(Permission.MANAGE_ELECTION)
def district_import_problems(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """What is wrong with a file as CSV, for whoever made it."""
    sent = access_district_import(request.municipality, pk)
    district_imports.record_export(
        municipality=request.municipality, day=sent.valid_from, what="findings", by=request.actor, at=request.now
    )
    columns = ("row", "column", "value", "problem", "expected")
    told = [words.problem(Problem(**problem)) for problem in sent.problems]
    rows = [[one["row"] or "", one["column"], one["value"], str(one["text"]), one["expected"]] for one in told]
    lines = csv_lines([columns, *rows])
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problemen-kieswijken-{nis}-{pk}.csv"'
    return response


def _day_of(request: MunicipalRequest, sent: DistrictImport) -> SplitDay:
    today = timezone.localdate(request.now)
    shown = splits.split_day(municipality=request.municipality, today=today)
    if shown.day < sent.valid_from:
        return splits.split_day(municipality=request.municipality, today=today, day=sent.valid_from)
    return shown


def _differences(request: MunicipalRequest, nis: str, compared: Comparison, shown: SplitDay) -> dict[str, Any]:
    """What the file would change as things are now."""
    if compared.plan is None:
        return {**_problems(request, compared.problems, compared.problem_count), "csv_url": "", "spoiled": True}
    made = {-1 - place: f"{code} {name}" for place, (code, name) in enumerate(compared.made.items())}
    moves = people.moves(compared.plan, municipality=request.municipality, split=shown, today=timezone.localdate(request.now), made=made)
    return {
        "spoiled": False,
        "compared": compared,
        "counts": words.import_counts(compared.counts),
        "fingerprint": compared.fingerprint,
        "made": list(made.values()),
        "renamed": [{"code": code, "before": before, "after": after} for code, (before, after) in compared.renamed.items()],
        **_problems(request, compared.warnings, len(compared.warnings)),
        "preview": people_words.preview(moves, nis=nis),
    }


@require_POST
@requires(Permission.MANAGE_ELECTION)
def district_import_decide(request: MunicipalRequest, nis: str, pk: int) -> HttpResponse:
    """Bring a file in whose differences were looked at, or let it go."""
    sent = access_district_import(request.municipality, pk)
    try:
        if request.POST.get("decision") == "drop":
            district_imports.drop(sent=sent, by=request.actor, at=request.now)
            messages.success(request, _("The file was let go. Nothing has changed."))
            return redirect("district_import_new", nis=nis)
        done = district_imports.bring_in(sent=sent, fingerprint=request.POST.get("fingerprint", ""), by=request.actor, at=request.now)
    except district_imports.NotWaitingError:
        messages.warning(request, _("This file was decided upon meanwhile. Nothing has changed."))
    except district_imports.DifferencesChangedError:
        messages.warning(
            request, _("The split changed since you looked. These are the differences as they are now; nothing was brought in yet.")
        )
    else:
        messages.success(request, _("Brought in: %(counts)s.") % {"counts": words.import_result(done)})
    return redirect("district_import_detail", nis=nis, pk=pk)
