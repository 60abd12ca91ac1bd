"""The texts of cards: which there are, one with its versions, the editor with its preview, and the second person."""

from base64 import b64encode
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from convocations.cards.picture import back_page, checked_card, png, sample_page
from convocations.cards.samples import samples
from convocations.cards.template import TemplateRefusedError, compile_card
from convocations.forms.templates import TemplateForm
from convocations.selectors import templates as selectors
from convocations.selectors.card_settings import text_set_of
from convocations.services import templates as services
from convocations.template_access import access_key, access_text
from convocations.words import template_pages as pages
from convocations.words import templates as words
from convocations.words.papers import SETS
from core.approvals import NotOpenError, SamePersonError
from core.http import whole
from elections.access import access_election
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.rules import Permission


@require_safe
@requires(Permission.VIEW)
def card_template_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every kind of card that the election can need, with the version that is used and the one that is worked on."""
    election = access_election(request.municipality, election_date)
    context = {
        "election": election,
        "rows": pages.rows(election),
        "text_set": SETS[text_set_of(election)],
        "may_edit": request.actor.may(Permission.MANAGE_ELECTION),
        "may_export": request.actor.may(Permission.EXPORT),
        "may_sign": request.actor.may(Permission.MANAGE_SETTINGS),
        "letterhead": pages.letterhead_row(request.municipality),
    }
    return render(request, "convocations/template_list.html", context)


@require_safe
@requires(Permission.VIEW)
def card_template_detail(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """One kind of card: how it looks, its versions, and what waits for a second person."""
    return render(request, "convocations/template_detail.html", _detail(request, election_date, key))


def _detail(request: MunicipalRequest, election_date: date, key: str, error: str = "") -> dict[str, Any]:
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    return {
        **pages.detail(election, found, actor=request.actor, asked=whole(request.GET.get("version"))),
        "error": error,
        "may_edit": request.actor.may(Permission.MANAGE_ELECTION),
        "may_export": request.actor.may(Permission.EXPORT),
        "may_ask": request.actor.may(Permission.REQUEST_APPROVAL),
    }


@require_safe
@requires(Permission.VIEW)
def card_template_picture(request: MunicipalRequest, nis: str, election_date: date, key: str, number: int, sample: int) -> HttpResponse:
    """A version as a page: a picture, or the page itself with ``?format=pdf``."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    text = access_text(election, found, number)
    if sample >= len(samples(found)):
        raise Http404
    try:
        form = compile_card(text.html, text.css, key=found, occasion=selectors.occasion(election, found.language))
    except TemplateRefusedError as refusal:
        raise Http404 from refusal  # an old text on which a letterhead of today does not go
    pdf = sample_page(form, found, sample)
    as_pdf = request.GET.get("format") == "pdf"
    return HttpResponse(pdf if as_pdf else png(pdf), content_type="application/pdf" if as_pdf else "image/png")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ELECTION)
