"""Deciding, as the second person, on what somebody else asked: the same steps whatever it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.approvals import NotOpenError, SamePersonError
from municipalities.access import MunicipalRequest, recently_authenticated

Refused = TypeVar("Refused", bound=Exception)


@dataclass(frozen=True, slots=True)
class Question(Generic[Refused]):
    """What is decided on: the two services, what may keep them from it, and the pages before and after.

    ``why`` says in words what of ``refusals`` was raised; nothing stands for "decided meanwhile". ``page`` shows, with an error and
    a status, how things stand now.
    """

    approve: Callable[[], object]
    refuse: Callable[[str], object]
    refusals: type[Refused]
    why: Callable[[Refused], str]
    page: Callable[[str, int], HttpResponse]
    url: str


def decide(request: MunicipalRequest, question: Question[Refused]) -> HttpResponseBase:
    """Do what was pressed; to refuse, a reason is needed."""
    if request.POST.get("decision") == "approve":
        return _approve(request, question)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return question.page(_("Give a reason: the one who asked reads it. Nothing has been decided."), 422)
    return _carry_out(request, question, lambda: question.refuse(reason))


@recently_authenticated
def _approve(request: MunicipalRequest, question: Question[Refused]) -> HttpResponse:
    return _carry_out(request, question, question.approve)


def _carry_out(request: MunicipalRequest, question: Question[Refused], act: Callable[[], object]) -> HttpResponse:
    meanwhile = _("This was decided or withdrawn meanwhile. Nothing has changed.")
    try:
        act()
    except SamePersonError:
        text = _("You asked for this yourself: somebody else decides.")
    except NotOpenError:
        text = meanwhile
    except question.refusals as error:
        text = question.why(error) or meanwhile
    else:
        return redirect(question.url)
    messages.error(request, text)
    return question.page(text, 409)
