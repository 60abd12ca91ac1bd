"""Where one comes in: the choice of a municipality, the language, who one is once more, and support sessions of platform staff."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as keep_in_cookie

from municipalities import selectors, services
from municipalities.access import MunicipalRequest, public, requires, take_waiting
from municipalities.forms import LanguageForm, SupportForm
from municipalities.rules import Permission

if TYPE_CHECKING:
    from core.http import Request
    from municipalities.models import User


@public
@require_safe
def municipality_choice(request: HttpRequest) -> HttpResponse:
    """The municipalities in which somebody works; the only one at once."""
    user = cast("User", request.user)
    mine = selectors.municipalities_of(user=user)
    if len(mine) == 1 and not user.is_staff:
        return redirect("municipality_home", nis=mine[0].nis_code)
    return render(request, "municipalities/choice.html", {"municipalities": mine, "is_staff": user.is_staff})


@public
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the screens: for this browser, and for the person who is signed in."""
    form = LanguageForm(request.POST)
    if request.user.is_authenticated and form.is_valid():
        services.choose_language(user=request.user, language=form.cleaned_data["language"])
    return keep_in_cookie(request)


@public
@require_safe
def act_again(request: HttpRequest, token: str) -> HttpResponse:
    """Send again what somebody sent before they said once more who they are: a form that needs one button, or none with JavaScript."""
    waiting = take_waiting(request, token)
    if waiting is None:
        return redirect("municipality_choice")
    if waiting.fields is None:
        messages.info(request, _("Nothing has been done."))
        return redirect(waiting.page)
    return render(request, "municipalities/act_again.html", {"waiting": waiting})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def support_open(request: HttpRequest) -> HttpResponse:
    """Platform staff look on in one municipality, for a stated reason and a limited time."""
    ours, user = cast("Request", request), cast("User", request.user)
    if not user.is_staff:
        raise Http404
    form = SupportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        municipality = form.cleaned_data["municipality"]
        services.open_support_session(municipality=municipality, user=user, reason=form.cleaned_data["reason"], by=ours.actor, at=ours.now)
        return redirect("municipality_home", nis=municipality.nis_code)
    return render(request, "municipalities/support.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Permission.VIEW)
@require_POST
def support_close(request: HttpRequest, *, nis: str) -> HttpResponse:
    """End one's own support session before its time."""
    ours = cast("MunicipalRequest", request)
    if ours.support_session is None:
        raise Http404
    services.close_support_session(session=ours.support_session, by=ours.actor, at=ours.now)
    messages.success(request, _("The support session has ended."))
    return redirect("municipality_choice")
