"""Blank cards for the printer, and the back side of a text as a page."""

from datetime import date

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from convocations.cards.picture import back_page, png
from convocations.cards.template import TemplateRefusedError
from convocations.selectors import templates as selectors
from convocations.services import blanks
from convocations.template_access import access_key, access_text
from elections.access import access_election
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission


@require_safe
@requires(Permission.EXPORT)
def card_blank(request: MunicipalRequest, nis: str, election_date: date, key: str) -> HttpResponse:
    """What is printed beforehand of one kind of letter, for an overprint at a counter."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    try:
        (blank,) = blanks.issue_blanks(election=election, keys=[found], by=request.actor, at=request.now)
    except TemplateRefusedError as refusal:
        raise Http404 from refusal  # a text on which a letterhead of today does not go
    response = HttpResponse(blank.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{blank.name}"'
    return response


@require_safe
@requires(Permission.VIEW)
def card_back_picture(request: MunicipalRequest, nis: str, election_date: date, key: str, number: int) -> HttpResponse:
    """The back side of a version: a picture, or the page itself with ``?format=pdf``."""
    election = access_election(request.municipality, election_date)
    found = access_key(election, key)
    text = access_text(election, found, number)
    if not text.back:
        raise Http404
    try:
        pdf = back_page(text.back, found, selectors.occasion(election, found.language))
    except TemplateRefusedError as refusal:
        raise Http404 from refusal
    as_pdf = request.GET.get("format") == "pdf"
    return HttpResponse(pdf if as_pdf else png(pdf), content_type="application/pdf" if as_pdf else "image/png")