def card_template_edit(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """Work on a version: what is open, else a new one that begins as the last, or as ``?from=2``."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    if request.method != "POST":
        form = TemplateForm(initial=pages.start(election, found, whole(request.GET.get("from"))))
        return _editor(request, election, found, form, [])
    form, problems = TemplateForm(request.POST), []
    if form.is_valid():
        try:
            services.save_draft(election=election, key=found, **form.cleaned_data, by=request.actor, at=request.now)
        except TemplateRefusedError as refusal:
            problems = words.sentences(refusal.problems)
        except services.TemplateStateError as refusal:
            problems = [str(words.REFUSALS[refusal.code])]
        else:
            messages.success(request, _("Kept. Runs use it once a second person has approved it."))
            return redirect("card_template_detail", nis=nis, election_date=election_date, key=key)
    return _editor(request, election, found, form, problems, status=422)


def _editor(request: MunicipalRequest, election: Any, key: Any, form: TemplateForm, problems: list[str], status: int = 200) -> HttpResponse:
    context = {"election": election, "key": key, "name": words.name_of(key), "form": form, "problems": problems, **pages.editor(key)}
    return render(request, "convocations/template_edit.html", context, status=status)


@require_POST
@requires(Permission.MANAGE_ELECTION)
def card_template_preview(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """What is typed, as a page with a made-up voter; nothing is kept."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    sample = min(whole(request.POST.get("sample")) or 0, len(samples(found)) - 1)
    context: dict[str, Any] = {"problems": [], "picture": "", "back": ""}
    html, css, back = (request.POST.get(name, "") for name in ("html", "css", "back"))
    occasion = selectors.occasion(election, found.language)
    try:
        form = checked_card(html, css, back, key=found, occasion=occasion)
    except TemplateRefusedError as refusal:
        context["problems"] = words.sentences(refusal.problems)
    else:
        context["picture"] = b64encode(png(sample_page(form, found, sample))).decode()
        context["back"] = b64encode(png(back_page(back, found, occasion))).decode() if back.strip() else ""
    return render(request, "convocations/template_preview.html", context)


@require_safe
@requires(Permission.VIEW)
def card_template_compare(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """Two versions line by line: ``?before=0&after=2``."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    before, after = (access_text(election, found, number) for number in _two(request))
    context = {"election": election, "key": found, "name": words.name_of(found), **pages.compared(before, after)}
    return render(request, "convocations/template_compare.html", context)


def _two(request: MunicipalRequest) -> tuple[int, int]:
    try:
        return int(request.GET.get("before", "0")), int(request.GET.get("after", "0"))
    except ValueError as error:
        raise Http404 from error


@require_POST
@requires(Permission.MANAGE_ELECTION)
def card_template_discard(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """Throw away the version that is worked on."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    return _done(
        request,
        found.name,
        election_date,
        lambda: services.discard_draft(municipality=request.municipality, key=found, by=request.actor, at=request.now),
        _("Thrown away. What was approved is still used."),
    )


@require_POST
@requires(Permission.REQUEST_APPROVAL)
@recently_authenticated
def card_template_request(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponseBase:
    """Ask a second person for the version that is worked on."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    return _done(
        request,
        found.name,
        election_date,
        lambda: services.request_approval(election=election, key=found, by=request.actor, at=request.now),
        _("Asked for. Somebody else decides now."),
    )


@require_POST
@requires(Permission.REQUEST_APPROVAL)
def card_template_withdraw(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """Take the request back."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    return _done(
        request,
        found.name,
        election_date,
        lambda: services.withdraw(municipality=request.municipality, key=found, by=request.actor, at=request.now),
        _("Withdrawn. The text can be worked on again."),
    )


def _done(request: MunicipalRequest, key: str, election_date: date, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except services.TemplateStateError as refusal:
        messages.warning(request, str(words.REFUSALS[refusal.code]))
    except TemplateRefusedError as refusal:
        messages.error(request, " ".join(words.sentences(refusal.problems)))
    else:
        messages.success(request, said)
    return redirect("card_template_detail", nis=request.municipality.nis_code, election_date=election_date, key=key)


@require_POST
@requires(Permission.APPROVE)
def card_template_decide(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponseBase:
    """Approve or refuse, as the second person."""
    found = access_key(access_election(request.municipality, election_date), key)
    if request.POST.get("decision") == "approve":
        return _approve(request, election_date, found)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _undecided(request, election_date, key, _("Give a reason: the one who asked reads it. Nothing has been decided."), 422)
    return _decide(
        request,
        election_date,
        found,
        lambda: services.refuse(municipality=request.municipality, key=found, reason=reason, by=request.actor, at=request.now),
    )


@recently_authenticated
def _approve(request: MunicipalRequest, election_date: date, key: Any) -> HttpResponse:
    return _decide(
        request, election_date, key, lambda: services.approve(municipality=request.municipality, key=key, by=request.actor, at=request.now)
    )


def _decide(request: MunicipalRequest, election_date: date, key: Any, act: Any) -> HttpResponse:
    try:
        act()
    except SamePersonError:
        return _undecided(request, election_date, key.name, _("You asked for this yourself: somebody else decides."), 409)
    except (NotOpenError, services.TemplateStateError):
        return _undecided(request, election_date, key.name, _("This was decided or withdrawn meanwhile. Nothing has changed."), 409)
    return redirect("card_template_detail", nis=request.municipality.nis_code, election_date=election_date, key=key.name)


def _undecided(request: MunicipalRequest, election_date: date, key: str, error: str, status: int) -> HttpResponse:
    return render(request, "convocations/template_detail.html", _detail(request, election_date, key, error), status=status)
