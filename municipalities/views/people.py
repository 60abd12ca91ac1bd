"""Who works in the municipality, and as what."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from municipalities import selectors, services
from municipalities.access import MunicipalRequest, recently_authenticated, requires
from municipalities.forms import GrantForm, PersonForm
from municipalities.roles import ROLE_LABELS
from municipalities.rules import Permission, Role


@requires(Permission.MANAGE_PEOPLE)
@require_safe
def people_list(request: HttpRequest, *, nis: str) -> HttpResponse:
    """People with their roles, support sessions that are open, and the form for another role."""
    return _show(cast("MunicipalRequest", request), GrantForm())


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def role_grant(request: HttpRequest, *, nis: str) -> HttpResponseBase:
    """Give somebody who has an account a role here."""
    ours = cast("MunicipalRequest", request)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _show(ours, form, status=422)
    return _grant(ours, form)


@recently_authenticated
def _grant(request: MunicipalRequest, form: GrantForm) -> HttpResponse:
    user, role = form.cleaned_data["username"], Role(form.cleaned_data["role"])
    services.grant(municipality=request.municipality, user=user, role=role, by=request.actor, at=request.now)
    messages.success(request, _("%(name)s now has the role “%(role)s”.") % {"name": user.full_name, "role": ROLE_LABELS[role]})
    return redirect("people_list", nis=request.municipality.nis_code)


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def role_end(request: HttpRequest, *, nis: str, pk: int) -> HttpResponse:
    """Take a role away."""
    ours = cast("MunicipalRequest", request)
    try:
        ended = services.end_membership(municipality=ours.municipality, membership_id=pk, by=ours.actor, at=ours.now)
    except services.OwnHeadRoleError:
        messages.error(request, _("You cannot end your own role as head. Another head of civil affairs can. Nothing has changed."))
    except services.NoSuchMembershipError:
        messages.warning(request, _("This role had ended already."))
    else:
        names = {"name": ended.user.full_name, "role": ROLE_LABELS[ended.role]}
        messages.success(request, _("%(name)s no longer has the role “%(role)s”.") % names)
    return redirect("people_list", nis=nis)


@requires(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest, *, nis: str) -> HttpResponseBase:
    """Make a person with a role here. The first password is shown once, on this answer only."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _make(cast("MunicipalRequest", request), form)
    return _show_new(request, form)


@recently_authenticated
def _make(request: MunicipalRequest, form: PersonForm) -> HttpResponse:
    data = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
    try:
        user, password = services.create_person(municipality=request.municipality, by=request.actor, at=request.now, **data)
    except services.AlreadyExistsError:
        form.add_error("username", _("This user name is taken. Choose another, or give that person a role on the page before."))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        return render(request, "municipalities/person_made.html", {"made": user, "password": password})
    return _show_new(request, form)


def _show_new(request: HttpRequest, form: PersonForm) -> HttpResponse:
    return render(request, "municipalities/person_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _show(request: MunicipalRequest, form: GrantForm, *, status: int = 200) -> HttpResponse:
    people = selectors.people(municipality=request.municipality)
    context = {
        "people": people,
        "approvers": selectors.approvers(people),
        "support_sessions": selectors.open_support_sessions(municipality=request.municipality, at=request.now),
        "form": form,
    }
    return render(request, "municipalities/people.html", context, status=status)
