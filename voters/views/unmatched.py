"""Addresses of the register that are not recognised, and linking them by hand."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.templatetags.presentation import number
from districts.models import Street, StreetLink
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.persons import access_address, access_link, access_street
from voters.selectors import unmatched as selectors
from voters.services import links
from voters.sql.unmatched import Spelling
from voters.words.persons import MATCH_STATES, MATCHES


@require_safe
@requires(Permission.VIEW)
def unmatched_list(request: MunicipalRequest, nis: str) -> HttpResponse:
    """The spellings that are not recognised, the most persons first, and what was linked before."""
    found = selectors.spellings(municipality_id=request.municipality_id)
    context = {
        "rows": [{"spelling": one, "reason": MATCHES[why], "state": MATCH_STATES[why]} for one in found for why in [_why(one)]],
        "persons": sum(one.persons for one in found),
        "links": selectors.links(municipality_id=request.municipality_id),
        "may_link": request.actor.may(Permission.IMPORT),
    }
    return render(request, "voters/unmatched_list.html", context)


def _why(spelled: Spelling) -> str:
    return spelled.reason if spelled.street_key else "no_street"  # without a street nothing can be linked


def _spelling(request: MunicipalRequest, values: Any) -> Spelling:
    found = selectors.spelling(
        municipality_id=request.municipality_id, postcode=values.get("postcode", ""), key=values.get("street_key", "")
    )
    if found is None or not found.street_key:
        raise Http404
    return found


@requires(Permission.IMPORT)
def unmatched_street(request: MunicipalRequest, nis: str) -> HttpResponse:
    """One spelling: what it may mean, and linking it to a street."""
    if request.method == "POST":
        return _link_street(request, nis)
    spelled = _spelling(request, request.GET)
    known = spelled.reason == "number_unknown"
    text = request.GET.get("q", "").strip()[:120]
    context = {
        "text": text,
        "spelling": spelled,
        "known": known,
        "reason": MATCHES[spelled.reason],
        "suggestions": _choices(request, spelled, text) if not known else [],
        "doors": selectors.doors(municipality_id=request.municipality_id, spelled=spelled),
    }
    return render(request, "voters/unmatched_street.html", context)


def _choices(request: MunicipalRequest, spelled: Spelling, text: str) -> list[Street]:
    if text:
        return selectors.streets_in(municipality_id=request.municipality_id, postcode=spelled.postcode, name=text)
    return selectors.suggestions(municipality_id=request.municipality_id, spelled=spelled)


def _link_street(request: MunicipalRequest, nis: str) -> HttpResponse:
    street = access_street(request.municipality, request.POST.get("street", ""))
    try:
        changed = links.link_street(
            municipality=request.municipality,
            postcode=request.POST.get("postcode", "")[:10],
            street_key=request.POST.get("street_key", "")[:120],
            street=street,
            by=request.actor,
            at=request.now,
        )
    except links.NotOfThisStreetError:
        messages.error(request, _("%(street)s has no address in that postcode. Nothing has changed.") % {"street": street.name})
    else:
        messages.success(request, _told(changed))
    return redirect("unmatched_list", nis=nis)


def _told(changed: int) -> str:
    text = ngettext("Linked. %(count)s person now has an address.", "Linked. %(count)s persons now have an address.", changed)
    return text % {"count": number(changed)}


@require_safe
@requires(Permission.IMPORT)
def unmatched_suggest(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Streets that hold what was typed, to choose from."""
    text = request.GET.get("q", "").strip()[:120]
    found = (
        selectors.streets_in(municipality_id=request.municipality_id, postcode=request.GET.get("postcode", ""), name=text) if text else []
    )
    return render(request, "voters/unmatched_choices.html", {"streets": found, "text": text})


@require_POST
@requires(Permission.IMPORT)
def unmatched_address(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Link one door to an address."""
    address = access_address(request.municipality, request.POST.get("address", ""))
    postcode, key = request.POST.get("postcode", "")[:10], request.POST.get("street_key", "")[:120]
    changed = links.link_address(
        municipality=request.municipality,
        postcode=postcode,
        keys=(key, request.POST.get("number_key", "")[:40], request.POST.get("box_key", "")[:40]),
        address=address,
        by=request.actor,
        at=request.now,
    )
    messages.success(request, _told(changed))
    left = selectors.spelling(municipality_id=request.municipality_id, postcode=postcode, key=key)
    if left is None:
        return redirect("unmatched_list", nis=nis)
    return redirect(reverse("unmatched_street", kwargs={"nis": nis}, query={"postcode": postcode, "street_key": key}))


@require_POST
@requires(Permission.IMPORT)
def unmatched_undo(request: MunicipalRequest, nis: str, kind: str, pk: int) -> HttpResponse:
    """Undo a link."""
    link = access_link(request.municipality, kind, pk)
    undo: Any = links.unlink_street if isinstance(link, StreetLink) else links.unlink_address
    changed = undo(link=link, by=request.actor, at=request.now)
    text = ngettext("Undone. It changed the address of %(count)s person.", "Undone. It changed the address of %(count)s persons.", changed)
    messages.success(request, text % {"count": number(changed)})
    return redirect("unmatched_list", nis=nis)


@require_POST
@requires(Permission.IMPORT)
def unmatched_again(request: MunicipalRequest, nis: str) -> HttpResponse:
    """Compare everybody without an address anew."""
    changed = links.recognise_waiting(municipality=request.municipality, by=request.actor, at=request.now)
    text = ngettext("%(count)s person now has an address.", "%(count)s persons now have an address.", changed)
    messages.success(request, text % {"count": number(changed)})
    return redirect("unmatched_list", nis=nis)
